import EventLog
import GRDB
import ImagingCase
import Replication

/// Under which words a person's identifiers stand in the table of aliases. Histories that others lead to have a word of their own, so that
/// they are found by one look-up, however many cases a person has.
enum PersonAlias {
    /// For cases.
    static let ofCases = "patient"
    /// For a person's own history and his courses.
    static let ofFollowers = "person"

    static func word(for kind: StreamKind) -> String { kind.follows ? ofFollowers : ofCases }
}

/// Who takes part in a case gets what is known of its person, in the commit that makes him take part.
extension StoreWriter {
    /// Lets sites take part in what follows from what they take part in, after all that was touched is folded.
    ///
    /// Complexity: one look-up for each identifier that a history got in this transaction, and for each of those of a history that got
    /// a site; a person's history that got an identifier looks at the cases under it.
    func follow(_ joined: inout [(site: Int, stream: StreamRecord)]) throws {
        for (stream, id) in named {
            try lead(stream.members, of: stream, by: id, &joined)
            guard stream.id.kind.follows else { continue }
            for word in [PersonAlias.ofCases, PersonAlias.ofFollowers] {
                for (other, members) in try found(under: id, word) where other.kind.leads(to: stream.id.kind) {
                    try join(members, to: stream, &joined)
                }
            }
        }
        var next = 0
        // What joins here may lead further: a case to a course, and that to a person.
        while next < joined.count {
            let (site, stream) = joined[next]
            next += 1
            for id in persons(of: stream) { try lead([site], of: stream, by: id, &joined) }
        }
    }

    /// The whole identifiers of persons by which a history leads to others, each once.
    func persons(of stream: StreamRecord) -> [IssuedIdentifier] {
        guard stream.id.kind.leads else { return [] }
        var ids: [IssuedIdentifier] = []
        for fact in stream.facts {
            for id in CaseIdentity.persons(in: fact.event, of: stream.id.kind) where id.isWhole && !ids.contains(id) {
                ids.append(id)
            }
        }
        return ids
    }

    /// The histories that a history leads to by an identifier.
    func followers(of stream: StreamRecord, by id: IssuedIdentifier) throws -> [StreamRecord] {
        try found(under: id, PersonAlias.ofFollowers).compactMap { other, _ in
            stream.id.kind.leads(to: other.kind) ? try self.stream(other) : nil
        }
    }

    private func lead(
        _ members: [Int], of stream: StreamRecord, by id: IssuedIdentifier, _ joined: inout [(site: Int, stream: StreamRecord)]
    ) throws {
        guard stream.id.kind.leads, !members.isEmpty else { return }
        for follower in try followers(of: stream, by: id) { try join(members, to: follower, &joined) }
    }

    private func join(
        _ members: [Int], to stream: StreamRecord, _ joined: inout [(site: Int, stream: StreamRecord)]
    ) throws {
        let new = sites.filter { !$0.hasAllCases && members.contains($0.index) && !stream.members.contains($0.index) }
        guard !new.isEmpty else { return }
        for site in new {
            stream.members.append(site.index)
            joined.append((site.index, stream))
        }
        let update = statements.updateMembers
        update.bind(1, PositionList.bytes(stream.members.map { Position(bits: Int64($0)) }))
        update.bind(2, stream.index)
        try update.run()
    }

    /// The histories that are found by an identifier under a word, with the sites that take part in them.
    private func found(under id: IssuedIdentifier, _ word: String) throws -> [(stream: StreamID, members: [Int])] {
        let select = statements.selectNamed
        select.bind(1, id.value)
        select.bind(2, word)
        select.bind(3, id.issuer)
        var found: [(StreamID, [Int])] = []
        while try select.step() {
            guard let id = select.streamID else { continue }
            found.append((id, try PositionList.read(select.bytes(3)).map { Int($0.bits) }))
        }
        return found
    }
}
