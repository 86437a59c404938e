import EventLog
import ImagingCase
import Testing

@Suite struct ScheduleTests {
    private var hub = CaseBuilder("hub")
    private var site = CaseBuilder("northside")

    private func at(_ hours: Int64) -> Instant { testDay.advanced(byMilliseconds: hours * 3_600_000) }
    private func booked(_ hours: Int64) -> CaseEvent {
        .schedule(.booked(AppointmentBooked(start: at(hours), minutes: 30, station: "CT1", location: "Room 2")))
    }
    private func moved(_ hours: Int64) -> CaseEvent { .schedule(.moved(AppointmentMoved(start: at(hours)))) }
    private var cancelled: CaseEvent { .schedule(.cancelled(AppointmentCancelled(reason: "flu"))) }
    private var missed: CaseEvent { .schedule(.noShow(AppointmentNoShow())) }
    private var arrived: CaseEvent { .patientArrived(PatientArrived(visit: "V1")) }

    private func refusal(_ event: ScheduleEvent, _ facts: [CaseFact], _ role: Role = .frontDesk) -> AuthoringRefusal? {
        do {
            try ScheduleAxis.mayAuthor(
                .schedule(event), in: CaseFold.fold(someCase, facts).rare.schedule, by: Author(person: "d", role: role),
                now: testDay)
            return nil
        } catch {
            return error
        }
    }

    @Test mutating func `a slot goes from scheduled over arrived and in progress to fulfilled`() {
        let slot = hub.record(booked(2), role: .frontDesk)
        let here = hub.record(arrived, after: [slot], role: .frontDesk)
        let begun = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), after: [here])
        let broken = site.record(
            .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "1", reason: "cough")), after: [begun])
        let done = site.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "2")), after: [broken])
        let facts = [slot, here, begun, broken, done]
        let words = facts.indices.map { CaseFold.fold(someCase, Array(facts[...$0])).rare.schedule.status }
        #expect(words == [.scheduled, .arrived, .inProgress, .arrived, .fulfilled])
        let state = foldedInEveryOrder(facts)
        #expect(state.rare.schedule.standing.map(\.station) == ["CT1"] && state.rare.schedule.arrivals == [here.id])
        #expect(state.jsonText.contains(#""schedule":{"state":"fulfilled","slots":[{"event":"\#(slot.id)""#))
        #expect(state.jsonText.contains(#""minutes":30,"station":"CT1","location":"Room 2""#))
        #expect(!CaseFold.fold(someCase, [here]).jsonText.contains("schedule"), "an arrival alone is no appointment")
    }

    @Test mutating func `a move says what it changes, and a cancelled or missed slot can be booked anew`() {
        let slot = hub.record(booked(2), role: .frontDesk)
        let later = hub.record(moved(4), after: [slot], role: .frontDesk)
        let state = foldedInEveryOrder([slot, later]).rare.schedule
        #expect(state.standing.map(\.event) == [later.id] && state.standing[0].start == at(4))
        #expect(state.standing[0].station == "CT1" && state.standing[0].minutes == 30)
        let off = hub.record(cancelled, after: [later], role: .frontDesk)
        let gone = foldedInEveryOrder([slot, later, off])
        #expect(gone.rare.schedule.status == .cancelled && gone.rare.schedule.cancelledBy == [off.id])
        let out = hub.record(missed, after: [later], role: .frontDesk)
        #expect(foldedInEveryOrder([slot, later, out]).rare.schedule.status == .noShow)
        for end in [off, out] {
            var desk = CaseBuilder("desk")
            let again = desk.record(booked(30), after: [end], role: .frontDesk)
            #expect(foldedInEveryOrder([slot, later, end, again]).rare.schedule.status == .scheduled)
        }
    }

    @Test mutating func `two slots booked apart are both shown`() {
        let one = hub.record(booked(2), role: .frontDesk)
        let two = site.record(booked(5), role: .frontDesk)
        let state = foldedInEveryOrder([one, two]).rare.schedule
        #expect(Set(state.standing.map(\.event)) == [one.id, two.id] && state.status == .scheduled)
        #expect(!state.overdue(at: at(2)) && state.overdue(at: at(3)))
        #expect(!state.overdue(at: at(3), graceMinutes: 120))
        #expect(!ScheduleState().overdue(at: at(3)))
    }

    @Test mutating func `a new slot after the visit makes the old arrival the past`() {
        let slot = hub.record(booked(2), role: .frontDesk)
        let here = hub.record(arrived, after: [slot], role: .frontDesk)
        let next = hub.record(booked(50), after: [here], role: .frontDesk)
        let state = foldedInEveryOrder([slot, here, next]).rare.schedule
        #expect(state.status == .scheduled && state.arrivals.isEmpty)
    }

    @Test mutating func `conflict 70: a no-show at the hub apart from the arrival on site does not count`() throws {
        let slot = hub.record(booked(0), role: .frontDesk)
        let out = hub.record(missed, after: [slot], role: .frontDesk, minutes: 30)
        let here = site.record(arrived, after: [slot], role: .frontDesk, minutes: 25)
        let state = foldedInEveryOrder([slot, out, here])
        #expect(state.rare.schedule.status == .arrived && state.rare.schedule.noShows.isEmpty)
        let conflict = try #require(state.conflicts.first)
        #expect(state.conflicts.count == 1 && conflict.number == 70 && conflict.kind == "noShowWhenArrived")
        #expect(conflict.owner == .frontDesk && conflict.told == [.frontDesk] && conflict.dueMinutes == 150)
        #expect(conflict.events == [out.id, here.id].sorted())
        let decided = hub.record(decision(on: conflict, choosing: here), after: [out, here], role: .frontDesk)
        #expect(foldedInEveryOrder([slot, out, here, decided]).conflicts.map(\.closedBy) == [decided.id])
        let wrong = hub.record(decision(on: conflict, choosing: out), after: [out, here], role: .frontDesk)
        let stranger = foldedInEveryOrder([slot, out, here, wrong]).rare.schedule
        #expect(stranger.status == .noShow && stranger.arrivals.isEmpty, "it was somebody else who came")
        let again = hub.record(booked(40), after: [out, here], role: .frontDesk)
        #expect(foldedInEveryOrder([slot, out, here, again]).conflicts.map(\.closedBy) == [again.id])
    }

    @Test mutating func `conflict 70: an examination cannot be decided away`() throws {
        let slot = hub.record(booked(0), role: .frontDesk)
        let out = hub.record(missed, after: [slot], role: .frontDesk)
        let done = site.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), after: [slot])
        let conflict = try #require(foldedInEveryOrder([slot, out, done]).conflicts.first)
        let wrong = hub.record(decision(on: conflict, choosing: out), after: [out, done], role: .frontDesk)
        #expect(foldedInEveryOrder([slot, out, done, wrong]).rare.schedule.status == .fulfilled)
    }

    @Test mutating func `conflict 70: a slot moved while the person came at the old time is offered to others`() throws {
        let slot = hub.record(booked(0), role: .frontDesk)
        let later = hub.record(moved(24), after: [slot], role: .frontDesk, minutes: 3)
        let here = site.record(arrived, after: [slot], role: .frontDesk, minutes: 5)
        let state = foldedInEveryOrder([slot, later, here])
        #expect(state.rare.schedule.status == .arrived)
        #expect(state.rare.schedule.standing.map(\.event) == [later.id] && state.rare.schedule.standing[0].isFreed)
        #expect(state.jsonText.contains(#""stands":true,"freed":true"#))
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 70 && conflict.kind == "movedWhenArrived" && conflict.dueMinutes == 125)
        let off = hub.record(cancelled, after: [later, here], role: .frontDesk)
        #expect(foldedInEveryOrder([slot, later, here, off]).conflicts.map(\.closedBy) == [off.id])
    }

    @Test mutating func `conflict 70: a cancelled appointment whose person came does not send anybody home`() throws {
        let slot = hub.record(booked(0), role: .frontDesk)
        let off = hub.record(cancelled, after: [slot], role: .frontDesk)
        let here = site.record(arrived, after: [slot], role: .frontDesk)
        let state = foldedInEveryOrder([slot, off, here])
        #expect(state.rare.schedule.status == .arrived)
        #expect(state.conflicts.map(\.kind) == ["appointmentCancelledWhenArrived"])
    }

    @Test mutating func `conflict 70: not where one had seen the other; a no-show after the arrival is flagged`() {
        let slot = hub.record(booked(0), role: .frontDesk)
        let here = site.record(arrived, after: [slot], role: .frontDesk)
        let out = hub.record(missed, after: [here], role: .frontDesk)
        let state = foldedInEveryOrder([slot, here, out])
        #expect(state.conflicts.isEmpty && state.rare.schedule.status == .arrived)
        #expect(state.anomalies.map(\.event) == [out.id])
        let late = hub.record(missed, after: [slot], role: .frontDesk)
        let came = site.record(arrived, after: [late], role: .frontDesk)
        let came2 = foldedInEveryOrder([slot, late, came])
        #expect(came2.conflicts.isEmpty && came2.rare.schedule.status == .arrived, "who comes late has come")
    }

    @Test mutating func `what is illegal is refused with what would be legal`() {
        let slot = hub.record(booked(2), role: .frontDesk)
        let here = hub.record(arrived, after: [slot], role: .frontDesk)
        let rows: [(ScheduleEvent, [CaseFact], reason: String, remedy: String)] = [
            (.booked(AppointmentBooked(start: at(3))), [slot], "scheduled already", "appointment.moved"),
            (.booked(AppointmentBooked()), [], "start: expected when it begins", "Say start."),
            (.booked(AppointmentBooked(start: at(-25))), [], "start: expected at most a day ago", "Check the date."),
            (.booked(AppointmentBooked(start: at(50_000))), [], "five years ahead", "Check the date."),
            (.booked(AppointmentBooked(start: at(1), minutes: 1441)), [], "minutes: expected 0 to 1440, got 1441", "minutes"),
            (.booked(AppointmentBooked(start: at(1), minutes: -5)), [], "got -5", "minutes"),
            (.moved(AppointmentMoved(start: at(3))), [], "No slot is booked to move.", "appointment.booked"),
            (.moved(AppointmentMoved()), [slot], "expected what is other than before", "station"),
            (.moved(AppointmentMoved(start: at(3))), [slot, here], "The person is here", "further slot"),
            (.cancelled(AppointmentCancelled()), [], "No slot is booked to cancel.", "Book"),
            (.noShow(AppointmentNoShow()), [slot, here], "The person is here", "left"),
        ]
        for (event, facts, reason, remedy) in rows {
            let refused = refusal(event, facts)
            #expect(refused?.reason.contains(reason) == true, "\(event): \(refused?.reason ?? "allowed")")
            #expect(refused?.remedy.contains(remedy) == true, "\(event): \(refused?.remedy ?? "allowed")")
        }
        #expect(refusal(.booked(AppointmentBooked(start: at(1))), []) == nil)
        #expect(refusal(.moved(AppointmentMoved(location: "Room 3")), [slot]) == nil)
        #expect(refusal(.noShow(AppointmentNoShow()), [slot]) == nil)
        #expect(refusal(.noShow(AppointmentNoShow()), [], .system) == nil)
    }

    @Test mutating func `each state is explained`() {
        let slot = hub.record(booked(2), role: .frontDesk)
        let off = hub.record(cancelled, after: [slot], role: .frontDesk)
        let out = hub.record(missed, after: [slot], role: .frontDesk)
        let here = hub.record(arrived, after: [slot], role: .frontDesk)
        let begun = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), after: [here])
        let done = site.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), after: [begun])
        let rows: [([CaseFact], String, [EventID])] = [
            ([slot], "scheduled", [slot.id]), ([slot, off], "cancelled", [off.id]), ([slot, out], "noShow", [out.id]),
            ([slot, here], "arrived", [here.id]), ([slot, here, begun], "inProgress", [slot.id, here.id]),
            ([slot, here, begun, done], "fulfilled", [slot.id, here.id]),
        ]
        for (facts, state, events) in rows {
            let all = CaseFold.explain(someCase, CaseHistory(facts)).filter { $0.axis == "schedule" }
            #expect(all.map(\.state) == [state] && all.first?.events == events, "\(state)")
        }
    }
}
