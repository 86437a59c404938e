import CurlHTTP
import Foundation
import Problems
import Testing

@testable import Hub

/// Peer review over HTTP: a file of it opens only to who is named and may see it.
struct ReviewRouteTests {
    private static func event(_ kind: String, _ person: String, _ role: String, _ body: String) -> String {
        #"{"kind":"\#(kind)","as":"\#(person)","role":"\#(role)","body":{"report":"lakeview~0000000000000001/4",\#(body)}}"#
    }

    @Test func `each call that shows a case asks who looks at a review file`() async throws {
        try await LiveHub.run { hub in
            let made = try await hub.post(
                "/v1/cases/events", Self.event("review.assigned", "boss", "lead", #""caseID":"c-1","reviewer":"dr.ito""#))
            let file = "/v1/cases/\(try #require(made.json["case"] as? String, "\(made.text)"))"
            let scored = Self.event("review.scored", "dr.ito", "radiologist", #""score":"3a","comment":"missed the hilum""#)
            let score = try await hub.post(file + "/events", scored)
            #expect(score.status == 201, "\(score.text)")
            let tag = try #require(score.header("ETag"))
            for path in [
                "", "/history", "/explain", "/changes?since=2020-01-01T00:00:00Z", "/go", "/due", "/receipts", "/related",
            ] {
                for asker in ["", "as=boss", "role=lead", "as=dr.lund&role=radiologist", "as=dr.ito&role=technologist"] {
                    let query = asker.isEmpty ? "" : (path.contains("?") ? "&" : "?") + asker
                    try await expectRefused(hub, 403, .notPermitted) {
                        try await hub.get(file + path + query, [("If-None-Match", tag)])
                    }
                }
            }
            for asker in ["as=boss&role=lead", "as=dr.ito&role=radiologist"] {
                for path in ["", "/history", "/explain", "/changes?since=2020-01-01T00:00:00Z"] {
                    let shown = try await hub.get(file + path + (path.contains("?") ? "&" : "?") + asker)
                    #expect(shown.status == 200, "\(path): \(shown.text)")
                    if path.count < 9 && path != "/explain" { #expect(shown.text.contains("missed the hilum"), "\(path)") }
                }
                #expect(try await hub.get(file + "?" + asker, [("If-None-Match", tag)]).status == 304)
            }
            try await expectRefused(hub, 400, .badInput) { try await hub.get(file + "?as=boss&role=wizard") }
            for path in ["/v1/cases", "/v1/worklist", "/v1/worklist?role=radiologist", "/v1/conflicts?state=all"] {
                #expect(try await hub.get(path).text == "[]", "\(path)")
            }
        }
    }
}
