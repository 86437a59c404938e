import CurlHTTP
public import EventLog
public import ImagingCase
public import Problems
import Replication
public import SQLiteStore
public import Web
import Wire

extension ManualSync {
    /// What a sync would do.
    public struct Preview: Sendable {
        /// Own events that would go.
        public let goes: [HashedEvent]
        /// How many events would come.
        public let comes: Int
        /// Whether more would come than were looked at.
        public let isPartial: Bool
        /// Conflicts that would open, with their case.
        public let opens: [(stream: StreamID, conflict: Conflict)]
    }

    /// The most events of each side that a preview looks at.
    public static let previewEventsMax = 50_000

    /// Asks the hub what is there and folds it beside what is here, in memory; nothing is stored or sent.
    public static func preview(folder: SiteFolder, store: SQLiteSiteStore) async throws(Problem) -> Preview {
        let http = try folder.client()
        defer { http.close() }
        let client = HubClient(folder: folder, http: http, now: Agent.wallClock)
        let own = try store.ownLog()
        let hello = HelloRequest(
            wireVersion: Version.wire, logs: [HelloRequest.Log(own)],
            cursor: try store.cursor())
        do {
            let answer = try await client.hello(hello).value.answer
            let shared = answer.logs.first { $0.log == own.log }?.head ?? 0
            var cursor = answer.cursorIsGood ? try store.cursor() : nil
            var come: [HashedEvent] = []
            var isPartial = true
            let zstd = Zstd()
            while come.count < previewEventsMax {
                let frames = try await client.page(after: cursor, waitSeconds: 0).value
                for frame in frames where !frame.segment.isEmpty {
                    for event in try SegmentCoding.decode(frame.segment, using: zstd).events
                    where try store.hash(of: event.id) == nil { come.append(event) }
                }
                let end = frames.last { $0.cursor != nil }?.cursor ?? cursor
                if frames.contains(where: \.isCaughtUp) || frames.isEmpty {
                    isPartial = false
                    break
                }
                guard SyncDriver.advances(from: cursor, to: end) else {
                    throw Problem(.proxyAnswered, "The feed gives the same page again and again.")
                }
                cursor = end
            }
            var goes: [HashedEvent] = []
            while goes.count < previewEventsMax, shared + UInt64(goes.count) < own.head {
                let part = try store.segment(
                    of: own.log, from: shared + UInt64(goes.count) + 1, eventsMax: 4096, bytesMax: 4 << 20
                ).events
                if part.isEmpty { break }
                goes += part
            }
            return Preview(goes: goes, comes: come.count, isPartial: isPartial, opens: try opening(come, store))
        } catch let error as HubClient.Failed {
            throw error.problem
        } catch {
            throw (error as? Problem) ?? Problem(.internalError, "\(error)")
        }
    }

    private static func opening(_ come: [HashedEvent], _ store: SQLiteSiteStore) throws(Problem) -> [(StreamID, Conflict)] {
        var byCase: [StreamID: [CaseFact]] = [:]
        for event in come where event.event.stream.kind == .imagingCase {
            let body = PayloadCoding.event(of: event.event.kind, schema: event.event.schema, payload: event.event.payload)
            byCase[event.event.stream, default: []].append(CaseFact(event, body))
        }
        var opens: [(StreamID, Conflict)] = []
        for stream in byCase.keys.sorted() {
            let here = try store.file.facts(of: stream)
            let before = Set(CaseFold.fold(stream, here).openConflicts.map(\.id))
            let after = CaseFold.fold(stream, here + (byCase[stream] ?? []))
            for conflict in after.openConflicts where !before.contains(conflict.id) { opens.append((stream, conflict)) }
        }
        return opens
    }
}

extension ManualSync.Preview {
    /// The most events that are listed for people.
    private static let listedMax = 20

    /// The same for programs and for people.
    public var answer: DeskAnswer { DeskAnswer(json: json, text: text) }

    private var json: String {
        var out = JSONWriter()
        out.beginObject()
        out.member("type", "result")
        out.member("dryRun", true)
        out.member("wouldPush", goes.count)
        out.member("wouldPull", comes)
        out.member("partial", isPartial)
        out.key("wouldOpen")
        out.beginArray()
        for (stream, conflict) in opens {
            out.beginObject()
            out.member("case", stream.description)
            out.member("id", conflict.id)
            out.member("number", conflict.number)
            out.member("kind", conflict.kind)
            out.member("rule", conflict.rule)
            out.member("events", texts: conflict.events.map(\.description))
            out.endObject()
        }
        out.endArray()
        out.endObject()
        return out.text
    }

    private var text: String {
        var lines = ["would send \(goes.count), would receive \(comes)\(isPartial ? " or more" : "")"]
        for event in goes.prefix(Self.listedMax) {
            lines.append("  goes  \(event.id.sequence)  \(event.event.kind)  \(event.event.stream)")
        }
        if goes.count > Self.listedMax { lines.append("  and \(goes.count - Self.listedMax) more") }
        for (stream, conflict) in opens {
            lines.append("  would open conflict \(conflict.number) \(conflict.kind) on \(stream), because: \(conflict.rule)")
        }
        if opens.isEmpty { lines.append("  no conflict would open") }
        return lines.joined(separator: "\n")
    }
}
