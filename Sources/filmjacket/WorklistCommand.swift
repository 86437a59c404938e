import ArgumentParser
import Web

/// `filmjacket worklist`: what waits for a role.
struct WorklistCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worklist", abstract: "What waits for a role, by when it is due.",
        discussion:
            "One line a case: the soonest thing that the role has to do there. Without --site: of every site that is held here.")

    @Option(help: ArgumentHelp("For whom: technologist, radiologist, referrer, oncologist, lead, ...", valueName: "role"))
    var role: String
    @Option(help: ArgumentHelp("Of one site.", valueName: "site")) var site: String?
    @Option(help: "The most rows.") var limit = 200
    @OptionGroup var node: NodeOptions

    func run() async throws { await node.finish(.worklist(role: role, site: site, limit: limit)) }
}
