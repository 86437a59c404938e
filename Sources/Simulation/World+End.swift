import EventLog
import Problems
import Replication
import Wire

/// The full check when all is quiet.
extension World {
    func isInStep(_ site: SimulatedSite) -> Bool {
        guard site.isUp, site.session.isReachable, site.session.isDrained, let hubStore = hub.store, let store = site.store else {
            return false
        }
        do {
            guard let cursor = try store.cursor() else { return try hubStore.feedHead(of: site.site) == 0 }
            let generation = try hubStore.generation()
            return try cursor.generation == generation && cursor.position == hubStore.feedHead(of: site.site)
        } catch { return false }
    }

    /// Whether a log of a site is under quarantine at the hub: a person must act then.
    func hasQuarantined(_ site: SiteID) -> Bool {
        (try? hub.store?.quarantined().contains { $0.site == site }) ?? false  // a store that cannot be read shows elsewhere
    }

    func finalCheck() -> [Violation] {
        do {
            guard let store = hub.store else { return [Violation(.liveness, "the hub is not up long after all faults ended")] }
            var found = try repeatAll(store)
            var ends = [try hubEnd(store)]
            for site in sites { ends.append(try end(of: site, store)) }
            // The model: all that the hub holds, folded in the order of the ids.
            let model = try Mirror(of: store, bug: nil)
            found += checker.finish(ends, reference: model.digests())
            note("world", "ends with \(model.marks.count) events")
            return found
        } catch { return [Violation(.liveness, "a store cannot be read at the end: \(error)")] }
    }

    /// Everything comes a second time: what was pulled to the sites, what was pushed to the hub.
    private func repeatAll(_ hubStore: any HubStore) throws -> [Violation] {
        var found: [Violation] = []
        for site in sites where !site.isStopped && isInStep(site) {
            guard let store = site.store, let end = try store.cursor() else { continue }
            let before = site.mirror.marks.count
            var cursor = FeedCursor.start(of: try hubStore.generation())
            while cursor.position < end.position,
                let page = try hubStore.page(for: site.site, after: cursor, eventsMax: 500, bytesMax: 1 << 20)
            {
                _ = try? store.store(page.segment, cursor: end)  // one that is refused changes nothing, which is looked at below
                cursor = page.cursor
            }
            let after = try Mirror(of: store, bug: bug)
            let isSame = after.marks.count == before
            var judge = checker
            found += judge.take(.replayed(site.node, isUnchanged: isSame))
        }
        return found
    }

    private func hubEnd(_ store: any HubStore) throws -> NodeEnd {
        let mirror = try Mirror(of: store, bug: nil)
        var end = NodeEnd(.hub, marks: mirror.marks)
        end.digests = try hub.machine.digests() ?? Mirror(of: store, bug: bug).digests()
        end.quarantined = try store.quarantined()
        return end
    }

    private func end(of site: SimulatedSite, _ hubStore: any HubStore) throws -> NodeEnd {
        guard let store = site.store else {
            var end = NodeEnd(site.node, marks: [])
            end.isInStep = false
            return end
        }
        var end = NodeEnd(site.node, marks: try Mirror(of: store, bug: nil).marks)
        end.isStopped = site.isStopped
        end.isCopied = site.isCopied || sites.contains { $0 !== site && $0.site == site.site }
        end.hasAllCases = allCases.contains(site.site)
        end.isInStep = isInStep(site)
        end.digests = try site.machine.digests() ?? site.mirror.digests()
        let own = try store.ownLog()
        end.log = own.log
        end.recorded = own.head
        end.shared = min(site.session.shared ?? 0, own.head)
        end.pending = site.isStopped ? 0 : own.head - end.shared
        end.refused = site.isStopped ? own.head - end.shared : 0
        if end.isInStep, let cursor = try store.cursor() { end.taken = try entries(of: site, upTo: cursor, hubStore) }
        return end
    }

    /// What a site's feed holds up to a place.
    private func entries(of site: SimulatedSite, upTo end: FeedCursor, _ store: any HubStore) throws -> [EventID] {
        var ids: [EventID] = []
        var cursor = FeedCursor.start(of: end.generation)
        while cursor.position < end.position,
            let page = try store.page(for: site.site, after: cursor, eventsMax: 500, bytesMax: 1 << 20)
        {
            ids += page.segment.events.map(\.id)
            cursor = page.cursor
        }
        return ids
    }
}

extension SimulatedSite {
    /// Whether a person must act, for a reason that a person gave.
    var isStopped: Bool {
        if world.checker.mayFork(site), world.hasQuarantined(site) { return true }
        // The feed brings the other history of a log of which one is held: which of them is true a person must say. It sends all the same.
        if feedRefusal?.code == .fork, stopped == nil, session.isReachable, session.isDrained,
            let id = feedRefusal?.facts.first(where: { $0.name == "event" }).flatMap({ EventID($0.value) }),
            world.checker.mayFork(id.log.site)
        {
            return true
        }
        guard let stopped else { return false }
        switch stopped.code {
        case .siteRevoked: return world.hub.registry[site]?.isRevoked == true
        case .fork, .siteQuarantined: return world.checker.mayFork(site)
        default: return false
        }
    }

    /// Whether nothing more is to be expected of it.
    var isSettled: Bool { isStopped }
}
