import ArgumentParser
import Foundation
import Problems
import Web

/// What every command about a node takes.
struct NodeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder of an agent or a hub.", valueName: "dir")) var data: String
    @Flag(help: "Print exactly one JSON document.") var json = false

    /// Asks the process that serves the folder; without one, the folder itself under the writer lock, which is free again on return.
    func ask(_ request: DeskRequest) async -> DeskAnswer {
        do throws(Problem) {
            if let client = try await DeskClient.running(in: data) { return try await client.ask(request) }
            return await (try OfflineDesk.open(data)).answer(request)
        } catch { return DeskAnswer(problem: error) }
    }

    /// Asks, prints the answer and ends the process with its exit code.
    func finish(_ request: DeskRequest) async -> Never { Output.finish(await ask(request), json: json) }
}

/// Who acts.
struct ActorOptions: ParsableArguments {
    @Option(name: .customLong("as"), help: ArgumentHelp("Who acts.", valueName: "person")) var person: String
    @Option(help: "In which role, such as technologist, radiologist or lead.") var role: String
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
