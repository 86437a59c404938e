import ArgumentParser
import Foundation
import Hub
import Problems
import SQLiteStore
import Web
import Wire

/// `filmjacket hub recover`: a hub that lost its store, filled again by its sites.
struct RecoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover", abstract: "Watch a hub being filled again by its sites, and restore its registry of sites.",
        subcommands: [Watch.self, Registry.self, Waive.self])

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "watch",
            abstract: "Each log against the newest head that its site signed; ends when nothing is missing.",
            discussion: "With --once it looks once and ends with 3 while something is missing.")
        @Flag(help: "Look once.") var once = false
        @OptionGroup var node: NodeOptions

        func run() async throws {
            let desk = try await node.desk()
            var shown = ""
            while true {
                let answer = await desk.answer(.recoverShow)
                guard answer.exit == 3, !once else { node.finish(answer) }
                if answer.text != shown, !node.json { Output.line(Terminal.safe(answer.text)) }
                shown = answer.text
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    struct Registry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "registry",
            abstract: "Take the sites and their keys back from a copy that a site keeps (DIR/roster); the hub must not run.",
            discussion: "A site that is known here stays as it is. Of several copies take the newest.")
        @Option(help: ArgumentHelp("The copy.", valueName: "file")) var from: String
        @OptionGroup var node: NodeOptions

        func run() async throws {
            do throws(Problem) {
                guard let bytes = FileManager.default.contents(atPath: from) else {
                    throw Problem(
                        .badInput, "The copy of the registry cannot be read.", remedy: "Name the file roster of a site's folder.")
                }
                let answer = try RegistryRestore.run(data: node.data, copy: String(decoding: bytes, as: UTF8.self))
                Output.finish(answer, json: node.json)
            } catch { Output.fail(error, json: node.json) }
        }
    }

    struct Waive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "waive", abstract: "Wait for a site no longer: what only it held is lost.")
        @Argument(help: "The site.") var site: String
        @Option(help: "Why.") var reason: String
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.recoverWaive(site: site, reason: reason)) }
    }
}
