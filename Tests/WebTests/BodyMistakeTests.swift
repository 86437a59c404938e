import EventLog
import ImagingCase
import Problems
import Testing
import Wire

@testable import Web

/// What is wrong with a body is said to the field, for every kind that can be recorded.
struct BodyMistakeTests {
    private func refusal(_ kind: EventKind, _ body: String) -> Problem? {
        do throws(Problem) { _ = try PayloadCoding.event(of: kind, json: body) } catch {
            return BodyMistake.located(error, kind: kind, body: body)
        }
        return nil
    }

    @Test func `a field that a kind does not have is named beside those that it has`() {
        for kind in EventKind.known {
            let problem = refusal(kind, #"{"noSuchField":1}"#)
            #expect(problem?.code == .unknownField && problem?.message.contains("noSuchField") == true, "\(kind)")
            #expect(problem?.remedy.contains("Fields: ") == true, "\(kind): \(problem?.remedy ?? "")")
        }
    }

    @Test func `a value of the wrong shape is answered with what the field takes`() {
        let site = refusal(EventKind("rt.coursePrescribed"), #"{"site":"breast"}"#)
        #expect(site?.message.contains("'site'") == true)
        #expect(site?.remedy == "Give an object with code, scheme and text.")
        let intent = refusal(EventKind("rt.coursePrescribed"), #"{"intent":"cure"}"#)
        #expect(intent?.remedy.contains("curative") == true, "\(intent?.remedy ?? "")")
        let meant = refusal(EventKind("rt.coursePrescribed"), #"{"fractons":25}"#)
        #expect(meant?.remedy.hasPrefix("Did you mean fractions? ") == true, "\(meant?.remedy ?? "")")
    }
}
