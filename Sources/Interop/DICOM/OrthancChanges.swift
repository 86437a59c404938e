/// One page of an archive's `/changes`, and what follows from it.
///
/// Rows of what was deleted vanish, anybody may wipe the feed, and its numbers may step back when the archive was restored; so a page is a
/// hint where to look, and whatever in it is odd asks for a look at all studies.
/// Source: Orthanc REST API `/changes`, watched at 1.10.1.
public struct OrthancChanges: Hashable, Sendable {
    /// Studies of which something came, in order.
    public private(set) var received: [String] = []
    /// Studies that stand still, or were changed inside the archive, in order: look at their content.
    public private(set) var settled: [String] = []
    /// Where the next page begins.
    public private(set) var next: Int64
    /// Whether there is nothing behind this page.
    public private(set) var isEnd: Bool
    /// Why all studies have to be looked at; nil where nothing is odd.
    public private(set) var oddity: Oddity?
    /// Rows that could not be read.
    public private(set) var unreadable = 0

    /// What makes the feed alone not enough.
    public enum Oddity: String, Hashable, Sendable {
        /// The numbers are lower than before: the archive was restored or is another one.
        case steppedBack
        /// Rows are missing: deleted studies, or a feed that was wiped.
        case gap
        /// More was promised and nothing came.
        case promisedNothing
        /// A row is none.
        case unreadableRow
    }

    /// Reads a page.
    ///
    /// - Parameter since: the number that was asked from.
    /// - Throws: ``OrthancRefusal`` where the whole is no page.
    public init(_ json: OrthancJSON, since: Int64) throws(OrthancRefusal) {
        guard let rows = json["Changes"]?.list else { throw OrthancRefusal("Changes", expected: "a list") }
        guard let last = json["Last"]?.integer, last >= 0 else { throw OrthancRefusal("Last", expected: "a number from 0") }
        guard let isDone = json["Done"]?.flag else { throw OrthancRefusal("Done", expected: "true or false") }
        next = since
        isEnd = isDone || rows.isEmpty
        for row in rows { take(row) }
        if rows.isEmpty {
            if !isDone { oddity = .promisedNothing }
            // Even an empty page tells the last number: it lies beyond where the rows between were wiped.
            if last > since { oddity = .gap }
            next = last
        }
        if last < since {
            oddity = .steppedBack
            next = last
            isEnd = true
        }
        if next == since, !isEnd {
            // No row led on: asked again the same would come.
            oddity = oddity ?? .promisedNothing
            isEnd = true
        }
    }

    private mutating func take(_ row: OrthancJSON) {
        guard let number = row["Seq"]?.integer, number > next, let type = row["ChangeType"]?.text,
            let id = row["ID"]?.text, OrthancID.isWellFormed(id)
        else {
            unreadable += 1
            oddity = .unreadableRow
            return
        }
        if number != next + 1 { oddity = oddity ?? .gap }
        next = number
        switch type {
        case "NewStudy": Self.append(id, to: &received)
        case "StableStudy", "ModifiedStudy", "AnonymizedStudy": Self.append(id, to: &settled)
        default: return
        }
    }

    private static func append(_ id: String, to list: inout [String]) {
        // Told twice in one page it is looked at once.
        if !list.contains(id) { list.append(id) }
    }
}
