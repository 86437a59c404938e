import ArgumentParser
import Foundation
import Problems
import Web

/// `filmjacket case`: the cases of a node.
struct CaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: "Look at cases and record what happened.",
        discussion: "ID is a case id, an accession or a StudyInstanceUID, or a beginning that fits one case only.",
        subcommands: [
            Record.self, List.self, Show.self, History.self, Explain.self, Changes.self, Go.self, Due.self, Receipts.self,
            Related.self, Late.self,
        ])

    struct Record: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "record", abstract: "Record an event; it is durable when the command ends.",
            discussion: """
                A body is given as words or as JSON: patient.name=DOE^ANN, series[0].uid=1.2.3; a name that comes again makes a list.
                Without --case the event's own accession, order number or study names the case, which is opened if need be.
                """)

        @Argument(help: "What happened, such as order.placed or report.finalSigned.") var kind: String
        @Argument(help: ArgumentHelp("Fields of the body.", valueName: "name=value")) var fields: [String] = []
        @Option(name: .customLong("case"), help: ArgumentHelp("The case.", valueName: "id")) var id: String?
        @Option(help: ArgumentHelp("When it happened, as 2026-11-24T09:30:00Z; now where left out.", valueName: "time")) var at:
            String?
        @Option(help: ArgumentHelp("A file with the body's JSON; - is standard input.", valueName: "file")) var body: String?
        @OptionGroup var actor: ActorOptions
        @OptionGroup var glass: BreakGlassOptions
        @OptionGroup var node: NodeOptions

        func validate() throws {
            if glass.breakGlass != nil, id == nil { throw ValidationError("--break-glass needs --case ID.") }
            if body != nil, !fields.isEmpty {
                throw ValidationError("The body is given by --body or by NAME=VALUE, not by both.")
            }
        }

        func run() async throws {
            let text = try body.map { try InputFile.text($0) } ?? BodyWords.json(fields, kind: kind)
            let who = try actor.said(node)
            await node.finish(
                .caseRecord(
                    kind: kind, id: id, person: who.person, role: who.role, at: at, body: text, expectedHeads: nil, key: nil),
                glass)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Worklist rows, newest case first.")
        @Option(help: "The most rows.") var limit = 200
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.caseList(limit: limit)) }
    }

    /// Which case, and as of when.
    struct Place: ParsableArguments {
        @Argument(help: "The case.") var id: String
        @Option(help: ArgumentHelp("As the author of an event knew it.", valueName: "event")) var knownTo: String?
        @Option(help: ArgumentHelp("As it was recorded at a moment.", valueName: "time")) var at: String?

        func validate() throws {
            if knownTo != nil, at != nil { throw ValidationError("--known-to and --at exclude each other.") }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "One case: its axes, reports and open conflicts.")
        @OptionGroup var place: Place
        @OptionGroup var asker: AskerOptions
        @OptionGroup var glass: BreakGlassOptions
        @OptionGroup var node: NodeOptions

        func run() async throws {
            await node.finish(
                .caseShow(
                    id: place.id, knownTo: place.knownTo, at: place.at, person: asker.person, role: asker.role), glass)
        }
    }

    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "history", abstract: "One case's events in causal order.")
        @OptionGroup var place: Place
        @OptionGroup var asker: AskerOptions
        @OptionGroup var glass: BreakGlassOptions
        @OptionGroup var node: NodeOptions

        func run() async throws {
            await node.finish(
                .caseHistory(
                    id: place.id, knownTo: place.knownTo, at: place.at, person: asker.person, role: asker.role), glass)
        }
    }

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain", abstract: "Which events and rules made each axis' state.")
        @OptionGroup var place: Place
        @OptionGroup var asker: AskerOptions
        @OptionGroup var glass: BreakGlassOptions
        @OptionGroup var node: NodeOptions

        func run() async throws {
            await node.finish(
                .caseExplain(
                    id: place.id, knownTo: place.knownTo, at: place.at, person: asker.person, role: asker.role), glass)
        }
    }
}

extension CaseCommand {
    struct Go: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "go", abstract: "Is it safe to go ahead? One line, then every reason with who can lift it.")
        @Argument(help: "The case.") var id: String
        @OptionGroup var glass: BreakGlassOptions
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.caseGo(id: id), glass) }
    }

    struct Due: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "due", abstract: "What waits for somebody, by when, and to whom it goes then.")
        @Argument(help: "The case.") var id: String
        @OptionGroup var glass: BreakGlassOptions
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.caseDue(id: id), glass) }
    }

    struct Receipts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "receipts",
            abstract: "How far each report, critical result and instruction went: shared, delivered, seen, acknowledged.")
        @Argument(help: "The case.") var id: String
        @OptionGroup var glass: BreakGlassOptions
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.caseReceipts(id: id), glass) }
    }

    struct Related: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "related",
            abstract: "The person's other cases, what may belong together, and whose signatures the register confirms.")
        @Argument(help: "The case.") var id: String
        @OptionGroup var glass: BreakGlassOptions
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.caseRelated(id: id), glass) }
    }

    struct Late: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "late",
            abstract: "What came long after it happened: one message for each role, with the cases that it changed.",
            discussion: "A site that returns after weeks brings all that it recorded; each owner hears of it once.")
        @Option(help: ArgumentHelp("Only for this role.", valueName: "role")) var role: String?
        @Option(help: ArgumentHelp("Arrived since this moment; without it in the last 24 hours.", valueName: "time"))
        var since: String?
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.caseLate(role: role, since: since)) }
    }

    struct Changes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "changes", abstract: "What changed since somebody looked: events, axes, conflicts.",
            discussion: "With --as alone: since that person last recorded something on the case.")
        @Argument(help: "The case.") var id: String
        @Option(help: ArgumentHelp("Since an event was recorded, or since a moment.", valueName: "event|time")) var since: String?
        @Option(name: .customLong("as"), help: ArgumentHelp("Since this person last acted.", valueName: "person")) var person:
            String?
        @Option(help: "In which role that person looks.") var role: String?
        @OptionGroup var glass: BreakGlassOptions
        @OptionGroup var node: NodeOptions

        func validate() throws {
            if since == nil, person == nil { throw ValidationError("Say since when: --since EVENT|TIME, or --as PERSON.") }
        }

        func run() async throws { await node.finish(.caseChanges(id: id, since: since, person: person, role: role), glass) }
    }
}

/// Reads what a command is given.
enum InputFile {
    /// The largest file that is read.
    static let bytesMax = 64 << 20

    /// A file's bytes; `-` is standard input.
    static func bytes(_ path: String) throws(Problem) -> [UInt8] {
        let name = path == "-" ? "standard input" : "'\(path)'"
        let data: Data?
        if path == "-" {
            do { data = try FileHandle.standardInput.readToEnd() ?? Data() } catch { data = nil }
        } else {
            data = FileManager.default.contents(atPath: path)
        }
        guard let data else {
            throw Problem(.badInput, "\(name) cannot be read.", remedy: "Name a file that is there and readable.")
        }
        guard data.count <= bytesMax else { throw Problem(.tooLarge, "\(name) has more than \(bytesMax) bytes.") }
        return Array(data)
    }

    /// A file's text.
    static func text(_ path: String) throws(Problem) -> String {
        guard let text = String(validating: try bytes(path), as: UTF8.self) else {
            throw Problem(.malformed, "'\(path)' is not UTF-8.")
        }
        return text
    }
}
