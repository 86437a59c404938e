import ArgumentParser
import Audit
import EventLog
import Foundation
import ImagingCase
import Problems
import Web

/// `filmjacket audit`: who saw or did what at a node.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Search, export and verify who saw or did what here; for siteAdmin and hubAdmin.",
        discussion: "Reading the audit is kept in it. What somebody typed is kept so that only whoever knows the text finds it.",
        subcommands: [Search.self, Export.self, Verify.self])

    struct Search: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "search", abstract: "The newest records that fit, oldest first.")
        @Option(help: "Only acts of this person.") var person: String?
        @Option(help: ArgumentHelp("Only acts in this role.", valueName: "role")) var by: String?
        @Option(
            name: .customLong("case"),
            help: ArgumentHelp(
                "Only acts on this case: an id, an accession, a StudyInstanceUID, or what was typed.", valueName: "id"))
        var stream: String?
        @Option(help: "Only acts of this DICOM audit event code, such as 110112.") var code: String?
        @Option(help: ArgumentHelp("Not before this moment.", valueName: "time")) var since: String?
        @Option(help: ArgumentHelp("Before this moment.", valueName: "time")) var until: String?
        @Option(help: "The most records.") var limit = 100
        @OptionGroup var actor: ActorOptions
        @OptionGroup var node: NodeOptions

        func run() async throws {
            let asker = try actor.said(node)
            do throws(Problem) {
                if let code, AuditCode(rawValue: code) == nil {
                    let known = AuditCode.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Problem(.badInput, "'\(code)' is no audit event code.", remedy: "Use one of \(known).")
                }
                let filter = AuditFilter(
                    person: person, role: by, stream: stream, code: code, since: try Self.moment(since),
                    until: try Self.moment(until), limit: limit)
                await node.finish(.auditSearch(filter: filter, person: asker.person, role: asker.role))
            } catch { Output.fail(error, json: node.json) }
        }

        private static func moment(_ text: String?) throws(Problem) -> Int64? {
            guard let text else { return nil }
            guard let moment = Timestamp.parse(text) else {
                throw Problem(.badInput, "'\(text)' is no moment.", remedy: "Give it as 2026-11-24T09:30:00Z.")
            }
            return moment.instant.milliseconds
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Recompute every hash of the audit; ends with 6 at the first record that is wrong.",
            discussion: "The chain alone cannot show that its end was cut off: give a head that the process said before.")
        @Option(help: ArgumentHelp("A head that was seen before, from the process' log.", valueName: "number:hash")) var head:
            String?
        @OptionGroup var actor: ActorOptions
        @OptionGroup var node: NodeOptions

        func run() async throws {
            let asker = try actor.said(node)
            await node.finish(.auditVerify(head: head, person: asker.person, role: asker.role))
        }
    }
}
