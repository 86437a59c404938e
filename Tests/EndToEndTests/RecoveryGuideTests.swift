import Foundation
import Testing

/// The recovery guide names commands as they are: each verb exists and knows each option. What they do is tried by the tests of
/// rebuilding, backups, bundles and repair.
struct RecoveryGuideTests {
    /// The command lines of the guide's blocks.
    private static var commands: [[String]] {
        get throws {
            let guide = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../../Sources/Hub/Hub.docc/Recovery.md")
            return try String(contentsOf: guide, encoding: .utf8).split(separator: "\n")
                .filter { $0.hasPrefix("filmjacket ") }.map { $0.split(separator: " ").dropFirst().map(String.init) }
        }
    }

    @Test func `every command of the guide exists with its options`() throws {
        let commands = try Self.commands
        #expect(commands.count > 20)
        for command in commands {
            let verbs = command.prefix { $0.first?.isLowercase == true }
            let help = try Product.run(Array(verbs) + ["--help"])
            #expect(help.code == 0 && help.output.contains("USAGE: filmjacket \(verbs.joined(separator: " "))"), "\(command)")
            for option in command where option.hasPrefix("--") {
                #expect(help.output.contains(option), "\(command.joined(separator: " ")): \(option)")
            }
        }
    }
}
