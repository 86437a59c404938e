import EventLog
import Foundation
import ImagingCase
import Testing

/// What the writer does quickly is what a slow one does.
@Suite struct JSONWriterTests {
    @Test func `any byte at any place of a text reads back, escaped where JSON asks for it`() throws {
        for byte in 0...0x7f as ClosedRange<UInt8> {
            for place in 0..<40 {
                var bytes = [UInt8](repeating: 0x61, count: 39)
                bytes.insert(byte, at: place)
                let text = String(decoding: bytes, as: UTF8.self)
                var json = JSONWriter()
                json.string(text)
                let read = try JSONSerialization.jsonObject(with: Data(json.bytes), options: .fragmentsAllowed)
                #expect(read as? String == text, "byte \(byte) at \(place)")
                let isEscaped = byte < 0x20 || byte == 0x22 || byte == 0x5c
                #expect((json.bytes.count > 42) == isEscaped, "byte \(byte) at \(place)")
            }
        }
    }

    @Test func `letters beyond ASCII are written as they are`() {
        for text in ["Z\u{fc}rich", "\u{1F9B4}\u{1F9B4}\u{1F9B4}", "\u{7f}\u{80}\u{a2}\u{dc}"] {
            var json = JSONWriter()
            json.string(text)
            #expect(json.text == "\"\(text)\"")
        }
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, 12_345, Int.max, -1, Int.min])
    func `whole numbers are written in decimal`(value: Int) {
        var json = JSONWriter()
        json.integer(value)
        #expect(json.text == String(value))
    }

    @Test func `numbers beyond an Int are written in decimal`() {
        var json = JSONWriter()
        json.integer(UInt64.max)
        json.integer(UInt128.max)
        #expect(json.text == "\(UInt64.max),\(UInt128.max)")
    }

    @Test func `the words of each vocabulary are the names of its values`() {
        expectNames(of: Sex.self)
        expectNames(of: Urgency.self)
        expectNames(of: Laterality.self)
        expectNames(of: ReviewDecision.self)
        expectNames(of: ScreenResult.self)
        expectNames(of: PregnancyStatus.self)
        expectNames(of: ClaimMode.self)
        expectNames(of: PatientState.self)
        expectNames(of: InstructionKind.self)
        expectNames(of: RetractionReason.self)
        expectNames(of: DisputeClearance.self)
        for kind in Alias.Kind.allCases { #expect(kind.word == "\(kind)") }
    }

    private func expectNames<C: Choice>(of type: C.Type) {
        #expect(C.words == C.allCases.map { "\($0)" })
        #expect(C.allCases.map { Int($0.rawValue) } == Array(C.words.indices))
    }
}
