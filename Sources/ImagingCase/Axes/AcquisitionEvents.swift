public import EventLog

/// A performed procedure step began: the patient is being examined.
///
/// Source: DICOM PS3.4 F.7 (MPPS N-CREATE).
public struct ProcedureStepStarted: Payload {
    /// Performed procedure step UID.
    public var stepUID: String
    /// Study Instance UID.
    public var studyUID: String
    /// Modality.
    public var modality: String
    /// Station AE title.
    public var station: String
    /// The protocol assignment that is being run.
    public var protocolUsed: EventID?

    /// Says the fields.
    public init(
        stepUID: String = "", studyUID: String = "", modality: String = "", station: String = "", protocolUsed: EventID? = nil
    ) {
        self.stepUID = stepUID
        self.studyUID = studyUID
        self.modality = modality
        self.station = station
        self.protocolUsed = protocolUsed
    }

    /// No field said.
    public init() {
        self.init(stepUID: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &stepUID)
        visitor.text(2, &studyUID)
        visitor.text(3, &modality)
        visitor.text(4, &station)
        visitor.event(5, &protocolUsed)
    }
}

/// A step ended as planned.
///
/// Source: DICOM PS3.4 F.7 (MPPS N-SET COMPLETED).
public struct ProcedureStepCompleted: Payload {
    /// Performed procedure step UID.
    public var stepUID: String
    /// Study Instance UID.
    public var studyUID: String
    /// Modality.
    public var modality: String
    /// Station AE title.
    public var station: String
    /// The series made.
    public var series: [Series]
    /// The protocol assignment that was run.
    public var protocolUsed: EventID?

    /// Says the fields.
    public init(
        stepUID: String = "", studyUID: String = "", modality: String = "", station: String = "", series: [Series] = [],
        protocolUsed: EventID? = nil
    ) {
        self.stepUID = stepUID
        self.studyUID = studyUID
        self.modality = modality
        self.station = station
        self.series = series
        self.protocolUsed = protocolUsed
    }

    /// No field said.
    public init() {
        self.init(stepUID: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &stepUID)
        visitor.text(2, &studyUID)
        visitor.text(3, &modality)
        visitor.text(4, &station)
        visitor.messages(5, &series)
        visitor.event(6, &protocolUsed)
    }
}

/// A step ended early.
///
/// Source: DICOM PS3.16 CID 9300.
public struct ProcedureStepDiscontinued: Payload {
    /// Performed procedure step UID.
    public var stepUID: String
    /// Study Instance UID.
    public var studyUID: String
    /// Modality.
    public var modality: String
    /// Station AE title.
    public var station: String
    /// The series made before.
    public var series: [Series]
    /// Why it ended early.
    public var reason: String

    /// Says the fields.
    public init(
        stepUID: String = "", studyUID: String = "", modality: String = "", station: String = "", series: [Series] = [],
        reason: String = ""
    ) {
        self.stepUID = stepUID
        self.studyUID = studyUID
        self.modality = modality
        self.station = station
        self.series = series
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(stepUID: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &stepUID)
        visitor.text(2, &studyUID)
        visitor.text(3, &modality)
        visitor.text(4, &station)
        visitor.messages(5, &series)
        visitor.text(6, &reason)
    }
}

/// What the archive holds of the study now.
public struct StudyContentChanged: Payload {
    /// Study Instance UID.
    public var studyUID: String
    /// Every series held, with counts and digests.
    public var series: [Series]
    /// Digest of the content.
    public var contentVersion: String

    /// Says the fields.
    public init(studyUID: String = "", series: [Series] = [], contentVersion: String = "") {
        self.studyUID = studyUID
        self.series = series
        self.contentVersion = contentVersion
    }

    /// No field said.
    public init() {
        self.init(studyUID: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &studyUID)
        visitor.messages(2, &series)
        visitor.text(3, &contentVersion)
    }
}
