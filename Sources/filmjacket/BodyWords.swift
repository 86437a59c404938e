import EventLog
import ImagingCase
import Problems
import Web
import Wire

/// Puts a body together from words: `patient.id=1`, `series[0].uid=1.2.3`, `covers=a covers=b`.
///
/// Each value gets the first type that its field takes: text, then number or truth, then a list of one. So `declaredSeries=3` is a
/// number and `text=3` a text, without anybody saying so.
enum BodyWords {
    /// The JSON of a body of a kind.
    ///
    /// - Throws: `USAGE` for a word without a name or a path that contradicts another. What a body may not say is left to whoever records it.
    static func json(_ words: [String], kind: String) throws(Problem) -> String {
        var body = JSONValue.object([:])
        for (path, texts) in try fields(words) {
            let value = texts.count == 1 ? single(texts[0], at: path, EventKind(kind)) : list(texts, at: path, EventKind(kind))
            body = try setting(value, at: path[...], in: body)
        }
        return body.json
    }

    /// A step of a path: a member, or a place in a list.
    enum Step: Hashable {
        case member(String)
        case place(Int)
    }

    /// Paths with their values, in the order in which they are named first.
    private static func fields(_ words: [String]) throws(Problem) -> [(path: [Step], texts: [String])] {
        var fields: [(path: [Step], texts: [String])] = []
        for word in words {
            guard let equals = word.firstIndex(of: "="), let path = path(word[..<equals]) else {
                throw Problem(
                    .usage, "'\(word.prefix(40))' is no NAME=VALUE.", remedy: "Give fields as priority=stat or patient.id=42.")
            }
            let text = String(word[word.index(after: equals)...])
            if let known = fields.firstIndex(where: { $0.path == path }) {
                fields[known].texts.append(text)
            } else {
                fields.append((path, [text]))
            }
        }
        return fields
    }

    /// Reads `a.b[0].c`; nil where a part is empty or a place is no number below 1,000.
    private static func path(_ text: Substring) -> [Step]? {
        var steps: [Step] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            let name = part.prefix { $0 != "[" }
            guard !name.isEmpty else { return nil }
            steps.append(.member(String(name)))
            var rest = part.dropFirst(name.count)
            while !rest.isEmpty {
                guard rest.hasPrefix("["), let end = rest.firstIndex(of: "]"),
                    let place = Int(rest[rest.index(after: rest.startIndex)..<end]),
                    (0..<1000).contains(place)
                else { return nil }
                steps.append(.place(place))
                rest = rest[rest.index(after: end)...]
            }
        }
        return steps
    }

    private static func single(_ text: String, at path: [Step], _ kind: EventKind) -> JSONValue {
        let candidates = scalars(text)
        return (candidates + candidates.map { .list([$0]) }).first { fits($0, at: path, kind) } ?? .text(text)
    }

    private static func list(_ texts: [String], at path: [Step], _ kind: EventKind) -> JSONValue {
        .list(texts.map { text in scalars(text).first { fits(.list([$0]), at: path, kind) } ?? .text(text) })
    }

    private static func scalars(_ text: String) -> [JSONValue] {
        var values: [JSONValue] = [.text(text)]
        if let number = Int64(text) {
            values.append(.integer(number))
        } else if let number = Double(text) {
            values.append(.real(number))
        }
        if text == "true" || text == "false" { values.append(.flag(text == "true")) }
        return values
    }

    /// Whether a message of the kind takes a value at a place, asked with a body that says nothing else.
    private static func fits(_ value: JSONValue, at path: [Step], _ kind: EventKind) -> Bool {
        let alone = path.map { step -> Step in if case .place = step { .place(0) } else { step } }
        do throws(Problem) {
            _ = try PayloadCoding.event(of: kind, json: try setting(value, at: alone[...], in: .object([:])).json)
            return true
        } catch { return false }
    }

    private static func setting(_ value: JSONValue, at path: ArraySlice<Step>, in whole: JSONValue) throws(Problem) -> JSONValue {
        guard let step = path.first else {
            guard whole == .null else { throw Problem(.usage, "A field is given both as a value and in parts.") }
            return value
        }
        switch (step, whole) {
        case (.member(let name), .object(var members)):
            members[name] = try setting(value, at: path.dropFirst(), in: members[name] ?? fresh(path.dropFirst()))
            return .object(members)
        case (.place(let place), .list(var values)):
            guard place <= values.count else {
                throw Problem(
                    .usage, "The list has no place \(place) yet.", remedy: "Number a list's places from 0 without gaps.")
            }
            if place == values.count { values.append(fresh(path.dropFirst())) }
            values[place] = try setting(value, at: path.dropFirst(), in: values[place])
            return .list(values)
        default: throw Problem(.usage, "A field is given both as a value and in parts.")
        }
    }

    /// What a path begins in: an object, a list, or nothing where it ends.
    private static func fresh(_ path: ArraySlice<Step>) -> JSONValue {
        switch path.first {
        case .member: .object([:])
        case .place: .list([])
        case nil: .null
        }
    }
}
