/// What a sealed text is, and so when two of them say the same.
public enum SealedMeaning: UInt8, CaseIterable, Sendable {
    /// A person's name in DICOM PN form.
    case name = 0x6e
    /// A number under which a person, an order or an examination is known.
    case identifier = 0x69
    /// Words: a report, a reason, a remark.
    case text = 0x78

    /// The text with all that means nothing left out: two texts that the rules take for one have one sense.
    public func sense(of text: String) -> String {
        switch self {
        case .name: PersonName.folded(text)
        case .identifier: text
        case .text: ReportText.words(text).joined(separator: " ")
        }
    }

    /// Whether the text belongs to a person whom nobody knows yet.
    public func isTemporary(_ text: String) -> Bool {
        switch self {
        case .name: Patient(name: text).isTemporary
        case .identifier: Patient(id: text).isTemporary
        case .text: false
        }
    }
}

/// A text that was sealed where it was said: `enc1:` key `:` mark sense `:` box `;`, all of it ASCII.
///
/// Only who holds the key can read the box. The rules need no key: the sense is a keyed digest that is equal for equal texts, and the
/// mark says what the text is and, by a capital letter, that it names somebody whom nobody knows yet. So every node folds a sealed case to
/// the same state, whether it can read it or not.
public struct SealedText: Hashable, Sendable, CustomStringConvertible {
    /// With what every sealed text begins.
    public static let opening = "enc1:"
    /// The length of a key's name, in characters.
    public static let keyIDCount = 8
    /// The length of a sense, in characters.
    public static let senseCount = 22
    /// The place of the mark; the sense begins behind it.
    private static let markPlace = 5 + keyIDCount + 1
    private static let boxPlace = markPlace + 1 + senseCount + 1

    /// The name of the key: 8 hexadecimal digits.
    public let keyID: String
    /// What the text is.
    public let meaning: SealedMeaning
    /// Whether it names somebody whom nobody knows yet.
    public let isTemporary: Bool
    /// The keyed digest of what the text says, in base64url.
    public let sense: String
    /// The sealed bytes in base64url.
    public private(set) var box: String

    /// Gathers the parts of a sealed text.
    public init(keyID: String, meaning: SealedMeaning, isTemporary: Bool, sense: String, box: String) {
        precondition(keyID.utf8.count == Self.keyIDCount && sense.utf8.count == Self.senseCount, "parts of another form")
        self.keyID = keyID
        self.meaning = meaning
        self.isTemporary = isTemporary
        self.sense = sense
        self.box = box
    }

    /// Reads a text that is sealed as a whole; nil for any other.
    public init?(_ text: some StringProtocol) {
        // Asked of many texts in every fold, and nearly all of them begin otherwise.
        guard text.utf8.first == 0x65, text.hasPrefix(Self.opening) else { return nil }
        let bytes = Array(text.utf8)
        guard bytes.count > Self.boxPlace + 1, bytes.last == 0x3b, bytes[Self.markPlace - 1] == 0x3a,
            bytes[Self.boxPlace - 1] == 0x3a, let meaning = SealedMeaning(rawValue: bytes[Self.markPlace] | 0x20)
        else { return nil }
        let parts = [
            bytes[5..<Self.markPlace - 1], bytes[Self.markPlace + 1..<Self.boxPlace - 1], bytes[Self.boxPlace..<bytes.count - 1],
        ]
        guard parts.allSatisfy({ $0.allSatisfy(Self.isOfBase64) }) else { return nil }
        keyID = String(decoding: parts[0], as: UTF8.self)
        sense = String(decoding: parts[1], as: UTF8.self)
        box = String(decoding: parts[2], as: UTF8.self)
        self.meaning = meaning
        isTemporary = bytes[Self.markPlace] & 0x20 == 0
    }

    private static func isOfBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x5f: true
        default: false
        }
    }

    /// Lays the sealed bytes in.
    public mutating func put(_ box: String) { self.box = box }

    /// All before the box: what the seal vouches for besides the text.
    public var head: String {
        let mark = isTemporary ? meaning.rawValue & 0xdf : meaning.rawValue
        return "\(Self.opening)\(keyID):\(Character(UnicodeScalar(mark)))\(sense):"
    }

    /// The text form.
    public var description: String { "\(head)\(box);" }

    /// Replaces every sealed text within a text.
    ///
    /// - Parameter replacement: what stands there instead; nil leaves the sealed text.
    public static func replacing(in text: String, _ replacement: (SealedText) -> String?) -> String {
        var result = ""
        var (done, place) = (text.startIndex, text.startIndex)
        while let (range, sealed) = next(in: text, from: place) {
            place = range.upperBound
            guard let said = replacement(sealed) else { continue }
            result += text[done..<range.lowerBound] + said
            done = place
        }
        return done == text.startIndex ? text : result + text[done...]
    }

    /// The first sealed text within a text; nil where there is none.
    public static func first(in text: String) -> SealedText? { next(in: text, from: text.startIndex)?.sealed }

    /// The next sealed text and where it stands.
    private static func next(in text: String, from start: String.Index) -> (range: Range<String.Index>, sealed: SealedText)? {
        var place = start
        while let opening = text.range(ofText: opening, from: place) {
            place = opening.upperBound
            let rest = text[opening.lowerBound...]
            if let end = end(of: rest), let sealed = SealedText(rest[..<end]) { return (opening.lowerBound..<end, sealed) }
        }
        return nil
    }

    /// Behind the last character of what a text begins with, if that is sealed. A box ends where its alphabet does, so that a text full of
    /// openings without an end is gone through once and not once for each.
    private static func end(of text: Substring) -> String.Index? {
        let bytes = text.utf8
        guard let box = bytes.index(bytes.startIndex, offsetBy: boxPlace, limitedBy: bytes.endIndex),
            let end = bytes[box...].firstIndex(where: { !isOfBase64($0) }), bytes[end] == 0x3b
        else { return nil }
        return bytes.index(after: end)
    }
}

extension String {
    /// Where an ASCII text stands next.
    fileprivate func range(ofText wanted: String, from start: Index) -> Range<Index>? {
        let wanted = Array(wanted.utf8)
        var place = start
        while let first = utf8[place...].firstIndex(of: wanted[0]) {
            let rest = utf8[first...]
            if rest.starts(with: wanted) { return first..<utf8.index(first, offsetBy: wanted.count) }
            place = utf8.index(after: first)
        }
        return nil
    }
}
