import EventLog

/// Why a search is not made.
public struct WorkitemQueryRefusal: Error, Hashable, Sendable {
    /// The parameter at fault.
    public let parameter: String
    /// One sentence without the value.
    public let message: String
}

/// What a search for workitems asks for: values of elements, and of elements of a sequence's items.
///
/// Source: DICOM PS3.18 8.3.4 (query parameters), PS3.4 C.2.2.2 (matching).
public struct WorkitemQuery: Hashable, Sendable {
    private struct Key: Hashable {
        let path: [Tag]
        let value: String
    }

    private var keys: [Key] = []

    /// Asks for everything.
    public init() {}

    /// Adds what one parameter asks for; an empty value matches everything.
    ///
    /// - Parameters:
    ///   - name: a keyword or eight hexadecimal digits, or several joined by dots.
    ///   - value: the value, with `*` and `?` for any characters, a range of moments, or a list of UIDs.
    /// - Throws: `WorkitemQueryRefusal` for an element that no workitem has, or a moment that is none.
    public mutating func add(_ name: String, _ value: String) throws(WorkitemQueryRefusal) {
        let words = name.split(separator: ".", omittingEmptySubsequences: false)
        var path: [Tag] = []
        for word in words {
            guard let tag = WorkitemTag.keywords[String(word)] ?? Tag(word), WorkitemTag.keywords.values.contains(tag),
                path.count < 3
            else {
                throw WorkitemQueryRefusal(
                    parameter: String(name.prefix(64)), message: "No workitem can be searched by this parameter.")
            }
            path.append(tag)
        }
        guard !value.isEmpty else { return }
        if let last = path.last, Self.moments.contains(last), Self.range(value) == nil {
            throw WorkitemQueryRefusal(
                parameter: String(name.prefix(64)), message: "A moment or a range of two moments is expected.")
        }
        keys.append(Key(path: path, value: value))
    }

    private static let moments: Set<Tag> = [
        WorkitemTag.startDateTime, WorkitemTag.modificationDateTime, WorkitemTag.expectedCompletion,
    ]

    /// The one value that is asked for under a keyword, without marks for any characters; nil where there is none such.
    public func exact(_ keyword: String) -> String? {
        guard let tag = WorkitemTag.keywords[keyword], let key = keys.first(where: { $0.path.last == tag }),
            !key.value.contains(where: { "*?\\,".contains($0) })
        else { return nil }
        return key.value
    }

    /// The states that are asked for; all where none is named.
    public var states: Set<Workitem.State> {
        guard let key = keys.first(where: { $0.path == [WorkitemTag.state] }) else { return Set(Workitem.State.allCases) }
        return Set(Workitem.State.allCases.filter { Self.matches($0.rawValue, key.value, .codeString) })
    }

    /// Whether a data set is what is asked for.
    public func matches(_ dataSet: DataSet) -> Bool {
        keys.allSatisfy { key in Self.elements(of: dataSet, key.path[...]).contains { Self.matches($0, key) } }
    }

    private static func elements(of dataSet: DataSet, _ path: ArraySlice<Tag>) -> [Element] {
        guard let tag = path.first, let element = dataSet.elements[tag] else { return [] }
        guard path.count > 1 else { return [element] }
        return dataSet.items(tag).flatMap { elements(of: $0, path.dropFirst()) }
    }

    private static func matches(_ element: Element, _ key: Key) -> Bool {
        guard case .texts(let texts) = element.value else { return false }
        return texts.contains { matches($0, key.value, element.representation) }
    }

    private static func matches(_ text: String, _ wanted: String, _ representation: ValueRepresentation) -> Bool {
        switch representation {
        case .uniqueIdentifier: return wanted.split { $0 == "," || $0 == "\\" }.contains { $0 == text }
        case .dateTime, .date:
            guard let range = range(wanted), let moment = milliseconds(text[...]) else { return false }
            return range.contains(moment)
        // Case is nothing in a name (PS3.4 C.2.2.2.1).
        case .personName: return isLike(text.lowercased().utf8[...], wanted.lowercased().utf8[...])
        default: return isLike(text.utf8[...], wanted.utf8[...])
        }
    }

    /// Whether a text is of a form with `*` for any characters and `?` for one byte; without going back further than the last `*`.
    static func isLike(_ text: Substring.UTF8View, _ form: Substring.UTF8View) -> Bool {
        var (at, of) = (text.startIndex, form.startIndex)
        var star: (at: Substring.UTF8View.Index, of: Substring.UTF8View.Index)?
        while at < text.endIndex {
            if of < form.endIndex, form[of] == UInt8(ascii: "*") {
                star = (at, of)
                of = form.index(after: of)
            } else if of < form.endIndex, form[of] == UInt8(ascii: "?") || form[of] == text[at] {
                (at, of) = (text.index(after: at), form.index(after: of))
            } else if let last = star {
                star = (text.index(after: last.at), last.of)
                (at, of) = (text.index(after: last.at), form.index(after: last.of))
            } else {
                return false
            }
        }
        return form[of...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// One moment, or `from-`, `-until`, `from-until`, both ends included; an offset that is west of UTC cannot be said in a range.
    ///
    /// Source: DICOM PS3.4 C.2.2.2.5.
    private static func range(_ text: String) -> ClosedRange<Int64>? {
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2 else { return milliseconds(text[...]).map { $0...last(of: text[...], from: $0) } }
        let from = ends[0].isEmpty ? Int64.min : milliseconds(ends[0])
        let until = ends[1].isEmpty ? Int64.max : milliseconds(ends[1]).map { last(of: ends[1], from: $0) }
        guard let from, let until, from <= until, !(ends[0].isEmpty && ends[1].isEmpty) else { return nil }
        return from...until
    }

    private static func milliseconds(_ text: Substring) -> Int64? {
        // What is no moment matches none; the parameter itself was judged before.
        guard let moment = try? HL7Timestamp(parsing: String(text)) else { return nil }
        return moment.occurredAt(assuming: 0).instant.milliseconds
    }

    /// The last millisecond that a moment of lower precision covers.
    private static func last(of text: Substring, from start: Int64) -> Int64 {
        let minutes: Int64 =
            switch text.prefix(while: { $0.isNumber }).count {
            case 4: 366 * 1440
            case 6: 31 * 1440
            case 8: 1440
            case 10: 60
            case 12: 1
            default: 0
            }
        return start + (minutes == 0 ? 999 : minutes * 60_000 - 1)
    }
}
