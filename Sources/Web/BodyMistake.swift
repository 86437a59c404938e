import EventLog
import FoundationEssentials
import ImagingCase
import Problems
import Wire

/// What is wrong with a body, to the field: its path, what it takes, and the word that was probably meant.
///
/// Found by asking again with one field at a time: the reader of bodies stays the only judge of what a body may say. No value is
/// repeated, because values may name a patient.
struct BodyMistake {
    private let kind: EventKind
    private let body: JSONValue

    /// A refusal of a body said more exactly; the refusal itself where nothing more can be told.
    static func located(_ problem: Problem, kind: EventKind, body: String) -> Problem {
        if problem.code == .unknownKind {
            guard let near = Nearest.word(to: kind.text, among: EventKind.known.map(\.text)) else { return problem }
            return Problem(problem.code, problem.message, remedy: "Did you mean \(near)? \(problem.remedy)", facts: problem.facts)
        }
        // A text that is no JSON has no fields to look at.
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(body.utf8)) else {
            return Problem(.malformed, "The body of \(kind) is not JSON.", remedy: "Give one JSON object.")
        }
        guard case .object = value else {
            return Problem(.malformed, "The body of \(kind) is JSON, and no object.", remedy: "Give one JSON object.")
        }
        let mistake = BodyMistake(kind: kind, body: value)
        return mistake.leaves(value, []).lazy.compactMap { mistake.problem(at: $0.path, $0.value) }.first ?? problem
    }

    enum Step {
        case member(String)
        case place(Int)
    }

    /// Every value that holds no other, with the way to it.
    private func leaves(_ value: JSONValue, _ path: [Step]) -> [(path: [Step], value: JSONValue)] {
        switch value {
        case .object(let members) where !members.isEmpty:
            members.keys.sorted().flatMap { leaves(members[$0] ?? .null, path + [.member($0)]) }
        case .list(let values) where !values.isEmpty:
            values.indices.flatMap { leaves(values[$0], path + [.place($0)]) }
        default: [(path, value)]
        }
    }

    /// A body that says one value and nothing else.
    private func alone(_ value: JSONValue, at path: some Collection<Step>) -> JSONValue {
        switch path.first {
        case .member(let name): .object([name: alone(value, at: path.dropFirst())])
        case .place: .list([alone(value, at: path.dropFirst())])
        case nil: value
        }
    }

    private func event(_ value: JSONValue, at path: some Collection<Step>) throws(Problem) -> CaseEvent {
        try PayloadCoding.event(of: kind, json: alone(value, at: path).json)
    }

    private func problem(at path: [Step], _ value: JSONValue) -> Problem? {
        let refusal: Problem
        do throws(Problem) {
            _ = try event(value, at: path)
            return nil
        } catch { refusal = error }
        for length in 1...max(1, path.count) {
            guard length <= path.count, case .member(let name) = path[length - 1] else { continue }
            do throws(Problem) { _ = try event(.null, at: path.prefix(length)) } catch {
                if error.code == .unknownField { return unknown(name, in: path.prefix(length - 1)) }
            }
        }
        return wrong(path, refusal)
    }

    private func unknown(_ name: String, in parent: ArraySlice<Step>) -> Problem {
        let known = fields(of: parent).map(\.name)
        let near = Nearest.word(to: name, among: known).map { "Did you mean \(text(of: parent + [.member($0)]))? " } ?? ""
        let place = text(of: parent + [.member(name)])
        return Problem(
            .unknownField, "The body of \(kind) has no field '\(place)'.",
            remedy: known.isEmpty ? "Leave it out." : "\(near)Fields: \(known.joined(separator: " ")).",
            facts: [.init("field", place)])
    }

    private func wrong(_ path: [Step], _ refusal: Problem) -> Problem {
        let place = text(of: path[...])
        let name = path.last { if case .member = $0 { true } else { false } }
        guard let name, case .member(let field) = name,
            let end = path.lastIndex(where: { if case .member = $0 { true } else { false } }),
            let taken = fields(of: path.prefix(end)).first(where: { $0.name == field }).map({ Self.words(for: $0.value) })
        else {
            return Problem(
                refusal.code, "The field '\(place)' of \(kind) has a value that it does not take.", facts: refusal.facts)
        }
        return Problem(
            refusal.code, "The field '\(place)' of \(kind) has a value that it does not take.", remedy: "Give \(taken).",
            facts: [.init("field", place)])
    }

    /// The fields of the message at a path, with what they hold unsaid.
    private func fields(of path: ArraySlice<Step>) -> [(name: String, value: Any)] {
        guard let empty = try? event(.object([:]), at: path), let said = Mirror(reflecting: empty).children.first?.value else {
            return []  // no message is at the path
        }
        var value: Any = said
        // Kinds that came in groups say their group first.
        while Mirror(reflecting: value).displayStyle == .enum, let body = Mirror(reflecting: value).children.first?.value {
            value = body
        }
        for step in path {
            let mirror = Mirror(reflecting: value)
            let next: Any? =
                switch step {
                case .member(let name): mirror.children.first { $0.label == name }?.value
                case .place: mirror.children.first?.value
                }
            guard let next else { return [] }
            value = Self.unwrapped(next)
        }
        return Mirror(reflecting: value).children.compactMap { child in child.label.map { ($0, child.value) } }
    }

    private static func unwrapped(_ value: Any) -> Any {
        let mirror = Mirror(reflecting: value)
        return mirror.displayStyle == .optional ? mirror.children.first?.value ?? value : value
    }

    /// What a field takes, told by what it holds unsaid.
    private static func words(for value: Any) -> String {
        func vocabulary<C: Choice>(_: C) -> String {
            "one of: " + C.allCases.filter { $0 != .unspecified }.map(\.word).joined(separator: " ")
        }
        if let choice = value as? any Choice { return vocabulary(choice) }
        // By its very type: an empty optional would pass for an optional of anything.
        return words[ObjectIdentifier(type(of: value))] ?? "what its message says"
    }

    private static let words: [ObjectIdentifier: String] = {
        let number = "a whole number, 0 or more"
        let events = "events as site~incarnation/sequence, as case history prints them"
        let known: [(Any.Type, String)] = [
            (Int.self, number), (Int64.self, number), (Int?.self, number), (Int64?.self, number), (Double.self, "a number"),
            (Double?.self, "a number"), (Bool.self, "true or false"), (String.self, "a text"), ([String].self, "a list of texts"),
            (Instant?.self, "a moment as 2026-11-24T09:30:00Z"), (EventID?.self, events), ([EventID].self, events),
            (Coded?.self, "an object with code, scheme and text"), ([Coded].self, "a list of objects with code, scheme and text"),
            (IssuedIdentifier?.self, "an object with issuer and value"),
            (Patient?.self, "an object with issuer, id, name, birthDate and sex"),
        ]
        return Dictionary(known.map { (ObjectIdentifier($0.0), $0.1) }) { first, _ in first }
    }()

    private func text(of path: ArraySlice<Step>) -> String {
        path.reduce(into: "") { text, step in
            switch step {
            case .member(let name): text += text.isEmpty ? name : ".\(name)"
            case .place(let place): text += "[\(place)]"
            }
        }
    }
}
