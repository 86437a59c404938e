import EventLog
import ImagingCase
import WireSchema

extension ScheduleEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> ScheduleEvent? {
        switch kind {
        case .appointmentBooked: ProtoReader.read(AppointmentBooked.self, bytes).map(ScheduleEvent.booked)
        case .appointmentMoved: ProtoReader.read(AppointmentMoved.self, bytes).map(ScheduleEvent.moved)
        case .appointmentCancelled: ProtoReader.read(AppointmentCancelled.self, bytes).map(ScheduleEvent.cancelled)
        case .appointmentNoShow: ProtoReader.read(AppointmentNoShow.self, bytes).map(ScheduleEvent.noShow)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .booked(let body): ProtoWriter.bytes(of: body)
        case .moved(let body): ProtoWriter.bytes(of: body)
        case .cancelled(let body): ProtoWriter.bytes(of: body)
        case .noShow(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .appointmentBooked: SchemaAppointmentBooked.self
        case .appointmentMoved: SchemaAppointmentMoved.self
        case .appointmentCancelled: SchemaAppointmentCancelled.self
        case .appointmentNoShow: SchemaAppointmentNoShow.self
        default: nil
        }
    }
}
