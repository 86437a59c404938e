import ArgumentParser
import Foundation
import ImagingCase
import EventLog
import Problems
import SQLiteStore
import Web

/// `filmjacket hub backup` and `filmjacket agent backup`: copies of a node, taken while it works.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Save, look at, verify and restore copies of a node.",
        subcommands: [Save.self, Inspect.self, Verify.self, Restore.self])

    struct Save: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "save", abstract: "Save a copy into a folder that is not there yet; the node goes on meanwhile.")
        @Argument(help: ArgumentHelp("The copy's folder.", valueName: "backup")) var backup: String
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.backupSave(folder: URL(fileURLWithPath: backup).path)) }
    }

    struct Inspect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "inspect", abstract: "Whose copy it is, how far its logs go; signature and hashes checked.")
        @Argument(help: ArgumentHelp("The copy's folder.", valueName: "backup")) var backup: String
        @Flag(help: "Print exactly one JSON document.") var json = false

        func run() async throws {
            do throws(Problem) { Output.finish(BackupText.answer(try NodeBackup.inspect(backup)), json: json) } catch {
                Output.fail(error, json: json)
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Recompute every hash, root and case of a copy; ends with 6 at the first that is wrong.")
        @Argument(help: ArgumentHelp("The copy's folder.", valueName: "backup")) var backup: String
        @Flag(help: "Print exactly one JSON document.") var json = false

        func run() async throws {
            do throws(Problem) {
                let report = try NodeBackup.verify(backup).1
                Output.finish(DeskAnswer(json: report.json, text: report.text), json: json)
            } catch { Output.fail(error, json: json) }
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore", abstract: "Put a copy in the node's place, under a new identity; the node must not run.",
            discussion: "A store that is there is moved aside, not removed. With --dry-run nothing is changed.")
        @Argument(help: ArgumentHelp("The copy's folder.", valueName: "backup")) var backup: String
        @Flag(help: "Check the copy and say what would be done.") var dryRun = false
        @OptionGroup var node: NodeOptions

        func run() async throws {
            do throws(Problem) {
                guard !dryRun else {
                    Output.finish(BackupText.answer(try NodeBackup.verify(backup).0, restored: false), json: node.json)
                }
                let (manifest, aside) = try BackupRestore.run(backup, to: node.data)
                node.finish(BackupText.answer(manifest, restored: true, aside: aside))
            } catch { Output.fail(error, json: node.json) }
        }
    }
}

/// A backup's manifest for programs and for people.
enum BackupText {
    static func answer(_ manifest: BackupManifest, restored: Bool? = nil, aside: String? = nil) -> DeskAnswer {
        var json = JSONWriter()
        json.beginObject()
        json.member("role", manifest.role)
        json.member("node", manifest.node)
        json.member("identity", manifest.identity)
        json.member("version", manifest.version)
        json.member("taken", Timestamp.text(of: Instant(milliseconds: manifest.taken)))
        json.member("events", manifest.events)
        json.key("logs")
        json.beginArray()
        for log in manifest.logs {
            json.beginObject()
            json.member("log", log.log)
            json.member("head", log.head)
            json.member("held", log.held)
            json.endObject()
        }
        json.endArray()
        if let restored { json.member("restored", restored) }
        if let aside { json.member("keptAside", aside) }
        json.endObject()
        var lines = [
            "\(manifest.role) '\(manifest.node)', taken \(Timestamp.text(of: Instant(milliseconds: manifest.taken))) as \(manifest.identity), "
                + "\(manifest.events) events, signature and hashes good"
        ]
        lines += manifest.logs.map { "  \($0.log)  head \($0.head)  held \($0.held)" }
        if restored == true { lines.append("restored under a new identity") }
        if restored == false { lines.append("would be restored under a new identity") }
        if let aside { lines.append("the store that was there is kept as \(aside)") }
        let isHub = manifest.role == "hub"
        let next =
            isHub
            ? "Start the hub: its sites give back what the copy lacks.\nTry: filmjacket hub recover watch"
            : "Try: filmjacket sync"
        return DeskAnswer(json: json.text, text: lines.joined(separator: "\n"), remark: restored == true ? next : "")
    }
}
