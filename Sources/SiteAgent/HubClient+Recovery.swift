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
        let response = try await send("POST", "/v1/recovery/heads", body: RecoveryCoding.encode(heads: heads))
        _ = try exchange(response) { body throws(Problem) in try RecoveryCoding.count(body) }
    }

    /// Which of some events the hub does not hold, or not as this site does.
    ///
    /// - Parameter question: the events, as `RecoveryCoding` writes them.
    func missing(_ ids: [EventID], asked question: [UInt8]) async throws(Failed) -> [EventID] {
        let response = try await send("POST", "/v1/recovery/missing", body: question)
        return try exchange(response) { body throws(Problem) in try RecoveryCoding.missing(body, of: ids.count) }.value
    }

    /// Gives a stretch of the feed back; gives how many events the hub did not hold.
    func giveBack(_ offer: StretchOffer) async throws(Failed) -> UInt64 {
        let response = try await send("PUT", "/v1/recovery/stretches", body: offer.bytes)
        return try exchange(response) { body throws(Problem) in try RecoveryCoding.count(body) }.value
    }

    /// Tells the hub that everything it lost and this site holds was given back.
    func tellGivenBack() async throws(Failed) {
        let response = try await send("POST", "/v1/recovery/done")
        _ = try exchange(response) { body throws(Problem) in
            guard body == RecoveryCoding.heard else {
                throw Problem(.proxyAnswered, "The answer does not say that the hub heard.")
            }
        }
    }

    /// The nodes that show that a log's later state only appended to its earlier one.
    func consistency(of log: LogID, from earlier: UInt64, to later: UInt64) async throws(Failed) -> [EventHash] {
        let response = try await send(
            "GET", "/v1/logs/\(log.site)/\(log.incarnation)/proof", query: "size=\(later)&from=\(earlier)")
        return String(decoding: response.body, as: UTF8.self).split(separator: "\n").compactMap { EventHash($0) }
    }

    /// The path from an event, counted from 1, to the root of a log of some size.
    func path(of log: LogID, to sequence: UInt64, in size: UInt64) async throws(Failed) -> [EventHash] {
        let response = try await send(
            "GET", "/v1/logs/\(log.site)/\(log.incarnation)/proof", query: "size=\(size)&leaf=\(sequence)")
        return String(decoding: response.body, as: UTF8.self).split(separator: "\n").compactMap { EventHash($0) }
    }

    /// This site's events that the hub set aside.
    func aside() async throws(Failed) -> [SetAsideEvent] {
        let response = try await send("GET", "/v1/recovery/aside")
        return String(decoding: response.body, as: UTF8.self).split(separator: "\n").compactMap { SetAsideEvent(line: $0) }
    }

    /// Events as the hub holds them, as a segment; those that it does not hold or give are left out.
    func events(_ ids: [EventID]) async throws(Failed) -> [UInt8] {
        try await send("POST", "/v1/recovery/events", body: RecoveryCoding.encode(ids)).body
    }

    /// Events that the hub holds damaged.
    func wanted() async throws(Failed) -> [EventID] {
        let response = try await send("GET", "/v1/recovery/wanted")
        return String(decoding: response.body, as: UTF8.self).split(separator: "\n").compactMap { EventRange($0) }.flatMap(\.ids)
    }

    /// Gives the hub whole events for damaged ones.
    func mend(_ segment: [UInt8]) async throws(Failed) { _ = try await send("PUT", "/v1/recovery/events", body: segment) }
}
