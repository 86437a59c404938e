import ArgumentParser
import EventLog
import Foundation
import ImagingCase
import Problems
import SiteAgent
import Web

/// `filmjacket agent`: the background process of a site.
struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "Join a site to its hub and run its agent.",
        subcommands: [Join.self, Run.self, RotateKey.self, BackupCommand.self])

    struct Join: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "join", abstract: "Join a hub by a one-time code; the site's key is made here and never leaves.")
        @Argument(help: "The hub's address, such as https://hub.example:8443.") var url: String
        @Argument(help: "The join code; - reads it from standard input.") var code: String
        @Option(
            help: ArgumentHelp(
                "A PEM file of the authorities to believe for the hub; the system's where left out.", valueName: "file"))
        var authority: String?
        @OptionGroup var node: NodeOptions

        func run() async throws {
            do throws(Problem) {
                let code = code == "-" ? try InputFile.text("-").trimmingCharacters(in: .whitespacesAndNewlines) : code
                let folder = try await Joining.join(url: url, code: code, folder: node.data, authorityFile: authority)
                var json = JSONWriter()
                json.beginObject()
                json.member("site", folder.site.text)
                json.member("kind", folder.kind)
                json.member("hub", folder.hubName)
                json.member("url", folder.hubURL)
                json.endObject()
                Output.finish(
                    DeskAnswer(
                        json: json.text, text: "joined '\(folder.hubName)' as \(folder.site) (\(folder.kind))",
                        remark: "Try: filmjacket agent run --listen 127.0.0.1:8081 --data \(node.data)"),
                    json: node.json)
            } catch { Output.fail(error, json: node.json) }
        }
    }

    struct RotateKey: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate-key",
            abstract: "Put a new key in the place of the site's own; the hub takes the former one for thirty days more.")
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.keyRotate) }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Record and reconcile until interrupted, hub or no hub.")
        @Option(help: ArgumentHelp("The address to listen on: loopback.", valueName: "host:port")) var listen: ListenAddress
        @Option(
            help: ArgumentHelp(
                "Seconds between two canaries, which show that the whole way works; 0 for none.", valueName: "seconds"))
        var canary: Int64 = 3600
        @Option(
            help: ArgumentHelp("Take HL7 v2 messages over MLLP there, such as 127.0.0.1:2575.", valueName: "host:port"))
        var mllp: ListenAddress?
        @Option(
            name: .customLong("mllp-from"),
            help: ArgumentHelp("An address that may send HL7; this machine alone where none is named.", valueName: "address"))
        var mllpFrom: [String] = []
        @OptionGroup var archive: OrthancOptions
        @OptionGroup var door: DoorOptions
        @OptionGroup var node: NodeOptions

        func validate() throws {
            if mllp == nil, !mllpFrom.isEmpty {
                throw ValidationError("--mllp-from says who may send to --mllp HOST:PORT, and none is named.")
            }
        }

        func run() async throws {
            var configuration = AgentConfiguration(data: node.data, host: listen.host, port: listen.port)
            configuration.canarySeconds = canary
            configuration.socketGroup = door.socketGroup
            configuration.idleMinutes = door.idleMinutes
            do throws(Problem) {
                configuration.mllp = try mllp.map { (address) throws(Problem) in
                    try MLLPConfiguration(host: address.host, port: address.port, allowed: Set(mllpFrom))
                }
                configuration.orthanc = try archive.configuration()
            } catch { Output.fail(error, json: node.json) }
            await Server.run(node, "http", listen.host) { ready in
                try await Agent.run(configuration, logger: Signals.logger("filmjacket.agent"), ready: ready)
            }
        }
    }
}
