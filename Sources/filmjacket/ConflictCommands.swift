import ArgumentParser
import Web

/// `filmjacket conflict`: the open questions of a node.
struct ConflictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflict", abstract: "Look at conflicts and close them.",
        discussion: "ID is a conflict's id, a beginning of it, or a case with exactly one open conflict.",
        subcommands: [List.self, Show.self, Resolve.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Open conflicts; ends with 3 while there is one.")
        @Flag(help: "Closed ones too.") var all = false
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.conflictList(all: all)) }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "One conflict with both sides, and what stands meanwhile.")
        @Argument(help: "The conflict.") var id: String
        @OptionGroup var glass: BreakGlassOptions
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.conflictShow(id: id), glass) }
    }

    struct Resolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resolve", abstract: "Close a conflict by choosing what stands; nothing is deleted.",
            discussion:
                "EVENT is one of the conflict's events, or as much of its id as fits one of them: lakeview, lakeview/12, 12.")
        @Argument(help: "The conflict.") var id: String
        @Option(help: ArgumentHelp("The event that stands.", valueName: "event")) var choose: String
        @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String
        @OptionGroup var actor: ActorOptions
        @OptionGroup var glass: BreakGlassOptions
        @OptionGroup var node: NodeOptions

        func run() async throws {
            let who = try actor.said(node)
            await node.finish(
                .conflictResolve(id: id, choose: choose, reason: reason, person: who.person, role: who.role), glass)
        }
    }
}
