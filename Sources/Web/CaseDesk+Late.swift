import EventLog
import ImagingCase
import Problems

/// What came long after it happened: one message for each role, however many cases a returning site brought.
extension CaseDesk {
    /// How far back is looked where nobody says since when.
    private static let lateMilliseconds: Int64 = 24 * 3_600_000

    /// What late arrivals changed, for one role or for each.
    ///
    /// - Parameter since: a moment; the last 24 hours where it is nil.
    /// - Throws: `BAD_INPUT` for a role or a moment that is none.
    func late(role word: String?, since text: String?) throws(Problem) -> DeskAnswer {
        let role = try word.map { (word) throws(Problem) in try RoleWord.role(word) }
        let since = try text.map { (text) throws(Problem) in try Self.moment(text).instant }
        let digests = try digests(since: since).filter { role == nil || $0.owner == role }
        AuditTrail.current?.counts(digests.count)
        var json = JSONWriter()
        json.beginArray()
        for digest in digests { digest.write(to: &json) }
        json.endArray()
        let rows = digests.flatMap { digest in
            [["\(digest.owner.rawValue)", digest.words, "\(digest.cases.count) case\(digest.cases.count == 1 ? "" : "s")", ""]]
                + digest.cases.map { late in
                    let what = late.changedAxes + late.newConflicts.map { "! \($0)" }
                    return ["", late.words, late.stream.description, what.joined(separator: ", ")]
                }
        }
        return DeskAnswer(json: json.text, text: rows.isEmpty ? "nothing came late" : TextTable.aligned(rows))
    }

    /// The one line that a role's worklist says of what came late; empty where nothing did.
    func lateRemark(for role: Role) throws(Problem) -> String {
        guard let digest = try digests(since: nil).first(where: { $0.owner == role }) else { return "" }
        let cases = digest.cases.count == 1 ? "1 case was" : "\(digest.cases.count) cases were"
        return "\(cases) changed by what came long after it happened (\(digest.words))\n"
            + "Try: filmjacket case late --role \(role.rawValue)"
    }

    private func digests(since: Instant?) throws(Problem) -> [LateDigest] {
        var late: [LateCase] = []
        for entry in try library.late(since: since ?? now().advanced(byMilliseconds: -Self.lateMilliseconds))
        where try isListed(entry.stream) { late.append(entry) }
        return LateReturn.digests(of: late)
    }
}
