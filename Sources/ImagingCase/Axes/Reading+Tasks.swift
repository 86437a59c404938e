public import EventLog

/// A reading that was asked for. Parts of one study that two readers read are two tasks.
public struct ReadingTask: Hashable, Sendable {
    /// How far it is.
    public enum Status: String, Sendable {
        /// It waits for a reader.
        case queued
        /// A reader is named and has not begun.
        case offered
        case claimed
        case reported
        /// Somebody who had seen it asked anew for the same reading.
        case replaced
    }

    /// The event that asked.
    public let event: EventID
    /// What was asked for.
    public let said: ReadingRequested
    /// Who asked.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// The reader who is to read it: as named, or who accepted it since; empty where nobody is.
    public internal(set) var reader: String
    /// How far it is.
    public internal(set) var status: Status = .queued
    /// Who could not take it, in causal order, with the reason.
    public internal(set) var declines: [Act] = []
    /// The report that answers it, or the request that replaces it.
    public internal(set) var endedBy: EventID?

    /// Whether it waits to be read.
    public var isOpen: Bool { status == .queued || status == .offered || status == .claimed }

    /// When it is due: as asked, else by policy and the case's urgency.
    public func due(_ policy: TalkPolicy = TalkPolicy(), isStat: Bool = false) -> Instant {
        said.due ?? at.advanced(byMilliseconds: (isStat ? policy.statReadingMinutes : policy.readingMinutes) * 60_000)
    }

    /// Whether it should have been read.
    public func overdue(at now: Instant, _ policy: TalkPolicy = TalkPolicy(), isStat: Bool = false) -> Bool {
        isOpen && due(policy, isStat: isStat) <= now
    }
}

/// A draft that a reader wrote and has not signed; its text stays where it is written.
public struct ReadingDraft: Hashable, Sendable {
    /// The event that told of it.
    public let event: EventID
    /// Whose it is.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// SHA-256 of the draft, in hexadecimal.
    public let digest: String
}

/// Which of the readings that were asked for have been made; lives for one fold.
struct ReadingTasks {
    private let history: CaseHistory
    private let ledger: ReadingLedger

    init(_ ledger: ReadingLedger, _ history: CaseHistory) {
        self.ledger = ledger
        self.history = history
    }

    private func person(_ position: Int) -> String { history.facts[position].actor.person }

    func conclude(into state: inout ReadingState) {
        if !ledger.drafts.isEmpty { state.drafts = drafts() }
        guard !ledger.requests.isEmpty else { return }
        state.tasks = ledger.requests.map(task)
        handOn(&state)
        replace(&state)
        for index in state.tasks.indices where state.tasks[index].status != .replaced { judge(index, &state) }
    }

    private func drafts() -> [ReadingDraft] {
        let live = ledger.drafts.filter { draft in
            !(ledger.drafts + ledger.reads).contains { person($0) == person(draft) && history.precedes(draft, $0) }
        }
        return live.map { position in
            let fact = history.facts[position]
            var digest = ""
            if case .reportReceipt(.draftNoted(let said)) = fact.event { digest = said.digest }
            return ReadingDraft(event: fact.id, by: fact.actor.person, at: fact.occurredAt.instant, digest: digest)
        }.sorted { ($0.by, $0.event) < ($1.by, $1.event) }
    }

    private func task(_ position: Int) -> ReadingTask {
        let fact = history.facts[position]
        var said = ReadingRequested()
        if case .readingTask(.requested(let request)) = fact.event { said = request }
        var task = ReadingTask(
            event: fact.id, said: said, by: fact.actor.person, at: fact.occurredAt.instant, reader: said.reader)
        for declined in ledger.declines where history.precedes(position, declined) && history.isEntitled(declined) {
            guard task.reader.isEmpty || task.reader == person(declined) else { continue }
            var reason = ""
            if case .readingTask(.declined(let why)) = history.facts[declined].event { reason = why.reason }
            task.declines.append(Act(history.facts[declined], "declined", note: reason))
            if task.reader == person(declined) { task.reader = "" }
        }
        return task
    }

    /// Who accepts an offer takes over the tasks of who made it and of whom he relieves.
    private func handOn(_ state: inout ReadingState) {
        // One after another: who takes over from him who took over takes over as well.
        let claims = state.claims.compactMap { claim in history.position(of: claim.event).map { (position: $0, claim: claim) } }
        for (position, claim) in claims.sorted(by: { $0.position < $1.position }) {
            guard case .readingTask(.transferAccepted(let said)) = history.facts[position].event
            else { continue }
            var from = state.claims.filter { $0.endedBy == claim.event }.map(\.by)
            let offer = state.offers.first { $0.event == said.transfer } ?? state.offers.first { $0.endedBy == claim.event }
            if let offer { from.append(offer.by) }
            for (index, request) in ledger.requests.enumerated() where history.precedes(request, position) {
                if from.contains(state.tasks[index].reader) { state.tasks[index].reader = claim.by }
            }
        }
    }

    private func replace(_ state: inout ReadingState) {
        for (index, one) in ledger.requests.enumerated() {
            let later = ledger.requests.indices.first { other in
                history.precedes(one, ledger.requests[other]) && isSameReading(state.tasks[index].said, state.tasks[other].said)
            }
            guard let later else { continue }
            state.tasks[index].status = .replaced
            state.tasks[index].endedBy = state.tasks[later].event
        }
    }

    private func isSameReading(_ one: ReadingRequested, _ other: ReadingRequested) -> Bool {
        one.kind == other.kind && one.part == other.part
    }

    /// A signed report answers what its author is to read. A part that nobody is named for waits until somebody is: who signs a
    /// study has not thereby read a part of it that another was to read.
    private func judge(_ index: Int, _ state: inout ReadingState) {
        let task = state.tasks[index]
        let request = ledger.requests[index]
        let isHis = { (name: String) -> Bool in task.reader.isEmpty ? task.said.part.isEmpty : task.reader == name }
        if let signed = signatures(for: task).first(where: { isHis(person($0)) && answers($0, request, task.said.kind) }) {
            state.tasks[index].status = .reported
            state.tasks[index].endedBy = history.facts[signed].id
        } else if state.claims.contains(where: { $0.isActive && isHis($0.by) }) {
            state.tasks[index].status = .claimed
        } else if !task.reader.isEmpty {
            state.tasks[index].status = .offered
        }
    }

    private func signatures(for task: ReadingTask) -> [Int] {
        task.said.kind == .preliminary ? (ledger.standing + ledger.preliminaries).sorted() : ledger.standing
    }

    /// A first reading may have been made apart from the request; a further one is made knowing of it, by another reader.
    private func answers(_ signed: Int, _ request: Int, _ kind: ReadingKind) -> Bool {
        switch kind {
        case .overRead, .secondOpinion:
            history.precedes(request, signed)
                && !ledger.reads.contains { history.precedes($0, request) && person($0) == person(signed) }
        default: !history.precedes(signed, request)
        }
    }
}

extension ReadingAxis {
    static func writeTasks(of state: ReadingState, to json: inout JSONWriter) {
        write("tasks", state.tasks, to: &json) { task, json in
            json.member("state", task.status.rawValue)
            if task.said.kind != .unspecified { json.member("kind", task.said.kind.word) }
            json.memberIfSaid("part", task.said.part)
            json.memberIfSaid("group", task.said.group)
            json.memberIfSaid("reader", task.reader)
            json.memberIfSaid("licence", task.said.licence)
            json.momentIfSaid("due", task.said.due)
            json.member("by", task.by)
            json.moment("at", task.at)
            json.member("declines", acts: task.declines)
            json.memberIfSaid("endedBy", task.endedBy)
        }
        write("offers", state.offers, to: &json) { offer, json in
            json.member("state", offer.status.rawValue)
            json.member("to", offer.to)
            json.memberIfSaid("reason", offer.reason)
            if offer.isWithDraft { json.member("withDraft", true) }
            json.member("by", offer.by)
            json.moment("at", offer.at)
            json.memberIfSaid("endedBy", offer.endedBy)
        }
        write("drafts", state.drafts, to: &json) { draft, json in
            json.member("by", draft.by)
            json.moment("at", draft.at)
            json.member("digest", draft.digest)
        }
    }

    private static func write<Card: ReadingCard>(
        _ name: StaticString, _ cards: [Card], to json: inout JSONWriter, _ members: (Card, inout JSONWriter) -> Void
    ) {
        guard !cards.isEmpty else { return }
        json.key(name)
        json.beginArray()
        for card in cards {
            json.beginObject()
            json.member("event", card.event)
            members(card, &json)
            json.endObject()
        }
        json.endArray()
    }

    static func explainTasks(of state: ReadingState) -> [Explanation] {
        state.tasks.map { task in
            let rule =
                switch task.status {
                case .queued where !task.said.part.isEmpty:
                    "A part waits until a reader is named for it, whoever signs the study."
                case .queued: "Asked for; no reader is named, or who was named cannot."
                case .offered: "A reader is named and has not begun."
                case .claimed: "Its reader holds the study."
                case .reported: "Its reader signed a report; a further reading is signed by another, who knew of the request."
                case .replaced: "Somebody who had seen it asked for the same reading anew."
                }
            return Explanation(
                axis: label, state: task.status.rawValue, rule: rule,
                events: [task.event] + task.declines.map(\.event) + (task.endedBy.map { [$0] } ?? []))
        }
            + state.offers.map { offer in
                let rule =
                    switch offer.status {
                    case .offered: "Offered to another reader; the holder holds on until he accepts."
                    case .accepted: "The reader to whom it was offered accepted."
                    case .declined: "The reader to whom it was offered cannot take it."
                    case .lapsed: "Another reader accepted first, it was offered anew, a person decided, or the study was signed."
                    }
                return Explanation(
                    axis: label, state: offer.status.rawValue, rule: rule,
                    events: [offer.event] + (offer.endedBy.map { [$0] } ?? []))
            }
    }
}

/// What belongs to a reading and is written under its event.
private protocol ReadingCard {
    var event: EventID { get }
}

extension ReadingTask: ReadingCard {}
extension ReadingOffer: ReadingCard {}
extension ReadingDraft: ReadingCard {}
