import ArgumentParser
import Foundation
import Problems
import SQLiteStore
import Web

/// `filmjacket bundle`: what a push or a feed would carry, as signed and sealed files, for nodes that no wire reaches.
struct BundleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle", abstract: "Carry events between nodes as files, where no wire reaches.",
        subcommands: [Export.self, Inspect.self, Import.self])

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Put what another node is not known to hold into a bundle that only that node can read.",
            discussion:
                "A site exports to 'hub', a hub to a site. With --part-size the bundle is a folder of parts, taken in any order.")
        @Option(help: ArgumentHelp("The receiving node: hub, or a site's id.", valueName: "node")) var to: String
        @Option(help: ArgumentHelp("The file, or with --part-size the folder; not there yet.", valueName: "file|dir")) var out:
            String
        @Option(help: ArgumentHelp("Begin a new part after so many bytes.", valueName: "bytes")) var partSize = 0
        @OptionGroup var node: NodeOptions

        func validate() throws {
            guard partSize == 0 || partSize >= 1024 else { throw ValidationError("--part-size is 1024 bytes or more.") }
        }

        func run() async throws {
            await node.finish(.bundleExport(to: to, path: URL(fileURLWithPath: out).path, partBytes: partSize))
        }
    }

    struct Inspect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "inspect", abstract: "From whom, for whom, and whether all of it is there.")
        @Argument(help: "The bundle.") var file: String
        @Flag(help: "Print exactly one JSON document.") var json = false

        func run() async throws {
            do throws(Problem) {
                let bundle = try BundleFile(file)
                var bytes = 0
                while let item = try bundle.next() { bytes += item.count }
                Output.finish(BundleText.inspected(bundle.header, bytes: bytes), json: json)
            } catch { Output.fail(error, json: json) }
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Take a bundle in: all of it is checked before any of it is taken.")
        @Argument(help: "The bundle.") var file: String
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.bundleImport(path: URL(fileURLWithPath: file).path)) }
    }
}
