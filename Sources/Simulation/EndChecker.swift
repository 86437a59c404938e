import EventLog

/// Judges the nodes when all is quiet.
struct EndChecker {
    let checker: Checker
    let ends: [NodeEnd]
    let reference: [StreamID: EventHash]
    let forkable: Set<SiteID>
    let forked: Set<LogID>

    /// The sites that take part in a history by what the hub holds of it.
    private let members: [StreamID: Set<SiteID>]
    private let idsAtHub: [StreamID: Set<EventID>]
    /// Whose events of a history the hub holds.
    private let authors: [StreamID: Set<SiteID>]
    private let heldByHubOrAuthor: Set<EventID>
    /// Histories in which somebody recorded two events under one id.
    private let disputed: Set<StreamID>

    init(
        checker: Checker, ends: [NodeEnd], reference: [StreamID: EventHash], forkable: Set<SiteID>, forked: Set<LogID>
    ) {
        self.checker = checker
        self.ends = ends
        self.reference = reference
        self.forkable = forkable
        self.forked = forked
        var members: [StreamID: Set<SiteID>] = [:]
        var ids: [StreamID: Set<EventID>] = [:]
        var authors: [StreamID: Set<SiteID>] = [:]
        for mark in ends.first(where: { $0.node == .hub })?.marks ?? [] {
            authors[mark.stream, default: []].insert(mark.id.log.site)
            if let site = mark.routedTo { members[mark.stream, default: []].insert(site) }
            ids[mark.stream, default: []].insert(mark.id)
        }
        self.members = members.merging(authors) { $0.union($1) }
        self.authors = authors
        idsAtHub = ids
        let authored = ends.filter { !$0.isStopped }.flatMap { end in end.marks.filter { $0.id.log.site == end.node.site } }
        heldByHubOrAuthor = Set(ids.values.joined()).union(authored.map(\.id))
        disputed = Set(checker.made.values.filter { $0.count > 1 }.flatMap { $0.map(\.stream) })
    }

    private func takesPart(_ site: SiteID, _ stream: StreamID) -> Bool {
        checker.maySeeAll(site) || members[stream]?.contains(site) == true || stream.kind.isForEverySite
    }

    func violations() -> [Violation] {
        guard let hub = ends.first(where: { $0.node == .hub }) else { return [] }
        let atHub = Self.byID(hub.marks)
        var found = ends.flatMap(eachOnce)
        found += gaps(hub)
        found += lost(hub, atHub)
        for end in ends where end.node != .hub { found += site(end, atHub) }
        found += parents(hub, atHub)
        found += differing(hub, atHub)
        for log in forked.sorted() where !hub.quarantined.contains(log) {
            found.append(Violation(.equivocation, "two histories of \(log) were offered and it is not under quarantine"))
        }
        return found
    }

    private func isAuthor(_ site: SiteID, of stream: StreamID) -> Bool {
        checker.maySeeAll(site) || authors[stream]?.contains(site) == true
    }

    private static func byID(_ marks: [EventMark]) -> [EventID: EventMark] {
        Dictionary(marks.map { ($0.id, $0) }) { first, _ in first }
    }

    private func eachOnce(_ end: NodeEnd) -> [Violation] {
        var ids: Set<EventID> = []
        var keys: [String: EventID] = [:]
        var found: [Violation] = []
        for mark in end.marks {
            if !ids.insert(mark.id).inserted { found.append(Violation(.noDuplicate, "\(end.node) holds \(mark.id) twice")) }
            if !mark.isWhole, !checker.isDisputed(mark) {
                found.append(Violation(.tamperEvidence, "\(end.node) holds \(mark.id) with other bytes than its hash is of"))
            }
            if checker.made[mark.id]?.contains(where: { $0.hash == mark.hash }) != true {
                found.append(Violation(.noInvention, "\(end.node) holds \(mark.id), which nobody recorded so"))
            }
            guard !mark.key.isEmpty else { continue }
            if let other = keys.updateValue(mark.id, forKey: mark.key), other != mark.id {
                found.append(Violation(.noDuplicate, "\(end.node) holds \(mark.key) as \(other) and as \(mark.id)"))
            }
        }
        return found
    }

    /// Logs must be whole. A gap before what went ahead of its log stays only where its author lost the rest and the hub never had it.
    private func gaps(_ end: NodeEnd, of own: SiteID? = nil) -> [Violation] {
        var held: [LogID: Set<UInt64>] = [:]
        for mark in end.marks where own == nil || mark.id.log.site == own {
            held[mark.id.log, default: []].insert(mark.id.sequence)
        }
        return held.keys.sorted().compactMap { log in
            guard let sequences = held[log], let head = sequences.max(), UInt64(sequences.count) != head else { return nil }
            let missing = (1...head).filter { !sequences.contains($0) }
            guard missing.contains(where: { isAtAuthorOrHub(EventID(log: log, sequence: $0)) }) else { return nil }
            return Violation(.prefix, "\(end.node) holds \(log) with a gap")
        }
    }

    private func isAtAuthorOrHub(_ id: EventID) -> Bool {
        heldByHubOrAuthor.contains(id)
    }

    /// What a node that is in step holds must be at the hub, whoever recorded it and whatever the hub lost on the way. Not asked for of
    /// a log that may have two histories: the hub keeps one of them, and which of the two is true a person must say.
    private func lost(_ hub: NodeEnd, _ atHub: [EventID: EventMark]) -> [Violation] {
        var found: [Violation] = []
        for end in ends where end.node != .hub && !end.isStopped && end.isInStep {
            for mark in end.marks where !forkable.contains(mark.id.log.site) {
                guard atHub[mark.id]?.hash != mark.hash else { continue }
                found.append(Violation(.noLoss, "\(end.node) holds \(mark.id), and the hub does not hold it"))
            }
        }
        return found
    }

    private func site(_ end: NodeEnd, _ atHub: [EventID: EventMark]) -> [Violation] {
        guard !end.isStopped, let site = end.node.site else { return counted(end, atHub) }
        guard end.isInStep else {
            return [Violation(.liveness, "\(end.node) is not in step long after all faults ended")] + counted(end, atHub)
        }
        let held = Self.byID(end.marks)
        var found = counted(end, atHub)
        for mark in atHub.values.sorted(by: { $0.id < $1.id }) where takesPart(site, mark.stream) {
            let isOwn = mark.id.log.site == site
            if isOwn && end.isCopied { continue }
            // A routing whose past has two histories is held and not in force: who it lets in waits for a person.
            if disputed.contains(mark.stream), !isAuthor(site, of: mark.stream) { continue }
            if held[mark.id] == nil { found.append(Violation(.noLoss, "\(end.node) does not hold \(mark.id)")) }
        }
        for mark in end.marks where !checker.isEntitled(site, mark.stream) {
            found.append(Violation(.isolation, "\(end.node) holds \(mark.id) of \(mark.stream), in which it takes no part"))
        }
        for id in end.taken where held[id] == nil {
            found.append(Violation(.noSkippedCursor, "\(end.node)'s cursor is beyond \(id), which it does not hold"))
        }
        if !end.isCopied { found += gaps(end, of: site) + parents(end, held) + differing(end, atHub) }
        return found
    }

    private func parents(_ end: NodeEnd, _ held: [EventID: EventMark]) -> [Violation] {
        end.marks.flatMap { mark in
            mark.parents.filter { held[$0] == nil && checker.made[$0] != nil && isReachable($0) }.map {
                Violation(.causality, "\(end.node) holds \(mark.id) without its parent \($0)")
            }
        }
    }

    /// Whether anybody who still speaks holds it: what is gone from everywhere cannot be shown.
    private func isReachable(_ id: EventID) -> Bool {
        ends.contains { end in
            (end.node == .hub || (!end.isStopped && end.node.site == id.log.site)) && end.marks.contains { $0.id == id }
        }
    }

    private func differing(_ end: NodeEnd, _ atHub: [EventID: EventMark]) -> [Violation] {
        let streams = Set(atHub.values.map(\.stream)).sorted()
        return streams.compactMap { stream in
            if let site = end.node.site, !takesPart(site, stream) { return nil }
            guard end.digests[stream] != reference[stream] else { return nil }
            // Equal states are promised for equal events: what is missing is reported by itself, and so is what the hub lost.
            guard Set(end.marks.filter { $0.stream == stream }.map(\.id)) == idsAtHub[stream] else { return nil }
            let text = "\(end.node) shows another state of \(stream) than the model, with the same events"
            return Violation(.convergence, text)
        }
    }

    private func counted(_ end: NodeEnd, _ atHub: [EventID: EventMark]) -> [Violation] {
        var found: [Violation] = []
        if end.recorded != end.shared + end.pending + end.refused {
            let sum = "\(end.recorded) = \(end.shared) + \(end.pending) + \(end.refused)"
            found.append(Violation(.accounting, "\(end.node) counts \(sum)"))
        }
        if end.isInStep, !end.isStopped, let log = end.log, end.shared > 0,
            atHub[EventID(log: log, sequence: end.shared)] == nil
        {
            found.append(Violation(.accounting, "\(end.node) counts \(end.shared) of \(log) as shared, the hub holds fewer"))
        }
        return found
    }
}
