public import EventLog
import ImagingCase

/// A value with or without its namespace, as a search says it: `value`, `system|value` or `|value`.
///
/// Source: FHIR R4 search 3.1.1.4.10 (token).
public struct FHIRToken: Hashable, Sendable {
    /// The namespace; nil where any will do, empty for none.
    public let system: String?
    /// The value.
    public let value: String

    init(_ text: String) {
        let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        system = parts.count == 2 ? String(parts[0]) : nil
        value = String(parts[parts.count - 1])
    }

    /// The value as the case has it: a StudyInstanceUID without what FHIR puts before it.
    public var plainValue: String { value.hasPrefix("urn:oid:") ? String(value.dropFirst(8)) : value }

    /// Whether an identifier is meant; its issuer may be said as such or as the URI that stands for it.
    func fits(_ identifier: FHIRIdentifier) -> Bool {
        guard identifier.value == value || identifier.value == "urn:oid:" + value else { return false }
        guard let system else { return true }
        return system == identifier.system || system == identifier.issuer
    }
}

/// A time that a search compares with.
///
/// Source: FHIR R4 search 3.1.1.4.7 (date): what is said less exactly is a stretch of time.
public struct FHIRDateBound: Hashable, Sendable {
    enum Comparison: String {
        case eq, ne, gt, lt, ge, le, sa, eb
    }

    let comparison: Comparison
    /// The first moment of the stretch.
    let first: Instant
    /// The moment after its last.
    let end: Instant

    /// Reads `2026`, `ge2026-11`, `lt2026-11-24T09:30:00Z`; nil for anything else.
    init?(_ text: String) {
        let said = Comparison(rawValue: String(text.prefix(2)))
        let rest = said == nil ? text : String(text.dropFirst(2))
        guard let stretch = Self.stretch(rest) else { return nil }
        comparison = said ?? .eq
        (first, end) = stretch
    }

    /// The earliest and the latest moment that can fit, for whoever looks in order of time.
    public var span: (since: Instant?, until: Instant?) {
        switch comparison {
        case .eq: (first, end)
        case .ne: (nil, nil)
        case .gt, .sa: (end, nil)
        case .ge: (first, nil)
        case .lt, .eb: (nil, first)
        case .le: (nil, end)
        }
    }

    func fits(_ moment: Instant) -> Bool {
        switch comparison {
        case .eq: moment >= first && moment < end
        case .ne: moment < first || moment >= end
        case .gt, .sa: moment >= end
        case .ge: moment >= first
        case .lt, .eb: moment < first
        case .le: moment < end
        }
    }

    private static func stretch(_ text: String) -> (Instant, Instant)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        let numbers = parts.compactMap(Int.init)
        let isDay = parts.count <= 3 && numbers.count == parts.count && [4, 7, 10].contains(text.utf8.count)
        guard isDay, let year = numbers.first else { return moment(text) }
        switch numbers.count {
        case 1: return pair("\(text)-01-01", padded(year + 1, 4) + "-01-01")
        case 2:
            let next = numbers[1] == 12 ? "\(padded(year + 1, 4))-01" : "\(padded(year, 4))-\(padded(numbers[1] + 1, 2))"
            return pair("\(text)-01", next + "-01")
        default:
            guard let start = Timestamp.parse("\(text)T00:00:00Z")?.instant else { return nil }
            return (start, start.advanced(byMilliseconds: 86_400_000))
        }
    }

    private static func pair(_ first: String, _ next: String) -> (Instant, Instant)? {
        guard let start = Timestamp.parse("\(first)T00:00:00Z"), let end = Timestamp.parse("\(next)T00:00:00Z") else {
            return nil
        }
        return (start.instant, end.instant)
    }

    /// A moment is as wide as what it is said to: a second, or a millisecond.
    private static func moment(_ text: String) -> (Instant, Instant)? {
        guard let moment = Timestamp.parse(text)?.instant else { return nil }
        return (moment, moment.advanced(byMilliseconds: text.contains(".") ? 1 : 1000))
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}

extension FHIRResource {
    /// Whether it has an identifier.
    public func hasIdentifier(_ token: FHIRToken) -> Bool { identifiers.contains { token.fits($0) } }
}

extension FHIRSearchQuery {
    /// Whether only open questions are looked for.
    public var asksOnlyOpen: Bool { conditions.contains(.status(["preliminary"])) }
}
