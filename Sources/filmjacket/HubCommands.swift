import ArgumentParser
import Foundation
import Hub
import ImagingCase
import Problems
import SiteAgent
import Web

/// `filmjacket hub`: the central hub and its sites.
struct HubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hub", abstract: "Make and run the hub, and let sites join.",
        subcommands: [Init.self, Run.self, ChangeTLSKey.self, SiteCommand.self, BackupCommand.self, RecoverCommand.self])

    struct Init: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "init", abstract: "Make a hub in a folder that has none.")
        @Option(help: "The hub's name, for people.") var name = "Filmjacket hub"
        @Option(help: ArgumentHelp("A name or address that sites reach the hub by; give it once for each.", valueName: "name"))
        var host: [String] = []
        @OptionGroup var node: NodeOptions

        func run() async throws {
            do throws(Problem) {
                let folder = try HubFolder.make(at: node.data, name: name, hosts: host, now: Agent.wallClock())
                var json = JSONWriter()
                json.beginObject()
                json.member("name", folder.name)
                json.member("data", folder.path)
                json.endObject()
                Output.finish(
                    DeskAnswer(
                        json: json.text, text: "made the hub '\(folder.name)' in \(folder.path)",
                        remark: "Try: filmjacket hub site add SITE --kind imaging --data \(folder.path)"),
                    json: node.json)
            } catch { Output.fail(error, json: node.json) }
        }
    }

    struct ChangeTLSKey: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "change-tls-key",
            abstract: "Put the hub's spare TLS key in use, which its sites know already, and make another spare one.",
            discussion: "For a key that may have come into other hands. The hub must not run meanwhile.")
        @OptionGroup var node: NodeOptions

        func run() async throws {
            do throws(Problem) {
                Output.finish(try KeyChange.run(data: node.data, now: Agent.wallClock()), json: node.json)
            } catch { Output.fail(error, json: node.json) }
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "run", abstract: "Serve the sites until interrupted.")
        @Option(help: ArgumentHelp("The address to listen on.", valueName: "host:port")) var listen: ListenAddress
        @Flag(help: "Speak TLS on loopback as well; everywhere else the hub always does.") var tls = false
        @Option(
            help: ArgumentHelp(
                "A PEM file with the certificate chain; the hub's own authority makes one where left out.", valueName: "file"))
        var tlsCertificate: String?
        @Option(help: ArgumentHelp("A PEM file with the certificate's key.", valueName: "file")) var tlsKey: String?
        @Option(
            help: ArgumentHelp(
                "Whether sites show a certificate that the hub issued to them: off, accept or require.", valueName: "rule"),
            transform: { word in
                guard let rule = ClientCertificates(rawValue: word) else {
                    throw ValidationError("off, accept or require is expected, not '\(word)'.")
                }
                return rule
            })
        var clientCertificates = ClientCertificates.off
        @Option(
            help: ArgumentHelp(
                "How many events a second one site may push for long; urgent ones always. As many as can be stored where left out.",
                valueName: "events"))
        var pushRate: Int?
        @OptionGroup var door: DoorOptions
        @OptionGroup var node: NodeOptions

        func validate() throws {
            if let pushRate, !(1...1_000_000).contains(pushRate) {
                throw ValidationError("--push-rate is 1 to 1000000 events a second, not \(pushRate).")
            }
            if (tlsCertificate == nil) != (tlsKey == nil) {
                throw ValidationError("--tls-certificate and --tls-key go together.")
            }
        }

        func run() async throws {
            var configuration = HubConfiguration(data: node.data, host: listen.host, port: listen.port)
            if let tlsCertificate, let tlsKey { configuration.tls = (tlsCertificate, tlsKey) }
            configuration.requiresTLS = tls
            configuration.clientCertificates = clientCertificates
            configuration.siteLimits.eventsPerSecond = pushRate
            configuration.socketGroup = door.socketGroup
            configuration.idleMinutes = door.idleMinutes
            let scheme = configuration.isTLS ? "https" : "http"
            await Server.run(node, scheme, listen.host) { ready in
                try await HubServer.run(configuration, logger: Signals.logger("filmjacket.hub"), ready: ready)
            }
        }
    }
}

/// Runs a server and says where it listens.
enum Server {
    /// Runs until the process is told to stop; ends with 0 then, else with the exit code of what kept it from running.
    static func run(
        _ node: NodeOptions, _ scheme: String, _ host: String,
        _ body: (@escaping @Sendable (Int) async -> Void) async throws -> Void
    ) async -> Never {
        let json = node.json
        OpenFiles.raise()
        do {
            try await body { port in
                let name = host.contains(":") ? "[\(host)]" : host
                let address = "\(scheme)://\(name):\(port)"
                Output.line(json ? "{\"listening\":\"\(address)\"}" : "listening on \(address)")
            }
            exit(0)
        } catch let problem as Problem {
            Output.fail(problem, json: json)
        } catch {
            Output.fail(
                Problem(
                    .configuration, "The server cannot listen or was stopped: \(error).",
                    remedy: "See that the address is this machine's and free."),
                json: json)
        }
    }
}
