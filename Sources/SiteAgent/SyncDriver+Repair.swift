import Synchronization
import EventLog
import Problems
import Replication
import SQLiteStore
import Wire

/// Events that are set aside, and events whose rows are damaged: at this end or at the hub.
extension SyncDriver {
    /// Takes over what the hub set aside of this site's events, where it says that there is more than is known.
    func learn(aside count: Int?) async {
        guard let count, asideKnown.withLock({ $0 }) != count else { return }
        do {
            let events = try await client.aside().filter { [site = store.site] in $0.id.log.site == site }
            let noted = now()
            _ = try await store.file.offload { [store] () throws(Problem) in try store.file.setAside(events, noted: noted) }
            asideKnown.withLock { $0 = count }
        } catch let error as HubClient.Failed {
            // Asked again at the next answer that says so; cut with the run it is no fault.
            guard !Task.isCancelled else { return }
            update { $0.problems[.hello] = $0.problems[.hello] ?? error.problem }
        } catch { fault((error as? Problem) ?? Problem(.internalError, "\(error)")) }
    }

    /// Gives the hub what it holds damaged and this site holds whole.
    func giveWanted() async throws {
        let wanted = try await client.wanted()
        guard !wanted.isEmpty else { return }
        let bytes: [UInt8]? = try await store.file.offloadCoding { [store] zstd throws(Problem) in
            let segment = try store.file.wholeEvents(wanted)
            return segment.events.isEmpty ? nil : SegmentCoding.encode(segment, using: zstd)
        }
        if let bytes { try await client.mend(bytes) }
    }
}

/// Fetches whole events from the hub in place of damaged ones.
struct SiteRepair: Sendable {
    let store: SQLiteSiteStore
    let client: HubClient
    let now: @Sendable () -> Instant

    /// Repairs what can be repaired; gives what was.
    func repair(_ damaged: [EventID]) async throws(Problem) -> [EventID] {
        var mended: [EventID] = []
        var rest = damaged[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(1024))
            rest = rest.dropFirst(part.count)
            let bytes: [UInt8]
            do throws(HubClient.Failed) { bytes = try await client.events(part) } catch { throw error.problem }
            let segment = try await store.file.offloadCoding { zstd throws(Problem) in
                try SegmentCoding.decode(bytes, using: zstd)
            }
            let (store, seen) = (store, now())
            mended += try await store.file.offload { () throws(Problem) in
                let done = try store.file.repair(with: segment)
                for id in done {
                    try store.file.keep(
                        Notice(
                            seen: seen, code: .integrityFailed,
                            message: "The event \(id) was damaged and was repaired from the hub."))
                }
                return done
            }
        }
        return mended
    }
}
