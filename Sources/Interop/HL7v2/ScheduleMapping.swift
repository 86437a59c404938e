import EventLog
import ImagingCase

/// Appointments: booked, moved, given up, not kept.
///
/// An appointment never opens a case, because it does not show what trade it is of: it goes to the order that SCH-26 or SCH-27 names,
/// or else to the one examination of the person that waits.
///
/// Source: HL7 v2.5.1 10.3.1 (S12), 10.3.2 (S13), 10.3.3 (S14), 10.3.4 (S15), 10.3.13 (S26), 10.6.1 (SCH).
enum ScheduleMapping {
    static func map(_ context: inout MappingContext) throws(HL7Problem) {
        let message = context.message
        guard let schedule = message.first("SCH") else {
            throw HL7Problem(
                .segmentSequence, at: HL7Location("SCH"), "An appointment is described by a SCH segment, and there is none.")
        }
        let aliases = try aliases(schedule, &context)
        let event = try event(schedule, &context)
        let time = try context.occurredAt([])
        let actor = context.actor([(schedule, 20), (schedule, 16)])
        try context.add(.schedule(event), aliases: aliases, opensCase: false, at: time, by: actor)
    }

    private static func aliases(_ schedule: HL7Segment, _ context: inout MappingContext) throws(HL7Problem) -> HL7Aliases {
        var aliases = HL7Aliases()
        let person = try context.patient(context.message.first("PID"))
        aliases.patient = person.patient
        aliases.patientIdentifiers = person.identifiers
        if !schedule[26].text().isEmpty {
            aliases.placerOrder = context.issued(HL7DataTypes.identifier(entity: schedule[26].first), at: schedule.location(26))
        }
        if !schedule[27].text().isEmpty {
            aliases.accession = context.issued(HL7DataTypes.identifier(entity: schedule[27].first), at: schedule.location(27))
        }
        return aliases
    }

    private static func event(_ schedule: HL7Segment, _ context: inout MappingContext) throws(HL7Problem) -> ScheduleEvent {
        let slot = Slot(context.message)
        let why = reason(schedule, context.message)
        switch context.message.header.trigger {
        case "S12":
            guard let start = try start(slot, schedule, &context) else {
                throw HL7Problem(
                    .requiredFieldMissing, at: HL7Location("AIS", field: 4),
                    "AIS-4, TQ1-7 or SCH-11.4 has to say when the appointment begins, and none of them does.")
            }
            let number = OrderGroup.first([(schedule, 2), (schedule, 1)])?.value.text(1) ?? ""
            return .booked(
                AppointmentBooked(
                    start: start, minutes: try minutes(slot, schedule), station: slot.station, location: slot.place,
                    appointment: number))
        case "S15": return .cancelled(AppointmentCancelled(reason: why))
        case "S26": return .noShow(AppointmentNoShow(note: why))
        default:
            // S13 names another time, S14 anything else; what is not said stays as it was.
            return .moved(
                AppointmentMoved(
                    start: try start(slot, schedule, &context), minutes: try minutes(slot, schedule), station: slot.station,
                    location: slot.place, reason: why))
        }
    }

    /// The first resource of each sort, and the timing.
    private struct Slot {
        let service: HL7Segment?
        let timing: HL7Segment?
        let station: String
        let place: String

        init(_ message: HL7Message) {
            service = message.first("AIS")
            timing = message.first("TQ1")
            station = message.first("AIG").map { $0[3].text() } ?? ""
            let words = message.first("AIL").map { segment in (1...4).map { segment[3].text($0) } } ?? []
            place = words.filter { !$0.isEmpty }.joined(separator: " ")
        }
    }

    /// When it begins: as the service says, else the timing, else the older form in SCH.
    private static func start(
        _ slot: Slot, _ schedule: HL7Segment, _ context: inout MappingContext
    ) throws(HL7Problem) -> Instant? {
        for case let (segment?, field) in [(slot.service, 4), (slot.timing, 7)] where !segment[field].text().isEmpty {
            return try context.occurredAt([(segment, field)]).instant
        }
        guard !schedule[11].text(4).isEmpty else { return nil }
        return try context.occurredAt(schedule, 11, component: 4).instant
    }

    private static func minutes(_ slot: Slot, _ schedule: HL7Segment) throws(HL7Problem) -> Int {
        if let service = slot.service, !service[7].text().isEmpty {
            return try minutes(service, 7, unit: service[8].text())
        }
        guard !schedule[9].text().isEmpty else { return 0 }
        return try minutes(schedule, 9, unit: schedule[10].text())
    }

    /// A length in minutes, rounded up; a unit that is not said is minutes.
    ///
    /// Source: HL7 v2.5.1 7.1.1 (ISO+ and ANS+ units).
    private static func minutes(_ segment: HL7Segment, _ field: Int, unit: String) throws(HL7Problem) -> Int {
        let seconds: Double? =
            switch unit.lowercased() {
            case "s", "sec", "second", "seconds": 1
            case "", "m", "min", "minute", "minutes": 60
            case "h", "hr", "hour", "hours": 3600
            default: nil
            }
        guard let seconds else {
            throw HL7Problem(
                .tableValueNotFound, at: segment.location(field + 1), "The unit of a length has to be seconds, minutes or hours.")
        }
        guard let number = Double(segment[field].text()), number >= 0, number * seconds <= 24 * 3600 else {
            throw HL7Problem(.dataType, at: segment.location(field), "A length of at most a day is expected.")
        }
        return Int((number * seconds / 60).rounded(.up))
    }

    /// Why: SCH-6, and the notes of the appointment itself.
    private static func reason(_ schedule: HL7Segment, _ message: HL7Message) -> String {
        var notes: [String] = []
        var isWithin = false
        for segment in message.segments {
            switch segment.name {
            case "SCH": isWithin = true
            case "TQ1": continue
            case "NTE": if isWithin { notes.append(Observation.text(ofNote: segment)) }
            default: isWithin = false
            }
        }
        return ([HL7DataTypes.words(schedule[6].first)] + notes).filter { !$0.isEmpty }.joined(separator: "\n")
    }
}
