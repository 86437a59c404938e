import CurlHTTP
import EventLog
import Foundation
import GRDBSQLite
import ImagingCase
import Problems
import Synchronization
import Web
import Wire

/// Follows a site's event stream as an open page does, and notes when each event of another site's log became visible there.
final class LiveWatcher: Sendable {
    private struct State {
        var times: [ContinuousClock.Instant] = []
    }

    private struct Reader: @unchecked Sendable {  // because only the client's one thread uses it, inside the callback
        let connection: OpaquePointer?
        let statement: OpaquePointer?
    }

    private let state = Mutex(State())
    private let http = HTTPClient()
    private let reader: Reader

    /// Watches the agent on a port whose data is in a folder.
    init(port: Int, data: String, site: String) async throws {
        var connection: OpaquePointer?
        var statement: OpaquePointer?
        sqlite3_open_v2(data + "/store.sqlite", &connection, SQLITE_OPEN_READONLY, nil)
        sqlite3_prepare_v2(connection, "SELECT coalesce(sum(held), 0) FROM log WHERE site='\(site)'", -1, &statement, nil)
        reader = Reader(connection: connection, statement: statement)
        let request = HTTPClientRequest(
            url: "http://127.0.0.1:\(port)/v1/stream", headers: [("Accept", "text/event-stream")], limits: .heldOpen)
        Task {  // ends when the client is closed, with the watcher
            _ = try? await http.stream(request, onHead: { $0.status == 200 }, onBytes: { _ in self.look() })
        }
        try await Task.sleep(for: .milliseconds(300))
    }

    private func look() -> Bool {
        let now = ContinuousClock.now
        sqlite3_step(reader.statement)
        let held = Int(sqlite3_column_int64(reader.statement, 0))
        sqlite3_reset(reader.statement)
        state.withLock { state in
            while state.times.count < held { state.times.append(now) }
        }
        return true
    }

    var arrived: Int { state.withLock { $0.times.count } }

    /// Milliseconds from each call to its arrival.
    func latencies(since sent: [ContinuousClock.Instant]) -> [Double] {
        zip(sent, state.withLock { $0.times }).map { start, end in
            let duration = end - start
            return Double(duration.components.seconds) * 1000 + Double(duration.components.attoseconds) / 1e15
        }
    }

    func close() {
        http.close()
        sqlite3_finalize(reader.statement)
        sqlite3_close(reader.connection)
    }
}

/// Records the mix at a running agent, one event at a time, through its control socket.
final class LiveWriter {
    private let http = HTTPClient()
    private let socket: String
    private var cases: [StreamID: String] = [:]

    init(data: String) { socket = data + "/control.sock" }

    func record(_ mix: inout Mix) async throws -> EventID {
        let (stream, event, person, role, _) = mix.next()
        guard let body = PayloadCoding.json(of: event.kind, payload: PayloadCoding.payload(of: event)) else {
            throw Problem(.internalError, "\(event.kind) has no JSON")
        }
        let request = DeskRequest.caseRecord(
            kind: event.kind.text, id: cases[stream], person: person, role: role.rawValue, at: nil, body: body,
            expectedHeads: nil, key: nil)
        let response = try await http.send(
            HTTPClientRequest(
                method: "POST", url: "http://localhost/v1/control", headers: [("Content-Type", "application/json")],
                body: Array(try JSONEncoder().encode(request)), unixSocketPath: socket))
        let answer = try JSONDecoder().decode(DeskAnswer.self, from: Data(response.body))
        let json = try JSONSerialization.jsonObject(with: Data(answer.json.utf8)) as? [String: Any] ?? [:]
        guard let id = (json["event"] as? String).flatMap({ EventID($0) }), let held = json["case"] as? String else {
            throw Problem(.internalError, "the agent refused: \(answer.remark)")
        }
        cases[stream] = held
        return id
    }

    /// The cases that were recorded on.
    var names: [String] { cases.values.sorted() }

    func close() { http.close() }
}
