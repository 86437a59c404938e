/// The id of a site: a place with an agent. `[a-z][a-z0-9-]{1,31}`.
public struct SiteID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The id's text.
    public let text: String

    /// Parses an id; nil where the text does not match `[a-z][a-z0-9-]{1,31}`.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard (2...32).contains(bytes.count), let first = bytes.first, (0x61...0x7a).contains(first) else { return nil }
        for byte in bytes {
            switch byte {
            case 0x61...0x7a, 0x30...0x39, 0x2d: continue
            default: return nil
            }
        }
        self.text = text
    }

    /// The text form.
    public var description: String { text }

    /// The order of the text or bits, which every node computes alike.
    public static func < (left: SiteID, right: SiteID) -> Bool { left.text < right.text }
}

/// Random 64 bits made with a log's database file; a restored or cloned site continues under a new one. Never reused.
public struct Incarnation: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The 64 bits.
    public let bits: UInt64

    /// Wraps bits that a caller drew.
    public init(bits: UInt64) { self.bits = bits }

    /// Parses 16 lower-case hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        // The standard library would also take a sign and capitals: a second text for the same log.
        guard text.utf8.count == 16, let bits = UInt64(text, radix: 16), Hex.text(of: bits) == text else { return nil }
        self.bits = bits
    }

    /// The text form.
    public var description: String { Hex.text(of: bits) }

    /// The order of the text or bits, which every node computes alike.
    public static func < (left: Incarnation, right: Incarnation) -> Bool { left.bits < right.bits }
}

/// One append-only log: all events that one site recorded under one incarnation.
public struct LogID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Who records.
    public let site: SiteID
    /// Under which incarnation.
    public let incarnation: Incarnation

    /// Names a log.
    public init(site: SiteID, incarnation: Incarnation) {
        self.site = site
        self.incarnation = incarnation
    }

    /// Parses `northside~3f2a9c01d4e5f607`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == 2, let site = SiteID(String(parts[0])), let incarnation = Incarnation(parts[1]) else { return nil }
        self.init(site: site, incarnation: incarnation)
    }

    /// The text form.
    public var description: String { "\(site.text)~\(incarnation)" }

    /// Equality; the incarnation first, which tells most logs apart without looking at a text.
    public static func == (left: LogID, right: LogID) -> Bool {
        left.incarnation == right.incarnation && left.site == right.site
    }

    /// The order of the text or bits, which every node computes alike.
    public static func < (left: LogID, right: LogID) -> Bool {
        left.site == right.site ? left.incarnation < right.incarnation : left.site < right.site
    }
}

/// The id of one event: its log and its place there, 1, 2, 3 ... without gaps.
public struct EventID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The log that the event was recorded in.
    public let log: LogID
    /// Its place in that log, from 1.
    public let sequence: UInt64

    /// Names an event.
    public init(log: LogID, sequence: UInt64) {
        self.log = log
        self.sequence = sequence
    }

    /// Parses `northside~3f2a9c01d4e5f607/42`; the sequence without sign or leading zeros, so that an event has one text.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let log = LogID(parts[0]), let sequence = UInt64(parts[1]), sequence > 0,
            String(sequence) == parts[1]
        else { return nil }
        self.init(log: log, sequence: sequence)
    }

    /// The text form.
    public var description: String {
        var text: [UInt8] = []
        text.append(addingCapacity: Self.textBytesMax) { append(to: &$0) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The longest text form: a site of 32, an incarnation of 16 and a sequence of 20 characters.
    public static let textBytesMax = 70

    /// Appends the text form, which is ASCII.
    public func append(to text: inout OutputSpan<UInt8>) {
        for byte in log.site.text.utf8 { text.append(byte) }
        text.append(0x7e)
        Hex.append(log.incarnation.bits, to: &text)
        text.append(0x2f)
        Digits.append(sequence, to: &text)
    }

    /// Equality; the numbers first, which tell most ids apart without looking at a text.
    public static func == (left: EventID, right: EventID) -> Bool {
        left.sequence == right.sequence && left.log == right.log
    }

    /// Feeds the numbers, which tell ids apart; the site's text is left to equality.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(sequence)
        hasher.combine(log.incarnation)
    }

    /// The order of the text or bits, which every node computes alike.
    public static func < (left: EventID, right: EventID) -> Bool {
        left.log == right.log ? left.sequence < right.sequence : left.log < right.log
    }
}
