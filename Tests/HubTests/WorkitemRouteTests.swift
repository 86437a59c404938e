import CurlHTTP
import EventLog
import Foundation
import Problems
import Testing
import Web

@testable import Hub

/// Reading tasks over DICOMweb, at a hub, step by step.
struct WorkitemRouteTests {
    static let secret = "2.25.329800735698586629295641978511506172918"
    static let other = "2.25.1"

    /// A study that waits to be read.
    static func waiting(_ hub: LiveHub) async throws -> String {
        let made = try await hub.post("/v1/cases/events", CaseRouteTests.order)
        let id = try #require(made.json["case"] as? String, "\(made.text)")
        let body = #"{"kind":"study.handedOver","as":"t.lee","role":"technologist","body":{"declaredSeries":1}}"#
        let handed = try await hub.post("/v1/cases/\(id)/events", body)
        try #require(handed.status == 201, "\(handed.text)")
        return id
    }

    static func wish(_ state: String, _ transaction: String?) -> String {
        let secret = transaction.map { #","00081195":{"vr":"UI","Value":["\#($0)"]}"# } ?? ""
        return #"{"00741000":{"vr":"CS","Value":["\#(state)"]}\#(secret)}"#
    }

    /// What a client takes from a data set.
    static func text(_ set: [String: Any], _ tag: String) -> String? {
        ((set[tag] as? [String: Any])?["Value"] as? [Any])?.first as? String
    }

    static func search(_ hub: LiveHub, _ query: String = "") async throws -> [[String: Any]] {
        let answer = try await hub.get("/dicomweb/workitems\(query)", [("Accept", "application/dicom+json")])
        #expect(answer.status == 200 || answer.status == 204 && answer.body.isEmpty, "\(answer.text)")
        #expect(answer.status == 204 || answer.header("Content-Type") == "application/dicom+json")
        return answer.list
    }

    static func ask(_ hub: LiveHub, _ state: String, of uid: String, _ transaction: String?, as person: String = "dr.ito")
        async throws
        -> HTTPClientResponse
    {
        try await hub.http.send(
            HTTPClientRequest(
                method: "PUT", url: hub.url + "/dicomweb/workitems/\(uid)/state?as=\(person)&role=radiologist",
                headers: [("Content-Type", "application/dicom+json")], body: Array(wish(state, transaction).utf8)))
    }

    static func expect(
        _ answer: HTTPClientResponse, _ status: Int, _ code: String, warning: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == status && answer.code == code, "\(answer.text)", sourceLocation: sourceLocation)
        let said = answer.header("Warning") ?? ""
        #expect(said.hasPrefix("299 ") && said.contains(warning), "\(said)", sourceLocation: sourceLocation)
    }

    @Test func `a reading is found, claimed once, claimed again by its owner, and given back`() async throws {
        try await LiveHub.run { hub in
            let id = try await Self.waiting(hub)
            let found = try await Self.search(hub, "?00741000=SCHEDULED&PatientID=1&limit=5&offset=0")
            let uid = try #require(found.first.flatMap { Self.text($0, "00080018") })
            #expect(found.count == 1 && Self.text(found[0], "00741202") == "Reading")
            #expect(try await Self.ask(hub, "IN PROGRESS", of: uid, Self.secret).status == 200)
            let events = try await hub.get("/v1/cases/\(id)").json["events"] as? Int
            let again = try await Self.ask(hub, "IN PROGRESS", of: uid, Self.secret)
            #expect(again.status == 200 && again.header("Warning") == nil)
            #expect(try await hub.get("/v1/cases/\(id)").json["events"] as? Int == events, "a retry records nothing")
            Self.expect(
                try await Self.ask(hub, "IN PROGRESS", of: uid, Self.other, as: "dr.two"), 409, "WORKITEM_STATE",
                warning: "inconsistent with the current state")
            Self.expect(
                try await Self.ask(hub, "CANCELED", of: uid, Self.other, as: "dr.two"), 400, "TRANSACTION_UID",
                warning: "The Transaction UID is incorrect.")
            Self.expect(
                try await Self.ask(hub, "COMPLETED", of: uid, nil), 400, "TRANSACTION_UID",
                warning: "The Transaction UID is missing.")
            let refused = try await Self.ask(hub, "COMPLETED", of: uid, Self.secret)
            Self.expect(refused, 409, "WORKITEM_STATE", warning: "inconsistent with the current state")
            #expect(refused.problem?["dimseStatus"] as? String == "C304")
            let shown = try await hub.get("/dicomweb/workitems/\(uid)")
            #expect(shown.status == 200 && !shown.text.contains(Self.secret) && !shown.text.contains("00081195"))
            #expect(try await Self.ask(hub, "CANCELED", of: uid, Self.secret).status == 200)
            let twice = try await Self.ask(hub, "CANCELED", of: uid, Self.secret)
            #expect(
                twice.status == 200 && twice.header("Warning")?.hasSuffix("already in the requested state of CANCELED.") == true)
            let next = try await Self.search(hub, "?ProcedureStepState=SCHEDULED")
            let replaced = (next[0]["00741224"] as? [String: Any])?["Value"] as? [[String: Any]]
            #expect(next.count == 1 && Self.text(replaced?.first ?? [:], "00081155") == uid)
            Self.expect(
                try await Self.ask(hub, "IN PROGRESS", of: uid, Self.secret), 409, "WORKITEM_STATE", warning: "inconsistent")
            // What is kept of the secret: nothing but its fingerprint.
            let history = try await hub.get("/v1/cases/\(id)/history").text
            #expect(!history.contains(Self.secret))
        }
    }

    @Test func `a signed report completes the workitem, and its owner is told that it is`() async throws {
        try await LiveHub.run { hub in
            let id = try await Self.waiting(hub)
            let uid = try #require(try await Self.search(hub).first.flatMap { Self.text($0, "00080018") })
            #expect(try await Self.ask(hub, "IN PROGRESS", of: uid, Self.secret).status == 200)
            let report = #"{"kind":"report.finalSigned","as":"dr.ito","role":"radiologist","body":{"impression":"no bleed"}}"#
            #expect(try await hub.post("/v1/cases/\(id)/events", report).status == 201)
            #expect(try await Self.search(hub, "?ProcedureStepState=IN%20PROGRESS").isEmpty)
            let done = try await Self.search(hub, "?ProcedureStepState=COMPLETED")
            #expect(done.map { Self.text($0, "00080018") } == [uid])
            let told = try await Self.ask(hub, "COMPLETED", of: uid, Self.secret)
            #expect(told.status == 200 && told.header("Warning")?.hasSuffix("requested state of COMPLETED.") == true)
        }
    }

    @Test func `a lease ends by the clock, is renewed by asking again, and its successor is anybody's`() async throws {
        try await LiveHub.run { hub in
            _ = try await Self.waiting(hub)
            let uid = try #require(try await Self.search(hub).first.flatMap { Self.text($0, "00080018") })
            #expect(try await Self.ask(hub, "IN PROGRESS", of: uid, Self.secret).status == 200)
            hub.clock.move(milliseconds: 90 * 60_000)
            for _ in 0..<2 { #expect(try await Self.ask(hub, "IN PROGRESS", of: uid, Self.secret).status == 200) }
            hub.clock.move(milliseconds: 90 * 60_000)
            #expect(try await Self.search(hub, "?ProcedureStepState=IN%20PROGRESS").count == 1, "renewed")
            hub.clock.move(milliseconds: 60 * 60_000)
            let next = try await Self.search(hub, "?ProcedureStepState=SCHEDULED")
            let successor = try #require(next.first.flatMap { Self.text($0, "00080018") })
            #expect(try await Self.ask(hub, "IN PROGRESS", of: successor, Self.other, as: "dr.two").status == 200)
            Self.expect(
                try await Self.ask(hub, "CANCELED", of: uid, Self.other), 400, "TRANSACTION_UID", warning: "incorrect")
        }
    }

    @Test func `of many who claim at one moment one holds the study`() async throws {
        try await LiveHub.run { hub in
            _ = try await Self.waiting(hub)
            let uid = try #require(try await Self.search(hub).first.flatMap { Self.text($0, "00080018") })
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...8 {
                    group.addTask { try await Self.ask(hub, "IN PROGRESS", of: uid, "2.25.\(number)", as: "dr.\(number)").status }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200] + Array(repeating: 409, count: 7))
        }
    }

    @Test func `a request to cancel reaches who reads, and is refused where nobody does`() async throws {
        try await LiveHub.run { hub in
            let id = try await Self.waiting(hub)
            let uid = try #require(try await Self.search(hub).first.flatMap { Self.text($0, "00080018") })
            let path = "/dicomweb/workitems/\(uid)/cancelrequest?as=lead&role=lead"
            let reason = #"{"00741238":{"vr":"LT","Value":["needed elsewhere"]}}"#
            let type = [("Content-Type", "application/dicom+json")]
            Self.expect(try await hub.post(path, reason, type), 409, "WORKITEM_STATE", warning: "inconsistent")
            #expect(try await Self.ask(hub, "IN PROGRESS", of: uid, Self.secret).status == 200)
            #expect(try await hub.post(path, reason, type).status == 202)
            #expect(try await hub.post(path, "", []).status == 202, "a reason is not asked for")
            let history = try await hub.get("/v1/cases/\(id)/history").text
            #expect(history.contains("dr.ito is asked to give the reading back: needed elsewhere"))
            #expect(try await Self.search(hub, "?ProcedureStepState=IN%20PROGRESS").count == 1)
        }
    }

    @Test func `what is not offered, not known and not readable is answered as the standard says`() async throws {
        try await LiveHub.run { hub in
            _ = try await Self.waiting(hub)
            let uid = try #require(try await Self.search(hub).first.flatMap { Self.text($0, "00080018") })
            let unknown = "2.25.170141183460469231722463931679029329921"
            for path in ["/dicomweb/workitems", "/dicomweb/workitems/\(uid)", "/dicomweb/workitems/\(uid)/subscribers/AE"] {
                let answer = try await hub.post(path, "{}", [("Content-Type", "application/dicom+json")])
                #expect(answer.status == 501 && answer.code == "NOT_OFFERED", "\(path) \(answer.text)")
            }
            for path in [unknown, "1.2.3", "x", String(uid.dropLast()) + (uid.hasSuffix("1") ? "2" : "1")] {
                #expect(try await hub.get("/dicomweb/workitems/\(path)").status == 404, "\(path)")
            }
            let removed = try await hub.http.send(
                HTTPClientRequest(method: "DELETE", url: hub.url + "/dicomweb/workitems/\(uid)"))
            #expect(removed.status == 405 && removed.header("Allow") == "GET, POST", "\(removed.text)")
            let xml = try await hub.get("/dicomweb/workitems", [("Accept", "application/dicom+xml")])
            #expect(xml.status == 406 && xml.code == "NOT_ACCEPTABLE")
            for query in ["?limit=0", "?limit=x", "?offset=-1", "?Foo=1", "?00081195=1", "?00404005=x"] {
                #expect(try await hub.get("/dicomweb/workitems\(query)").status == 400, "\(query)")
            }
            let plain = try await hub.http.send(
                HTTPClientRequest(
                    method: "PUT", url: hub.url + "/dicomweb/workitems/\(uid)/state?as=dr.ito&role=radiologist",
                    headers: [("Content-Type", "application/json")], body: Array(Self.wish("IN PROGRESS", Self.secret).utf8)))
            #expect(plain.status == 415)
            #expect(try await Self.ask(hub, "DONE", of: uid, Self.secret).code == "BAD_INPUT")
            #expect(try await Self.ask(hub, "IN PROGRESS", of: uid, "secret").code == "TRANSACTION_UID")
            Self.expect(
                try await Self.ask(hub, "SCHEDULED", of: uid, Self.secret), 409, "WORKITEM_STATE", warning: "inconsistent")
            Self.expect(
                try await Self.ask(hub, "COMPLETED", of: uid, Self.secret), 409, "WORKITEM_STATE", warning: "inconsistent")
            let fuzzy = try await hub.get("/dicomweb/workitems?PatientName=DOE*&fuzzymatching=true")
            #expect(fuzzy.status == 200 && fuzzy.header("Warning")?.contains("Only literal matching") == true)
        }
    }

    @Test func `pages follow each other without a gap, and say that there is more`() async throws {
        try await LiveHub.run { hub in
            for number in 1...3 {
                let order = CaseRouteTests.order.replacingOccurrences(of: "A-1", with: "A-1\(number)")
                let id = try #require(try await hub.post("/v1/cases/events", order).json["case"] as? String)
                let body = #"{"kind":"study.handedOver","as":"t.lee","role":"technologist","body":{"declaredSeries":1}}"#
                #expect(try await hub.post("/v1/cases/\(id)/events", body).status == 201)
            }
            var seen: Set<String> = []
            for offset in 0..<3 {
                let answer = try await hub.get("/dicomweb/workitems?limit=1&offset=\(offset)")
                #expect((answer.header("Warning")?.contains("Additional results can be requested") ?? false) == (offset < 2))
                seen.formUnion(answer.list.compactMap { Self.text($0, "00080018") })
            }
            #expect(seen.count == 3)
            #expect(try await Self.search(hub, "?offset=3").isEmpty)
            #expect(try await Self.search(hub, "?ReferencedRequestSequence.AccessionNumber=A-12").count == 1)
        }
    }
}
