import FoundationEssentials
public import Problems

/// Small files that hold one value as JSON.
extension SecretFile {
    /// Replaces a file by a value, its members in order, so that two versions of it can be compared.
    ///
    /// - Throws: as ``write(_:to:)``; the file is as it was then.
    public static func write(json value: some Encodable, to path: String) throws(Problem) {
        try write(try bytes(of: value), to: path)
    }

    /// A value as it is written.
    public static func bytes(of value: some Encodable) throws(Problem) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        do { return Array(try encoder.encode(value)) } catch {
            throw Problem(.internalError, "A value of the node cannot be encoded.")
        }
    }

    /// Reads the value of a file; nil where there is no file.
    ///
    /// - Throws: `CONFIGURATION` for a file that holds none, and as ``read(_:)``.
    public static func json<Value: Decodable>(_ type: Value.Type, in path: String) throws(Problem) -> Value? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let bytes = try read(path)
        do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch { throw damaged(path) }
    }

    /// What is said of a file that is not what this version writes.
    public static func damaged(_ path: String) -> Problem {
        let name = path.split(separator: "/").last ?? ""
        return Problem(
            .configuration, "\(name) is not what this version writes.", remedy: "Put the file back from a copy of the folder.")
    }
}
