import EventLog
import ImagingCase
import Interop
import Problems
import Testing

/// What a search may ask, and what it is told where it asks for something else.
struct FHIRSearchTests {
    private static func refusal(_ type: FHIRType, _ name: String, _ value: String) -> ProblemCode? {
        do throws(Problem) {
            _ = try FHIRSearchQuery(type, [(name, value)])
            return nil
        } catch { return error.code }
    }

    @Test func `every type takes its own parameters and no others`() throws {
        let samples: [FHIRParameter: String] = [
            .agent: "lee", .basedOn: "ServiceRequest/c-1", .date: "ge2026", .entity: "c-1", .identifier: "x|1",
            .partOf: "Task/c-1",
            .patient: "Patient/c-1", .subject: "c-1", .target: "Task/c-1",
        ]
        for type in FHIRType.allCases {
            for parameter in FHIRParameter.allCases {
                let value = samples[parameter] ?? type.statusCodes.first ?? "final"
                let refused = Self.refusal(type, parameter.rawValue, value)
                #expect(refused == (type.parameters.contains(parameter) ? nil : .badInput), "\(type) \(parameter)")
            }
        }
        #expect(try FHIRSearchQuery(.task, [("colour", "red")], isLenient: true).conditions.isEmpty)
        #expect(try FHIRSearchQuery(.task, [("status", "")]).conditions.isEmpty, "a parameter without a value says nothing")
    }

    @Test func `a value that cannot be is refused`() {
        let wrong: [(String, String)] = [
            ("status", "done"), ("_count", "-1"), ("_count", "many"), ("_summary", "text"), ("_lastUpdated", "yesterday"),
            ("_lastUpdated", "ap2026-11-24"), ("_lastUpdated", "2026-13"), ("_format", "xml"), ("_total", "all"),
            ("patient:missing", "true"), ("status:not", "completed"), ("patient.name", "doe"), ("_sort", "status"),
        ]
        for (name, value) in wrong { #expect(Self.refusal(.task, name, value) == .badInput, "\(name)=\(value)") }
        for cursor in ["x", "!!!!", String(repeating: "a", count: 500), "cDotMQ", "cjo"] {
            #expect(Self.refusal(.task, "_cursor", cursor) == .badCursor, "\(cursor)")
        }
    }

    @Test func `pages are bounded, and none at all means the number`() throws {
        #expect(try FHIRSearchQuery(.task, []).count == 50)
        #expect(try FHIRSearchQuery(.task, [("_count", "100000")]).count == 200)
        let none = try FHIRSearchQuery(.task, [("_count", "0")])
        #expect(none.isCount)
        #expect(try FHIRSearchQuery(.task, [("_summary", "count")]).isCount)
    }

    @Test(arguments: [
        FHIRCursor.after("c-aaaaaaaaaaaaaaaaaaaaaaaaaa.0123456789abcdef"), .after("c-aaaaaaaaaaaaaaaaaaaaaaaaaa"), .below(0),
        .below(.max),
    ])
    func `a cursor is read as it was given`(cursor: FHIRCursor) throws {
        #expect(try FHIRCursor(parsing: cursor.text) == cursor && cursor.text.utf8.count <= 200)
        #expect(FHIRResourceID.isPossible(cursor.text.replacing("_", with: "-")), "it needs no escapes in an address")
    }

    @Test func `commas separate values unless they are escaped, and what was understood is said again`() throws {
        let query = try FHIRSearchQuery(
            .serviceRequest, [("_id", #"c-1,c\,2"#), ("_cursor", FHIRCursor.below(3).text), ("status", "active,revoked")])
        #expect(query.conditions == [.id(["c-1", "c,2"]), .status(["active", "revoked"])])
        #expect(query.cursor == .below(3) && query.understood.map(\.name) == ["_id", "status"])
    }

    @Test func `an id is read back and nothing else is one`() {
        let stream = StreamID(kind: .imagingCase, high: 7, low: 9)
        for id in [
            FHIRResourceID(stream), FHIRResourceID(stream, "0123456789abcdef"), FHIRResourceID(stream, "0123456789abcdef.egfr"),
        ] {
            #expect(FHIRResourceID(id.description) == id && FHIRResourceID.isPossible(id.description))
        }
        for text in ["", "c-1", "\(stream).", "x", ".", "c-..", String(repeating: "a", count: 65)] {
            #expect(FHIRResourceID(text) == nil, "\(text)")
        }
    }

    @Test func `problems say the same as everywhere, by FHIR's words for kinds of mistakes`() {
        let said = { (code: ProblemCode) in
            String(
                decoding: FHIROperationOutcome.json(of: Problem(code, "what"), status: code.row.status, requestID: "1"),
                as: UTF8.self)
        }
        for (code, kind) in [
            (ProblemCode.unknownCase, "not-found"), (.signIn, "login"), (.notPermitted, "forbidden"), (.badCursor, "value"),
            (.tooManyRequests, "throttled"), (.methodNotAllowed, "not-supported"), (.internalError, "exception"),
            (.badInput, "invalid"), (.auditUnavailable, "no-store"), (.draining, "transient"),
        ] {
            #expect(said(code).contains(#""code":"\#(kind)""#) && said(code).contains(code.rawValue), "\(said(code))")
        }
    }
}
