import EventLog
import ImagingCase
import Replication

/// Fills every field of a payload from a seed; about one in four stays at its default.
struct RandomBody: FieldVisitor {
    var random: SplitMix64
    private static let letters = ["a", "Z", "7", " ", "é", "日本", "\u{1F9B4}", "\"", "\\", "\n", "\0", "/", "^", "e\u{301}"]

    static func body<P: Payload>(_ type: P.Type, _ random: inout SplitMix64) -> P {
        var visitor = RandomBody(random: random)
        var body = P()
        body.fields(&visitor)
        random = visitor.random
        return body
    }

    /// The typed body inside an event, or inside the group of kinds that the event belongs to.
    static func payload(inside event: Any) -> (any Payload)? {
        guard let content = Mirror(reflecting: event).children.first?.value else { return nil }
        return content as? any Payload ?? payload(inside: content)
    }

    private mutating func isLeftOut() -> Bool { Int.random(in: 0..<4, using: &random) == 0 }

    private mutating func word() -> String {
        (0...Int.random(in: 0...8, using: &random)).map { _ in Self.letters.randomElement(using: &random) ?? "" }.joined()
    }

    private mutating func id() -> EventID {
        let sites = ["ab", "northside", "a" + String(repeating: "-", count: 31)].compactMap { SiteID($0) }
        let log = LogID(site: sites.randomElement(using: &random) ?? sites[0], incarnation: Incarnation(bits: random.next()))
        return EventID(log: log, sequence: max(1, random.next() >> UInt64.random(in: 0...63, using: &random)))
    }

    private mutating func several() -> Range<Int> { 0..<Int.random(in: 0...3, using: &random) }

    mutating func text(_ number: Int, _ value: inout String) { value = isLeftOut() ? "" : word() }
    mutating func texts(_ number: Int, _ value: inout [String]) { value = several().map { _ in text() } }
    /// An element of a list, which may be empty and is not left out for that.
    private mutating func text() -> String { isLeftOut() ? "" : word() }

    mutating func count(_ number: Int, _ value: inout Int) {
        value = isLeftOut() ? 0 : Int(random.next() >> UInt64.random(in: 1...63, using: &random))
    }

    mutating func real(_ number: Int, _ value: inout Double) {
        let special = [0, -0.0, 1, -1.5, 0.1, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
        value = special.randomElement(using: &random) ?? 0
        if isLeftOut() { value = Double.random(in: -1e6...1e6, using: &random) }
    }

    mutating func flag(_ number: Int, _ value: inout Bool) { value = Bool.random(using: &random) }

    mutating func choice<C: Choice>(_ number: Int, _ value: inout C) {
        value = C.allCases.randomElement(using: &random) ?? .unspecified
    }

    mutating func instant(_ number: Int, _ value: inout Instant?) {
        let milliseconds = Int64(bitPattern: random.next()) >> Int64.random(in: 0...62, using: &random)
        value = isLeftOut() || milliseconds == 0 ? nil : Instant(milliseconds: milliseconds)
    }

    mutating func event(_ number: Int, _ value: inout EventID?) { value = isLeftOut() ? nil : id() }
    mutating func events(_ number: Int, _ value: inout [EventID]) { value = several().map { _ in id() } }

    mutating func message<P: Payload>(_ number: Int, _ value: inout P?) {
        // A message that is there with nothing in it is not the same as none.
        value = isLeftOut() ? nil : (isLeftOut() ? P() : Self.body(P.self, &random))
    }

    mutating func messages<P: Payload>(_ number: Int, _ value: inout [P]) {
        value = several().map { _ in Self.body(P.self, &random) }
    }
}

/// Writes a payload as JSON by the names of its stored properties: knows nothing of field numbers, so that a name and a number
/// which do not belong together are found.
enum BodyJSON {
    static func text(of body: any Payload) -> String {
        var writer = JSONWriter()
        write(body, to: &writer)
        return writer.text
    }

    private static func write(_ body: any Payload, to writer: inout JSONWriter) {
        writer.beginObject()
        for child in Mirror(reflecting: body).children {
            guard let name = child.label, let value = unwrapped(child.value) else { continue }
            writer.key(name)
            write(value, to: &writer)
        }
        writer.endObject()
    }

    private static func write(_ value: Any, to writer: inout JSONWriter) {
        switch value {
        case let body as any Payload: write(body, to: &writer)
        case let text as String: writer.string(text)
        // Beyond 2^53 a JSON number is not exact, so whole numbers go as text, which the mapping reads alike.
        case let count as Int: writer.string("\(count)")
        case let flag as Bool: writer.flag(flag)
        case let real as Double: real.isFinite ? writer.real(real) : writer.string(real > 0 ? "Infinity" : "-Infinity")
        case let instant as Instant: writer.string("\(instant.milliseconds)")
        case let id as EventID: writer.string(id.description)
        case let choice as any Choice: writer.string(choice.word)
        case let list as [Any]:
            writer.beginArray()
            for element in list { write(element, to: &writer) }
            writer.endArray()
        default: preconditionFailure("a body has a field of type \(type(of: value))")
        }
    }

    private static func unwrapped(_ value: Any) -> Any? {
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .optional else { return value }
        return mirror.children.first?.value
    }
}
