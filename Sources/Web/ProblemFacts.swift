import ImagingCase
import Problems

extension JSONWriter {
    /// Facts by their names, in the order in which they are named first. Candidates are a list, however many; any other name that
    /// comes again makes one, because an object has each member once.
    ///
    /// Source: RFC 8259 4.
    mutating func members(_ facts: some Sequence<Problem.Fact>) {
        var groups: [(name: String, values: [String])] = []
        for fact in facts {
            if let known = groups.firstIndex(where: { $0.name == fact.name }) {
                groups[known].values.append(fact.value)
            } else {
                groups.append((fact.name, [fact.value]))
            }
        }
        for group in groups {
            let isList = group.name == "candidate" || group.values.count > 1
            key(group.name == "candidate" ? "candidates" : group.name)
            if isList { beginArray() }
            for value in group.values { string(value) }
            if isList { endArray() }
        }
    }
}

extension Problem {
    /// The problem for people: its sentence, the candidates where there are some, and what to try.
    var remark: String {
        let candidates = facts.filter { $0.name == "candidate" }.map { "  \($0.value)" }
        return (["\(code.rawValue): \(message)"] + candidates + ["Try: \(remedy)"]).joined(separator: "\n")
    }
}
