public import EventLog

/// One field of a segment: the bytes between two separators, read on demand.
///
/// Nothing between the separators (not said) and `""` (delete what was said) are different: see ``isEmpty`` and ``isDeleted``.
/// Source: HL7 v2.5.1 2.5.3.
public struct HL7Field: Hashable, Sendable {
    let raw: ArraySlice<UInt8>
    let syntax: HL7Syntax

    /// Whether the sender said nothing.
    public var isEmpty: Bool { raw.isEmpty }
    /// Whether the sender asks to delete the value.
    public var isDeleted: Bool { raw.count == 2 && raw.first == 0x22 && raw.last == 0x22 }

    /// The repetitions, one for an empty field.
    public var repetitions: [HL7Repetition] {
        raw.pieces(at: syntax.repetition).map { HL7Repetition(raw: $0, syntax: syntax) }
    }

    /// The first repetition.
    public var first: HL7Repetition { HL7Repetition(raw: raw.piece(1, at: syntax.repetition), syntax: syntax) }

    /// Text of a component's subcomponent of the first repetition, numbered from 1; empty where not said or deleted.
    public func text(_ component: Int = 1, _ subcomponent: Int = 1) -> String { first.text(component, subcomponent) }
}

/// One repetition of a field.
public struct HL7Repetition: Hashable, Sendable {
    let raw: ArraySlice<UInt8>
    let syntax: HL7Syntax

    /// Whether nothing is said.
    public var isEmpty: Bool { raw.isEmpty }

    /// How many components there are.
    public var componentCount: Int { raw.pieces(at: syntax.component).count }

    /// How many subcomponents a component has.
    func subcomponentCount(_ component: Int) -> Int {
        raw.piece(component, at: syntax.component).pieces(at: syntax.subcomponent).count
    }

    /// Text of a component's subcomponent, numbered from 1; empty where not said or deleted.
    public func text(_ component: Int = 1, _ subcomponent: Int = 1) -> String {
        let piece = raw.piece(component, at: syntax.component).piece(subcomponent, at: syntax.subcomponent)
        return HL7Text.trimmed(piece.elementsEqual([0x22, 0x22]) ? "" : syntax.text(of: piece))
    }

    /// The whole repetition as text. For value types without components, where a sender may have left `^` or `&` unescaped:
    /// nothing is cut off.
    public var freeText: String { raw.elementsEqual([0x22, 0x22]) ? "" : syntax.text(of: raw) }
}

/// One segment: a name and its fields by number.
public struct HL7Segment: Hashable, Sendable {
    /// The name, such as `PID`.
    public let name: String
    /// Which one of that name in the message, from 1.
    public let ordinal: Int
    let fields: [HL7Field]
    let syntax: HL7Syntax

    /// The field with a number from 1; an empty one where there are fewer. In MSH, 1 is the separator itself.
    public subscript(_ number: Int) -> HL7Field {
        guard number >= 1, number <= fields.count else { return HL7Field(raw: [], syntax: syntax) }
        return fields[number - 1]
    }

    /// The place of a field.
    public func location(_ field: Int? = nil, component: Int? = nil) -> HL7Location {
        HL7Location(name, ordinal, field: field, component: component)
    }
}

/// One message, lexed and within bounds; its header names type, version and control id.
public struct HL7Message: Hashable, Sendable {
    /// The facts of MSH.
    public let header: HL7Header
    /// All segments in order, MSH first.
    public let segments: [HL7Segment]
    /// SHA-256 over the segments in UTF-8, each ended by one CR: the same whatever framing, line ends or byte-order mark a copy has.
    public let digest: EventHash
    /// What was accepted although it departs from the standard.
    public let remarks: [HL7Remark]

    /// The first segment of a name.
    public func first(_ name: String) -> HL7Segment? { segments.first { $0.name == name } }

    /// The key of the event that one of the message's intents makes: sender, control id, content and index. A re-sent message gives
    /// the same keys; the same control id with other content gives others under the same ``HL7Header/messageKey``.
    public func sourceKey(_ index: Int) -> String {
        "\(header.messageKey)|\(digest.description.prefix(16))|\(index)"
    }
}

/// The facts of a message's MSH segment, as far as they could be read: enough for an acknowledgment of a message that is refused.
///
/// Source: HL7 v2.5.1 2.15.9.
public struct HL7Header: Hashable, Sendable {
    /// The segment.
    public let segment: HL7Segment

    /// Message type, MSH-9.1, such as `ORM`.
    public var type: String { segment[9].text(1) }
    /// Trigger event, MSH-9.2, such as `O01`.
    public var trigger: String { segment[9].text(2) }
    /// Control id, MSH-10.
    public var controlID: String { segment[10].text() }
    /// Processing id, MSH-11.1.
    public var processing: String { segment[11].text() }
    /// Version, MSH-12.1.
    public var version: String { segment[12].text() }
    /// Sending application, MSH-3: its name, or its universal id.
    public var sendingApplication: String { HL7Text.designator(segment[3].first) }
    /// Sending facility, MSH-4: its name, or its universal id.
    public var sendingFacility: String { HL7Text.designator(segment[4].first) }
    /// The sender for people.
    public var sender: String {
        [sendingApplication, sendingFacility].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// What names a message at its sender: application, facility and control id; replaced by their digest where they are too long
    /// for an event's source key.
    public var messageKey: String {
        let key = "\(sendingApplication)|\(sendingFacility)|\(controlID)"
        guard key.utf8.count > Self.messageKeyBytesMax else { return key }
        return EventHash.sha256(Array(key.utf8)).description
    }

    /// Leaves room for the digest's prefix and the index within an event's source key.
    static let messageKeyBytesMax = EventLimits.textBytesMax - 32

    /// Checks what every message has to say about itself.
    ///
    /// - Throws: AR 200 without a type, AR 203 for a version outside 2.1 to 2.9, AE 101 without a control id.
    func check() throws(HL7Problem) {
        guard !type.isEmpty else {
            throw HL7Problem(.unsupportedMessageType, at: segment.location(9), "MSH-9 names no message type.")
        }
        guard Self.versions.contains(version) else {
            throw HL7Problem(
                .unsupportedVersion, at: segment.location(12),
                "Versions 2.1 to 2.9 are read, and MSH-12 says \(HL7Problem.shown(version)).")
        }
        guard !controlID.isEmpty else {
            throw HL7Problem(.requiredFieldMissing, at: segment.location(10), "MSH-10 has to name the message, and it is empty.")
        }
    }

    /// Source: HL7 table 0104.
    private static let versions: Set<String> = [
        "2.1", "2.2", "2.3", "2.3.1", "2.3.2", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2", "2.9",
        "2.9.1",
    ]
}

/// Small readings of text that several data types share.
enum HL7Text {
    /// Without white space at the ends.
    static func trimmed(_ text: String) -> String {
        func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }
        let scalars = text.unicodeScalars
        guard let start = scalars.firstIndex(where: { !isSpace($0) }), let end = scalars.lastIndex(where: { !isSpace($0) }) else {
            return ""
        }
        return start == scalars.startIndex && scalars.index(after: end) == scalars.endIndex
            ? text : String(scalars[start...end])
    }

    /// A hierarchic designator (HD) as one text for people: the namespace, or else the universal id.
    static func designator(_ value: HL7Repetition) -> String {
        let namespace = value.text(1)
        return namespace.isEmpty ? value.text(2) : namespace
    }
}
