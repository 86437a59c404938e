import EventLog

/// Transfers and content at their positions; lives for one fold.
struct AvailabilityLedger {
    private struct Transfer {
        let position: Int
        let destination: String
        let version: String
        let event: TransferEvent
    }

    private let history: CaseHistory
    /// What the archives hold, as acquisition sees it.
    private var content = AcquisitionState()
    private(set) var transfers: [Int] = []
    private var told: [Transfer] = []
    private var handOvers: [Int] = []
    private var contents: [Int] = []
    private var steps: [Int] = []
    private var oddities: [Anomaly] = []

    init(_ history: CaseHistory, of stream: StreamID) {
        self.history = history
        for position in history.positions(of: .availability) {
            switch history.facts[position].event {
            case .transfer: transfers.append(position)
            case .studyHandedOver: handOvers.append(position)
            case .studyContentChanged: contents.append(position)
            case .procedureStepStarted: steps.append(position)
            default: continue
            }
        }
        guard !transfers.isEmpty else { return }
        var facts = AcquisitionFacts()
        facts.gather(history, of: .availability)
        // Acquisition itself asks the question of altered bytes.
        var asked: [Conflict] = []
        facts.judgeContent(history, stream, &content, &asked)
        for position in transfers { take(position) }
    }

    private mutating func take(_ position: Int) {
        guard case .transfer(let event) = history.facts[position].event else { return }
        let isEntitled = history.facts[position].role.map { Authority.mayRecord(.transfer(event), as: $0) } ?? false
        guard isEntitled, !event.destination.isEmpty else {
            let what =
                isEntitled
                ? "A transfer that names no destination: it is kept and says nothing of any."
                : "Its author's role may not report transfers: it is kept and changes nothing."
            return oddities.append(Anomaly(event: history.facts[position].id, axis: AvailabilityAxis.label, what: what))
        }
        let version = event.contentVersion.isEmpty ? versionSeen(at: position) : event.contentVersion
        told.append(Transfer(position: position, destination: event.destination, version: version, event: event))
    }

    /// The content that the author of a transfer had seen last; the present one where he had seen none.
    private func versionSeen(at position: Int) -> String {
        let seen = content.contentVersions.last { entry in
            entry.event.flatMap(history.position).map { history.precedes($0, position) } ?? false
        }
        return seen?.version ?? content.contentVersion
    }

    /// Says of each destination how far it is.
    mutating func conclude(into state: inout AvailabilityState) {
        // Where no archive reported anything the transfers themselves are all that is known of the content.
        state.contentVersion = content.contentVersion.isEmpty ? told.last?.version ?? "" : content.contentVersion
        for entry in content.contentVersions where !state.versions.contains(entry.version) {
            state.versions.append(entry.version)
        }
        for name in Set(told.map(\.destination)).sorted() {
            let own = told.filter { $0.destination == name }
            var destination = judge(own.filter { $0.version == state.contentVersion }, name, state.contentVersion)
            if destination.events.isEmpty {
                destination.status = base
                destination.instances = instances(of: state.contentVersion, [])
                take(earlier: own, into: &destination)
            }
            state.destinations.append(destination)
        }
        state.oddities = oddities
    }

    /// How far the content is before anybody sent it.
    private var base: DestinationState.Status {
        if contents.isEmpty && content.contentVersions.isEmpty { return steps.isEmpty ? .unknown : .receiving }
        let latest = history.ancestry.latest(of: contents)
        if steps.contains(where: { step in !latest.isEmpty && latest.allSatisfy { history.precedes($0, step) } }) {
            return .receiving
        }
        let isDeclared = handOvers.contains { declared in !latest.contains { history.precedes(declared, $0) } }
        return isDeclared ? .handedOver : .stable
    }

    private mutating func take(earlier own: [Transfer], into destination: inout DestinationState) {
        var judged: [String] = []
        for version in own.map(\.version).reversed() where !judged.contains(version) {
            judged.append(version)
            let before = judge(own.filter { $0.version == version }, destination.name, version)
            guard before.status == .delivered || before.status == .verified else { continue }
            destination.earlierVersion = version
            destination.earlierStatus = before.status
            return
        }
    }

    private func instances(of version: String, _ own: [Transfer]) -> Int {
        if let known = content.contentVersions.last(where: { $0.version == version }), known.instances > 0 {
            return known.instances
        }
        return own.reduce(0) { most, transfer in
            if case .started(let said) = transfer.event { max(most, said.instances) } else { most }
        }
    }

    /// What was told of one content at one destination: the most that anybody told counts, so that order does not matter.
    private mutating func judge(_ own: [Transfer], _ name: String, _ version: String) -> DestinationState {
        var state = DestinationState(name: name)
        state.contentVersion = version
        state.instances = instances(of: version, own)
        var ends: [Int] = []
        var isCommitted = false
        for transfer in own {
            state.events.append(history.facts[transfer.position].id)
            switch transfer.event {
            case .started: continue
            case .progressed(let said):
                state.sent = max(state.sent, said.sent)
                state.verified = max(state.verified, said.verified)
            case .completed(let said):
                ends.append(transfer.position)
                state.sent = max(state.sent, said.sent)
                state.verified = max(state.verified, said.verified)
                isCommitted = isCommitted || said.isCommitted
            case .failed: continue
            }
        }
        if state.instances == 0 { state.instances = max(state.sent, state.verified) }
        state.sent = max(state.sent, state.verified)
        guard !own.isEmpty else { return state }
        state.status = ends.isEmpty ? .transferring : end(of: state, isCommitted)
        if state.status != .verified { take(failure: own, &state) }
        flagExcess(own, state)
        return state
    }

    private func end(of state: DestinationState, _ isCommitted: Bool) -> DestinationState.Status {
        if state.sent > 0 && state.sent < state.instances { return .incomplete }
        let isCompared = state.instances > 0 && state.verified >= state.instances
        return isCompared || isCommitted ? .verified : .delivered
    }

    /// A failure counts unless somebody who had seen it tried again, or somebody apart saw the transfer complete.
    private func take(failure own: [Transfer], _ state: inout DestinationState) {
        let latest = history.ancestry.latest(of: own.map(\.position))
        let last = own.filter { latest.contains($0.position) }
        if last.contains(where: { if case .completed = $0.event { true } else { false } }) { return }
        for transfer in last {
            guard case .failed(let said) = transfer.event else { continue }
            state.status = .failed
            state.reason = said.reason
            state.isFinal = state.isFinal || said.isFinal
        }
    }

    private mutating func flagExcess(_ own: [Transfer], _ state: DestinationState) {
        for transfer in own where state.status == .incomplete {
            guard case .completed = transfer.event else { continue }
            oddities.append(
                Anomaly(
                    event: history.facts[transfer.position].id, axis: AvailabilityAxis.label,
                    what: "Said to be complete with \(state.sent) of \(state.instances): it does not count as delivered."))
        }
    }
}

extension TransferEvent {
    /// Where the images go.
    var destination: String {
        switch self {
        case .started(let said): said.destination
        case .progressed(let said): said.destination
        case .completed(let said): said.destination
        case .failed(let said): said.destination
        }
    }

    /// The content that is sent; empty where it was not said.
    var contentVersion: String {
        switch self {
        case .started(let said): said.contentVersion
        case .progressed(let said): said.contentVersion
        case .completed(let said): said.contentVersion
        case .failed(let said): said.contentVersion
        }
    }
}
