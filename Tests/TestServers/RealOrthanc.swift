import Foundation

/// Debian's Orthanc in a folder of its own on loopback; the folder stays over a restart and goes with the value.
public final class RealOrthanc {
    /// Where Debian puts it.
    public static let program = "/usr/sbin/Orthanc"
    /// Whether it can be run here.
    public static var isThere: Bool { FileManager.default.isExecutableFile(atPath: program) }
    /// What is missing where it cannot.
    public static let absence = "Debian's orthanc is not installed: Deploy/test installs it"

    /// The port of its REST API.
    public let port = LoopbackPort.reserve()
    /// The port of its DICOM server.
    public let dicomPort = LoopbackPort.reserve()
    /// Its folder.
    public let folder: String
    private var process: Process?
    private let settings: [String: Any]
    private let authorization: String?

    /// The address of its REST API.
    public var url: String { "http://127.0.0.1:\(port)" }

    /// Prepares one; it runs from ``start()`` on.
    public init(user: (name: String, password: String)? = nil, more: [String: Any] = [:]) throws {
        folder =
            FileManager.default.temporaryDirectory.appendingPathComponent("filmjacket-orthanc-\(UInt64.random(in: 0 ... .max))")
            .path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        var settings: [String: Any] = [
            "Name": "test", "StorageDirectory": folder + "/data", "IndexDirectory": folder + "/data", "HttpPort": port,
            "DicomPort": dicomPort, "RemoteAccessAllowed": false, "StableAge": 1, "OverwriteInstances": true, "SaveJobs": false,
            "Plugins": [String](), "AuthenticationEnabled": user != nil, "HttpThreadsCount": 20,
        ]
        if let user { settings["RegisteredUsers"] = [user.name: user.password] }
        authorization = user.map { "Basic " + Data("\($0.name):\($0.password)".utf8).base64EncodedString() }
        self.settings = settings.merging(more) { $1 }
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Starts it and waits until it answers.
    public func start() throws {
        let file = folder + "/orthanc.json"
        try JSONSerialization.data(withJSONObject: settings).write(to: URL(fileURLWithPath: file))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = [file]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        for _ in 0..<600 {
            if (try? ask("GET", "/system"))?.status == 200 { return }  // it refuses connections until it is ready
            usleep(50_000)
        }
        throw Silent()
    }

    /// It did not answer in time.
    public struct Silent: Error {}

    /// Ends it as a power cut ends a process.
    public func kill() {
        guard let process else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Asks it something.
    @discardableResult
    public func ask(_ method: String, _ path: String, _ body: [UInt8] = []) throws -> (status: Int, body: [UInt8]) {
        guard let line = LoopbackLine(port: port, seconds: 60) else { throw Silent() }
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: \(body.count)\r\n"
        if let authorization { head += "Authorization: \(authorization)\r\n" }
        guard line.send(Array((head + "\r\n").utf8) + body) else { throw Silent() }
        let answer = line.readAll()
        guard let end = Data(answer).firstRange(of: Data("\r\n\r\n".utf8)), answer.count > 12,
            let status = Int(String(decoding: answer[9..<12], as: UTF8.self))
        else { throw Silent() }
        return (status, Array(answer[end.upperBound...]))
    }

    /// What it answers as JSON.
    public func json(_ path: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(try ask("GET", path).body), options: .fragmentsAllowed)
    }

    /// Stores a file; gives its status: `Success`, `AlreadyStored`.
    @discardableResult
    public func store(_ file: [UInt8]) throws -> String {
        let answer = try ask("POST", "/instances", file)
        let json = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        guard answer.status == 200, let status = json?["Status"] as? String else { throw Silent() }
        return status
    }

    /// The archive's identifiers of all its studies.
    public func studies() throws -> [String] { try json("/studies") as? [String] ?? [] }
}

extension LoopbackLine {
    /// All that comes until the other side closes.
    public func readAll() -> [UInt8] {
        var bytes: [UInt8] = []
        while let some = readSome() { bytes += some }
        return bytes
    }
}
