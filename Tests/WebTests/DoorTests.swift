import EventLog
import Foundation
import ImagingCase
import People
import Problems
import Testing

@testable import Web

/// Who asks is established before anything of a patient is answered, and the actor of an event comes from his session.
@Suite(.serialized) struct DoorTests {
    private static let comment = #"{"kind":"comment.added","body":{"text":"seen"}}"#

    @Test func `without accounts nothing is asked, and what is said is believed and marked so`() async throws {
        try await DoorServer.run(withAccounts: false) { server in
            #expect(try await server.ask("GET", "/v1/cases").status == 200)
            let said =
                #"{"kind":"order.placed","as":"x","role":"referrer","body":{"accession":{"issuer":"x","value":"1"},"modality":"CT"}}"#
            #expect(try await server.ask("POST", "/v1/cases/events", [:], said).status == 201)
            let history = try await server.ask("GET", "/v1/cases/1/history")
            #expect(history.body.contains(#""person":"x","role":"referrer","site":"northside","assurance":"operator""#))
            let nobody = try await server.ask("POST", "/v1/cases/1/events", [:], Self.comment)
            #expect(nobody.status == 400 && nobody.code == "MALFORMED" && nobody.body.contains("'as'"))
        }
    }

    @Test func `an address that others reach is closed also where there is no account yet`() async throws {
        try await DoorServer.run(isAlwaysClosed: true, withAccounts: false) { server in
            let answer = try await server.ask("GET", "/v1/cases")
            #expect(answer.code == "SIGN_IN")
        }
    }

    /// B28.
    @Test(arguments: [
        [:], ["Authorization": "Bearer x"], ["Authorization": "Basic Ym9zczpib3Nz"], ["Authorization": "Bearer"],
        ["Authorization": "Bearer \(String(repeating: "0", count: 64))"], ["Cookie": "filmjacket=0; other=1"],
        ["Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJib3NzIn0."],
    ])
    func `with accounts in force whoever shows no session is told to sign in, at every call about cases`(
        fields: [String: String]
    ) async throws {
        try await DoorServer.run { server in
            for path in [
                "/v1/cases", "/v1/worklist", "/v1/late", "/v1/cases/1", "/v1/cases/1/history", "/v1/cases/1/explain",
                "/v1/cases/1/go",
                "/v1/cases/1/due", "/v1/cases/1/receipts", "/v1/cases/1/related", "/v1/cases/1/changes", "/v1/conflicts",
                "/v1/conflicts/1", "/v1/stream", "/v1/session",
            ] {
                let answer = try await server.ask("GET", path, fields)
                #expect(answer.status == 401 && answer.code == "SIGN_IN", "\(path)")
                #expect(answer.field("WWW-Authenticate") == #"Bearer realm="filmjacket""#)
            }
            for path in ["/v1/cases/events", "/v1/cases/1/events", "/v1/conflicts/1/resolution"] {
                #expect(try await server.ask("POST", path, fields, Self.comment).code == "SIGN_IN", "\(path)")
            }
            #expect(try await server.ask("GET", "/livez").status == 200)
        }
    }

    @Test func `the actor is whoever signed in, known to the site, and nobody else may be named`() async throws {
        try await DoorServer.run { server in
            try await server.order("1", by: "lee")
            let lee = try await server.bearer("lee")
            for who in [#""as":"dr.ito""#, #""role":"radiologist""#, #""as":"dr.ito","role":"radiologist""#] {
                let body = #"{"kind":"comment.added","body":{"text":"t"},\#(who)}"#
                let refused = try await server.ask("POST", "/v1/cases/1/events", lee, body)
                #expect(refused.status == 403 && refused.code == "NOT_PERMITTED", "\(who)")
                let look = who.replacingOccurrences(of: "\":\"", with: "=").replacingOccurrences(of: "\",\"", with: "&")
                    .replacingOccurrences(of: "\"", with: "")
                #expect(try await server.ask("GET", "/v1/cases/1?\(look)", lee).code == "NOT_PERMITTED", "\(look)")
            }
            let named = #"{"kind":"comment.added","body":{"text":"t"},"as":"lee","role":"technologist"}"#
            #expect(try await server.ask("POST", "/v1/cases/1/events", lee, named).status == 201)
            let history = try await server.ask("GET", "/v1/cases/1/history", lee)
            let actor = #""person":"lee","role":"technologist","site":"northside","assurance":"local""#
            #expect(history.body.components(separatedBy: actor).count == 3)
        }
    }

    /// B27.
    @Test func `a page of another origin writes nothing with a person's cookie`() async throws {
        try await DoorServer.run { server in
            try await server.order("1", by: "lee")
            let token = try #require(try await server.bearer("lee")["Authorization"]?.dropFirst(7))
            let own = "http://127.0.0.1:\(server.port)"
            let csrf = try await server.csrf("filmjacket=\(token)")
            func write(_ fields: [String: String]) async throws -> RawAnswer {
                let cookie = ["Cookie": "filmjacket=\(token)", "X-CSRF-Token": csrf]
                return try await server.ask("POST", "/v1/cases/1/events", fields.merging(cookie) { $1 }, Self.comment)
            }
            for fields in [
                [:], ["Origin": "http://evil.example"], ["Origin": "null"], ["Sec-Fetch-Site": "cross-site"],
                ["Sec-Fetch-Site": "same-site"], ["Sec-Fetch-Site": "none"], ["Origin": own, "Sec-Fetch-Site": "cross-site"],
                ["Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"],
            ] as [[String: String]] {
                let refused = try await write(fields)
                #expect(refused.status == 403 && refused.code == "BAD_ORIGIN", "\(fields)")
            }
            for fields in [["Origin": own], ["Sec-Fetch-Site": "same-origin"], ["Origin": own, "Sec-Fetch-Site": "same-origin"]] {
                #expect(try await write(fields).status == 201, "\(fields)")
            }
            let out = try await server.ask("DELETE", "/v1/session", ["Cookie": "filmjacket=\(token)"])
            #expect(out.code == "BAD_ORIGIN")
        }
    }

    @Test func `with a cookie nothing is written without the session's own token, and with a bearer token it needs none`()
        async throws
    {
        try await DoorServer.run { server in
            try await server.order("1", by: "lee")
            let (lee, ito) = (try await server.bearer("lee"), try await server.bearer("dr.ito"))
            func cookie(_ fields: [String: String]) throws -> String {
                "filmjacket=\(try #require(fields["Authorization"]?.dropFirst(7)))"
            }
            let (own, other) = (try await server.csrf(cookie(lee)), try await server.csrf(cookie(ito)))
            let again = try await server.csrf(cookie(server.bearer("lee")))
            #expect(Set([own, other, again]).count == 3 && own.count == 32, "each session has its own")
            let page = ["Cookie": try cookie(lee), "Sec-Fetch-Site": "same-origin"]
            let writes: [(String, String, String?)] = [
                ("POST", "/v1/cases/1/events", Self.comment), ("POST", "/v1/cases/events", Self.comment),
                ("POST", "/v1/conflicts/k1/resolution", #"{"choose":"x","reason":"y"}"#),
                ("POST", "/v1/session/confirmation", #"{"password":"x"}"#), ("DELETE", "/v1/session", nil),
            ]
            for (method, path, body) in writes {
                for said in [nil, "", "x", other, again, String(own.dropLast()), own + "0", own.uppercased()] as [String?] {
                    let fields = said.map { page.merging(["X-CSRF-Token": $0]) { $1 } } ?? page
                    let refused = try await server.ask(method, path, fields, body)
                    #expect(refused.status == 403 && refused.code == "CSRF_TOKEN", "\(method) \(path) \(said ?? "none")")
                }
            }
            let right = page.merging(["X-CSRF-Token": own]) { $1 }
            #expect(try await server.ask("POST", "/v1/cases/1/events", right, Self.comment).status == 201)
            #expect(try await server.ask("POST", "/v1/cases/1/events", lee, Self.comment).status == 201)
            #expect(try await server.ask("GET", "/v1/cases/1", page).status == 200, "looking needs none")
            #expect(try await server.ask("DELETE", "/v1/session", right).status == 204)
        }
    }

    /// B28: another scheme beside a cookie is no way past what a cookie needs.
    @Test func `a cookie is nothing beside another authorization`() async throws {
        try await DoorServer.run { server in
            try await server.order("1", by: "lee")
            let token = try #require(try await server.bearer("lee")["Authorization"]?.dropFirst(7))
            for other in ["Basic eDp5", "Bearer x", "Bearer"] {
                let fields = ["Cookie": "filmjacket=\(token)", "Authorization": other]
                #expect(try await server.ask("POST", "/v1/cases/1/events", fields, Self.comment).code == "SIGN_IN", "\(other)")
            }
        }
    }

    @Test func `the session's cookie is for this server alone, and ends with signing out`() async throws {
        try await DoorServer.run { server in
            let body = #"{"name":"lee","password":"\#(DoorServer.password)","role":"technologist"}"#
            let begun = try await server.ask("POST", "/v1/session", [:], body)
            let cookie = try #require(begun.field("Set-Cookie"))
            #expect(begun.status == 201 && cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Strict"))
            let pair = String(cookie.prefix { $0 != ";" })
            let shown = try await server.ask("GET", "/v1/session", ["Cookie": "a=b; \(pair)"])
            #expect(shown.status == 200 && shown.json["person"] as? String == "lee" && shown.json["token"] == nil)
            let csrf = try #require(shown.json["csrf"] as? String)
            #expect(csrf == begun.json["csrf"] as? String && !pair.contains(csrf))
            let fields = ["Cookie": pair, "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": csrf]
            let ended = try await server.ask("DELETE", "/v1/session", fields)
            #expect(ended.status == 204 && ended.field("Set-Cookie")?.contains("Max-Age=0") == true)
            #expect(try await server.ask("GET", "/v1/session", ["Cookie": pair]).status == 401)
        }
    }

    @Test func `signing in is refused alike for whatever is wrong, and takes nothing that it does not know`() async throws {
        try await DoorServer.run { server in
            var bodies: Set<String> = []
            for (name, password) in [("nobody", DoorServer.password), ("lee", "wrong"), ("../x", "wrong")] {
                let answer = try await server.ask("POST", "/v1/session", [:], #"{"name":"\#(name)","password":"\#(password)"}"#)
                #expect(answer.status == 401)
                bodies.insert(answer.json.filter { $0.key != "requestID" }.map { "\($0.key) \($0.value)" }.sorted().joined())
            }
            #expect(bodies.count == 1)
            for (body, code) in [
                (#"{"name":"lee"}"#, "MALFORMED"), (#"{"name":"lee","password":"x","admin":true}"#, "UNKNOWN_FIELD"),
                (#"{"name":"lee","name":"boss","password":"x"}"#, "DUPLICATE_KEY"), ("[]", "MALFORMED"),
                (#"{"name":"lee","password":"x","role":"king"}"#, "BAD_INPUT"),
            ] {
                #expect(try await server.ask("POST", "/v1/session", [:], body).code == code, "\(body)")
            }
            let foreign = ["Origin": "http://evil.example"]
            let body = #"{"name":"lee","password":"\#(DoorServer.password)"}"#
            #expect(try await server.ask("POST", "/v1/session", foreign, body).code == "BAD_ORIGIN")
        }
    }

    /// B32.
    @Test func `of 101 tries to sign in the later ones are asked to wait`() async throws {
        try await DoorServer.run { server in
            var statuses: [Int] = []
            for number in 0..<101 {
                let body = #"{"name":"n\#(number)","password":"wrong"}"#
                let answer = try await server.ask("POST", "/v1/session", [:], body)
                statuses.append(answer.status)
                if answer.status == 429 { #expect(answer.field("Retry-After") == "72") }
            }
            #expect(statuses == Array(repeating: 401, count: 50) + Array(repeating: 429, count: 51))
        }
    }

    @Test func `a session ends at once with its account, and a stream with its session`() async throws {
        try await DoorServer.run { server in
            let lee = try await server.bearer("lee")
            async let stream = server.ask("GET", "/v1/stream", lee)
            var opened = server.streams.stream.makeAsyncIterator()
            await opened.next()
            #expect(try await server.ask("GET", "/v1/cases", lee).status == 200)
            try server.reception.set(#require(AccountName("lee")), standing: .disabled)
            #expect(try await server.ask("GET", "/v1/cases", lee).code == "SIGN_IN")
            let told = try await stream
            #expect(told.status == 200 && told.body.contains("event: change"))
        }
    }

    @Test func `a text is signed by whoever gave his password in the last five minutes`() async throws {
        try await DoorServer.run { server in
            try await server.order("1", by: "lee")
            let ito = try await server.bearer("dr.ito")
            let final = #"{"kind":"report.finalSigned","body":{"findings":"a","impression":"b","contentVersion":"v1"}}"#
            server.moment.advance(minutes: 6)
            let late = try await server.ask("POST", "/v1/cases/1/events", ito, final)
            #expect(late.status == 403 && late.code == "CONFIRM_SIGN_IN")
            #expect(try await server.ask("POST", "/v1/cases/1/events", ito, Self.comment).status == 201)
            let wrong = try await server.ask("POST", "/v1/session/confirmation", ito, #"{"password":"wrong"}"#)
            #expect(wrong.code == "SIGN_IN")
            let right = #"{"password":"\#(DoorServer.password)"}"#
            #expect(try await server.ask("POST", "/v1/session/confirmation", ito, right).json["confirmed"] as? Bool == true)
            #expect(try await server.ask("POST", "/v1/cases/1/events", ito, final).status == 201)
        }
    }
}
