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
    func password(_ prompt: String = "Password: ") throws(Problem) -> String { try secrets(prompt)[0] }

    /// The password, and the code on a line after it where there is one. At a terminal the code is asked for when it is needed.
    func passwordAndCode() throws(Problem) -> (password: String, code: String?) {
        let lines = try secrets("Password: ")
        return (lines[0], lines.count > 1 ? lines[1] : nil)
    }

    private func secrets(_ prompt: String) throws(Problem) -> [String] {
        guard passwordFile == nil, Self.isTerminal else { return try Self.lines(try InputFile.text(passwordFile ?? "-")) }
        return [try Self.asked(prompt)]
    }

    /// Whether somebody can be asked.
    static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// One secret: asked for at a terminal without showing it, else the first line of standard input.
    static func asked(_ prompt: String) throws(Problem) -> String {
        guard isTerminal else { return try lines(try InputFile.text("-"))[0] }
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
        return try lines(readLine() ?? "")[0]
    }

    /// The lines of a text, the first of which says something.
    private static func lines(_ text: String) throws(Problem) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.hasSuffix("\r") ? line.dropLast() : line)
        }
        guard let first = lines.first, !first.isEmpty else {
            throw Problem(
                .badInput, "A password or code was expected on the first line, and none came.",
                remedy: "Give it on standard input.")
        }
        return lines
    }
}

/// `filmjacket sign-in`: begins a session at a node.
struct SignInCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-in", abstract: "Sign in at a node; hub or no hub.",
        discussion: """
            The password is read from standard input, and on a second line the code of whoever has codes. The session is kept in a file of yours until it rests for 15 minutes; with --json
            its token is printed too, for the variable \(SignInFile.variable).
            """)
    @Argument(help: "Your name.") var name: String
    @Option(help: "The role to act in, where you have several.") var role: String?
    @Flag(help: "Give the password of the running session once more, for signing.") var confirm = false
    @OptionGroup var secret: SecretOptions
    @OptionGroup var node: NodeOptions

    func run() async throws {
        do throws(Problem) {
            let (password, code) = try secret.passwordAndCode()
            var answer = try await ask(password, code)
            if answer.problem?.code == .secondFactor, code == nil, SecretOptions.isTerminal {
                answer = try await ask(password, try SecretOptions.asked("Code: "))
            }
            if confirm { node.finish(answer) }
            if answer.exit == 0, case .object(let said) = try? JSONDecoder().decode(JSONValue.self, from: Data(answer.json.utf8)),
                case .text(let token) = said["token"]
            {
                try SignInFile.keep(token, of: node.data)
            }
            node.finish(answer)
        } catch { Output.fail(error, json: node.json) }
    }

    private func ask(_ password: String, _ code: String?) async throws(Problem) -> DeskAnswer {
        guard confirm else { return try await node.people(.signIn(name: name, password: password, role: role, code: code)) }
        return try await node.people(.confirm(password: password, code: code))
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
