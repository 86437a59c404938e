import FoundationEssentials
import Problems

/// Reads a problem document that a hub answered.
enum ProblemReader {
    private struct Members: Decodable {
        let values: [String: String]

        private struct Name: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Name.self)
            var values: [String: String] = [:]
            for key in container.allKeys {
                // Members that are no text are not needed here.
                if let text = try? container.decode(String.self, forKey: key) { values[key.stringValue] = text }
                if let number = try? container.decode(Int.self, forKey: key) { values[key.stringValue] = String(number) }
            }
            self.values = values
        }
    }

    /// The problem; nil where the bytes are no document of ours.
    static func problem(_ bytes: [UInt8]) -> Problem? {
        guard let members = try? JSONDecoder().decode(Members.self, from: Data(bytes)).values,  // any other body is a proxy's
            let code = members["code"].flatMap(ProblemCode.init(rawValue:))
        else { return nil }
        let own = ["code", "detail", "remedy", "type", "title", "status", "requestID", "retryAfterSeconds"]
        let facts = members.filter { !own.contains($0.key) }
            .sorted { $0.key < $1.key }.map { Problem.Fact($0.key, $0.value) }
        return Problem(
            code, members["detail"] ?? "The hub gave no reason.", remedy: members["remedy"],
            retryAfterSeconds: members["retryAfterSeconds"].flatMap { Int($0) }, facts: facts)
    }
}
