import EventLog
import ImagingCase

/// Appointment: each slot that was ever booked; those that no longer stand are cancelled.
extension FHIRCase {
    func appointments() -> [FHIRResource] { state.rare.schedule.slots.map(appointment) }

    private func appointment(_ slot: ScheduledSlot) -> FHIRResource {
        let schedule = state.rare.schedule
        let base = order.map { [$0] } ?? []
        let status = status(of: slot)
        let events = [slot.event] + schedule.cancelledBy + schedule.noShows + schedule.arrivals
        return FHIRResource(
            .appointment, id(slot.event), status: status, references: base, events: events,
            tags: schedule.contested.isEmpty ? [] : [.own("schedule", "contested")]
        ) { json in
            json.concepts("serviceType", [examination])
            if let start = slot.start {
                json.when("start", start)
                json.when("end", start.advanced(byMilliseconds: Int64(max(0, slot.minutes)) * 60_000))
            }
            if slot.minutes > 0 { json.member("minutesDuration", FHIRCase.count(slot.minutes)) }
            json.when("created", firstTime(of: [slot.event]))
            json.references("basedOn", base)
            let place = Self.words([slot.station, slot.location])
            let actors = [subject] + (place.isEmpty ? [] : [.words(place)])
            json.list("participant", actors) { actor, json in
                json.reference("actor", actor)
                json.member("status", slot.stands ? "accepted" : "declined")
            }
        }
    }

    /// Without a start there is nothing to be booked: FHIR lets only a proposed or a cancelled one be without.
    ///
    /// Source: FHIR R4 appointmentstatus, Appointment app-3.
    private func status(of slot: ScheduledSlot) -> String {
        guard slot.stands else { return "cancelled" }
        switch state.rare.schedule.status {
        case .cancelled: return "cancelled"
        case _ where slot.start == nil: return "proposed"
        case .none, .scheduled: return "booked"
        case .arrived: return "arrived"
        case .inProgress: return "checked-in"
        case .fulfilled: return "fulfilled"
        case .noShow: return "noshow"
        }
    }
}
