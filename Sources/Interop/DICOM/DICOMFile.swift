/// A data element to be written.
///
/// Source: DICOM PS3.5 7.1.
public struct DICOMElement: Hashable, Sendable {
    /// What an element holds.
    public indirect enum Value: Hashable, Sendable {
        /// Text in UTF-8; of several values joined by backslashes.
        case text(String)
        /// Bytes as they are.
        case bytes([UInt8])
        /// The items of a sequence.
        case items([[DICOMElement]])
    }

    /// Group and element number, such as 0x0010_0020.
    public let tag: UInt32
    /// The two letters of the value representation.
    public let representation: String
    /// What it holds.
    public let value: Value

    /// A text.
    public init(_ tag: UInt32, _ representation: String, _ text: String) {
        self.init(tag, representation, .text(text))
    }

    /// A sequence.
    public init(_ tag: UInt32, items: [[DICOMElement]]) { self.init(tag, "SQ", .items(items)) }

    /// Any element.
    public init(_ tag: UInt32, _ representation: String, _ value: Value) {
        self.tag = tag
        self.representation = representation
        self.value = value
    }
}

/// A DICOM file: preamble, meta information and data set in explicit VR, little endian.
///
/// Source: DICOM PS3.10 7.1, PS3.5 7.1.2, 7.5.
public enum DICOMFile {
    /// Explicit VR Little Endian.
    public static let transferSyntax = "1.2.840.10008.1.2.1"
    /// What wrote the file: a UID under the root that everybody may use, from a UUID.
    ///
    /// Source: DICOM PS3.5 B.2.
    public static let implementation = "2.25.148163286418392216537102943551894371202"

    /// The representations with four bytes of length. Source: DICOM PS3.5 table 7.1-1.
    private static let long: Set<String> = ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]
    /// The longest value that two bytes of length can say, and even.
    private static let shortMax = 0xfffe

    /// The bytes of a file.
    ///
    /// - Parameter elements: the data set; written by ascending tag, which the standard asks for.
    public static func bytes(sopClass: String, sopInstance: String, _ elements: [DICOMElement]) -> [UInt8] {
        let meta = dataSet([
            DICOMElement(0x0002_0001, "OB", .bytes([0, 1])), DICOMElement(0x0002_0002, "UI", sopClass),
            DICOMElement(0x0002_0003, "UI", sopInstance), DICOMElement(0x0002_0010, "UI", transferSyntax),
            DICOMElement(0x0002_0012, "UI", implementation),
        ])
        var file = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
        append(DICOMElement(0x0002_0000, "UL", .bytes(little(UInt32(meta.count)))), to: &file)
        return file + meta + dataSet(elements)
    }

    private static func dataSet(_ elements: [DICOMElement]) -> [UInt8] {
        var bytes: [UInt8] = []
        for element in elements.sorted(by: { $0.tag < $1.tag }) { append(element, to: &bytes) }
        return bytes
    }

    private static func append(_ element: DICOMElement, to bytes: inout [UInt8]) {
        bytes += tag(element.tag) + Array(element.representation.utf8.prefix(2))
        var value = value(of: element)
        if long.contains(element.representation) {
            bytes += [0, 0] + little(UInt32(value.count))
        } else {
            value = Array(value.prefix(shortMax))
            bytes += Array(little(UInt32(value.count)).prefix(2))
        }
        bytes += value
    }

    /// The value, of even length: a UID is filled up with a NUL, other text with a space.
    private static func value(of element: DICOMElement) -> [UInt8] {
        switch element.value {
        case .bytes(let bytes): return bytes.count.isMultiple(of: 2) ? bytes : bytes + [0]
        case .text(let text):
            let bytes = Array(text.utf8)
            return bytes.count.isMultiple(of: 2) ? bytes : bytes + [element.representation == "UI" ? 0 : 0x20]
        case .items(let items):
            var bytes: [UInt8] = []
            for item in items {
                let content = dataSet(item)
                bytes += tag(0xfffe_e000) + little(UInt32(content.count)) + content
            }
            return bytes
        }
    }

    private static func tag(_ tag: UInt32) -> [UInt8] {
        Array(little(tag >> 16).prefix(2)) + Array(little(tag & 0xffff).prefix(2))
    }

    private static func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}
