public import EventLog

/// A series, or some instances of one.
///
/// Source: DICOM PS3.3 C.17.2.1, Series Instance UID (0020,000E), Referenced SOP Instance UID (0008,1155).
public struct ImageReference: Payload {
    /// Series instance UID; empty where only the instances are known.
    public var seriesUID: String
    /// SOP instance UIDs; none for the whole series.
    public var instanceUIDs: [String]

    /// Says the fields.
    public init(seriesUID: String = "", instanceUIDs: [String] = []) {
        self.seriesUID = seriesUID
        self.instanceUIDs = instanceUIDs
    }

    /// No field said.
    public init() {
        self.init(seriesUID: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &seriesUID)
        visitor.texts(2, &instanceUIDs)
    }
}

/// An image was made again: the patient was exposed, or lay in the machine, once more.
///
/// The replaced images are named by SOP Instance UID (0008,0018) where they were kept; a detector may have dropped them.
///
/// Source: AAPM Report 305 (repeat and reject analysis), house rule.
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

/// Images leave routine use; they stay as evidence. It may come before the images that it names.
///
/// Source: IHE RAD TF IOCM (RAD-66); DICOM PS3.16 CID 7011: Key Object Selection with the title 113001 rejected for quality,
/// 113037 for patient safety, 113038 incorrect worklist entry, 113039 data retention expired.
public struct ImageRejected: Payload {
    /// Study instance UID (0020,000D); without images below the whole study is meant.
    public var studyUID: String
    /// Series, or instances of them; Referenced Series Sequence (0008,1115).
    public var images: [ImageReference]
    /// Why.
    public var reason: RejectionReason
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(
        studyUID: String = "", images: [ImageReference] = [], reason: RejectionReason = .unspecified, note: String = ""
    ) {
        self.studyUID = studyUID
        self.images = images
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
        visitor.messages(2, &images)
        visitor.choice(3, &reason)
        visitor.text(4, &note)
    }
}

/// Rejected images return to use.
///
/// Source: IHE RAD TF IOCM: a rejection note is itself rejected, or replaced.
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

/// Somebody judged the study's quality: a technologist for the reader, a reader for the technologist.
///
/// Source: house rule; the grades follow the European guidelines on quality criteria: diagnostic, limited, not diagnostic.
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

/// The archive does not hold the images any more: a sweep did not find the study. What was said of it stays.
///
/// Source: FHIR R4 ImagingStudy.status cancelled; house rule (archive sweep: an archive logs no deletion that can be relied on).
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
