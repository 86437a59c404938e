import ArgumentParser
import Web

/// `filmjacket doctor`: what is wrong, what it does, and what mends it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check durability, disk, hub and clock; ends with 1 when something must be mended.")
    @Flag(help: "Say that you know of the notices: they are shown once more and forgotten.") var acknowledge = false
    @OptionGroup var node: NodeOptions

    func run() async throws { await node.finish(acknowledge ? .acknowledge : .doctor) }
}
