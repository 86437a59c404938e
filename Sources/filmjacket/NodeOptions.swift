import ArgumentParser
import Foundation
import Problems
import Web

/// What every command about a node takes.
struct NodeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder of an agent or a hub.", valueName: "dir")) var data: String
    @Flag(help: "Print exactly one JSON document.") var json = false

    /// The process that serves the folder; without one, the folder itself under the writer lock, which is held until the command ends.
    func desk() async throws(Problem) -> any Desk {
        if let client = try await DeskClient.running(in: data) { return client }
        return try OfflineDesk.open(data)
    }

    /// Asks, prints the answer and ends the process with its exit code.
    func finish(_ request: DeskRequest) async -> Never {
        do throws(Problem) { finish(await (try await desk()).answer(request)) } catch { Output.fail(error, json: json) }
    }

    /// Prints an answer and ends the process with its exit code; what it offers to try names the folder, so that it can be typed as it is.
    func finish(_ answer: DeskAnswer) -> Never {
        var answer = answer
        answer.remark = answer.remark.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("Try: filmjacket ") && !line.contains("--data") ? "\(line) --data \(data)" : String(line)
        }.joined(separator: "\n")
        Output.finish(answer, json: json)
    }
}

/// Who acts.
struct ActorOptions: ParsableArguments {
    @Option(name: .customLong("as"), help: ArgumentHelp("Who acts.", valueName: "person")) var person: String
    @Option(help: "In which role, such as technologist, radiologist or lead.") var role: String
}

/// Who looks, where not everybody may see everything.
struct AskerOptions: ParsableArguments {
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Who looks: a file of peer review opens only to a lead and to its reviewers.", valueName: "person"))
    var person: String?
    @Option(help: "In which role, such as radiologist or lead.") var role: String?

    func validate() throws {
        if role != nil, person == nil { throw ValidationError("--role says in which role --as PERSON looks.") }
    }
}

/// An address to listen on: `HOST:PORT`, `[::1]:PORT`.
struct ListenAddress: ExpressibleByArgument {
    let host: String
    let port: Int

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"), let port = UInt16(argument[argument.index(after: colon)...]) else {
            return nil
        }
        var host = String(argument[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else { return nil }
        self.host = host
        self.port = Int(port)
    }
}
