public import EventLog

/// A slot is booked.
///
/// Source: HL7 v2.5.1 10.3.1 (SIU^S12: SCH-2, SCH-9, SCH-11, AIG-3, AIL-3); DICOM PS3.3 C.4.10 (0040,0100); FHIR R4
/// Appointment.status booked, .start, .minutesDuration.
public struct AppointmentBooked: Payload {
    /// When it begins: (0040,0002) with (0040,0003), SCH-11.4.
    public var start: Instant?
    /// How long it is planned for, in minutes.
    public var minutes: Int
    /// Scheduled station AE title (0040,0001).
    public var station: String
    /// Room or place.
    public var location: String
    /// The scheduling system's number: SCH-2 filler appointment id.
    public var appointment: String

    /// Says the fields.
    public init(start: Instant? = nil, minutes: Int = 0, station: String = "", location: String = "", appointment: String = "") {
        self.start = start
        self.minutes = minutes
        self.station = station
        self.location = location
        self.appointment = appointment
    }

    /// No field said.
    public init() {
        self.init(start: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.instant(1, &start)
        visitor.count(2, &minutes)
        visitor.text(3, &station)
        visitor.text(4, &location)
        visitor.text(5, &appointment)
    }
}

/// The slot is another one; what is left out stays as it was.
///
/// Source: HL7 v2.5.1 10.3.2 (SIU^S13).
public struct AppointmentMoved: Payload {
    /// When it begins now.
    public var start: Instant?
    /// How long it is planned for, in minutes.
    public var minutes: Int
    /// Scheduled station AE title (0040,0001).
    public var station: String
    /// Room or place.
    public var location: String
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(start: Instant? = nil, minutes: Int = 0, station: String = "", location: String = "", reason: String = "") {
        self.start = start
        self.minutes = minutes
        self.station = station
        self.location = location
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(start: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.instant(1, &start)
        visitor.count(2, &minutes)
        visitor.text(3, &station)
        visitor.text(4, &location)
        visitor.text(5, &reason)
    }
}

/// The slot is given up; the order stays.
///
/// Source: HL7 v2.5.1 10.3.4 (SIU^S15, SCH-6 reason); FHIR R4 Appointment.status cancelled, .cancelationReason.
public struct AppointmentCancelled: Payload {
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(reason: String = "") {
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(reason: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &reason)
    }
}

/// The person did not come.
///
/// Source: HL7 v2.5.1 chapter 10 (SIU^S26); FHIR R4 Appointment.status noshow.
public struct AppointmentNoShow: Payload {
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(note: String = "") {
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(note: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &note)
    }
}
