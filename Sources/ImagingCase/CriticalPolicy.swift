public import EventLog

/// What is done about a critical result by when, and who is asked next: a value that a site may set. The folded state has none of
/// it; whoever looks passes the policy and the moment.
///
/// Source: RadLex RID49480 to RID49482; ACR Practice Parameter for Communication (minutes, hours, days); house rule for the ladder.
public struct CriticalPolicy: Hashable, Sendable {
    /// The clocks of category 1, and of every finding whose category was not said: first call 5 minutes, escalation after 15 and 30,
    /// acknowledgement within 60.
    public var minutes = CriticalClocks.of(category: 1)
    /// The clocks of category 2: acknowledgement within 3 hours.
    public var hours = CriticalClocks.of(category: 2)
    /// The clocks of category 3: acknowledgement within 15 days.
    public var days = CriticalClocks.of(category: 3)
    /// Who is asked at each escalation, from the first; the last one is asked again at every further step.
    public var ladder = ["on-call doctor of the ordering service", "reading lead"]

    /// The house's policy.
    public init() {}

    /// The clocks of a category.
    public func clocks(of category: Int) -> CriticalClocks {
        switch category {
        case 2: hours
        case 3: days
        default: minutes
        }
    }

    /// Who is asked at an escalation, counted from 1.
    public func recipient(ofStep step: Int) -> String {
        ladder.isEmpty ? "reading lead" : ladder[min(max(step, 1), ladder.count) - 1]
    }
}

/// What somebody must do next about a critical result.
public struct CriticalNextStep: Hashable, Sendable {
    /// What is to be done.
    public enum Act: String, Sendable {
        /// Tell the responsible caregiver.
        case call
        /// Ask the next on the ladder.
        case escalate
        /// Wait for the acknowledgement, and ask for it.
        case awaitAcknowledgement
        /// Tell who does not know that it was withdrawn.
        case tellWithdrawal
    }

    /// What is to be done.
    public let act: Act
    /// Who must be told or asked, ascending where there are several.
    public let to: [String]
    /// Which step of the escalation, from 1; 0 where it is none.
    public let step: Int
    /// When it is due.
    public let due: Instant

    /// Whether it should have been done.
    public func overdue(at now: Instant) -> Bool { due <= now }
}

extension CriticalCard {
    /// Everybody who must take note by name.
    public var recipients: [String] { (responsible.isEmpty ? [] : [responsible]) + alsoResponsible }

    /// Who must still take note by name: of several ordering doctors each for himself.
    public var unacknowledged: [String] {
        let noted = acknowledgements.map(\.by)
        if !noted.isEmpty { return alsoResponsible.filter { !noted.contains($0) } }
        return recipients
    }

    /// What must be done next at a moment; nil where nothing is left to do.
    public func next(at now: Instant, _ policy: CriticalPolicy = CriticalPolicy()) -> CriticalNextStep? {
        let clocks = policy.clocks(of: category)
        let after = { (minutes: Int64) in at.advanced(byMilliseconds: minutes * 60_000) }
        switch status {
        case .withdrawn: return nil
        case .withdrawnPending:
            let from = withdrawals.map(\.at).max() ?? at
            return CriticalNextStep(
                act: .tellWithdrawal, to: unaware, step: 0, due: from.advanced(byMilliseconds: clocks.firstCallMinutes * 60_000))
        case .acknowledged:
            let rest = unacknowledged
            return rest.isEmpty
                ? nil : CriticalNextStep(act: .call, to: rest, step: 0, due: after(clocks.acknowledgeMinutes))
        case .open, .attempted, .communicated, .escalated: break
        }
        let asked = max(escalations.map(\.step).max() ?? 0, escalations.count)
        if asked < clocks.escalationMinutes.count, after(clocks.escalationMinutes[asked]) <= now {
            return CriticalNextStep(
                act: .escalate, to: [policy.recipient(ofStep: asked + 1)], step: asked + 1,
                due: after(clocks.escalationMinutes[asked]))
        }
        if communications.isEmpty {
            return CriticalNextStep(act: .call, to: recipients, step: 0, due: callDue(clocks, asked: asked, after: after))
        }
        return CriticalNextStep(
            act: .awaitAcknowledgement, to: unacknowledged, step: 0, due: after(clocks.acknowledgeMinutes))
    }

    /// A first call by its own clock; after an attempt, before the next escalation.
    private func callDue(_ clocks: CriticalClocks, asked: Int, after: (Int64) -> Instant) -> Instant {
        if attempts.isEmpty { return after(clocks.firstCallMinutes) }
        return after(asked < clocks.escalationMinutes.count ? clocks.escalationMinutes[asked] : clocks.acknowledgeMinutes)
    }
}
