import FoundationEssentials
import ImagingCase

/// A worklist row as it is read back from its stored JSON, for sorting and for people.
struct WorklistRow: Decodable {
    struct Person: Decodable {
        let id: String
        let name: String
    }

    struct Number: Decodable {
        let value: String
    }

    /// What the case waits for from a role.
    struct Work: Decodable {
        let role: String
        var what: String
        let due: String?
    }

    let `case`: String
    let headline: String
    let priority: String
    let patient: Person
    let accession: Number?
    let modality: String
    let procedure: String
    let order: String
    /// Where the reading is; nil in a row of a version that did not say so.
    let reading: String?
    let report: String
    let openConflicts: Int
    let nextDue: String?
    let site: String?
    let work: [Work]?
    let events: Int?
    let digest: String?

    init?(json: [UInt8]) {
        // A row that another version wrote is left out.
        guard let row = try? JSONDecoder().decode(Self.self, from: Data(json)) else { return nil }
        self = row
    }

    /// Whether somebody still has to do something: no signed report stands alone, and the order was not taken back.
    var isWaiting: Bool {
        if openConflicts > 0 { return true }
        return ["none", "preliminary", "competing", "retracted"].contains(report) && order != "cancelled" && order != "rejected"
    }

    /// What it waits for from a role; nil where nothing.
    func work(of role: Role) -> Work? { work?.first { $0.role == role.rawValue } }

    /// How soon, the soonest first.
    var rank: Int { ["stat", "urgent", "asap"].firstIndex(of: priority) ?? 3 }

    /// Lines for people: state is said by word and mark, never by colour alone.
    static func table(_ rows: [WorklistRow]) -> String {
        TextTable.aligned(
            [["PRIORITY", "CASE", "PATIENT", "EXAM", "ACCESSION", "STATE"]]
                + rows.map { row in
                    let mark = row.rank == 0 ? "^ " : row.rank < 3 ? "o " : ". "
                    let exam = CaseText.exam(row.modality, row.procedure)
                    return [
                        mark + row.priority.uppercased(), String(row.case.prefix(10)), TextTable.cut(row.patient.name, to: 24),
                        TextTable.cut(exam, to: 30), row.accession?.value ?? "",
                        (row.openConflicts > 0 ? "! " : "") + row.headline,
                    ]
                })
    }
}
