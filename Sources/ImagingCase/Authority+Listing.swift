import EventLog

extension Authority {
    private static func rows(for role: Role?) -> [AuthorityRow] {
        guard let role else { return table }
        return table.filter { role == .system ? $0.isOpenToSystems : $0.roles.contains(role) }
    }

    /// The table as text for `policy show`: a line a kind, then what each condition means and who judges it.
    ///
    /// - Parameter role: only what this role may record; everything where it is nil.
    public static func text(for role: Role? = nil) -> String {
        let table = rows(for: role)
        let width = (table.map { $0.kind.text.count }.max() ?? 0) + 2
        var lines = ["Who may record what. What is not named may not."]
        for row in table {
            let roles = (row.people + (row.isOpenToSystems ? [.system] : [])).map(\.rawValue).joined(separator: ", ")
            let conditions = row.conditions.map(\.rawValue).joined(separator: ", ")
            let name = row.kind.text + String(repeating: " ", count: width - row.kind.text.count)
            lines.append("\(name)\(roles)\(conditions.isEmpty ? "" : "  if \(conditions)")")
        }
        lines.append("")
        for condition in AuthorityCondition.allCases {
            lines.append("\(condition.rawValue): \(condition.words); judged by the \(condition.judge.rawValue)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Writes the table as one JSON object: rows in the order of the catalogue, and the conditions in words.
    public static func write(to json: inout JSONWriter, for role: Role? = nil) {
        let table = rows(for: role)
        json.beginObject()
        json.key("rows")
        json.beginArray()
        for row in table { row.write(to: &json) }
        json.endArray()
        json.key("conditions")
        json.beginArray()
        for condition in AuthorityCondition.allCases {
            json.beginObject()
            json.member("name", condition.rawValue)
            json.member("words", condition.words)
            json.member("judgedBy", condition.judge.rawValue)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}

extension AuthorityRow {
    /// The roles that people act in; programs have a column of their own.
    fileprivate var people: [Role] { roles.filter { $0 != .system } }

    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("kind", kind.text)
        json.member("roles", texts: people.map(\.rawValue))
        json.member("systems", isOpenToSystems)
        json.member("conditions", texts: conditions.map(\.rawValue))
        json.member("histories", texts: kind.streamKinds.map { "\($0)" })
        json.member("source", source)
        json.endObject()
    }
}
