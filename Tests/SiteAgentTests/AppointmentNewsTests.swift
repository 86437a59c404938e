import EventLog
import Foundation
import ImagingCase
import Testing
import Web

@testable import SiteAgent

/// Appointments find the examination that they are of, and what a placer asks of an order takes effect.
struct AppointmentNewsTests {
    private static func header(_ type: String, _ id: String) -> String {
        "MSH|^~\\&|RIS|NORTH|FJ|HUB|20260106134418+0100||\(type)|\(id)|P|2.5.1"
    }

    private static let person = "PID|1||P1^^^NORTH^MR||LIND^EVA||19790328|F"

    private static func bytes(_ segments: [String]) -> [UInt8] { Array(segments.map { $0 + "\r" }.joined().utf8) }

    private static func order(_ number: String, _ control: String = "NW") -> [UInt8] {
        bytes([
            header("ORM^O01", "\(control)\(number)"), person, "ORC|\(control)|\(number)^NORTH",
            "OBR|1|\(number)^NORTH||CTHEAD^CT Head",
        ])
    }

    private static func appointment(_ trigger: String, _ id: String, of order: String = "") -> [UInt8] {
        let named = order.isEmpty ? "" : String(repeating: "|", count: 24) + "\(order)^NORTH"
        return bytes([
            header("SIU^\(trigger)", id), "SCH|A1|F1\(named)", person, "RGS|1", "AIS|1|A|CTHEAD|20260107093000+0100|||40|min",
        ])
    }

    private func site(_ body: (OpenSite) async throws -> Void) async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        try await TestSite("northside", joining: hub, in: base).open(body)
        await hub.stop()
    }

    private func state(_ site: OpenSite, _ id: String, _ axis: String) async throws -> String? {
        ((try await site.show(id)["axes"] as? [String: Any])?[axis] as? [String: Any])?["state"] as? String
    }

    @Test func `an appointment goes to the order that it names, or to the one examination that waits, and opens no case`()
        async throws
    {
        try await site { site in
            let none = try await site.take(Self.appointment("S12", "S0")).rows
            #expect(none.map(\.short) == ["AA"] && none[0].events.isEmpty && !none[0].remarks.isEmpty, "\(none)")
            #expect(try await site.take(Self.appointment("S12", "S1", of: "N9")).rows.map(\.short) == ["AE 204 ORC-2"])
            #expect(await site.desk.answer(.caseList(limit: 10)).json == "[]")
            let first = try #require(try await site.take(Self.order("N1")).rows.first?.cases.first)
            let booked = try await site.take(Self.appointment("S12", "S2")).rows
            #expect(booked[0].cases == [first], "\(booked)")
            #expect(try await state(site, first, "schedule") == "scheduled")
            let second = try #require(try await site.take(Self.order("N2")).rows.first?.cases.first)
            let unclear = try await site.take(Self.appointment("S13", "S3")).rows
            #expect(unclear.map(\.short) == ["AE 204 SCH-26"] && unclear[0].events.isEmpty, "\(unclear)")
            // A repeat is the same event, whatever waits by now.
            let again = try await site.take(Self.appointment("S12", "S2")).rows
            #expect(again[0].repeat && again[0].events == booked[0].events && again[0].cases == [first], "\(again)")
            #expect(try await site.take(Self.appointment("S12", "S4", of: "N2")).rows[0].cases == [second])
            #expect(try await site.take(Self.appointment("S26", "S5", of: "N2")).rows[0].cases == [second])
            #expect(try await state(site, second, "schedule") == "noShow")
            #expect(try await site.take(Self.appointment("S15", "S6", of: "N1")).rows[0].cases == [first])
            #expect(try await state(site, first, "schedule") == "cancelled")
        }
    }

    @Test func `a hold stops the order until it is released, and a request to cancel takes it back`() async throws {
        try await site { site in
            let id = try #require(try await site.take(Self.order("N1")).rows.first?.cases.first)
            for (control, expected) in [("HD", "onHold"), ("RL", "requested"), ("CA", "cancelled")] {
                #expect(try await site.take(Self.order("N1", control)).rows.map(\.short) == ["AA"])
                #expect(try await state(site, id, "order") == expected, "\(control)")
            }
        }
    }

    @Test func `persons that were linked are parted again`() async throws {
        try await site { site in
            let pair = [Self.person, "PID|2||P2^^^NORTH^MR||LIND^EVA||19790328|F"]
            for (number, trigger) in ["A24", "A37"].enumerated() {
                let lines = [Self.header("ADT^\(trigger)", "L\(number)"), "EVN||20260106131\(number)00+0100"] + pair
                let rows = try await site.take(Self.bytes(lines)).rows
                #expect(rows.map(\.short) == ["AA"] && rows[0].events.count == 1, "\(rows)")
                #expect(try await site.take(Self.bytes(lines)).rows[0].repeat)
            }
        }
    }
}
