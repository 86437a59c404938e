public import EventLog

/// Judges a recorded history: what is cheap after each moment, the rest when all is quiet. Knows nothing of how the history came about.
public struct Checker: Sendable {
    /// What of a node is known between two moments.
    private struct Copy {
        var held: [EventID: EventHash] = [:]
        /// Recorded here and answered with ok, or arrived durably: what a restart must show again.
        var promised: [EventID: EventHash] = [:]
    }

    private var copies: [Node: Copy] = [:]
    /// Every event that anybody made, with all hashes under its id.
    private(set) var made: [EventID: [EventMark]] = [:]
    /// What somebody was told of, or another node got: its place is taken for ever.
    private var published: [EventID: EventHash] = [:]
    private var members: [StreamID: Set<SiteID>] = [:]
    /// How far the hub ever held a log without a gap, and what it held beyond that.
    private var hubReached: [LogID: UInt64] = [:]
    private var hubBeyond: [LogID: Set<UInt64>] = [:]
    private var forkable: Set<SiteID> = []
    private var forked: Set<LogID> = []
    private var hubHasLied = false
    private let allCases: Set<SiteID>
    /// How many moments were judged.
    public private(set) var count = 0

    /// Starts a history.
    ///
    /// - Parameter allCases: the sites that may see every case.
    public init(allCases: Set<SiteID>) { self.allCases = allCases }

    /// Judges the next moment; gives what it violates.
    public mutating func take(_ moment: Moment) -> [Violation] {
        count += 1
        switch moment {
        case .recorded(let node, let mark, let isHeld): return recorded(node, mark, isHeld)
        case .unsure(_, let mark), .forged(let mark):
            note(mark)
            return []
        case .arrived(let node, let marks): return marks.flatMap { arrived(node, $0) }
        case .offered(let marks, let wasTaken): return offered(marks, wasTaken)
        case .acknowledged(let node, let log, let through): return acknowledged(node, log, through)
        case .diskLost(let node):
            copies[node]?.promised = [:]
            if node == .hub { forked = [] }
            return []
        case .reopened(let node, let marks): return reopened(node, marks)
        case .forkPossible(let site):
            forkable.insert(site)
            return []
        case .hubLied:
            hubHasLied = true
            return []
        case .served(let site, let isRevoked, let isRepeat): return served(site, isRevoked, isRepeat)
        case .replayed(let node, let isUnchanged):
            return isUnchanged ? [] : [Violation(.idempotence, "\(node) shows something else after everything came twice")]
        }
    }

    private mutating func note(_ mark: EventMark) {
        if made[mark.id]?.contains(where: { $0.hash == mark.hash }) != true { made[mark.id, default: []].append(mark) }
        members[mark.stream, default: []].insert(mark.id.log.site)
        if let site = mark.routedTo { members[mark.stream, default: []].insert(site) }
    }

    private mutating func recorded(_ node: Node, _ mark: EventMark, _ isHeld: Bool) -> [Violation] {
        var found: [Violation] = []
        if let other = published[mark.id], other != mark.hash, !forkable.contains(mark.id.log.site) {
            found.append(Violation(.noReuse, "\(node) recorded a second event under \(mark.id)"))
        }
        published[mark.id] = mark.hash
        if !isHeld { found.append(Violation(.readYourWrites, "\(node) recorded \(mark.id) and does not show it")) }
        note(mark)
        copies[node, default: Copy()].held[mark.id] = mark.hash
        copies[node, default: Copy()].promised[mark.id] = mark.hash
        return found
    }

    private mutating func arrived(_ node: Node, _ mark: EventMark) -> [Violation] {
        var found = known(node, mark)
        if let held = copies[node]?.held[mark.id], held != mark.hash {
            found.append(Violation(.noDuplicate, "\(node) holds two events under \(mark.id)"))
        }
        if node == .hub {
            reach(mark)
        } else if let site = node.site, !isEntitled(site, mark.stream) {
            found.append(Violation(.isolation, "\(node) got \(mark.id) of \(mark.stream), in which it takes no part"))
        }
        copies[node, default: Copy()].held[mark.id] = mark.hash
        copies[node, default: Copy()].promised[mark.id] = mark.hash
        return found
    }

    private mutating func reach(_ mark: EventMark) {
        var (reached, beyond) = (hubReached[mark.id.log] ?? 0, hubBeyond[mark.id.log] ?? [])
        if mark.id.sequence > reached { beyond.insert(mark.id.sequence) }
        while beyond.remove(reached + 1) != nil { reached += 1 }
        (hubReached[mark.id.log], hubBeyond[mark.id.log]) = (reached, beyond)
        if published[mark.id] == nil { published[mark.id] = mark.hash }
    }

    private func known(_ node: Node, _ mark: EventMark) -> [Violation] {
        guard made[mark.id]?.contains(where: { $0.hash == mark.hash }) == true else {
            return [Violation(.noInvention, "\(node) holds \(mark.id), which nobody recorded so")]
        }
        return mark.isWhole || isDisputed(mark)
            ? [] : [Violation(.tamperEvidence, "\(node) shows \(mark.id) with other bytes than its hash is of")]
    }

    /// Whether an event names as parent one that has two histories: it is a child of the other.
    func isDisputed(_ mark: EventMark) -> Bool { mark.parents.contains { forkable.contains($0.log.site) } }

    /// Whether a site may have two histories without being at fault.
    func mayFork(_ site: SiteID) -> Bool { forkable.contains(site) }

    /// Whether a site may see every case.
    func maySeeAll(_ site: SiteID) -> Bool { allCases.contains(site) }

    /// Whether a site may see a stream, by all that was ever recorded.
    func isEntitled(_ site: SiteID, _ stream: StreamID) -> Bool {
        allCases.contains(site) || members[stream]?.contains(site) == true || stream.kind.isForEverySite
    }

    private mutating func offered(_ marks: [EventMark], _ wasTaken: Bool) -> [Violation] {
        for mark in marks {
            guard let held = copies[.hub]?.held[mark.id], held != mark.hash else { continue }
            if wasTaken { return [Violation(.equivocation, "the hub took a second history of \(mark.id.log) for good")] }
            forked.insert(mark.id.log)
        }
        return []
    }

    private func acknowledged(_ node: Node, _ log: LogID, _ through: UInt64) -> [Violation] {
        guard through > (hubReached[log] ?? 0), !hubHasLied else { return [] }
        return [Violation(.hubDurability, "\(node) counts \(log) as shared through \(through), which the hub never held")]
    }

    private mutating func reopened(_ node: Node, _ marks: [EventMark]) -> [Violation] {
        let held = Dictionary(marks.map { ($0.id, $0.hash) }) { first, _ in first }
        let rule: Rule = node == .hub ? .hubDurability : .localDurability
        var found: [Violation] = []
        for (id, hash) in (copies[node]?.promised ?? [:]).sorted(by: { $0.key < $1.key }) where held[id] != hash {
            found.append(Violation(rule, "\(node) lost \(id), which was durable"))
            let isOwn = id.log.site == node.site
            if !isOwn, node != .hub { found.append(Violation(.monotonicView, "\(node) no longer shows \(id)")) }
        }
        if node == .hub { for mark in marks { reach(mark) } }
        found += marks.flatMap { known(node, $0) }
        copies[node] = Copy(held: held, promised: held)
        return found
    }

    private func served(_ site: SiteID, _ isRevoked: Bool, _ isRepeat: Bool) -> [Violation] {
        if isRevoked { return [Violation(.revocation, "the hub served '\(site)' after it was revoked")] }
        return isRepeat ? [Violation(.revocation, "the hub served a request of '\(site)' a second time")] : []
    }

    // MARK: - When all is quiet

    /// Judges the whole.
    ///
    /// - Parameters:
    ///   - ends: every node, the hub first.
    ///   - reference: what each stream shows by the model: all events of the hub, folded in the order of their ids.
    public func finish(_ ends: [NodeEnd], reference: [StreamID: EventHash]) -> [Violation] {
        let quiet = EndChecker(
            checker: self, ends: ends, reference: reference, forkable: forkable, forked: hubHasLied ? [] : forked)
        return quiet.violations()
    }
}
