import ArgumentParser
import Foundation
import Problems
import Web

/// What every command about a node takes.
struct NodeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder of an agent or a hub.", valueName: "dir")) var data: String
    @Flag(help: "Print exactly one JSON document.") var json = false

    /// The process that serves the folder; without one, the folder itself under the writer lock, which is held until the command ends.
    func desk(_ glass: BreakGlassOptions? = nil) async throws(Problem) -> any Desk {
        let pass = Door.Pass(token: try SignInFile.token(of: data), reason: glass?.breakGlass)
        if let client = try await DeskClient.running(in: data, pass: pass) { return client }
        return try OfflineDesk.open(data, pass: pass)
    }

    /// Asks, prints the answer and ends the process with its exit code.
    func finish(_ request: DeskRequest, _ glass: BreakGlassOptions? = nil) async -> Never {
        do throws(Problem) { finish(await (try await desk(glass)).answer(request)) } catch { Output.fail(error, json: json) }
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
    @Option(
        name: .customLong("as"), help: ArgumentHelp("Who acts; whoever signed in may leave it out.", valueName: "person"))
    var person: String?
    @Option(help: "In which role, such as technologist, radiologist or lead; whoever signed in may leave it out.")
    var role: String?

    /// Who is said to act. Where nobody signed in, it has to be said.
    func said(_ node: NodeOptions) throws -> (person: String, role: String) {
        if try SignInFile.token(of: node.data) == nil {
            if person == nil { throw ValidationError("Missing expected argument '--as <person>'") }
            if role == nil { throw ValidationError("Missing expected argument '--role <role>'") }
        }
        return (person ?? "", role ?? "")
    }
}

/// How the node is opened to people.
struct DoorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A group whose members may use the control socket too; the folder must let them through.", valueName: "name"))
    var socketGroup: String?
    @Option(
        name: .customLong("session-idle"),
        help: ArgumentHelp("Minutes that a session may rest; 30 in a reading room.", valueName: "minutes"))
    var idleMinutes: Int64 = 15

    func validate() throws {
        if !(1...120).contains(idleMinutes) { throw ValidationError("A session rests for 1 to 120 minutes.") }
    }
}

/// Why somebody must see what he has no relation to.
struct BreakGlassOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "See a case without a relation to it, for an hour: it is kept and reviewed.", valueName: "reason"))
    var breakGlass: String?
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
