import EventLog
import Testing

struct ActorTests {
    @Test func `every assurance has its word and parses back`() {
        #expect(Assurance.allCases.map(\.name) == ["operator", "local", "central", "machine"])
        for assurance in Assurance.allCases { #expect(Assurance(name: assurance.name) == assurance) }
        #expect(Assurance(name: "Local") == nil)
        #expect(Assurance(name: "") == nil)
    }

    /// The numbers are inputs of every event's hash.
    @Test func `the numbers in hashed bytes never move`() {
        #expect(Assurance.allCases.map(\.rawValue) == [1, 2, 3, 4])
        #expect(EventSource.allCases.map(\.rawValue) == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(StreamKind.allCases.map(\.rawValue) == [1, 2, 3, 4, 5, 6])
    }

    /// Whoever keeps one copy of equal actors, as a segment's table does, must not exchange one's bytes for the other's.
    @Test func `actors whose letters look alike but differ in bytes are two`() {
        func actor(_ person: String, role: String = "lead") -> Actor {
            Actor(person: person, role: role, site: Sample.site("northside"), assurance: .local)
        }
        #expect(actor("Ren\u{e9}") != actor("Rene\u{301}"))
        #expect(actor("a\u{301}\u{323}") != actor("a\u{323}\u{301}"))
        #expect(actor("x", role: "\u{e9}") != actor("x", role: "e\u{301}"))
        #expect(Set([actor("Ren\u{e9}"), actor("Rene\u{301}"), actor("Ren\u{e9}")]).count == 2)
        #expect(actor("Ren\u{e9}") == actor("Ren\u{e9}") && actor("a") != actor("b"))
        #expect(actor("a") != Actor(person: "a", role: "lead", site: Sample.site("southside"), assurance: .local))
        #expect(actor("a") != Actor(person: "a", role: "lead", site: Sample.site("northside"), assurance: .central))
    }

    @Test func `every source has a word of its own`() {
        #expect(EventSource.allCases.map(\.name) == ["cli", "ui", "orthanc", "hl7", "dicom", "fhir", "bundle", "system"])
    }
}
