import ArgumentParser
import Web

/// A verb or an option that does not exist, with the one that was probably meant.
struct CommandMistake {
    let message: String
    let remedy: String

    /// The first such mistake in a command line; nil where its words exist and something else is wrong. Verbs come before options.
    static func find(in arguments: [String], below root: any ParsableCommand.Type) -> CommandMistake? {
        var command = root
        var path = ["filmjacket"]
        for word in arguments.prefix(while: { !$0.hasPrefix("-") }) {
            let verbs = command.configuration.subcommands
            guard !verbs.isEmpty else { break }
            guard let next = verbs.first(where: { name(of: $0) == word }) else {
                let near = Nearest.word(to: word, among: verbs.map(name))
                let known = verbs.map(name).joined(separator: ", ")
                return CommandMistake(
                    message: "There is no '\((path + [word]).joined(separator: " "))'.",
                    remedy: near.map { (path + [$0]).joined(separator: " ") } ?? "one of: \(known).")
            }
            command = next
            path.append(word)
        }
        return option(in: arguments, of: command, path)
    }

    private static func option(
        in arguments: [String], of command: any ParsableCommand.Type, _ path: [String]
    ) -> CommandMistake? {
        let help = command.helpMessage(columns: 200)
        let known = help.matches(of: #/--[a-z][a-z0-9-]*/#).map { String($0.0) } + ["--version"]
        for word in arguments.prefix(while: { $0 != "--" }) where word.hasPrefix("--") {
            let option = String(word.prefix { $0 != "=" })
            guard !known.contains(option) else { continue }
            let near = Nearest.word(to: option, among: known)
            let verb = path.joined(separator: " ")
            return CommandMistake(
                message: "'\(verb)' has no option \(option).", remedy: near.map { "\(verb) \($0)" } ?? "\(verb) --help")
        }
        return nil
    }

    private static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? String(describing: command).lowercased()
    }
}
