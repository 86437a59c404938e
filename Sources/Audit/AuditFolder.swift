import FoundationEssentials
import Glibc
import NodeFiles
import Problems

/// The folder of a node's audit: segments named by their first record's number, the cloak's key, and how far it was verified.
struct AuditFolder: Sendable {
    static let ending = ".jsonl"

    let path: String

    /// The first numbers of the segments, ascending.
    func segments() throws(Problem) -> [UInt64] {
        guard access(path, F_OK) == 0 else { return [] }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
            throw Self.unavailable("The audit's folder cannot be read.")
        }
        return names.filter { $0.hasSuffix(Self.ending) }.compactMap { UInt64($0.dropLast(Self.ending.count)) }.sorted()
    }

    /// A segment's path.
    func segment(_ first: UInt64) -> String {
        let digits = String(first)
        return path + "/" + String(repeating: "0", count: max(0, 20 - digits.count)) + digits + Self.ending
    }

    /// A segment's bytes; nil where it cannot be read.
    func bytes(of first: UInt64) -> [UInt8]? { FileManager.default.contents(atPath: segment(first)).map { Array($0) } }

    /// Makes the folder for its owner alone, or sees that it and what is in it are.
    func make() throws(Problem) {
        do throws(Problem) {
            if access(path, F_OK) == 0 { try DataFolder.require(path) } else { try DataFolder.make(path) }
        } catch { throw Problem(.auditUnavailable, "The audit's folder: \(error.message)", remedy: error.remedy) }
        guard access(path, W_OK) == 0 else { throw Self.unavailable("The audit's folder cannot be written (errno \(errno)).") }
    }

    /// The key of the cloak, made where there is none.
    func cloak() throws(Problem) -> AuditCloak {
        let file = path + "/cloak.key"
        if access(file, F_OK) != 0 {
            var random = SystemRandomNumberGenerator()
            let key = (0..<AuditCloak.keyBytes).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            try write(key, to: file)
        }
        guard let bytes = FileManager.default.contents(atPath: file), let cloak = AuditCloak(key: Array(bytes)) else {
            throw Self.unavailable("cloak.key in the audit's folder is not what was written there.")
        }
        return cloak
    }

    /// Replaces a small file in one step.
    func write(_ bytes: [UInt8], to file: String) throws(Problem) {
        do throws(Problem) { try SecretFile.write(bytes, to: file) } catch { throw Self.unavailable(error.message) }
    }

    static func unavailable(_ message: String) -> Problem { Problem(.auditUnavailable, message) }
}
