import EventLog
import Foundation
import ImagingCase
import Testing
import Web

@testable import SiteAgent

/// News about a person whom no case here knows yet are kept in the person's own history, where the order finds them.
struct PersonNewsTests {
    private static func header(_ type: String, _ id: String, _ minute: Int) -> String {
        "MSH|^~\\&|MPI|NORTH|FJ|HUB|202601061344\(minute)+0100||\(type)|\(id)|P|2.5.1"
    }

    private static func person(_ id: String, _ name: String = "LIND^EVA") -> String {
        "PID|1||\(id)^^^NORTH^MR||\(name)||19790328|F"
    }

    private static func bytes(_ segments: [String]) -> [UInt8] { Array(segments.map { $0 + "\r" }.joined().utf8) }

    private static func order(_ number: String, of id: String, minute: Int) -> [UInt8] {
        bytes([
            header("ORM^O01^ORM_O01", "O\(number)", minute), person(id),
            "ORC|NW|\(number)^NORTH|||||||20260106\(1300 + minute)00+0100",
            "OBR|1|\(number)^NORTH||CTHEAD^CT Head^LOCAL",
        ])
    }

    private static let merge = bytes([
        header("ADT^A40^ADT_A39", "M1", 10), "EVN|A40|20260106131000+0100", person("P1"), "MRG|P2^^^NORTH^MR",
    ])

    private func site(_ body: (OpenSite) async throws -> Void) async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        try await TestSite("northside", joining: hub, in: base).open(body)
        await hub.stop()
    }

    private static func personal(_ id: String) -> String {
        StreamID.person(IssuedIdentifier(issuer: "NORTH", value: id)).map(\.description) ?? ""
    }

    @Test func `corrections of somebody unknown are kept in his own history, once each, and later ones on his cases`()
        async throws
    {
        try await site { site in
            for (number, trigger) in ["A08", "A31"].enumerated() {
                let news = Self.bytes([Self.header("ADT^\(trigger)", "C\(number)", 20), Self.person("P1", "LIND^EVA^\(trigger)")])
                let first = try await site.take(news).rows
                #expect(first.map(\.short) == ["AA"] && first[0].cases == [Self.personal("P1")], "\(first)")
                #expect(first[0].remarks.contains { $0.contains("the person's own history") })
                let again = try await site.take(news).rows
                #expect(again[0].repeat && again[0].events == first[0].events)
            }
            let history = await site.desk.answer(.caseHistory(id: Self.personal("P1")))
            #expect(history.json.contains("LIND^EVA^A08") && history.json.contains("LIND^EVA^A31"))
            #expect(await site.desk.answer(.caseList(limit: 10)).json == "[]", "a person is no case")
            let placed = try #require(try await site.take(Self.order("N1", of: "P1", minute: 30)).rows.first?.cases.first)
            let later = try await site.take(Self.bytes([Self.header("ADT^A08", "C9", 40), Self.person("P1", "LIND^EVE")])).rows
            #expect(later[0].cases == [placed] && later[0].remarks.isEmpty, "\(later)")
        }
    }

    @Test(arguments: [false, true])
    func `an order on an identifier that was retired before is accepted and shown as such`(isChange: Bool) async throws {
        let news =
            isChange
            ? Self.bytes([
                Self.header("ADT^A47^ADT_A30", "M2", 10), "EVN|A47|20260106131000+0100", Self.person("P1"), "MRG|P2^^^NORTH^MR",
            ])
            : Self.merge
        try await site { site in
            let told = try await site.take(news).rows
            #expect(told.map(\.short) == ["AA"] && told[0].cases == [Self.personal("P1")] && told[0].events.count == 1, "\(told)")
            #expect(try await site.take(news).rows[0].repeat)
            let placed = try #require(try await site.take(Self.order("N2", of: "P2", minute: 30)).rows.first?.cases.first)
            let related = try await site.desk.answer(.caseRelated(id: placed)).object
            let conflicts = related["conflicts"] as? [[String: Any]] ?? []
            #expect(conflicts.map { $0["number"] as? Int } == [18], "\(related)")
            #expect((conflicts.first?["inForce"] as? String)?.contains("NORTH P2 is NORTH P1") == true)
            let other = try #require(try await site.take(Self.order("N3", of: "P1", minute: 31)).rows.first?.cases.first)
            let both = try await site.desk.answer(.caseRelated(id: placed)).object
            #expect(both["cases"] as? [String] == [other])
        }
    }

    @Test func `a merge that leads in a circle, or comes again in other words, is kept and flagged, not lost`() async throws {
        try await site { site in
            _ = try await site.take(Self.merge)
            let back = Self.bytes([Self.header("ADT^A40^ADT_A39", "M3", 12), Self.person("P2"), "MRG|P1^^^NORTH^MR"])
            let rows = try await site.take(back).rows
            #expect(rows.map(\.short) == ["AA"] && rows[0].cases == [Self.personal("P1")], "\(rows)")
            #expect(await site.desk.answer(.logVerify(states: true)).exit == 0)
            let shown = try await site.show(Self.personal("P1"))
            #expect(shown["events"] as? Int == 2)
        }
    }

    @Test(.enabled(if: MessageCorpus.isThere, MessageCorpus.absence))
    func `the public messages about persons, before any order, are all kept`() async throws {
        try await site { site in
            for (name, kind) in [
                ("ADT-A08-01", "person.demographicsCorrected"), ("ADT-A40-01", "person.merged"),
                ("ADT-A47-01", "person.identifierChanged"),
            ] {
                let bytes = try MessageCorpus.bytes("fhir-converter/\(name).hl7")
                let rows = try await site.take(bytes, name: name).rows
                let stream = try #require(rows.first?.cases.first, "\(rows)")
                #expect(stream.hasPrefix("p-") && rows[0].events.count == 1)
                let history = await site.desk.answer(.caseHistory(id: stream)).json
                #expect(history.contains("\"kind\":\"") && history.contains(kind), "\(history)")
                #expect(try await site.take(bytes).rows[0].repeat)
            }
            // The order that comes later is of the person whom the first of them was about.
            let rows = try await site.take(try MessageCorpus.bytes("fhir-converter/ORM-O01-03.hl7")).rows
            #expect(rows.allSatisfy { $0.error == nil } && rows.flatMap(\.cases).count == 2)
            #expect(try await site.take(try MessageCorpus.bytes("fhir-converter/ADT-A08-01.hl7")).rows[0].cases.count == 2)
        }
    }
}
