import ArgumentParser
import Foundation
import Logging
import Problems
import Web

/// The one program: agent, hub, sync, and the commands around them.
@main
struct Filmjacket: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filmjacket",
        abstract: "One shared, conflict-resolved state of every examination, with the network up or down.",
        discussion:
            "Results go to standard output, remarks to standard error. With --json a command prints exactly one JSON document.",
        version: "filmjacket \(Version.text)",
        subcommands: [
            DemoCommand.self, VersionCommand.self, HubCommand.self, AgentCommand.self, SyncCommand.self, StatusCommand.self,
            DoctorCommand.self, StatementCommand.self, CaseCommand.self, WorklistCommand.self, PolicyCommand.self,
            ConflictCommand.self, UserCommand.self, RoleCommand.self, SignInCommand.self, SignOutCommand.self, ImportCommand.self,
            LogCommand.self, FieldKeyCommand.self, AuditCommand.self, BundleCommand.self, NotifyCommand.self,
            SimulateCommand.self,
        ])

    static func main() async {
        Signals.prepare()
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch let problem as Problem {
            Output.fail(problem, json: arguments.contains("--json"))
        } catch {
            end(with: error, arguments)
        }
    }

    /// Ends with what the parser says: help and version with 0, mistakes with 64 and the word that was probably meant.
    private static func end(with error: any Error, _ arguments: [String]) -> Never {
        let code = exitCode(for: error)
        guard code != .success else { exit(withError: error) }
        guard code == .validationFailure else {
            Output.fail(Problem(.internalError, "The command failed: \(error)."), json: arguments.contains("--json"))
        }
        let mistake = CommandMistake.find(in: arguments, below: Self.self)
        let said = mistake?.message ?? message(for: error)
        let problem = Problem(
            .usage, said.isEmpty ? "The command line cannot be read." : said,
            remedy: mistake?.remedy ?? ProblemCode.usage.row.remedy)
        if arguments.contains("--json") { Output.fail(problem, json: true) }
        Output.remark(
            (mistake.map { "Error: \($0.message)" } ?? fullMessage(for: error)) + (mistake.map { "\nTry: \($0.remedy)" } ?? ""))
        Foundation.exit(problem.code.row.exit)
    }
}

/// What a process does when it is interrupted or nobody reads it any more.
enum Signals {
    /// Ctrl-C ends with 130; whoever stops reading ends it quietly. What was recorded is durable already, so nothing has to be tidied.
    /// The servers replace the first by an orderly end.
    static func prepare() {
        signal(SIGINT) { _ in _exit(130) }
        signal(SIGPIPE, SIG_IGN)
        // Stores, keys and sockets are for their owner alone; SQLite makes its side files as the process says.
        umask(0o077)
        // A dump of a process would lie on the disk with all that it held of patients and keys.
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }

    /// Sends the servers' own log to standard error.
    static func logger(_ label: String) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        return logger
    }
}
