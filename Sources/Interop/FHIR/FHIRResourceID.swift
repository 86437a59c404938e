public import EventLog

/// How resources are named: the one place where ids are made and read.
///
/// | resource | id |
/// | --- | --- |
/// | the one of its type that a case or course has (order, study, person, task of reading, acquisition) | the history's id, `c-…` or `t-…` |
/// | one that an event began (a report, a claim, a message) | `{history}.{first 16 hexadecimal digits of the event's hash}` |
/// | a part of that, or what answers another | `{history}.{digits}.{word, or digits of the other}` |
/// | an open question | `{history}.{the conflict's id}` |
/// | a record of the audit | `{node}-{number}` |
///
/// The same at every node, because histories' ids, hashes and conflicts' ids are; at most 64 characters.
/// Source: FHIR R4 datatypes (id).
public struct FHIRResourceID: Hashable, Sendable, CustomStringConvertible {
    /// The case or course.
    public let stream: StreamID
    /// What follows the point; empty for the one of its type.
    public let suffix: String

    /// Names a resource of a history.
    public init(_ stream: StreamID, _ suffix: String = "") {
        self.stream = stream
        self.suffix = suffix
    }

    /// Reads an id; nil for a text that names no resource of a history.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let stream = StreamID(first), text.utf8.count <= 64 else { return nil }
        guard parts.count < 2 || !parts[1].isEmpty else { return nil }
        self.init(stream, parts.count < 2 ? "" : String(parts[1]))
    }

    /// The text form.
    public var description: String { suffix.isEmpty ? stream.description : "\(stream).\(suffix)" }

    /// The suffix of what an event began: 64 bits of its hash.
    static func suffix(_ hash: EventHash) -> String { String(hash.description.prefix(16)) }

    /// Whether a text may be an id at all.
    ///
    /// Source: FHIR R4 datatypes (id): letters, digits, hyphen and point, 1 to 64.
    public static func isPossible(_ text: some StringProtocol) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e: true
                default: false
                }
            }
    }
}
