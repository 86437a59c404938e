import ArgumentParser
import Foundation
import Outbound
import Problems
import Web

/// `filmjacket notify`: which systems outside are told what happens, and how that goes.
struct NotifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify", abstract: "Tell other systems what happens: HL7 v2, webhooks, mail, FHIR subscriptions.",
        subcommands: [
            List.self, Add.self, Remove.self, Pause.self, Resume.self, Waiting.self, Retry.self, Drop.self, Replay.self,
            Test.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "The targets, and what waits for each.")
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.notify(.list)) }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Add a target; it is told what happens from now on.")
        @Argument(help: "Its name: small letters, digits and hyphens.") var name: String
        @Option(help: ArgumentHelp("Where HL7 v2 messages are taken over MLLP.", valueName: "host:port")) var hl7: String?
        @Option(help: ArgumentHelp("HL7: the receiving application, MSH-5.", valueName: "name")) var application: String?
        @Option(help: ArgumentHelp("HL7: the receiving facility, MSH-6.", valueName: "name")) var facility: String?
        @Option(help: ArgumentHelp("Where CloudEvents are posted to.", valueName: "url")) var webhook: String?
        @Option(
            help: ArgumentHelp(
                "A mail server, smtp://HOST:PORT or smtps://HOST:PORT.", valueName: "url"))
        var mail: String?
        @Option(
            name: .customLong("fhir-subscription"),
            help: ArgumentHelp("Where FHIR notifications are posted to (rest-hook, ids only).", valueName: "url"))
        var subscription: String?
        @Option(
            help: ArgumentHelp(
                "Subscription: report-final, report-amended, critical or study-state.", valueName: "topic"))
        var topic: String?
        @Option(
            name: .customLong("fhir-base"),
            help: ArgumentHelp("Subscription: where the receiver reaches this node's /fhir/R4.", valueName: "url"))
        var base: String?
        @Option(help: ArgumentHelp("Mail: from whom.", valueName: "address")) var from: String?
        @Option(help: ArgumentHelp("Mail: to whom; may be given again.", valueName: "address")) var to: [String] = []
        @Option(
            help: ArgumentHelp(
                "A file of its owner's alone: a webhook's secret, a mail server's USER:PASSWORD, a subscription's Authorization.",
                valueName: "file"))
        var secretFile: String?
        @OptionGroup var node: NodeOptions

        func validate() throws {
            if [hl7, webhook, mail, subscription].compactMap({ $0 }).count != 1 {
                throw ValidationError(
                    "Say where it is: one of --hl7 HOST:PORT, --webhook URL, --mail URL and --fhir-subscription URL.")
            }
        }

        func run() async throws {
            var settings: TargetSettings
            if let hl7 {
                settings = TargetSettings(kind: .hl7, address: hl7)
            } else if let webhook {
                settings = TargetSettings(kind: .webhook, address: webhook)
            } else if let subscription {
                settings = TargetSettings(kind: .subscription, address: subscription)
            } else {
                settings = TargetSettings(kind: .mail, address: mail ?? "")
            }
            settings.application = application
            settings.facility = facility
            settings.topic = topic
            settings.base = base
            settings.from = from
            settings.to = to.isEmpty ? nil : to
            // The agent may stand in another folder than whoever types.
            settings.secretFile = secretFile.map { URL(fileURLWithPath: $0).path }
            let text = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
            await node.finish(.notify(.add(name: name, settings: text)))
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove a target with everything that waits for it.")
        @Argument(help: "The target.") var name: String
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.notify(.remove(name: name))) }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pause", abstract: "Send nothing to a target until it is resumed; what it is to be told waits.")
        @Argument(help: "The target.") var name: String
        @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String = ""
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.notify(.pause(name: name, reason: reason))) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "resume", abstract: "Let a paused target go on.")
        @Argument(help: "The target.") var name: String
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.notify(.resume(name: name))) }
    }

    struct Waiting: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "waiting", abstract: "Every message that is not there yet, and why.")
        @Argument(help: "The target; every one where it is left out.") var name: String?
        @Option(help: ArgumentHelp("At most as many.", valueName: "count")) var limit: Int = 100
        @OptionGroup var node: NodeOptions

        func validate() throws {
            if !(1...10_000).contains(limit) { throw ValidationError("--limit is 1 to 10000.") }
        }

        func run() async throws { await node.finish(.notify(.waiting(name: name, limit: limit))) }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retry", abstract: "Let what a target refused go once more, as it is.")
        @Argument(help: "The target.") var name: String
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.notify(.retry(name: name))) }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drop", abstract: "Decide that a message is not to go; what follows in its case goes on.")
        @Argument(help: "The target.") var name: String
        @Argument(help: "The message's number; see: filmjacket notify waiting.") var number: Int64
        @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.notify(.drop(name: name, number: number, reason: reason))) }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "replay", abstract: "Send again what a target took since a moment, with the same keys.")
        @Argument(help: "The target.") var name: String
        @Option(help: ArgumentHelp("Since when, such as 2026-11-25T14:00:00Z.", valueName: "time")) var since: String
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.notify(.replay(name: name, since: since))) }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test", abstract: "Ask whether somebody takes messages there; says nothing of any patient.")
        @Argument(help: "The target.") var name: String
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.notify(.test(name: name))) }
    }
}
