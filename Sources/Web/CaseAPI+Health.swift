import EventLog
import HTTPTypes
public import Hummingbird
import ImagingCase
import NIOCore
import Problems
import ServiceLifecycle

extension CaseAPI {
    /// Adds `/livez`, `/readyz` and `/metrics`. A hub that does not answer makes no agent unready: to be offline is normal.
    ///
    /// A hub that is being filled again says so and is ready all the same: whoever sends traffic only to what is ready would keep from
    /// it the very sites that fill it.
    public func addHealth(to router: Router<BasicRequestContext>) {
        router.get("/livez") { _, _ in Self.plain("ok\n") }
        router.get("/readyz") { _, _ in
            // The store answers, or the problem that it throws says why not.
            _ = try cases.count()
            return Self.plain((unfinished() ?? "ok") + "\n")
        }
        router.get("/metrics") { _, _ in try metrics(to: Peer.current) }
    }

    /// The node's numbers, for whoever stands on this machine: how much a hospital sends is nobody else's business.
    func metrics(to peer: Peer?) throws(Problem) -> Response {
        guard peer?.isOnThisMachine == true else { throw Problem(.notFound, "There is nothing under this address.") }
        return Self.plain(Metrics.text(gauges()), type: "text/plain; version=0.0.4; charset=utf-8")
    }

    private static func plain(_ text: String, type: String = "text/plain; charset=utf-8") -> Response {
        Response(status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// How long a stream may be silent.
    static var beat: Duration { .seconds(15) }

    /// One event for each change, several at once told as one, with a comment each 15 s; the first says how it is now.
    ///
    /// Source: WHATWG HTML 9.2 (server-sent events).
    ///
    /// Where the asker signed in, the stream ends within two seconds of his session.
    func changes() -> Response {
        let (watch, caller) = (SessionWatch.current, Caller.current)
        let fields: HTTPFields = [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"]
        return Response(
            status: .ok, headers: fields,
            body: ResponseBody { writer in
                let (ticks, continuation) = AsyncStream.makeStream(of: UInt64?.self, bufferingPolicy: .bufferingNewest(2))
                let commits = commits()
                continuation.yield(0)
                let changed = Task {
                    for await number in commits { continuation.yield(number) }
                    continuation.finish()
                }
                let beats = Task {
                    while (try? await Task.sleep(for: Self.beat)) != nil { continuation.yield(nil) }  // ends when cancelled
                }
                let watching = Task {
                    guard let watch else { return }
                    while watch.holds(), (try? await Task.sleep(for: .seconds(2))) != nil {}  // ends when cancelled
                    continuation.finish()
                }
                defer {
                    changed.cancel()
                    watching.cancel()
                    beats.cancel()
                }
                for await tick in ticks.cancelOnGracefulShutdown() {
                    guard watch?.holds() ?? true else { break }
                    let text =
                        try tick.map { number in try Caller.$current.withValue(caller) { try event(number) } }
                        ?? ": still here\n\n"
                    try await writer.write(ByteBuffer(string: text))
                }
                try await writer.finish(nil)
            })
    }

    private func event(_ number: UInt64) throws -> String {
        var json = JSONWriter()
        json.beginObject()
        json.member("digest", try cases.digest().description)
        json.member("conflictsOpen", try cases.openConflicts())
        json.endObject()
        return "id: \(number)\nevent: change\ndata: \(json.text)\n\n"
    }
}
