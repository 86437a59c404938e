import EventLog
import Foundation
import Problems
import SQLiteStore
import NodeFiles

/// Where a command keeps that somebody signed in: the token of his session, for him alone, by the node's folder.
///
/// `FILMJACKET_TOKEN` goes before the file, so that a script needs none.
enum SignInFile {
    /// The environment variable.
    static let variable = "FILMJACKET_TOKEN"

    /// The token that a command shows at a node; nil where nobody signed in.
    static func token(of data: String) throws(Problem) -> String? {
        if let said = ProcessInfo.processInfo.environment[variable], !said.isEmpty { return said }
        guard let path = path(of: data), FileManager.default.fileExists(atPath: path) else { return nil }
        let bytes = try SecretFile.read(path)
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Keeps a token.
    static func keep(_ token: String, of data: String) throws(Problem) {
        guard let path = path(of: data) else {
            throw Problem(
                .configuration, "There is no folder to keep the session in: neither XDG_STATE_HOME nor HOME is set.",
                remedy: "Use --json and set \(variable).")
        }
        do {
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch { throw Problem(.storeNotWritable, "The folder for sessions cannot be made.") }
        try SecretFile.write(Array(token.utf8), to: path)
    }

    /// Forgets the token.
    static func forget(_ data: String) {
        guard let path = path(of: data) else { return }
        unlink(path)
    }

    /// The file of a node's folder, named so that two nodes have two.
    ///
    /// Source: XDG Base Directory Specification 0.8 (XDG_STATE_HOME).
    private static func path(of data: String) -> String? {
        let environment = ProcessInfo.processInfo.environment
        let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.local/state" : nil }
        guard let base = state ?? home else { return nil }
        let folder = URL(fileURLWithPath: data).resolvingSymlinksInPath().standardizedFileURL.path
        return "\(base)/filmjacket/\(EventHash.sha256(Array(folder.utf8)).description.prefix(16)).session"
    }
}
