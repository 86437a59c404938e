public import Foundation

/// The models of FHIR that another group keeps: PyPI's `fhir.resources`, fetched once into a temporary folder.
public enum FHIRModels {
    private static let release = "fhir.resources==8.3.0"
    private static let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "validate.py").path

    /// Where they are; nil where pip or the network cannot be had.
    public static let folder: URL? = {
        let place = FileManager.default.temporaryDirectory.appending(path: "filmjacket-fhir-models-8.3.0")
        if isWhole(place) { return place }
        let draft = FileManager.default.temporaryDirectory.appending(path: "filmjacket-fhir-models-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: draft) }  // what is left is in the temporary folder
        let pip = [
            "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--timeout", "20", "--retries", "1",
            "--target", draft.path, release,
        ]
        guard (try? run(pip, input: Data()))?.status == 0, isWhole(draft) else {
            print("skipped: the models of FHIR (pip or the network cannot be had)")
            return nil
        }
        // Another run may have been quicker; its files are the same.
        try? FileManager.default.moveItem(at: draft, to: place)
        return isWhole(place) ? place : nil
    }()

    private static func isWhole(_ place: URL) -> Bool {
        FileManager.default.fileExists(atPath: place.appending(path: "fhir/resources/R4B/__init__.py").path)
    }

    /// What the models find wrong in resources, one line each, and how many resources they saw.
    public static func mistakes(in resources: [[UInt8]]) throws -> (mistakes: [String], count: Int) {
        guard let folder else { return ([], resources.count) }
        var input = Data()
        for resource in resources { input += Data(resource) + Data("\n".utf8) }
        let answer = try run([script], input: input, ["PYTHONPATH": folder.path])
        var lines = answer.output.split(separator: "\n").map(String.init)
        let count = lines.popLast().flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        return (answer.status == 0 || !lines.isEmpty ? lines : ["the models ended with \(answer.status)"], count)
    }

    private static func run(
        _ arguments: [String], input: Data, _ environment: [String: String] = [:]
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        // A file, not a pipe: what is written cannot wait for what is read.
        let file = FileManager.default.temporaryDirectory.appending(path: "filmjacket-fhir-\(UUID().uuidString)")
        try input.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }  // what is left is in the temporary folder
        process.standardInput = try FileHandle(forReadingFrom: file)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }
}
