import EventLog
import Foundation
import ImagingCase
import People
import Problems
import Testing

@testable import Web

/// A case opens by role and relation, and to nobody else without a reason.
@Suite(.serialized) struct RelationTests {
    private static let reason = ["Break-Glass-Reason": "he is here and cannot speak"]

    /// What an answer says but for its number, with the case that was asked for left out.
    private static func same(_ answer: RawAnswer, _ id: String) -> [String] {
        answer.json.filter { $0.key != "requestID" }.map { "\($0.key) \($0.value)" }.sorted()
            .map { $0.replacingOccurrences(of: id, with: "ID") }
    }

    private static let looks = [
        "", "/history", "/explain", "/go", "/due", "/receipts", "/related", "/changes?since=2020-01-01T00:00:00Z",
    ]

    @Test func `a case that does not open is answered as one that is not there, at every call`() async throws {
        try await DoorServer.run { server in
            try await server.order("4711", by: "lee", requester: "dr.reyes")
            for name in ["mae", "boss"] {
                let fields = try await server.bearer(name)
                for look in Self.looks {
                    let there = try await server.ask("GET", "/v1/cases/4711\(look)", fields)
                    let none = try await server.ask("GET", "/v1/cases/0815\(look)", fields)
                    #expect(there.status == 404 && there.code == "UNKNOWN_CASE", "\(name) \(look) \(there.body)")
                    #expect(Self.same(there, "4711") == Self.same(none, "0815"))
                }
                for list in ["/v1/cases", "/v1/worklist", "/v1/worklist?role=radiologist", "/v1/late", "/v1/conflicts"] {
                    #expect(try await server.ask("GET", list, fields).body == "[]", "\(name) \(list)")
                }
            }
            for name in ["lee", "dr.ito", "dr.reyes"] {
                let fields = try await server.bearer(name)
                for look in Self.looks {
                    #expect(try await server.ask("GET", "/v1/cases/4711\(look)", fields).status == 200, "\(name) \(look)")
                }
                #expect(try await server.ask("GET", "/v1/cases", fields).body.contains("DOE^JANE"), "\(name)")
            }
        }
    }

    @Test func `a reason opens a case for an hour, with a banner, a notice and a row in the list`() async throws {
        try await DoorServer.run { server in
            try await server.order("1", by: "lee")
            try await server.order("2", by: "lee")
            let mae = try await server.bearer("mae")
            #expect(
                try await server.ask("GET", "/v1/cases/1", mae.merging(["Break-Glass-Reason": "no"]) { $1 }).code == "BAD_INPUT")
            let shown = try await server.ask("GET", "/v1/cases/1", mae.merging(Self.reason) { $1 })
            #expect(shown.status == 200 && (shown.json["banner"] as? String)?.hasPrefix("BREAK GLASS") == true)
            let again = try await server.ask("GET", "/v1/cases/1", mae)
            #expect(again.status == 200 && again.json["banner"] != nil, "without a reason for an hour")
            #expect(try await server.ask("GET", "/v1/cases/2", mae).status == 404, "this case and no other")
            let list = server.reception.glass.all
            #expect(list.count == 1 && list[0].person == "mae" && list[0].reason == "he is here and cannot speak")
            let notices = server.heard.all
            #expect(notices.count == 1 && notices[0].contains("mae") && !notices[0].contains("speak"))
            for _ in 0..<5 {
                server.moment.advance(minutes: 12)
                _ = try await server.ask("GET", "/v1/session", mae)
            }
            #expect(try await server.ask("GET", "/v1/cases/1", mae).status == 404)
        }
    }

    @Test func `the same holds for what is asked through a desk, and says under which purpose`() async throws {
        try await DoorServer.run { server in
            try await server.order("1", by: "lee")
            let name = try #require(AccountName("mae"))
            let token = try server.reception.admit(name, as: nil).token
            let desk = SignedInDesk(Telling(desk: server.desk), door: server.door, pass: Door.Pass(token: token.text))
            let request = DeskRequest.caseShow(id: "1", knownTo: nil, at: nil)
            #expect(await desk.answer(request).json.contains("UNKNOWN_CASE"))
            let pass = Door.Pass(token: token.text, reason: "he is here and cannot speak")
            let answer = await SignedInDesk(Telling(desk: server.desk), door: server.door, pass: pass).answer(request)
            #expect(answer.json.hasPrefix(#"{"banner":"BREAK GLASS"#) && answer.text.hasPrefix("! BREAK GLASS"))
            #expect(answer.remark == "mae interventionalRadiologist central BTG console")
            let nobody = await SignedInDesk(server.desk, door: server.door, pass: Door.Pass()).answer(request)
            #expect(nobody.exit == 77 && nobody.json.contains("SIGN_IN"))
            let keeping = await SignedInDesk(Telling(desk: server.desk), door: server.door, pass: Door.Pass()).answer(
                .logVerify(states: true))
            #expect(keeping.exit == 0 && keeping.remark == "- - operator HOPERAT console", "the folder's owner keeps the node")
        }
    }

    /// A desk that tells who asks, as one that keeps account of it would.
    private struct Telling: Desk {
        let desk: any Desk

        func answer(_ request: DeskRequest) async -> DeskAnswer {
            var answer = await desk.answer(request)
            guard let caller = Caller.current else { return answer }
            answer.remark = [
                caller.person ?? "-", caller.role ?? "-", caller.assurance.name, caller.purpose.rawValue, caller.address,
            ].joined(separator: " ")
            return answer
        }
    }
}
