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

    @Test func `every source has a word of its own`() {
        #expect(EventSource.allCases.map(\.name) == ["cli", "ui", "orthanc", "hl7", "dicom", "fhir", "bundle", "system"])
    }
}
