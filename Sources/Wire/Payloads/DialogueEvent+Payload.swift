import EventLog
import ImagingCase
import WireSchema

extension DialogueEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> DialogueEvent? {
        switch kind {
        case .instructionDelivered: ProtoReader.read(InstructionDelivered.self, bytes).map(DialogueEvent.delivered)
        case .instructionAccepted: ProtoReader.read(InstructionAccepted.self, bytes).map(DialogueEvent.accepted)
        case .instructionImpossible: ProtoReader.read(InstructionImpossible.self, bytes).map(DialogueEvent.impossible)
        case .questionAsked: ProtoReader.read(QuestionAsked.self, bytes).map(DialogueEvent.asked)
        case .questionAnswered: ProtoReader.read(QuestionAnswered.self, bytes).map(DialogueEvent.answered)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .delivered(let body): ProtoWriter.bytes(of: body)
        case .accepted(let body): ProtoWriter.bytes(of: body)
        case .impossible(let body): ProtoWriter.bytes(of: body)
        case .asked(let body): ProtoWriter.bytes(of: body)
        case .answered(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .instructionDelivered: SchemaInstructionDelivered.self
        case .instructionAccepted: SchemaInstructionAccepted.self
        case .instructionImpossible: SchemaInstructionImpossible.self
        case .questionAsked: SchemaQuestionAsked.self
        case .questionAnswered: SchemaQuestionAnswered.self
        default: nil
        }
    }
}
