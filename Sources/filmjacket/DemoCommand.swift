import ArgumentParser
import Foundation
import Problems
import Web

/// `filmjacket demo`: a hub and two sites as real processes on loopback; cuts a link, shows a conflict, heals, resolves it.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Run a hub and two sites on this machine and watch them disagree and agree.",
        discussion: "Loopback only; nothing is left behind. What it prints it measured.")

    @Flag(help: "End by itself when the story is told.") var exit = false
    @Flag(help: "Print one JSON line for each happening.") var json = false

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("filmjacket-demo-\(getpid())").path
        let story = DemoStory(folder: folder, tells: DemoTeller(json: json))
        let leftovers = DemoLeftovers(folder: folder)
        leftovers.clearOnSignals()
        Terminal.whenNobodyReads { leftovers.clear() }
        var code: Int32 = 0
        do {
            try await story.tell(isInteractive: !exit && isatty(STDIN_FILENO) == 1, leaving: leftovers)
        } catch let problem as Problem {
            if json { Output.line(DeskAnswer(problem: problem).json) } else { Output.remark(DeskAnswer(problem: problem).remark) }
            code = problem.code.row.exit
        } catch {
            Output.remark("The demonstration failed: \(error)")
            code = 1
        }
        leftovers.clear()
        Foundation.exit(code)
    }
}

/// Says what happens, with the time since the start.
struct DemoTeller: Sendable {
    let json: Bool
    private let began = ContinuousClock.now

    init(json: Bool) { self.json = json }

    func say(_ who: String, _ what: String) {
        let seconds = (ContinuousClock.now - began).seconds
        if json {
            Output.line("{\"seconds\":\(String(format: "%.3f", seconds)),\"who\":\(quoted(who)),\"what\":\(quoted(what))}")
        } else {
            Output.line(
                String(format: "%05.2f ", seconds) + who.padding(toLength: max(11, who.count), withPad: " ", startingAt: 0) + what
            )
        }
    }

    func head(_ text: String) {
        if !json { Output.line(text) }
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"") + "\""
    }
}

extension Duration {
    /// Seconds as a number.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
    /// Milliseconds, rounded.
    var milliseconds: Int { Int((seconds * 1000).rounded()) }
}
