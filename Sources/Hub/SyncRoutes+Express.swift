import EventLog
import Hummingbird
import NIOCore
import Problems
import Replication
import SQLiteStore
import Wire

/// The express lane: urgent histories go ahead of a site's log, and ahead of its feed.
extension SyncRoutes {
    /// Urgent events of a log ahead of the rest. Answers how far the log is whole.
    func pushAhead(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let bytes = try await body(request)
        let site = try authentication.site(of: request, body: bytes)
        let log = try log(context)
        guard log.site == site else {
            throw Problem(.siteMismatch, "The site '\(site)' signed, the address names a log of '\(log.site)'.")
        }
        let segment = try await core.decode(bytes)
        do {
            let run = try ExpressRun(log: log, segment: segment)
            guard context.parameters.get("last", as: UInt64.self) == segment.events.last?.id.sequence else {
                throw Problem(.outOfRange, "The address does not name the last sequence of the segment.")
            }
            let store = core.store
            try await store.file.offload { () throws(Problem) in try HubSession.requirePast(of: run, store: store) }
            let taken = try await store.acceptAheadAsync(run)
            note(site)
            if segment.events.contains(where: { Admission.objection(to: $0.event) != nil }) { try core.countAside() }
            var response = answer(SyncCoding.encode(taken.whole))
            tell(site, in: &response)
            return response
        } catch let refusal as SyncRefusal { throw refusal.problem }
    }

    /// Urgent histories ahead of a site's feed.
    func express(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let site = try authentication.site(of: request, body: [])
        guard context.parameters.get("site") == site.text else {
            throw Problem(.notFound, "There is no such feed for this site.")
        }
        let query = request.uri.queryParameters
        let cursor = try cursor(query.get("after"))
        let window = ExpressWindow(
            above: query.get("above").flatMap { UInt64($0) } ?? 0, below: query.get("below").flatMap { UInt64($0) })
        note(site)
        let (store, key) = (core.store, core.folder.key)
        let bytes: [UInt8] = try await store.file.offloadCoding { zstd throws(Problem) in
            do {
                let part = try store.express(
                    for: site, after: cursor, in: window, eventsMax: Express.eventsMax, bytesMax: Express.bytesMax)
                guard let part, !part.segment.events.isEmpty else { return ExpressAnswer.none.bytes }
                let segment = SegmentCoding.encode(part.segment, using: zstd)
                return try ExpressAnswer(part, segment: segment, for: site, after: cursor, key: key).bytes
            } catch {
                throw (error as? SyncRefusal)?.problem ?? (error as? Problem)
                    ?? Problem(.internalError, "The hub's key cannot sign.")
            }
        }
        return answer(bytes)
    }
}
