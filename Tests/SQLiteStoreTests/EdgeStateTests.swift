import Problems
import Testing

@testable import SQLiteStore

/// What a door keeps over a restart.
struct EdgeStateTests {
    private func texts(_ rows: [(key: String, value: [UInt8])]) -> [String] {
        rows.map { "\($0.key)=\(String(decoding: $0.value, as: UTF8.self))" }
    }

    @Test func `values are put together, replaced, listed by prefix and page, and removed; doors do not see one another`()
        async throws
    {
        let place = try Place()
        let file = try place.site().file
        let (one, other) = (EdgeState(file, edge: "orthanc"), EdgeState(file, edge: "fhir"))
        try await one.put([("study/1", Array("a".utf8)), ("study/2", Array("b".utf8)), ("cursor", Array("7".utf8))])
        try await other.put([("study/1", Array("x".utf8))])
        #expect(try one.get("study/1") == Array("a".utf8) && one.get("study/3") == nil)
        #expect(texts(try one.list(prefix: "study/")) == ["study/1=a", "study/2=b"])
        #expect(texts(try one.list(prefix: "study/", after: "study/1", max: 1)) == ["study/2=b"])
        try await one.put([("study/2", [])], removing: ["study/1", "unknown"])
        #expect(texts(try one.list(prefix: "")) == ["cursor=7", "study/2="])
        #expect(texts(try other.list(prefix: "")) == ["study/1=x"])
    }

    @Test func `a value is there after the store was opened again, and one that is too large is refused`() async throws {
        let place = try Place()
        try await {
            let file = try place.site().file
            try await EdgeState(file, edge: "orthanc").put([("cursor", [1, 2, 3])])
        }()
        let state = EdgeState(try place.site().file, edge: "orthanc")
        #expect(try state.get("cursor") == [1, 2, 3])
        let large = [UInt8](repeating: 0, count: EdgeState.valueBytesMax + 1)
        await #expect(throws: Problem.self) { try await state.put([("cursor", [9]), ("large", large)]) }
        #expect(try state.get("cursor") == [1, 2, 3])
    }
}
