import EventLog

/// How one message is written: its delimiters and its character set.
///
/// Source: HL7 v2.5.1 2.5.4 (message delimiters), 2.7 (escape sequences).
public struct HL7Syntax: Hashable, Sendable {
    /// Ends a field; MSH-1.
    public let field: UInt8
    /// Parts a field's components.
    public let component: UInt8
    /// Parts a field's repetitions.
    public let repetition: UInt8
    /// Encloses an escape sequence.
    public let escape: UInt8
    /// Parts a component's subcomponents.
    public let subcomponent: UInt8
    /// The character set that escaped bytes are in; fields were brought to UTF-8 already.
    public let characterSet: HL7CharacterSet

    /// The recommended delimiters, in UTF-8.
    public static let standard = HL7Syntax(
        field: 0x7c, component: 0x5e, repetition: 0x7e, escape: 0x5c, subcomponent: 0x26, characterSet: .utf8)

    private init(
        field: UInt8, component: UInt8, repetition: UInt8, escape: UInt8, subcomponent: UInt8, characterSet: HL7CharacterSet
    ) {
        self.field = field
        self.component = component
        self.repetition = repetition
        self.escape = escape
        self.subcomponent = subcomponent
        self.characterSet = characterSet
    }

    /// Reads the delimiters of a line that begins with `MSH`.
    ///
    /// - Throws: AR 102 where they are not four or five different marks.
    init(header line: ArraySlice<UInt8>) throws(HL7Problem) {
        let separator = line[line.startIndex + 3]
        let end = line.position(of: separator, from: line.startIndex + 4) ?? line.endIndex
        let marks = Array(line[(line.startIndex + 4)..<end])
        let problem = HL7Problem(
            .dataType, at: HL7Location("MSH", field: 2),
            "MSH-1 and MSH-2 have to declare five different marks such as |^~\\&, and they do not.", acknowledgment: .reject)
        guard (4...5).contains(marks.count), Set(marks + [separator]).count == marks.count + 1 else { throw problem }
        for mark in marks + [separator] {
            switch mark {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x00...0x20, 0x22, 0x7f...: throw problem
            default: break
            }
        }
        self.init(
            field: separator, component: marks[0], repetition: marks[1], escape: marks[2], subcomponent: marks[3],
            characterSet: .utf8)
    }

    /// The same delimiters with another character set.
    func with(_ characterSet: HL7CharacterSet) -> HL7Syntax {
        HL7Syntax(
            field: field, component: component, repetition: repetition, escape: escape, subcomponent: subcomponent,
            characterSet: characterSet)
    }

    /// The text of a value's bytes, escape sequences replaced. What is no valid sequence stays as the text that it is: `\X0D\` never
    /// becomes the end of a segment, and a Windows path keeps its marks.
    func text(of raw: ArraySlice<UInt8>) -> String {
        guard raw.position(of: escape, from: raw.startIndex) != nil else { return String(decoding: raw, as: UTF8.self) }
        var out: [UInt8] = []
        out.reserveCapacity(raw.count)
        var index = raw.startIndex
        while index < raw.endIndex {
            guard raw[index] == escape, let end = raw.position(of: escape, from: index + 1) else {
                // Without a second mark ahead no sequence can follow any more.
                let next = raw[index] == escape ? raw.endIndex : raw.position(of: escape, from: index) ?? raw.endIndex
                out.append(contentsOf: raw[index..<next])
                index = next
                continue
            }
            let body = raw[(index + 1)..<end]
            if let meaning = meaning(of: body) {
                out.append(contentsOf: meaning)
                index = end + 1
            } else if let first = body.first, first == 0x2e || Self.isLetter(first) {
                out.append(contentsOf: raw[index...end])
                index = end + 1
            } else {
                out.append(escape)
                index += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// What an escape sequence stands for; nil for one that is not known or not well formed.
    private func meaning(of body: ArraySlice<UInt8>) -> [UInt8]? {
        guard let first = body.first else { return nil }
        if body.count == 1 {
            switch first {
            case UInt8(ascii: "F"): return [field]
            case UInt8(ascii: "S"): return [component]
            case UInt8(ascii: "R"): return [repetition]
            case UInt8(ascii: "E"): return [escape]
            case UInt8(ascii: "T"): return [subcomponent]
            case UInt8(ascii: "P"): return [0x23]
            case UInt8(ascii: "H"), UInt8(ascii: "N"): return []
            default: return nil
            }
        }
        if first == UInt8(ascii: "X") { return characters(ofHexadecimal: body.dropFirst()) }
        return first == 0x2e ? Self.layout(body.dropFirst()) : nil
    }

    /// Bytes given by their numbers, unless one is a control character: those could end a segment further down the line.
    private func characters(ofHexadecimal digits: ArraySlice<UInt8>) -> [UInt8]? {
        guard let bytes = Hex.bytes(of: String(decoding: digits, as: UTF8.self)),
            !bytes.contains(where: { $0 < 0x20 || $0 == 0x7f }), let text = characterSet.transcoded(bytes[...])
        else { return nil }
        return Array(text)
    }

    /// Formatting commands of FT: new lines and spaces are kept, indents and wrapping are for the page to decide.
    private static func layout(_ command: ArraySlice<UInt8>) -> [UInt8]? {
        let text = String(decoding: command, as: UTF8.self).lowercased()
        let name = text.prefix(2)
        let number = text.dropFirst(2).filter { $0 != "+" && $0 != " " }
        let count = number.isEmpty ? 1 : Int(number)
        switch name {
        case "br" where number.isEmpty, "ce" where number.isEmpty: return [0x0a]
        case "sp":
            guard let count, (0...99).contains(count) else { return nil }
            return Array(repeating: 0x0a, count: count)
        case "sk":
            guard let count, (0...99).contains(count) else { return nil }
            return Array(repeating: 0x20, count: count)
        case "fi" where number.isEmpty, "nf" where number.isEmpty: return []
        case "in" where count != nil, "ti" where count != nil: return []
        default: return nil
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) }

    /// A text as it stands in a field of a message with these delimiters.
    func escaped(_ text: String) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case field: out += sequence("F")
            case component: out += sequence("S")
            case repetition: out += sequence("R")
            case escape: out += sequence("E")
            case subcomponent: out += sequence("T")
            case 0x0a: out += sequence(".br")
            case 0x0d, 0x0b, 0x1c: continue
            default: out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private func sequence(_ name: String) -> [UInt8] { [escape] + Array(name.utf8) + [escape] }
}
