import Foundation
import Glibc
import Testing

extension Product {
    /// Runs a command to its end as a script would: in a folder, with an input and an environment.
    static func run(
        _ arguments: [String], in folder: String? = nil, input: String = "", environment: [String: String] = [:]
    ) throws -> Ended {
        let process = Process()
        process.executableURL = binary
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (output, errors, words) = (Pipe(), Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = words
        try process.run()
        try words.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try words.fileHandleForWriting.close()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let remarks = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Ended(
            code: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: remarks, as: UTF8.self))
    }
}

extension Product.Ended {
    /// The whole output as exactly one JSON document on one line; nil for anything else.
    var document: Any? {
        guard output.hasSuffix("\n"), output.dropLast().contains("\n") == false else { return nil }
        return try? JSONSerialization.jsonObject(with: Data(output.utf8))
    }

    /// The code of the problem that a command says with `--json`.
    var problem: String? {
        let whole = document as? [String: Any]
        return (whole?["error"] as? [String: Any])?["code"] as? String
    }

    /// The lines of the output, each as a JSON object.
    var objects: [[String: Any]] {
        output.split(separator: "\n").compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    }
}

extension RealNetwork {
    /// Runs a command on a site's folder.
    func on(_ site: RealNode, _ words: String..., fields: [String] = []) throws -> Product.Ended {
        try Product.run(words + ["--data", site.data] + fields)
    }

    /// Records an order under an accession.
    @discardableResult
    func order(_ accession: String, at site: RealNode) throws -> Product.Ended {
        let placed = try on(
            site, "case", "record", "order.placed", "--as", "Dr Reyes", "--role", "referrer", "--json",
            fields: [
                "accession.issuer=e2e", "accession.value=\(accession)", "patient.issuer=e2e", "patient.id=1",
                "patient.name=DOE^JANE", "modality=CT", "priority=stat",
            ])
        try #require(placed.code == 0, "\(placed.output) \(placed.errors)")
        return placed
    }

    /// Two final reports on one examination, signed where neither could see the other.
    func finalsApart(_ accession: String) throws {
        for (site, person) in [(northside, "Dr Lund"), (lakeview, "Dr Osei")] {
            try order(accession, at: site)
            let signed = try on(
                site, "case", "record", "report.finalSigned", "--case", accession, "--as", person, "--role", "radiologist",
                fields: ["findings=read by \(person)", "impression=as \(person) sees it", "contentVersion=v1"])
            try #require(signed.code == 0, "\(signed.errors)")
        }
    }

    /// A copy of a site's folder, to be damaged.
    func copy(of site: RealNode, _ name: String) throws -> String {
        let target = folder + "/" + name
        try FileManager.default.copyItem(atPath: site.data, toPath: target)
        return target
    }
}
