/// The name under which a person signs in: 1 to 64 letters, digits and `.`, `-`, `_`, `@`, in lower case.
///
/// The same text is the person of an event's actor, so it is one that fits there.
public struct AccountName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Most characters of a name.
    public static let lengthMax = 64

    /// The name.
    public let description: String

    /// Reads a name; nil where it is none.
    public init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "@"): true
            default: false
            }
        }
        guard isPlain, !text.isEmpty, text.utf8.count <= Self.lengthMax else { return nil }
        description = text
    }

    /// By their bytes.
    public static func < (one: AccountName, other: AccountName) -> Bool { one.description < other.description }
}
