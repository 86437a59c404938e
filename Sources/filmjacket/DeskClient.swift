import CurlHTTP
import Foundation
import Hub
import Problems
import SQLiteStore
import SiteAgent
import Web

/// Speaks to a running agent or hub through its control socket.
struct DeskClient: Desk {
    private let socket: String
    private let http = HTTPClient()
    private let pass: Door.Pass

    /// Names the socket's file.
    init(socket: String, pass: Door.Pass = Door.Pass()) {
        self.socket = socket
        self.pass = pass
    }

    /// The process that serves a folder; nil where none answers.
    static func running(in data: String, pass: Door.Pass = Door.Pass()) async throws(Problem) -> DeskClient? {
        let path = data + "/control.sock"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let client = DeskClient(socket: path, pass: pass)
        do {
            _ = try await client.http.send(
                HTTPClientRequest(url: "http://localhost/livez", timeout: .seconds(5), unixSocketPath: path))
            return client
        } catch {
            // A file that a dead process left: the store tells whether it is free.
            guard error != .unreachable else { return nil }
            throw Problem(
                .storeInUse, "The process that serves the folder does not answer.",
                remedy: "Look at it, or stop it: \(error.name).")
        }
    }

    func answer(_ request: DeskRequest) async -> DeskAnswer {
        do throws(Problem) { return try await ask(request) } catch { return DeskAnswer(problem: error) }
    }

    /// Asks for one answer. A question may take as long as it takes: a whole log is verified behind one.
    func ask(_ request: DeskRequest) async throws(Problem) -> DeskAnswer { try await ask(request, at: "/v1/control") }

    /// Asks about people.
    func ask(_ request: PeopleRequest) async throws(Problem) -> DeskAnswer { try await ask(request, at: "/v1/people") }

    private var fields: [(String, String)] {
        var fields = [("Content-Type", "application/json")]
        if let token = pass.token { fields.append(("Authorization", "Bearer \(token)")) }
        if let reason = pass.reason {
            fields.append(("Break-Glass-Reason", reason.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""))
        }
        return fields
    }

    private func ask(_ request: some Encodable, at path: String) async throws(Problem) -> DeskAnswer {
        let body: Data
        do { body = try JSONEncoder().encode(request) } catch { throw Problem(.internalError, "The question cannot be encoded.") }
        let response: HTTPClientResponse
        do {
            response = try await http.send(
                HTTPClientRequest(
                    method: "POST", url: "http://localhost\(path)", headers: fields,
                    body: Array(body),
                    limits: TransferLimits(responseBytesMax: 256 << 20, totalTimeout: nil, lowSpeedBytesPerSecond: 0),
                    unixSocketPath: socket))
        } catch {
            throw Problem(.ioFailed, "The process that serves the folder ended before it answered (\(error.name)).")
        }
        let bytes = Data(response.body)
        if response.status == 200, let answer = try? JSONDecoder().decode(DeskAnswer.self, from: bytes) { return answer }
        throw Self.problem(bytes)
            ?? Problem(.internalError, "The process that serves the folder answered with status \(response.status).")
    }

    /// The problem that an answer says.
    static func problem(of answer: DeskAnswer) -> Problem {
        answer.problem ?? Problem(.internalError, "The process that serves the folder answered with exit code \(answer.exit).")
    }

    /// Reads a problem document; nil for any other body.
    private static func problem(_ bytes: Data) -> Problem? {
        guard case .object(let members) = try? JSONDecoder().decode(JSONValue.self, from: bytes),
            case .text(let code) = members["code"], let known = ProblemCode(rawValue: code),
            case .text(let detail) = members["detail"]
        else { return nil }
        guard case .text(let remedy) = members["remedy"] else { return Problem(known, detail) }
        return Problem(known, detail, remedy: remedy)
    }
}

/// Opens a folder for one command where no process serves it.
enum OfflineDesk {
    /// The desk of the site or hub whose folder it is, under the writer lock.
    ///
    /// - Throws: `STORE_MISSING` for a folder that is neither, `STORE_IN_USE` where a process holds it, and what else is wrong with it.
    static func open(_ data: String, pass: Door.Pass = Door.Pass()) throws(Problem) -> any Desk {
        if SiteFolder.exists(in: data) {
            let desk = try SiteDesk(opening: data, now: Agent.wallClock)
            warn(ifRolledBack: desk.store.file.wasRolledBack)
            return SignedInDesk(desk.audited(door: "console"), door: try desk.door(), pass: pass)
        }
        if FileManager.default.fileExists(atPath: data + "/" + HubFolder.fileName) {
            let desk = try HubDesk(opening: data, now: Agent.wallClock)
            warn(ifRolledBack: desk.wasRolledBack)
            return SignedInDesk(desk.audited(door: "console"), door: try desk.door(), pass: pass)
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: data, isDirectory: &isFolder) else {
            throw Problem(.storeMissing, "The data folder does not exist.")
        }
        guard isFolder.boolValue else { throw Problem(.storeMissing, "The data path is no folder.") }
        throw Problem(.storeMissing, "The data folder is neither a site's nor a hub's.")
    }

    /// How many events the folder's logs hold.
    static func countOfEvents(_ data: String) throws(Problem) -> UInt64 {
        if SiteFolder.exists(in: data) {
            return try SiteDesk(opening: data, now: Agent.wallClock).store.file.countOfEvents()
        }
        guard FileManager.default.fileExists(atPath: data + "/" + HubFolder.fileName) else {
            throw Problem(.storeMissing, "The data folder is neither a site's nor a hub's.")
        }
        return try HubDesk(opening: data, now: Agent.wallClock).countOfEvents()
    }

    /// The door of the folder, with its books under the writer lock.
    static func door(_ data: String) throws(Problem) -> Door {
        if SiteFolder.exists(in: data) { return try SiteDesk(opening: data, now: Agent.wallClock).door() }
        guard FileManager.default.fileExists(atPath: data + "/" + HubFolder.fileName) else {
            throw Problem(.storeMissing, "The data folder is neither a site's nor a hub's.")
        }
        return try HubDesk(opening: data, now: Agent.wallClock).door()
    }

    /// Says that a store lost its tail: the one opening that finds it is the one that can tell.
    static func warn(ifRolledBack isRolledBack: Bool) {
        guard isRolledBack else { return }
        Output.remark(
            "ROLLED_BACK: The store holds fewer events than were committed; it goes on under a new identity.\n"
                + "Try: filmjacket sync, which fetches what the hub or the sites hold; find out why the disk or backup lost data."
        )
    }
}
