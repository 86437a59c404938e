import EventLog
public import Problems

/// Where a search goes on: after a resource that was given, or below a place up to which was looked.
///
/// Opaque to whoever has it, at most 200 bytes; it names no case that was not given before.
public enum FHIRCursor: Hashable, Sendable {
    /// After this resource, in the order of its search.
    case after(String)
    /// Histories that came before this place in the store.
    case below(Int64)

    /// Reads one that was given with a page.
    ///
    /// - Throws: `BAD_CURSOR` for anything else.
    public init(parsing text: some StringProtocol) throws(Problem) {
        guard text.utf8.count <= 200, let bytes = Base64.bytes(of: text) else { throw Self.wrong }
        let plain = String(decoding: bytes, as: UTF8.self)
        let rest = plain.dropFirst(2)
        if plain.hasPrefix("r:"), FHIRResourceID.isPossible(rest) {
            self = .after(String(rest))
        } else if plain.hasPrefix("p:"), let place = Int64(rest), place >= 0 {
            self = .below(place)
        } else {
            throw Self.wrong
        }
    }

    /// The text form.
    public var text: String {
        switch self {
        case .after(let id): Base64.urlText(of: Array("r:\(id)".utf8))
        case .below(let place): Base64.urlText(of: Array("p:\(place)".utf8))
        }
    }

    private static var wrong: Problem { Problem(.badCursor, "The cursor of the page is none that this server gave.") }
}
