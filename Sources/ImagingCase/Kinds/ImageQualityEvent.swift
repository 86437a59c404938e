public import EventLog

/// What happens to images after they were made.
///
/// Source: IHE RAD IOCM (RAD-66), DICOM PS3.16 CID 7010.
public enum ImageQualityEvent: Hashable, Sendable {
    /// An image was made again.
    case repeated(ImageRepeated)
    /// Images leave routine use; they stay as evidence.
    case rejected(ImageRejected)
    /// Rejected images return to use.
    case rejectionRevoked(ImageRejectionRevoked)
    /// Somebody judged the study's quality.
    case qualityChecked(StudyQualityChecked)
    /// The archive does not hold the images any more.
    case imagesGone(StudyImagesGone)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .repeated: .imageRepeated
        case .rejected: .imageRejected
        case .rejectionRevoked: .imageRejectionRevoked
        case .qualityChecked: .studyQualityChecked
        case .imagesGone: .studyImagesGone
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .imageRepeated, .imageRejected, .imageRejectionRevoked, .studyQualityChecked, .studyImagesGone,
    ]
}

extension EventKind {
    /// An image was made again.
    public static let imageRepeated = EventKind("image.repeated")
    /// Images leave routine use; they stay as evidence.
    public static let imageRejected = EventKind("image.rejected")
    /// Rejected images return to use.
    public static let imageRejectionRevoked = EventKind("image.rejectionRevoked")
    /// Somebody judged the study's quality.
    public static let studyQualityChecked = EventKind("study.qualityChecked")
    /// The archive does not hold the images any more.
    public static let studyImagesGone = EventKind("study.imagesGone")
}
