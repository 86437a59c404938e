public import EventLog

/// The appointment and the visit.
///
/// Source: HL7 v2.5.1 chapter 10 (SIU), FHIR R4 Appointment.
public enum ScheduleEvent: Hashable, Sendable {
    /// A slot is booked.
    case booked(AppointmentBooked)
    /// The slot is another one.
    case moved(AppointmentMoved)
    /// The slot is given up; the order stays.
    case cancelled(AppointmentCancelled)
    /// The person did not come.
    case noShow(AppointmentNoShow)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .booked: .appointmentBooked
        case .moved: .appointmentMoved
        case .cancelled: .appointmentCancelled
        case .noShow: .appointmentNoShow
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .appointmentBooked, .appointmentMoved, .appointmentCancelled, .appointmentNoShow,
    ]
}

extension EventKind {
    /// A slot is booked.
    public static let appointmentBooked = EventKind("appointment.booked")
    /// The slot is another one.
    public static let appointmentMoved = EventKind("appointment.moved")
    /// The slot is given up; the order stays.
    public static let appointmentCancelled = EventKind("appointment.cancelled")
    /// The person did not come.
    public static let appointmentNoShow = EventKind("appointment.noShow")
}
