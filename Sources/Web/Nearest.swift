/// The word that somebody probably meant.
public enum Nearest {
    /// The candidate with the fewest edits from a text, letters' case aside; nil where none is near. Of equals the first counts.
    ///
    /// Near is at most one edit for each three letters, and one at least; a candidate that the text begins is near as well.
    public static func word(to text: String, among candidates: [String]) -> String? {
        let asked = Array(text.lowercased())
        guard !asked.isEmpty else { return nil }
        var best: (word: String, edits: Int)?
        for candidate in candidates {
            let word = Array(candidate.lowercased())
            let edits = asked.count > 1 && word.starts(with: asked) ? 1 : distance(asked, word)
            guard edits <= max(1, asked.count / 3), edits < best?.edits ?? .max else { continue }
            best = (candidate, edits)
        }
        return best?.word
    }

    /// Insertions, deletions, replacements and exchanges of neighbours.
    ///
    /// Source: Damerau, "A technique for computer detection and correction of spelling errors", 1964 (restricted form).
    static func distance(_ one: [Character], _ other: [Character]) -> Int {
        guard !one.isEmpty, !other.isEmpty else { return max(one.count, other.count) }
        var before = [Int](repeating: 0, count: other.count + 1)
        var above = Array(0...other.count)
        for row in 1...one.count {
            var line = [row] + [Int](repeating: 0, count: other.count)
            for column in 1...other.count {
                let same = one[row - 1] == other[column - 1]
                line[column] = min(above[column] + 1, line[column - 1] + 1, above[column - 1] + (same ? 0 : 1))
                if row > 1, column > 1, one[row - 1] == other[column - 2], one[row - 2] == other[column - 1] {
                    line[column] = min(line[column], before[column - 2] + 1)
                }
            }
            (before, above) = (above, line)
        }
        return above[other.count]
    }
}
