import ArgumentParser
import Foundation
import Problems
import Web

/// `filmjacket log`: the append-only logs of a node.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Look at the logs and verify them.",
        subcommands: [Show.self, Verify.self, Stats.self, Tail.self, Aside.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Events of a log in the order of recording; this node's own where none is named.")
        @Argument(help: ArgumentHelp("The log, or a beginning of it.", valueName: "log")) var log: String?
        @Option(help: "The first sequence.") var from: UInt64 = 1
        @Option(help: "The most events.") var limit = 100
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.logShow(log: log, from: from, limit: limit)) }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Recompute every hash and root; ends with 6 at the first that is wrong.",
            discussion: """
                Also looks whether each event is in the list of its history, and whether the states come to the sum that is kept: damage \
                of a state is found by it. With --states each history is folded anew too, which takes about twice as long.
                """)
        @Flag(help: "Fold each history anew too, and compare its state with the stored one.") var states = false
        @Flag(help: "Fetch damaged events from whoever holds them whole: a site from its hub, a hub from its sites.") var repair =
            false
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(repair ? .logRepair : .logVerify(states: states)) }
    }

    struct Aside: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "aside", abstract: "Events that keep their place in a log and are part of no state, with the reason.")
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.logAside) }
    }

    struct Stats: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stats", abstract: "Each log's head, and how many events of it are held.")
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.logStats) }
    }

    struct Tail: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tail", abstract: "The last events of a log; with --json and --follow one JSON line each.")
        @Argument(help: ArgumentHelp("The log, or a beginning of it.", valueName: "log")) var log: String?
        @Option(name: [.customShort("n"), .long], help: "How many.") var lines: UInt64 = 10
        @Flag(name: .shortAndLong, help: "Go on with what the running process records, until interrupted.") var follow = false
        @OptionGroup var node: NodeOptions

        func run() async throws {
            let desk = try await node.desk()
            let (name, head) = await end(desk)
            var next = head > lines ? head - lines + 1 : 1
            let limit = Int(min(max(lines, 1), 10_000))
            guard follow else { node.finish(await desk.answer(.logShow(log: name, from: next, limit: limit))) }
            guard desk is DeskClient else {
                throw Problem(.usage, "No process serves the folder, so nothing more will come.", remedy: "Leave --follow out.")
            }
            while true {
                let answer = await desk.answer(.logShow(log: name, from: next, limit: 1000))
                guard answer.exit == 0, let page = LogPage(json: answer.json) else { node.finish(answer) }
                if let last = page.events.last {
                    next = last.sequence + 1
                    if node.json { for event in page.events { Output.line(event.json) } } else { Output.line(answer.text) }
                } else {
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
        }

        /// The log's whole name and its head.
        private func end(_ desk: any Desk) async -> (String, UInt64) {
            let first = await desk.answer(.logShow(log: log, from: 1, limit: 1))
            let stats = await desk.answer(.logStats)
            guard first.exit == 0, let page = LogPage(json: first.json) else { node.finish(first) }
            guard stats.exit == 0, let all = LogHeads(json: stats.json) else { node.finish(stats) }
            return (page.log, all.logs.first { $0.log == page.log }?.head ?? 0)
        }
    }
}

/// Events of a log as the desk answers them.
struct LogPage {
    /// One event: its place, and its JSON as it came.
    struct Entry {
        let sequence: UInt64
        let json: String
    }

    let log: String
    let events: [Entry]

    init?(json: String) {
        guard case .object(let members) = try? JSONDecoder().decode(JSONValue.self, from: Data(json.utf8)),
            case .text(let log) = members["log"], case .list(let events) = members["events"]
        else { return nil }
        self.log = log
        self.events = events.compactMap { event in
            guard case .object(let members) = event, case .integer(let sequence) = members["sequence"] else { return nil }
            return Entry(sequence: UInt64(clamping: sequence), json: event.json)
        }
    }
}

/// Heads of logs as the desk answers them.
struct LogHeads: Decodable {
    struct Entry: Decodable {
        let log: String
        let head: UInt64
    }

    let logs: [Entry]

    init?(json: String) {
        guard let heads = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else { return nil }
        self = heads
    }
}
