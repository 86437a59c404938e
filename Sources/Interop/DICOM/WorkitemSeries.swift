public import EventLog
public import ImagingCase

/// The workitems of a case, one after another: each reading that was begun and given back ends one for good, because a workitem
/// cannot be scheduled again, and the next stands in its place.
///
/// | in the case | workitem |
/// | --- | --- |
/// | content, a hand-over or a request | the first is SCHEDULED |
/// | a claim | IN PROGRESS; who claims beside is a co-reader of the same workitem |
/// | release, decline, hand-over to another reader, end of the lease | CANCELED, and a successor that names it is SCHEDULED |
/// | a signed report | COMPLETED |
/// | late content, rejected images, retraction | the next is SCHEDULED |
///
/// All follows from events and their asserted times, so that every node with the same events has the same series; only the end of a
/// lease that nobody has answered yet is judged by the clock of whoever asks.
///
/// Source: DICOM PS3.4 CC.1.1; house rule for release and transfer, clinical mapping section 5.
public struct WorkitemSeries {
    private let stream: StreamID
    private let history: CaseHistory
    /// All but the last, ended.
    private var ended: [Workitem] = []
    private var current: Workitem?
    private var open: [(claim: Workitem.Claim, position: Int)] = []
    /// The event that ended the last workitem.
    private var anchor: EventID?
    private var completedAt: Int?

    /// The workitems of a case at a moment, the oldest first.
    public static func workitems(of state: CaseState, _ history: CaseHistory, at now: Instant) -> [Workitem] {
        guard state.stream.kind == .imagingCase else { return [] }
        var series = WorkitemSeries(state.stream, history)
        for position in history.positions { series.take(position) }
        series.conclude(state.reading, at: now)
        return series.ended + (series.current.map { [$0] } ?? [])
    }

    private init(_ stream: StreamID, _ history: CaseHistory) {
        self.stream = stream
        self.history = history
    }

    private mutating func take(_ position: Int) {
        let fact = history.facts[position]
        let at = fact.occurredAt.instant
        switch fact.event {
        case .studyHandedOver, .studyContentChanged, .procedureStepCompleted, .readingTask(.requested): schedule(at)
        case .procedureStepDiscontinued(let step): if !step.series.isEmpty { schedule(at) }
        case .readingClaimed(let said): claim(position, leaseUntil: said.leaseUntil, takesOver: false)
        case .readingTask(.transferAccepted(let said)): claim(position, leaseUntil: said.leaseUntil, takesOver: true)
        case .readingTask(.declined(let said)): giveBack(position, said.reason, ofOthers: false)
        case .readingReleased(let said): giveBack(position, said.reason, ofOthers: fact.role == .lead || fact.role == .system)
        case .finalSigned, .reportCorrected: if fact.role?.readsImages == true { sign(position) }
        default: return
        }
    }

    private mutating func schedule(_ at: Instant) {
        guard current == nil else { return }
        current = Workitem(WorkitemUID(stream, after: nil), scheduledAt: at)
    }

    private mutating func claim(_ position: Int, leaseUntil: Instant?, takesOver: Bool) {
        let fact = history.facts[position]
        let at = fact.occurredAt.instant
        schedule(at)
        expire(at)
        // Apart from the signature: the reader was overtaken, and the workitem stays as it ended.
        if let completedAt, current?.state == .completed {
            guard history.precedes(completedAt, position) else { return note(fact.id) }
            succeed()
        }
        if takesOver, !open.isEmpty,
            open.allSatisfy({ history.precedes($0.position, position) && $0.claim.by != fact.actor.person })
        {
            cancel(at, "Handed on to another reader.", after: fact.id)
        }
        open.removeAll { $0.claim.by == fact.actor.person && history.precedes($0.position, position) }
        let claim = Workitem.Claim(
            event: fact.id, by: fact.actor.person, site: fact.actor.site, at: at, leaseUntil: leaseUntil)
        open.append((claim, position))
        note(fact.id)
        current?.state = .inProgress
        current?.claims = open.map(\.claim)
    }

    private mutating func note(_ event: EventID) { current?.claimedBy.append(event) }

    /// A reader gives back what he held knowing of it; a lead does so for others.
    private mutating func giveBack(_ position: Int, _ reason: String, ofOthers: Bool) {
        let fact = history.facts[position]
        expire(fact.occurredAt.instant)
        guard !open.isEmpty else { return }
        open.removeAll { history.precedes($0.position, position) && (ofOthers || $0.claim.by == fact.actor.person) }
        if open.isEmpty {
            cancel(fact.occurredAt.instant, reason.isEmpty ? "Given back." : reason, after: fact.id)
        } else {
            current?.claims = open.map(\.claim)
        }
    }

    private mutating func sign(_ position: Int) {
        let fact = history.facts[position]
        schedule(fact.occurredAt.instant)
        expire(fact.occurredAt.instant)
        if current?.state == .completed { succeed() }
        open = []
        anchor = fact.id
        completedAt = position
        current?.state = .completed
        current?.endedAt = fact.occurredAt.instant
        current?.signedBy = fact.actor.person
    }

    /// Ends what nobody holds any more at a moment, because every lease on it has ended.
    ///
    /// Asked only of those who act and of whoever looks: a remark that was recorded later does not end a lease before a signature.
    private mutating func expire(_ moment: Instant) {
        guard let last = open.max(by: { Self.key($0.claim) < Self.key($1.claim) }), let end = last.claim.leaseUntil, end <= moment
        else { return }
        cancel(end, "The lease ended.", after: last.claim.event)
    }

    /// A lease without an end comes last.
    private static func key(_ claim: Workitem.Claim) -> (Instant, EventID) {
        (claim.leaseUntil ?? Instant(milliseconds: .max), claim.event)
    }

    private mutating func cancel(_ at: Instant, _ reason: String, after event: EventID) {
        open = []
        anchor = event
        current?.state = .canceled
        current?.endedAt = at
        current?.reason = reason
        succeed()
    }

    private mutating func succeed() {
        guard let last = current, let at = last.endedAt else { return }
        ended.append(last)
        current = Workitem(
            WorkitemUID(stream, after: anchor), scheduledAt: at, replaces: last.state == .canceled ? last.uid : nil)
    }

    /// Brings the last workitem to what the fold says of the case, which knows of offers, releases that were undone, and late content.
    private mutating func conclude(_ reading: ReadingState, at now: Instant) {
        expire(now)
        guard let last = current else { return }
        let holders = reading.claims.filter { claim in claim.isActive && claim.leaseUntil.map { now < $0 } ?? true }
        let waits = [.queued, .offered, .reopened].contains(reading.status(at: now))
        if last.state == .completed, waits || !holders.isEmpty { succeed() }
        guard current?.state != .completed else { return }
        if !holders.isEmpty {
            current?.state = .inProgress
            current?.claims = holders.map {
                Workitem.Claim(event: $0.event, by: $0.by, site: $0.site, at: $0.at, leaseUntil: $0.leaseUntil)
            }
            for claim in holders where current?.claimedBy.contains(claim.event) == false { note(claim.event) }
        } else if current?.state == .scheduled, !waits {
            // Claimed and given back when nothing was left to read: nothing is scheduled.
            current = nil
        }
    }
}
