import EventLog
import ImagingCase
import WireSchema

extension ImageQualityEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> ImageQualityEvent? {
        switch kind {
        case .imageRepeated: ProtoReader.read(ImageRepeated.self, bytes).map(ImageQualityEvent.repeated)
        case .imageRejected: ProtoReader.read(ImageRejected.self, bytes).map(ImageQualityEvent.rejected)
        case .imageRejectionRevoked: ProtoReader.read(ImageRejectionRevoked.self, bytes).map(ImageQualityEvent.rejectionRevoked)
        case .studyQualityChecked: ProtoReader.read(StudyQualityChecked.self, bytes).map(ImageQualityEvent.qualityChecked)
        case .studyImagesGone: ProtoReader.read(StudyImagesGone.self, bytes).map(ImageQualityEvent.imagesGone)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .repeated(let body): ProtoWriter.bytes(of: body)
        case .rejected(let body): ProtoWriter.bytes(of: body)
        case .rejectionRevoked(let body): ProtoWriter.bytes(of: body)
        case .qualityChecked(let body): ProtoWriter.bytes(of: body)
        case .imagesGone(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .imageRepeated: SchemaImageRepeated.self
        case .imageRejected: SchemaImageRejected.self
        case .imageRejectionRevoked: SchemaImageRejectionRevoked.self
        case .studyQualityChecked: SchemaStudyQualityChecked.self
        case .studyImagesGone: SchemaStudyImagesGone.self
        default: nil
        }
    }
}
