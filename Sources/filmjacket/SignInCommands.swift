import ArgumentParser
import Foundation
import Hub
import Problems
import SQLiteStore
import SiteAgent
import Web

extension NodeOptions {
    /// Asks about people: the running process, or the folder's books under its lock.
    func people(_ request: PeopleRequest) async throws(Problem) -> DeskAnswer {
        let pass = Door.Pass(token: try SignInFile.token(of: data))
        if let client = try await DeskClient.running(in: data, pass: pass) { return try await client.ask(request) }
        return await PeopleDesk(try OfflineDesk.door(data)).answer(request, pass, from: .console)
    }

    /// Asks about people, prints the answer and ends the process with its exit code.
    func finish(_ request: PeopleRequest) async -> Never {
        do throws(Problem) { finish(try await people(request)) } catch { Output.fail(error, json: json) }
    }
}

/// A secret as a command takes it: from a file or standard input, never as a word of the command line, where every process sees it.
struct SecretOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A file with the password on its first line; - is standard input.", valueName: "file"))
    var passwordFile: String?

    /// The password: of the file, else asked for at a terminal, else the first line of standard input.
    func password(_ prompt: String = "Password: ") throws(Problem) -> String {
        if let passwordFile { return try Self.line(try InputFile.text(passwordFile)) }
        guard isatty(STDIN_FILENO) == 1 else { return try Self.line(try InputFile.text("-")) }
        Terminal.write(prompt, to: STDERR_FILENO)
        var mode = termios()
        tcgetattr(STDIN_FILENO, &mode)
        var silent = mode
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSANOW, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSANOW, &mode)
            Terminal.write("\n", to: STDERR_FILENO)
        }
        return try Self.line(readLine() ?? "")
    }

    private static func line(_ text: String) throws(Problem) -> String {
        let line = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        guard !line.isEmpty else {
            throw Problem(
                .badInput, "A password was expected on the first line, and none came.", remedy: "Give it on standard input.")
        }
        return String(line.hasSuffix("\r") ? line.dropLast() : line)
    }
}

/// `filmjacket sign-in`: begins a session at a node.
struct SignInCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-in", abstract: "Sign in at a node; hub or no hub.",
        discussion: """
            The password is read from standard input. The session is kept in a file of yours until it rests for 15 minutes; with --json
            its token is printed too, for the variable \(SignInFile.variable).
            """)
    @Argument(help: "Your name.") var name: String
    @Option(help: "The role to act in, where you have several.") var role: String?
    @Flag(help: "Give the password of the running session once more, for signing.") var confirm = false
    @OptionGroup var secret: SecretOptions
    @OptionGroup var node: NodeOptions

    func run() async throws {
        do throws(Problem) {
            let password = try secret.password()
            if confirm { node.finish(try await node.people(.confirm(password: password))) }
            let answer = try await node.people(.signIn(name: name, password: password, role: role))
            if answer.exit == 0, case .object(let said) = try? JSONDecoder().decode(JSONValue.self, from: Data(answer.json.utf8)),
                case .text(let token) = said["token"]
            {
                try SignInFile.keep(token, of: node.data)
            }
            node.finish(answer)
        } catch { Output.fail(error, json: node.json) }
    }
}

/// `filmjacket sign-out`: ends the session.
struct SignOutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "sign-out", abstract: "End the session at a node.")
    @OptionGroup var node: NodeOptions

    func run() async throws {
        do throws(Problem) {
            let answer = try await node.people(.signOut)
            SignInFile.forget(node.data)
            node.finish(answer)
        } catch { Output.fail(error, json: node.json) }
    }
}
