import ArgumentParser
import ImagingCase
import Problems
import Web

/// `filmjacket policy`: who may do what.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Who may do what.", subcommands: [Show.self])

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "The permission table: kinds of events, the roles that may record them, and on which conditions.",
            discussion: "The same table is asked when an event is recorded and again when it arrives from elsewhere.")

        @Option(help: ArgumentHelp("Only what a role may record.", valueName: "role")) var role: String?
        @Flag(help: "Print one JSON document.") var json = false

        func run() throws {
            let role = try role.map { (word) throws(Problem) in try RoleWord.role(word) }
            if json {
                var writer = JSONWriter()
                Authority.write(to: &writer, for: role)
                Output.line(writer.text)
            } else {
                Output.line(Authority.text(for: role))
            }
        }
    }
}
