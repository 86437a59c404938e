import CurlHTTP
import EventLog
import Problems
import SQLiteStore
import Wire

extension HubClient {
    /// The hub's registry and signed heads, as its text.
    func roster() async throws(Failed) -> String {
        let response = try await send("GET", "/v1/roster")
        return String(decoding: response.body, as: UTF8.self)
    }

    /// Tells the hub how far logs are known to have gone.
    func tell(heads: [String]) async throws(Failed) {
        let lines = heads.map { Base64.text(of: Array($0.utf8)) + "\n" }.joined()
        _ = try await send("POST", "/v1/recovery/heads", body: Array(lines.utf8))
    }

    /// Which of some events the hub does not hold.
    func missing(_ ids: [EventID]) async throws(Failed) -> [EventID] {
        let lines = EventRange.ranges(of: ids).map { "\($0)\n" }.joined()
        let response = try await send("POST", "/v1/recovery/missing", body: Array(lines.utf8))
        return String(decoding: response.body, as: UTF8.self).split(separator: "\n").compactMap { EventRange($0) }.flatMap(\.ids)
    }

    /// Gives a stretch of the feed back; gives how many events the hub did not hold.
    func giveBack(_ offer: StretchOffer) async throws(Failed) -> UInt64 {
        let response = try await send("PUT", "/v1/recovery/stretches", body: offer.bytes)
        return UInt64(String(decoding: response.body, as: UTF8.self).prefix { $0.isNumber }) ?? 0
    }

    /// Tells the hub that everything it lost and this site holds was given back.
    func tellGivenBack() async throws(Failed) { _ = try await send("POST", "/v1/recovery/done") }

    /// The nodes that show that a log's later state only appended to its earlier one.
    func consistency(of log: LogID, from earlier: UInt64, to later: UInt64) async throws(Failed) -> [EventHash] {
        let response = try await send(
            "GET", "/v1/logs/\(log.site)/\(log.incarnation)/proof", query: "size=\(later)&from=\(earlier)")
        return String(decoding: response.body, as: UTF8.self).split(separator: "\n").compactMap { EventHash($0) }
    }

    /// This site's events that the hub set aside.
    func aside() async throws(Failed) -> [SetAsideEvent] {
        let response = try await send("GET", "/v1/recovery/aside")
        return String(decoding: response.body, as: UTF8.self).split(separator: "\n").compactMap { SetAsideEvent(line: $0) }
    }

    /// Events as the hub holds them, as a segment; those that it does not hold or give are left out.
    func events(_ ids: [EventID]) async throws(Failed) -> [UInt8] {
        let lines = EventRange.ranges(of: ids).map { "\($0)\n" }.joined()
        return try await send("POST", "/v1/recovery/events", body: Array(lines.utf8)).body
    }

    /// Events that the hub holds damaged.
    func wanted() async throws(Failed) -> [EventID] {
        let response = try await send("GET", "/v1/recovery/wanted")
        return String(decoding: response.body, as: UTF8.self).split(separator: "\n").compactMap { EventRange($0) }.flatMap(\.ids)
    }

    /// Gives the hub whole events for damaged ones.
    func mend(_ segment: [UInt8]) async throws(Failed) { _ = try await send("PUT", "/v1/recovery/events", body: segment) }
}
