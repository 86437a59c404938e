/// The id of a site: a place with an agent. `[a-z][a-z0-9-]{1,31}`.
public struct SiteID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The id's text.
    public let text: String

    /// Parses an id; nil where the text does not match `[a-z][a-z0-9-]{1,31}`.
    public init?(_ text: String) {
        guard Self.isID(text.utf8.span) else { return nil }
        self.text = text
    }

    /// Parses an id from its bytes, which need not be looked at as text where they are part of a longer one.
    init?(utf8 bytes: borrowing Span<UInt8>) {
        guard Self.isID(bytes) else { return nil }
        text = String(unsafeUninitializedCapacity: bytes.count) { place in
            for index in 0..<bytes.count { place[index] = bytes[index] }
            return bytes.count
        }
    }

    private static func isID(_ bytes: borrowing Span<UInt8>) -> Bool {
        guard (2...32).contains(bytes.count), (0x61...0x7a).contains(bytes[0]) else { return false }
        for index in 1..<bytes.count {
            switch bytes[index] {
            case 0x61...0x7a, 0x30...0x39, 0x2d: continue
            default: return false
            }
        }
        return true
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

    /// Parses 16 lower-case hexadecimal digits; a sign or capitals would be a second text for the same log.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        self.init(utf8: text.utf8.span)
    }

    /// Parses 16 lower-case hexadecimal digits from their bytes.
    init?(utf8 digits: borrowing Span<UInt8>) {
        guard digits.count == 16 else { return nil }
        var bits: UInt64 = 0
        for index in 0..<16 {
            switch digits[index] {
            case 0x30...0x39: bits = bits << 4 | UInt64(digits[index] - 0x30)
            case 0x61...0x66: bits = bits << 4 | UInt64(digits[index] - 0x57)
            default: return nil
            }
        }
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
        let text = String(text)
        self.init(utf8: text.utf8.span)
    }

    /// Parses the text form from its bytes: an incarnation has one length, so that its mark has one place.
    init?(utf8 text: borrowing Span<UInt8>) {
        let mark = text.count - 17
        guard mark > 0, text[mark] == 0x7e, let site = SiteID(utf8: text.extracting(..<mark)),
            let incarnation = Incarnation(utf8: text.extracting((mark + 1)...))
        else { return nil }
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
        let text = String(text)
        self.init(utf8: text.utf8.span)
    }

    /// Parses the text form from its bytes: bodies name other events often, and reading a history reads them all.
    public init?(utf8 text: borrowing Span<UInt8>) {
        var mark = text.count - 1
        while mark > 0, text[mark] != 0x2f { mark -= 1 }
        guard mark > 0, let sequence = Digits.value(of: text.extracting((mark + 1)...)), sequence > 0,
            let log = LogID(utf8: text.extracting(..<mark))
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
        text.append(utf8: log.site.text)
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
