import EventLog
import Foundation
import ImagingCase
import SQLiteStore
import Testing
import Web

@testable import SiteAgent

/// One examination in four messages that others wrote - order, cancellation, acceptance, complement after the examination - in every
/// order, with repeats, taken in at both sites.
@Suite(.enabled(if: MessageCorpus.isThere, MessageCorpus.absence)) struct TeleradiologyStoryTests {
    private static let files = ["1-order", "2-cancel", "3-accept-with-protocol", "4-post-exam-complement"]

    private static func orders(_ rest: [Int] = [0, 1, 2, 3]) -> [[Int]] {
        guard rest.count > 1 else { return [rest] }
        return rest.flatMap { first in orders(rest.filter { $0 != first }).map { [first] + $0 } }
    }

    /// The story under numbers of its own, so that many examinations fit one network.
    private func messages(_ number: Int) throws -> [[UInt8]] {
        try Self.files.enumerated().map { index, file in
            let text = String(decoding: try MessageCorpus.bytes("teleradiology-fr/\(file).hl7"), as: UTF8.self)
            return Array(
                text.replacingOccurrences(of: "OPN101", with: "OPN\(number)").replacingOccurrences(
                    of: "ACN101", with: "ACN\(number)"
                )
                .replacingOccurrences(of: "1.2.250.1.213.4.5.2.1.101", with: "1.2.250.1.213.4.5.2.1.\(number)")
                .replacingOccurrences(of: "|00000\(index + 1)|P|", with: "|\(number)0\(index + 1)|P|").utf8)
        }
    }

    private func network() async throws -> (TestHub, TestSite, TestSite) {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        return (
            hub, try await TestSite("northside", joining: hub, in: base), try await TestSite("lakeview", joining: hub, in: base)
        )
    }

    private func settle(_ hub: TestHub, _ sites: [TestSite]) async throws {
        for site in sites + sites {
            let outcome = try await site.sync()
            #expect(outcome.status.problem == nil && outcome.pending == 0)
        }
        var digests = [try await hub.digest()]
        for site in sites { digests.append(try await site.digest()) }
        #expect(Set(digests).count == 1, "\(digests)")
    }

    /// What a case came to, without the ids that each run draws anew.
    private func outcome(_ shown: [String: Any]) -> String {
        let axes = shown["axes"] as? [String: [String: Any]] ?? [:]
        let states = axes.keys.sorted().map { "\($0)=\(axes[$0]?["state"] as? String ?? "-")" }
        let conflicts = (shown["conflicts"] as? [[String: Any]] ?? []).map {
            "\($0["number"] as? Int ?? 0) \($0["state"] as? String ?? "")"
        }
        return (states + Set(conflicts).sorted()).joined(separator: ", ")
    }

    @Test func `in every order, each message doubled, half of them lost and sent again, there is one state everywhere`()
        async throws
    {
        let (hub, northside, lakeview) = try await network()
        let orders = Self.orders()
        #expect(orders.count == 24)
        try await northside.open { site in
            for (index, order) in orders.enumerated() {
                let story = try messages(1000 + index)
                for (step, place) in order.enumerated() where step % 2 == index % 2 { try await takeTwice(site, story[place]) }
                // What was lost is sent again, late; the rest once more.
                for place in order { try await takeTwice(site, story[place]) }
            }
        }
        try await settle(hub, [northside, lakeview])
        var outcomes: [String: [[Int]]] = [:]
        for (index, order) in orders.enumerated() {
            let shown = try await lakeview.open { try await $0.show("ACN\(1000 + index)") }
            outcomes[outcome(shown), default: []].append(order)
            #expect(shown["events"] as? Int == 6, "\(order): no event is lost or doubled")
        }
        #expect(outcomes.count == 1, "one story, one outcome: \(outcomes)")
        for (outcome, orders) in outcomes {
            #expect(!outcome.contains("order=cancelled"), "what was examined is not cancelled: \(orders)")
        }
        await hub.stop()
    }

    private func takeTwice(_ site: OpenSite, _ message: [UInt8]) async throws {
        let first = try await site.take(message)
        let second = try await site.take(message)
        #expect(first.exit == 0 && second.exit == 0 && first.rows.count == 1, "\(first.rows)")
        #expect(second.rows.allSatisfy(\.repeat) && second.rows.map(\.events) == first.rows.map(\.events))
    }

    @Test func `the other site may get the same messages, in any order, and both still hold one state`() async throws {
        let (hub, northside, lakeview) = try await network()
        let orders = Self.orders()
        for (site, shift) in [(northside, 0), (lakeview, 7)] {
            try await site.open { site in
                for index in orders.indices {
                    let story = try messages(2000 + index)
                    for place in orders[(index + shift) % orders.count] { try await takeTwice(site, story[place]) }
                }
            }
        }
        try await settle(hub, [northside, lakeview])
        for index in orders.indices {
            let (north, lake) = (
                try await northside.open { try await $0.show("ACN\(2000 + index)") },
                try await lakeview.open { try await $0.show("ACN\(2000 + index)") }
            )
            #expect(north["digest"] as? String == lake["digest"] as? String && outcome(north) == outcome(lake))
            #expect(!outcome(north).contains("order=cancelled"), "\(outcome(north))")
        }
        await hub.stop()
    }

    @Test func `a cancellation that was made apart from the examination is conflict 5 at all, and the study stands`() async throws
    {
        let (hub, northside, lakeview) = try await network()
        let story = try messages(3000)
        #expect(try await northside.open { try await $0.take(story[0]).exit } == 0)
        try await settle(hub, [northside, lakeview])
        try await northside.open { site in
            for place in [2, 3] { try await takeTwice(site, story[place]) }
        }
        #expect(try await lakeview.open { try await $0.take(story[1]).exit } == 0)
        try await settle(hub, [northside, lakeview])
        for site in [northside, lakeview] {
            let shown = try await site.open { try await $0.show("ACN3000") }
            let conflicts = shown["conflicts"] as? [[String: Any]] ?? []
            #expect(
                conflicts.contains { $0["number"] as? Int == 5 && $0["state"] as? String == "open" }, "\(outcome(shown))")
            #expect(outcome(shown).contains("order=performed"), "\(outcome(shown))")
        }
        await hub.stop()
    }
}
