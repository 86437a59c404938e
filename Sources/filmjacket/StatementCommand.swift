import ArgumentParser
import Web

/// `filmjacket statement`: every own event that is not shared.
struct StatementCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statement",
        abstract: "Every own event that is not shared, how old it is and why; ends with 3 when there is one.")
    @Option(help: ArgumentHelp("Leave out what waits for less.", valueName: "seconds")) var olderThan: Int64 = 900
    @OptionGroup var node: NodeOptions

    func run() async throws { await node.finish(.statement(olderThanSeconds: olderThan)) }
}
