import ArgumentParser
import Problems
import Web

/// `filmjacket status`: how a node is.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "What is recorded, shared and waiting; open conflicts last, so that they stay in sight.")
    @Flag(help: "Read the folder itself; a running process is asked only where it holds the folder.") var offline = false
    @OptionGroup var node: NodeOptions

    func run() async throws {
        guard offline else { await node.finish(.status) }
        do throws(Problem) {
            Output.finish(await (try OfflineDesk.open(node.data)).answer(.status), json: node.json)
        } catch {
            guard error.code == .storeInUse else { Output.fail(error, json: node.json) }
            await node.finish(.status)
        }
    }
}
