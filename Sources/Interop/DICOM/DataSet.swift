/// The tag of a data element: group and element.
///
/// Source: DICOM PS3.5 7.1.
public struct Tag: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Group in the upper, element in the lower sixteen bits.
    public let number: UInt32

    /// Names a tag by its number.
    public init(_ number: UInt32) { self.number = number }

    /// Reads eight hexadecimal digits, as they stand in JSON and in addresses; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let isHex = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
            default: false
            }
        }
        guard text.utf8.count == 8, isHex, let number = UInt32(text, radix: 16) else { return nil }
        self.number = number
    }

    /// Eight hexadecimal digits in capitals.
    public var description: String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// The order of elements in a data set.
    public static func < (left: Tag, right: Tag) -> Bool { left.number < right.number }
}

/// How the value of an element is to be read: the representations that are written and read here.
///
/// Source: DICOM PS3.5 6.2.
public enum ValueRepresentation: String, Sendable {
    case personName = "PN"
    case codeString = "CS"
    case date = "DA"
    case dateTime = "DT"
    case longString = "LO"
    case longText = "LT"
    case shortString = "SH"
    case shortText = "ST"
    case uniqueIdentifier = "UI"
    case unlimitedText = "UT"
    case sequence = "SQ"
}

/// The value of an element.
public enum ElementValue: Hashable, Sendable {
    /// Texts; none for an element that is present and empty.
    case texts([String])
    /// The items of a sequence.
    case items([DataSet])
}

/// One data element without its tag.
public struct Element: Hashable, Sendable {
    /// How it is to be read.
    public let representation: ValueRepresentation
    /// What it says.
    public let value: ElementValue

    /// Says a value.
    public init(_ representation: ValueRepresentation, _ value: ElementValue) {
        self.representation = representation
        self.value = value
    }
}

/// Data elements by their tags, as far as a worklist needs them: texts and sequences, no binary values.
///
/// Source: DICOM PS3.5 7.
public struct DataSet: Hashable, Sendable {
    /// The elements.
    public private(set) var elements: [Tag: Element] = [:]

    /// No element.
    public init() {}

    /// Puts an element in, in the place of what was there under its tag.
    public mutating func set(_ tag: Tag, _ element: Element) { elements[tag] = element }

    /// Puts a text in; an empty one makes an element that is present and empty.
    public mutating func set(_ tag: Tag, _ representation: ValueRepresentation, _ text: String) {
        elements[tag] = Element(representation, .texts(text.isEmpty ? [] : [text]))
    }

    /// Puts a sequence in.
    public mutating func set(_ tag: Tag, _ items: [DataSet]) { elements[tag] = Element(.sequence, .items(items)) }

    /// The first text of an element; nil where it is absent, empty or a sequence.
    public func text(_ tag: Tag) -> String? {
        guard case .texts(let texts) = elements[tag]?.value else { return nil }
        return texts.first
    }

    /// The items of a sequence; none where it is absent.
    public func items(_ tag: Tag) -> [DataSet] {
        guard case .items(let items) = elements[tag]?.value else { return [] }
        return items
    }

    /// The same data set with every text put in other words: for who opens what is sealed.
    public func mapping(_ text: (String) -> String) -> DataSet {
        var result = DataSet()
        for (tag, element) in elements {
            let value: ElementValue =
                switch element.value {
                case .texts(let texts): .texts(texts.map(text))
                case .items(let items): .items(items.map { $0.mapping(text) })
                }
            result.elements[tag] = Element(element.representation, value)
        }
        return result
    }

    /// The data set with some of its outermost elements only.
    public func keeping(_ isWanted: (Tag) -> Bool) -> DataSet {
        var result = DataSet()
        result.elements = elements.filter { isWanted($0.key) }
        return result
    }
}
