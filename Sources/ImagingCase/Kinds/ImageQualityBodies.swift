public import EventLog

/// An image was made again.
///
/// Source: House rule (repeat analysis).
public struct ImageRepeated: Payload {
    /// SOP instance UIDs that were replaced.
    public var uids: [String]
    /// Why.
    public var reason: RepeatReason
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(uids: [String] = [], reason: RepeatReason = .unspecified, note: String = "") {
        self.uids = uids
        self.reason = reason
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(uids: [])
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.texts(1, &uids)
        visitor.choice(2, &reason)
        visitor.text(3, &note)
    }
}

/// Images leave routine use; they stay as evidence.
///
/// Source: IHE RAD IOCM (RAD-66), DICOM KOS title 113001, 113037, 113038, 113039.
public struct ImageRejected: Payload {
    /// Study instance UID, when the whole study is meant.
    public var studyUID: String
    /// Series or SOP instance UIDs.
    public var uids: [String]
    /// Why.
    public var reason: RejectionReason
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(studyUID: String = "", uids: [String] = [], reason: RejectionReason = .unspecified, note: String = "") {
        self.studyUID = studyUID
        self.uids = uids
        self.reason = reason
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(studyUID: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &studyUID)
        visitor.texts(2, &uids)
        visitor.choice(3, &reason)
        visitor.text(4, &note)
    }
}

/// Rejected images return to use.
///
/// Source: IHE RAD IOCM.
public struct ImageRejectionRevoked: Payload {
    /// The rejection.
    public var rejection: EventID?
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(rejection: EventID? = nil, reason: String = "") {
        self.rejection = rejection
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(rejection: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &rejection)
        visitor.text(2, &reason)
    }
}

/// Somebody judged the study's quality.
///
/// Source: House rule.
public struct StudyQualityChecked: Payload {
    /// How good it is.
    public var grade: QualityGrade
    /// What is wrong.
    public var issues: [String]

    /// Says the fields.
    public init(grade: QualityGrade = .unspecified, issues: [String] = []) {
        self.grade = grade
        self.issues = issues
    }

    /// No field said.
    public init() {
        self.init(grade: .unspecified)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.choice(1, &grade)
        visitor.texts(2, &issues)
    }
}

/// The archive does not hold the images any more.
///
/// Source: House rule (archive sweep).
public struct StudyImagesGone: Payload {
    /// Study instance UID.
    public var studyUID: String
    /// Which archive.
    public var archive: String
    /// Where copies are known to be.
    public var otherCopies: [String]

    /// Says the fields.
    public init(studyUID: String = "", archive: String = "", otherCopies: [String] = []) {
        self.studyUID = studyUID
        self.archive = archive
        self.otherCopies = otherCopies
    }

    /// No field said.
    public init() {
        self.init(studyUID: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &studyUID)
        visitor.text(2, &archive)
        visitor.texts(3, &otherCopies)
    }
}
