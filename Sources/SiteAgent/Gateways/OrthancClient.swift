import CurlHTTP
import EventLog
import Interop
import Problems

/// Why an archive, or one thing in it, could not be read.
enum OrthancFault: Error {
    /// No answer came.
    case transport(TransportError)
    /// It does not let us in.
    case signIn(Int)
    /// Something else answers at its address.
    case notOrthanc(String)
    /// One thing cannot be read; the others can.
    case item(String)
    /// What was asked for is not there.
    case absent
    /// What came cannot be kept here.
    case store(Problem)

    /// Whether nothing further is asked of the archive for now.
    var stopsRound: Bool {
        switch self {
        case .transport(.tooLarge), .item, .absent: false
        case .transport, .signIn, .notOrthanc, .store: true
        }
    }

    /// What happened, without anything of a patient.
    var text: String {
        switch self {
        case .transport(let error): "\(error.name): \(error.problem.message)"
        case .signIn(let status): "It answers \(status): it does not let the agent in."
        case .notOrthanc(let what): "What answers is no Orthanc: \(what)"
        case .item(let what): what
        case .absent: "What was asked for is not there."
        case .store(let problem): "\(problem.code.rawValue): \(problem.message)"
        }
    }

    /// What mends it.
    var remedy: String {
        switch self {
        case .transport(.tls), .transport(.certificateExpired), .transport(.pinMismatch):
            "Renew the archive's certificate, or name the authority that vouches for it: --orthanc-authority FILE."
        case .transport(.timeout): "Find out why the archive is slow: its disk, its load, the network."
        case .transport(.tooLarge): "Look at the study in the archive: its lists are larger than 16 MiB."
        case .transport: "Start the archive, or put its address right: --orthanc URL."
        case .signIn: "Put the name and the password's file right: --orthanc-user NAME --orthanc-password-file FILE."
        case .notOrthanc: "Put the address right: --orthanc URL is the root of the archive's REST API, not of a page or proxy."
        case .item, .absent: "Look at it in the archive; the others are followed meanwhile."
        case .store(let problem): problem.remedy
        }
    }
}

/// Asks an archive over its REST API. Redirects are not followed; an answer has at most 16 MiB and half a minute.
struct OrthancClient: Sendable {
    /// How many items a page of a list has.
    static let pageSize = 100

    let configuration: OrthancConfiguration
    private let http: HTTPClient

    init(_ configuration: OrthancConfiguration) {
        self.configuration = configuration
        http = HTTPClient(tls: TLSPolicy(authorityFile: configuration.authorityFile, minimumVersion: .tls12))
    }

    /// The bytes of an answer with status 200.
    func bytes(_ path: String, method: String = "GET", body: [UInt8] = []) async throws(OrthancFault) -> [UInt8] {
        var request = HTTPClientRequest(
            method: method, url: configuration.url + path, headers: [("Accept", "application/json")], body: body,
            timeout: .seconds(30))
        if let authorization = configuration.authorization { request.headers.append(("Authorization", authorization)) }
        let response: HTTPClientResponse
        do throws(TransportError) { response = try await http.send(request) } catch { throw .transport(error) }
        switch response.status {
        case 200: return response.body
        case 401, 403: throw .signIn(response.status)
        case 404: throw .absent
        case 300..<400: throw .notOrthanc("it sends the agent elsewhere (\(response.status)).")
        default: throw .item("The archive answers \(response.status).")
        }
    }

    /// The JSON of an answer.
    func json(_ path: String, method: String = "GET", body: [UInt8] = []) async throws(OrthancFault) -> OrthancJSON {
        let bytes = try await bytes(path, method: method, body: body)
        do throws(OrthancJSON.Refusal) { return try OrthancJSON(parsing: bytes) } catch { throw .item(error.message) }
    }

    /// What an answer says, read by its type.
    func read<Value>(
        _ path: String, method: String = "GET", body: [UInt8] = [], _ type: (OrthancJSON) throws(OrthancRefusal) -> Value
    ) async throws(OrthancFault) -> Value {
        let json = try await json(path, method: method, body: body)
        do throws(OrthancRefusal) { return try type(json) } catch { throw .item(error.message) }
    }

    /// As ``read(_:method:body:_:)`` for what every archive has: anything else in its place is no archive.
    func require<Value>(
        _ path: String, _ type: (OrthancJSON) throws(OrthancRefusal) -> Value
    ) async throws(OrthancFault) -> Value {
        do throws(OrthancFault) { return try await read(path, type) } catch {
            switch error {
            case .item(let what): throw .notOrthanc(what)
            case .absent: throw .notOrthanc("\(path.prefix { $0 != "?" }) is not there.")
            default: throw error
            }
        }
    }

    /// The studies that the archive holds under a Study Instance UID.
    func studies(under uid: String) async throws(OrthancFault) -> [String] {
        try await read("/tools/lookup", method: "POST", body: Array(uid.utf8)) { json throws(OrthancRefusal) in
            guard let rows = json.list else { throw OrthancRefusal("/tools/lookup", expected: "a list") }
            return rows.filter { $0["Type"]?.text == "Study" }.compactMap { $0["ID"]?.text }.filter(OrthancID.isWellFormed)
        }
    }
}
