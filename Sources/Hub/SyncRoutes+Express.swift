import EventLog
import Hummingbird
import NIOCore
import Problems
import Replication
import SQLiteStore
import Web
import Wire

/// The express lane: urgent histories go ahead of a site's log, and ahead of its feed.
extension SyncRoutes {
    /// Urgent events of a log ahead of the rest. Answers how far the log is whole.
    func pushAhead(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let (site, bytes) = try await authentication.call(request, for: .sends, isUrgent: true)
        let log = try log(context, of: site)
        return try await core.unpacking(bytes) { segment in
            do {
                let run = try ExpressRun(log: log, segment: segment)
                guard context.parameters.get("last", as: UInt64.self) == segment.events.last?.id.sequence else {
                    throw Problem(.outOfRange, "The address does not name the last sequence of the segment.")
                }
                let store = core.store
                try await store.file.offload { () throws(Problem) in try HubSession.requirePast(of: run, store: store) }
                return try taken(segment, from: site, try await store.acceptAheadAsync(run).whole)
            } catch let refusal as SyncRefusal { throw refusal.problem }
        }
    }

    /// Urgent histories ahead of a site's feed.
    func express(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let site = try feedOwner(request, context)
        let query = request.uri.queryParameters
        let cursor = try cursor(query.get("after"))
        let window = ExpressWindow(
            above: query.get("above").flatMap { UInt64($0) } ?? 0, below: query.get("below").flatMap { UInt64($0) })
        note(site)
        let (store, key) = (core.store, core.folder.key)
        let (bytes, count): ([UInt8], Int) = try await store.file.offloadCoding { zstd throws(Problem) in
            do {
                let part = try store.express(
                    for: site, after: cursor, in: window, eventsMax: Express.eventsMax, bytesMax: Express.bytesMax)
                guard let part, !part.segment.events.isEmpty else { return (ExpressAnswer.none.bytes, 0) }
                let segment = SegmentCoding.encode(part.segment, using: zstd)
                let answer = try ExpressAnswer(part, segment: segment, for: site, after: cursor, key: key)
                return (answer.bytes, part.segment.events.count)
            } catch {
                throw (error as? SyncRefusal)?.problem ?? (error as? Problem)
                    ?? Problem(.internalError, "The hub's key cannot sign.")
            }
        }
        AuditTrail.current?.counts(count)
        if count == 0 { AuditTrail.current?.givesNothing() }
        return answer(bytes)
    }
}
