import Foundation

/// The repository that these tests stand in, as files.
enum House {
    /// The top of the repository, found from this file's own place.
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Names at the top of the repository.
    static func topLevel() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
    }

    /// Text of one file, by its path from the top; what is no UTF-8 in it (a picture, a recorded message) shows as such.
    static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
    }

    /// Files under some folders whose names end in one of some ways, by path.
    static func files(under folders: [String], endings: [String]) throws -> [SourceFile] {
        var found: [SourceFile] = []
        for folder in folders {
            let paths = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
            while let path = paths?.nextObject() as? String {
                guard endings.contains(where: { path.hasSuffix($0) }), !isFolder("\(folder)/\(path)") else { continue }
                found.append(SourceFile(path: "\(folder)/\(path)", text: try text("\(folder)/\(path)")))
            }
        }
        return found.sorted { $0.path < $1.path }
    }

    /// Swift that people wrote: generated files are taken as they come.
    static func handWritten(under folders: [String] = ["Sources", "Tests"]) throws -> [SourceFile] {
        try files(under: folders, endings: [".swift"]).filter { !$0.isGenerated }
    }

    private static func isFolder(_ path: String) -> Bool {
        (try? root.appending(path: path).resourceValues(forKeys: [.isDirectoryKey]).isDirectory) ?? false
    }
}

/// One file: its path from the top, and its text.
struct SourceFile {
    let path: String
    let text: String

    /// The lines, without their ends.
    var lines: [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// Whether a generator wrote it.
    var isGenerated: Bool { text.prefix(400).contains("DO NOT EDIT") }

    /// The folder of the target that it belongs to.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
}
