import EventLog
import ImagingCase
import Interop
import Problems

/// Searching for resources. What a parameter finds at once is read and nothing else; without such a parameter histories are looked
/// through from the newest on, so many for a page, and the page says where to go on: no search costs more than a page.
extension CaseDesk {
    /// A page of what was found.
    struct FHIRPage {
        var entries: [FHIRBundle.Entry] = []
        var next: FHIRCursor?
        /// How many there are in all, where that is known.
        var total: Int?

        func bundle(_ query: FHIRSearchQuery, base: String, isGlassBroken: Bool) -> [UInt8] {
            FHIRBundle(base: base, links: Self.links(query, base: base, next: next), total: total).searchset(entries)
        }

        /// The addresses of a page and of the next.
        static func links(_ query: FHIRSearchQuery, base: String, next: FHIRCursor?) -> [(name: String, url: String)] {
            let address = "\(base)/\(query.type.rawValue)"
            var links = [(name: "self", url: url(address, query.understood, query.cursor))]
            if let next { links.append((name: "next", url: url(address, query.understood, next))) }
            return links
        }

        private static func url(_ address: String, _ parameters: [(name: String, value: String)], _ cursor: FHIRCursor?) -> String
        {
            let all = parameters + (cursor.map { [(name: FHIRSearchQuery.cursorName, value: $0.text)] } ?? [])
            let pairs = all.map { "\($0.name.queryEscaped)=\($0.value.queryEscaped)" }
            return pairs.isEmpty ? address : "\(address)?\(pairs.joined(separator: "&"))"
        }
    }

    /// The most histories that are read for a page.
    static let fhirReadMax = 100
    /// The most histories that are found not to open to whoever asks for a page: each may have to be read for that.
    static let fhirClosedMax = 400
    /// The most places that are looked at for a page, and the most histories that one identifier leads to.
    static let fhirPlacesMax = 5_000
    /// The most histories that are read to say how many resources there are.
    static let fhirCountMax = 2_000

    /// A page of what fits.
    ///
    /// - Throws: `BAD_CURSOR`, `RANGE` where only the number is wanted and too many histories would have to be read for it.
    func fhirSearch(_ query: FHIRSearchQuery) throws(Problem) -> FHIRPage {
        var run = FHIRSearchRun(desk: self, query: query)
        let page: FHIRPage
        if let listed = try candidates(of: query) { page = try run.through(listed) } else { page = try run.throughAll() }
        AuditTrail.current?.counts(page.total ?? page.entries.count)
        if run.streams.count == 1, let only = run.streams.first { AuditTrail.current?.finds(only) }
        return page
    }

    // MARK: - What is found at once

    /// The histories that can have what is looked for, ascending; nil where no parameter says which.
    private func candidates(of query: FHIRSearchQuery) throws(Problem) -> [StreamID]? {
        var found: Set<StreamID>?
        for condition in query.conditions {
            guard let streams = try streams(by: condition, of: query.type) else { continue }
            found = found.map { $0.intersection(streams) } ?? streams
        }
        if found == nil, query.type == .detectedIssue {
            found = Set(try library.conflicts(openOnly: query.asksOnlyOpen).filter { !$0.isShared }.map(\.stream))
        }
        return found.map { $0.filter(Self.isShown).sorted() }
    }

    private func streams(by condition: FHIRSearchQuery.Condition, of type: FHIRType) throws(Problem) -> Set<StreamID>? {
        switch condition {
        case .id(let ids): Set(ids.compactMap { FHIRResourceID($0)?.stream })
        case .refers(let references):
            Set(references.compactMap { FHIRResourceID($0.split(separator: "/").last ?? "")?.stream })
        case .identifier(let tokens):
            switch type {
            case .patient: try streams(ofPersons: tokens)
            case .detectedIssue: try streams(ofConflicts: tokens)
            default: try streams(known: tokens)
            }
        case .person(let tokens): try streams(ofPersons: tokens)
        case .patient(let ids): try streams(ofPatients: ids)
        case .status, .updated, .date, .agent: nil
        }
    }

    private func streams(known tokens: [FHIRToken]) throws(Problem) -> Set<StreamID> {
        var found: Set<StreamID> = []
        for token in tokens {
            for value in Set([token.plainValue, fields.sealed(identifier: token.plainValue)]) {
                found.formUnion(try library.streams(knownAs: value, max: Self.fhirPlacesMax))
            }
        }
        return found
    }

    private func streams(ofConflicts tokens: [FHIRToken]) throws(Problem) -> Set<StreamID> {
        let ids = Set(tokens.map(\.value))
        return Set(try library.conflicts(openOnly: false).filter { ids.contains($0.id) }.map(\.stream))
    }

    private func streams(ofPersons tokens: [FHIRToken]) throws(Problem) -> Set<StreamID> {
        var found: Set<StreamID> = []
        for token in tokens {
            for value in Set([token.value, fields.sealed(identifier: token.value)]) {
                for stream in try library.cases(ofPatient: value, issuer: "") where try isOf(token, stream) {
                    found.insert(stream)
                }
            }
        }
        return found
    }

    /// Whether the person of a history has the identifier that was asked for in its namespace too.
    private func isOf(_ token: FHIRToken, _ stream: StreamID) throws(Problem) -> Bool {
        guard Self.isShown(stream) else { return false }
        guard token.system != nil else { return true }
        let history = CaseHistory(try library.facts(of: stream))
        let persons = try fhirCase(CaseFold.fold(stream, history), history, for: nil).resources(.patient)
        return persons.contains { $0.hasIdentifier(token) }
    }

    /// All histories of the persons of some Patient resources, as far as these open to whoever asks.
    private func streams(ofPatients ids: [String]) throws(Problem) -> Set<StreamID> {
        var found: Set<StreamID> = []
        for id in ids {
            guard let stream = FHIRResourceID(id)?.stream, Self.isShown(stream), try isListed(stream) else { continue }
            let facts = try library.facts(of: stream)
            guard !facts.isEmpty else { continue }
            found.insert(stream)
            guard let patient = CaseFold.fold(stream, facts).patient, !patient.id.isEmpty else { continue }
            found.formUnion(try person(with: IssuedIdentifier(issuer: patient.issuer, value: patient.id)).streams)
        }
        return found
    }

    /// The most identifiers of one person that are followed.
    private static let fhirIdentifiersMax = 50

    /// What is held of a person: the histories under his identifier and under all that somebody said are his too, which identifiers
    /// these are, and when the last of that was recorded.
    func person(
        with number: IssuedIdentifier
    ) throws(Problem) -> (streams: Set<StreamID>, clusters: PersonClusters, updated: Instant?) {
        var found: Set<StreamID> = []
        var links: [StreamID: FoldedCase] = [:]
        var clusters = PersonClusters.none
        var waiting = [number]
        var known: Set<IssuedIdentifier> = [number]
        while let next = waiting.popLast() {
            let streams = try library.streams(ofPerson: next, max: Self.fhirPlacesMax)
            found.formUnion(streams)
            let news = streams.filter { $0.kind == .person && links[$0] == nil }
            for stream in news { links[stream] = FoldedCase(stream, try library.facts(of: stream)) }
            if !news.isEmpty { clusters = PersonClusters(Array(links.values)) }
            for member in clusters.person(of: number)?.members ?? []
            where known.count < Self.fhirIdentifiersMax && known.insert(member).inserted {
                waiting.append(member)
            }
        }
        let updated = links.values.compactMap { $0.history.facts.map(\.recordedAt).max()?.instant }.max()
        return (found, clusters, updated)
    }
}

extension String {
    /// The text as it may stand in a query.
    ///
    /// Source: RFC 3986 2.3 and 3.4.
    var queryEscaped: String {
        utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e, 0x3a, 0x2c, 0x2f:
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
