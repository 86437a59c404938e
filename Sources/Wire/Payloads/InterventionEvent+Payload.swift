import EventLog
import ImagingCase
import WireSchema

extension InterventionEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> InterventionEvent? {
        switch kind {
        case .irAssessed: ProtoReader.read(IRAssessed.self, bytes).map(InterventionEvent.assessed)
        case .irTimeOutDone: ProtoReader.read(IRTimeOutDone.self, bytes).map(InterventionEvent.timeOutDone)
        case .irStepRecorded: ProtoReader.read(IRStepRecorded.self, bytes).map(InterventionEvent.stepRecorded)
        case .irComplicationRecorded:
            ProtoReader.read(IRComplicationRecorded.self, bytes).map(InterventionEvent.complicationRecorded)
        case .irCompleted: ProtoReader.read(IRCompleted.self, bytes).map(InterventionEvent.completed)
        case .irAborted: ProtoReader.read(IRAborted.self, bytes).map(InterventionEvent.aborted)
        case .irRecoveryRecorded: ProtoReader.read(IRRecoveryRecorded.self, bytes).map(InterventionEvent.recoveryRecorded)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .assessed(let body): ProtoWriter.bytes(of: body)
        case .timeOutDone(let body): ProtoWriter.bytes(of: body)
        case .stepRecorded(let body): ProtoWriter.bytes(of: body)
        case .complicationRecorded(let body): ProtoWriter.bytes(of: body)
        case .completed(let body): ProtoWriter.bytes(of: body)
        case .aborted(let body): ProtoWriter.bytes(of: body)
        case .recoveryRecorded(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .irAssessed: SchemaIRAssessed.self
        case .irTimeOutDone: SchemaIRTimeOutDone.self
        case .irStepRecorded: SchemaIRStepRecorded.self
        case .irComplicationRecorded: SchemaIRComplicationRecorded.self
        case .irCompleted: SchemaIRCompleted.self
        case .irAborted: SchemaIRAborted.self
        case .irRecoveryRecorded: SchemaIRRecoveryRecorded.self
        default: nil
        }
    }
}
