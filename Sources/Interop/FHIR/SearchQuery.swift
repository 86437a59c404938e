public import EventLog
public import Problems

/// What a search asks: every condition must hold, and of each one of the values that it lists.
///
/// Source: FHIR R4 search 3.1.1.
public struct FHIRSearchQuery: Sendable {
    /// One parameter.
    public enum Condition: Hashable, Sendable {
        /// The resource is one of these.
        case id([String])
        /// It has one of these identifiers.
        case identifier([FHIRToken])
        /// It is about the person of one of these Patient resources.
        case patient([String])
        /// It is about a person who has one of these identifiers.
        case person([FHIRToken])
        /// Its status is one of these codes.
        case status([String])
        /// It is based on, part of or about one of these resources, as `Type/id`.
        case refers([String])
        /// It was changed at one of these times.
        case updated([FHIRDateBound])
        /// Of a record: it was made at one of these times.
        case date([FHIRDateBound])
        /// Of a record: this person acted.
        case agent([String])
    }

    /// The most resources of a page.
    public static let countMax = 200
    /// The resources of a page where the search does not say.
    public static let countUsual = 50

    /// What is looked for.
    public let type: FHIRType
    /// What must hold.
    public private(set) var conditions: [Condition] = []
    /// The most resources of the page.
    public private(set) var count = FHIRSearchQuery.countUsual
    /// Whether only the number is wanted.
    public private(set) var isCount = false
    /// Where to go on; nil for the first page.
    public private(set) var cursor: FHIRCursor?
    /// The parameters that were understood, as they came and without the cursor: what the answer's links say again.
    public private(set) var understood: [(name: String, value: String)] = []

    /// Reads the parameters of a search.
    ///
    /// - Parameter isLenient: whether what is not known is passed over (`Prefer: handling=lenient`).
    /// - Throws: `BAD_INPUT` for a parameter that the type does not have or a value that it cannot have, `BAD_CURSOR`.
    public init(
        _ type: FHIRType, _ parameters: [(name: String, value: String)], isLenient: Bool = false
    ) throws(Problem) {
        self.type = type
        for (name, value) in parameters where !value.isEmpty {
            guard try take(name, value) else {
                if isLenient { continue }
                throw Self.unknown(name, type)
            }
            if name != Self.cursorName { understood.append((name, value)) }
        }
        if count == 0 { isCount = true }
    }

    /// The name of the parameter by which a next page is asked for.
    public static let cursorName = "_cursor"

    /// Gives false for a parameter that is not known.
    private mutating func take(_ name: String, _ value: String) throws(Problem) -> Bool {
        switch name {
        case "_id": conditions.append(.id(Self.values(value)))
        case "_lastUpdated": conditions.append(.updated(try Self.bounds(value, name)))
        case "_count":
            guard let said = Int(value), said >= 0 else { throw Self.wrong(name, "a number from 0 on") }
            count = min(said, Self.countMax)
        case "_summary":
            guard value == "count" || value == "false" else { throw Self.wrong(name, "count or false") }
            isCount = value == "count"
        case "_total":
            guard ["none", "estimate", "accurate"].contains(value) else { throw Self.wrong(name, "none, estimate or accurate") }
        case "_format":
            guard value.contains("json") else { throw Self.wrong(name, "json") }
        case Self.cursorName: cursor = try FHIRCursor(parsing: value)
        default: return try takeOwn(name, value)
        }
        return true
    }

    /// The parameters that only some types have.
    private mutating func takeOwn(_ name: String, _ value: String) throws(Problem) -> Bool {
        let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
        let isChained = name == "patient.identifier" || name == "subject.identifier"
        guard let parameter = FHIRParameter(rawValue: isChained ? String(name.prefix(7)) : parts.first ?? ""),
            type.parameters.contains(parameter)
        else { return false }
        let modifier = parts.count == 2 ? parts[1] : ""
        switch (parameter, modifier) {
        case (.patient, "identifier"), (.subject, "identifier"):
            conditions.append(.person(Self.values(value).map(FHIRToken.init)))
        case (.patient, _) where isChained, (.subject, _) where isChained:
            conditions.append(.person(Self.values(value).map(FHIRToken.init)))
        case (.patient, ""), (.patient, "Patient"), (.subject, ""), (.subject, "Patient"):
            conditions.append(.patient(Self.values(value).map { Self.id($0) }))
        case (.identifier, ""): conditions.append(.identifier(Self.values(value).map(FHIRToken.init)))
        case (.status, ""): conditions.append(.status(try codes(value)))
        case (.basedOn, ""), (.partOf, ""), (.target, ""), (.entity, ""): conditions.append(.refers(Self.values(value)))
        case (.date, ""): conditions.append(.date(try Self.bounds(value, name)))
        case (.agent, ""): conditions.append(.agent(Self.values(value).map { FHIRToken($0).value }))
        default: return false
        }
        return true
    }

    private func codes(_ value: String) throws(Problem) -> [String] {
        let codes = Self.values(value).map { FHIRToken($0).value }
        if let wrong = codes.first(where: { !type.statusCodes.contains($0) }) {
            throw Problem(
                .badInput, "\(type.rawValue) has no status '\(wrong.prefix(32))'.",
                remedy: "Ask for one of \(type.statusCodes.joined(separator: ", ")).", facts: [.init("field", "status")])
        }
        return codes
    }

    private static func bounds(_ value: String, _ name: String) throws(Problem) -> [FHIRDateBound] {
        try values(value).map { (text) throws(Problem) in
            guard let bound = FHIRDateBound(text) else {
                throw wrong(name, "a time such as ge2026-11-24 or lt2026-11-24T09:30:00Z")
            }
            return bound
        }
    }

    /// The values of a list: a comma separates, unless a backslash stands before it.
    ///
    /// Source: FHIR R4 search 3.1.1.4.18 (escaping).
    static func values(_ text: String) -> [String] {
        var values = [""]
        var isEscaped = false
        for character in text {
            if isEscaped {
                values[values.count - 1].append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "," {
                values.append("")
            } else {
                values[values.count - 1].append(character)
            }
        }
        return values.filter { !$0.isEmpty }
    }

    /// The id of a reference, be it relative or a whole address.
    static func id(_ reference: String) -> String { reference.split(separator: "/").last.map(String.init) ?? reference }

    private static func wrong(_ name: String, _ wanted: String) -> Problem {
        Problem(.badInput, "The parameter \(name.prefix(32)) takes \(wanted).", facts: [.init("field", String(name.prefix(32)))])
    }

    private static func unknown(_ name: String, _ type: FHIRType) -> Problem {
        let known = type.parameters.map(\.rawValue) + ["_id", "_lastUpdated", "_count", "_summary"]
        return Problem(
            .badInput, "A search of \(type.rawValue) has no parameter '\(name.prefix(32))'.",
            remedy: "Use \(known.joined(separator: ", ")), or have it passed over: Prefer: handling=lenient.",
            facts: [.init("field", String(name.prefix(32)))])
    }

    // MARK: - What fits

    /// Whether a resource fits, persons aside: whose a history is, is known before it is read.
    public func fits(_ resource: FHIRResource, updated: Instant) -> Bool {
        conditions.allSatisfy { condition in
            switch condition {
            case .id(let ids): ids.contains(resource.id)
            case .identifier(let tokens): resource.identifiers.contains { identifier in tokens.contains { $0.fits(identifier) } }
            case .status(let codes): codes.contains(resource.status)
            case .refers(let wanted): wanted.contains { Self.isAmong(resource.references, $0) }
            case .updated(let bounds): bounds.contains { $0.fits(updated) }
            case .patient, .person, .date, .agent: true
            }
        }
    }

    /// A reference may be said with its type, without it, or as a whole address.
    private static func isAmong(_ references: [String], _ wanted: String) -> Bool {
        references.contains { $0 == wanted || $0.hasSuffix("/" + wanted) || wanted.hasSuffix("/" + $0) }
    }
}
