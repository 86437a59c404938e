public import EventLog

extension ScheduleAxis {
    /// A slot may be entered so long after it began, and so long before: beyond, the date is a slip.
    private static let pastMilliseconds: Int64 = 24 * 3_600_000
    private static let futureMilliseconds: Int64 = 5 * 366 * 24 * 3_600_000
    private static let minutesMax = 24 * 60

    /// Refuses what is illegal in the state of the schedule. What an interface reports has happened and passes. While the book and a
    /// person who came stand against each other, whoever has seen both may book, move or cancel: that answers the question.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ScheduleState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .schedule(let event) = event, author.role != .system else { return }
        switch event {
        case .booked(let said):
            if state.contested.isEmpty { try requireNoSlot(state) }
            guard let start = said.start else {
                throw AuthoringRefusal(.content, "start: expected when it begins, got nothing.", remedy: "Say start.")
            }
            try check(start, said.minutes, now)
        case .moved(let said):
            if state.contested.isEmpty { try requireSlot(state, to: "move") }
            if said.start == nil && said.minutes == 0 && said.station.isEmpty && said.location.isEmpty {
                throw AuthoringRefusal(
                    .content, "start: expected what is other than before, got nothing.",
                    remedy: "Say start, minutes, station or location.")
            }
            try check(said.start, said.minutes, now)
        case .cancelled: if state.contested.isEmpty { try requireSlot(state, to: "cancel") }
        case .noShow: try requireSlot(state, to: "miss")
        }
    }

    private static func requireNoSlot(_ state: ScheduleState) throws(AuthoringRefusal) {
        switch state.status {
        case .none, .fulfilled, .cancelled, .noShow: return
        case .scheduled:
            throw AuthoringRefusal(
                .state, "The appointment is scheduled already.",
                remedy: "Move the slot with appointment.moved, or cancel it first.")
        case .arrived, .inProgress:
            throw AuthoringRefusal(
                .state, "The appointment is \(state.status.rawValue) already.",
                remedy: "Book a further slot when the examination is made.")
        }
    }

    private static func requireSlot(_ state: ScheduleState, to act: String) throws(AuthoringRefusal) {
        switch state.status {
        case .scheduled: return
        case .arrived, .inProgress, .fulfilled:
            throw AuthoringRefusal(
                .state, "The person is here or was examined: there is no appointment to \(act).",
                remedy: "Book a further slot when the person has left.")
        case .none, .cancelled, .noShow:
            throw AuthoringRefusal(.state, "No slot is booked to \(act).", remedy: "Book one with appointment.booked.")
        }
    }

    private static func check(_ start: Instant?, _ minutes: Int, _ now: Instant) throws(AuthoringRefusal) {
        if let start,
            start < now.advanced(byMilliseconds: -pastMilliseconds)
                || start > now.advanced(byMilliseconds: futureMilliseconds)
        {
            throw AuthoringRefusal(
                .content, "start: expected at most a day ago and five years ahead, got \(Timestamp.text(of: start)).",
                remedy: "Check the date.")
        }
        if !(0...minutesMax).contains(minutes) {
            throw AuthoringRefusal(
                .content, "minutes: expected 0 to \(minutesMax), got \(minutes).", remedy: "Give the length in minutes.")
        }
    }
}
