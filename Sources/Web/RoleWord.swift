public import ImagingCase
public import Problems

/// Roles as people type them.
public enum RoleWord {
    /// Reads a role; `oncologist` is short for the radiation oncologist.
    ///
    /// - Throws: `BAD_INPUT` with the nearest word and all of them.
    public static func role(_ word: String) throws(Problem) -> Role {
        if let role = Role(rawValue: word) { return role }
        if word == "oncologist" { return .radiationOncologist }
        let words = Role.allCases.map(\.rawValue)
        let nearest = Nearest.word(to: word, among: words).map { "Did you mean \($0)? " } ?? ""
        throw Problem(.badInput, "'\(word)' is no role.", remedy: "\(nearest)Roles: \(words.joined(separator: " ")).")
    }
}
