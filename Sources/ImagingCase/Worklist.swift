public import EventLog

/// What a case waits for from one role: the soonest thing, in one sentence.
public struct WorkItem: Hashable, Sendable {
    /// Who does it.
    public let role: Role
    /// What, as an imperative.
    public let what: String
    /// By when; nil where nothing sets a time.
    public let due: Instant?

    /// What is asked of a technologist whose case may go ahead by what stands in it alone.
    public static let examine = "examine"

    /// Asks a role for something.
    public init(_ role: Role, _ what: String, due: Instant? = nil) {
        self.role = role
        self.what = what
        self.due = due
    }
}

/// Within how many minutes after hand-over a study shall be read, by how urgent it is; sites agree on their own.
public struct ReadingTimes: Hashable, Sendable {
    /// For STAT.
    public var statMinutes: Int64
    /// For urgent.
    public var urgentMinutes: Int64
    /// For as soon as possible.
    public var asapMinutes: Int64
    /// For routine.
    public var routineMinutes: Int64

    /// What holds where nobody agreed on other times.
    public static let standard = ReadingTimes(statMinutes: 30, urgentMinutes: 120, asapMinutes: 240, routineMinutes: 24 * 60)

    /// Agrees on times.
    public init(statMinutes: Int64, urgentMinutes: Int64, asapMinutes: Int64, routineMinutes: Int64) {
        self.statMinutes = statMinutes
        self.urgentMinutes = urgentMinutes
        self.asapMinutes = asapMinutes
        self.routineMinutes = routineMinutes
    }

    /// The minutes for an urgency.
    public func minutes(for urgency: Urgency) -> Int64 {
        switch urgency {
        case .stat: statMinutes
        case .urgent: urgentMinutes
        case .asap: asapMinutes
        case .routine, .unspecified: routineMinutes
        }
    }
}

extension CaseState {
    /// What the case waits for, the soonest thing of each role that it waits for, in the order of the roles.
    public func work(_ times: ReadingTimes = .standard) -> [WorkItem] {
        let all = conflictWork + examinationWork + readingWork(times) + referrerWork + rare.work
        return Role.allCases.compactMap { role in
            all.enumerated().filter { $0.element.role == role }
                .min { ($0.element.due?.milliseconds ?? .max, $0.offset) < ($1.element.due?.milliseconds ?? .max, $1.offset) }?
                .element
        }
    }

    /// Whoever owns a conflict is asked to close it.
    private var conflictWork: [WorkItem] {
        openConflicts.map { WorkItem($0.owner, "decide conflict \($0.number) \($0.kind)", due: $0.due) }
    }

    /// Whether nobody shall examine by this order any more, or not now: a hold stops as a cancellation does until it is released.
    private var isOver: Bool { [.cancelled, .rejected, .replaced, .onHold].contains(order.status) }

    /// What the technologist has to do until the study is handed over, and what he is asked for.
    private var examinationWork: [WorkItem] {
        var items = instruction.open.map {
            WorkItem(
                .technologist, "answer the instruction of \($0.by): \($0.text.isEmpty ? $0.kind.word : $0.text)",
                due: $0.validUntil)
        }
        if identity.status == .disputed { items.append(WorkItem(.technologist, "clear up who the patient is")) }
        if handOver.status == .incomplete { items.append(WorkItem(.technologist, "send the missing images")) }
        switch acquisition.status {
        case .completed, .partial: if handOver.status == .none { items.append(WorkItem(.technologist, "hand the study over")) }
        case .inProgress: items.append(WorkItem(.technologist, "finish the examination"))
        case .none, .discontinued:
            guard !isOver, order.status != .none, report.status == .none else { break }
            items.append(WorkItem(.technologist, safety.isBlocked ? "do not examine: safety" : WorkItem.examine, due: rare.slot))
        }
        return items
    }

    /// What those who read have to do: justify, choose the protocol, read, finish what is preliminary.
    private func readingWork(_ times: ReadingTimes) -> [WorkItem] {
        var items: [WorkItem] = []
        if order.status == .requested { items.append(WorkItem(.radiologist, "review the order", due: rare.slot)) }
        if !isOver, order.status != .none, acquisition.status == .none, protocoling.status == .needed {
            items.append(WorkItem(.radiologist, "choose the protocol", due: rare.slot))
        }
        let within = times.minutes(for: priority) * 60_000
        if let handed = handOver.current?.at, report.standing.allSatisfy({ $0.status == .preliminary }) {
            let holder = reading.claims.first(where: \.isActive)?.by
            let what = report.status == .preliminary ? "sign the final report" : "read"
            items.append(
                WorkItem(
                    .radiologist, what + (holder.map { " (held by \($0))" } ?? ""), due: handed.advanced(byMilliseconds: within)))
        }
        if reading.status == .reopened {
            if reading.rereadBecause.contains(.rejectedImages) {
                items.append(WorkItem(.radiologist, "read again: images of the report were rejected"))
            } else {
                items.append(WorkItem(.radiologist, "read the images that came after the report"))
            }
        }
        for card in criticalResult.live where card.communications.isEmpty {
            items.append(WorkItem(.radiologist, "tell \(card.responsible): \(card.finding)", due: card.firstCallDue))
        }
        return items
    }

    /// What the referrer has to do.
    private var referrerWork: [WorkItem] {
        criticalResult.live.map { WorkItem(.referrer, "acknowledge: \($0.finding)", due: $0.acknowledgeDue) }
    }
}

extension RareAxes {
    /// When the person is expected; nil where no slot is booked.
    var slot: Instant? { schedule.standing.compactMap(\.start).min() }

    /// What the axes in which most cases say nothing ask for.
    var work: [WorkItem] {
        var items = question.open.map { card in
            WorkItem(
                Role(rawValue: card.role)?.readsImages == true ? .technologist : .radiologist, "answer \(card.by): \(card.text)",
                due: card.due())
        }
        for card in consult.cards where card.status == .requested || card.status == .taken {
            items.append(WorkItem(.radiologist, "advise \(card.by): \(card.question)", due: card.due()))
        }
        for card in recommendation.cards where card.status == .open {
            let action = card.said.action.map { $0.text.isEmpty ? $0.code : $0.text } ?? ""
            items.append(WorkItem(.referrer, "answer the recommendation of \(card.by): \(action)", due: card.due()))
        }
        return items + courseWork
    }

    /// What a course of radiotherapy asks of the physicist, the oncologist and the therapist.
    private var courseWork: [WorkItem] {
        guard treatment.prescription != nil, treatment.ends.isEmpty else { return [] }
        if let block = treatment.blocks.first { return [WorkItem(.radiationOncologist, "decide: \(block.what)")] }
        if !treatment.deliverable.isEmpty {
            return [WorkItem(.therapist, "deliver fraction \(treatment.nextFraction)")]
        }
        if treatment.plans.contains(where: { $0.status == .physicsChecked }) {
            return [WorkItem(.radiationOncologist, "approve the plan")]
        }
        if treatment.plans.contains(where: { $0.status == .draft }) { return [WorkItem(.physicist, "check the plan")] }
        return [WorkItem(.physicist, "plan the course")]
    }
}
