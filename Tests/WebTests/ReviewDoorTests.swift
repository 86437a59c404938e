import EventLog
import Foundation
import ImagingCase
import Problems
import SQLiteStore
import StoreContract
import Testing
import Web

/// Peer review is privileged: every door that shows a file of it asks who looks.
struct ReviewDoorTests {
    private static let file = StreamID.sample(1, kind: .reviewFile)
    private static let report = EventID(log: LogID(site: SiteID("lakeview")!, incarnation: Incarnation(bits: 1)), sequence: 4)
    /// What nobody but those whom it concerns may read.
    private static let texts = ["missed the hilum", "nothing to add", "speak to him first"]

    /// A hub's real store in a folder of its own, and the desk in front of it.
    private final class Node: Sendable {
        let folder = NSTemporaryDirectory() + "fj-web-\(UInt64.random(in: 0 ... .max))"
        let store: SQLiteHubStore
        let desk: CaseDesk

        init(holding author: StoreContract.Author) throws {
            let now: @Sendable () -> Instant = { Instant(milliseconds: 1_700_000_000_000) }
            let store = try SQLiteHubStore(folder: folder) { 7 }
            let recorder = EventRecorder(file: store.file, log: { store.ownLog() }, draw: { 7 }, now: now)
            self.store = store
            desk = CaseDesk(
                library: store.file, record: { intent throws(Problem) in try await recorder.record(intent) },
                sight: NodeSight(own: { store.ownLog().site }, lastHeard: { _ in nil }, shared: { _ in nil }), now: now)
            _ = try store.accept(author.run(1...author.last.id.sequence))
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }  // what is left is in the temporary folder

        func ask(_ request: DeskRequest) async throws -> DeskAnswer { try #require(await desk.answer(request)) }
    }

    private static func assigned(to reviewer: String) -> CaseEvent {
        .review(.assigned(ReviewAssigned(caseID: "c-1", report: report, reviewer: reviewer)))
    }

    private static func scored(_ score: String, _ comment: String) -> CaseEvent {
        .review(.scored(ReviewScored(report: report, score: score, comment: comment)))
    }

    /// A file with two reviewers, each with a score, and a remark of the lead.
    private static func reviewed() -> StoreContract.Author {
        var hub = StoreContract.Author("northside")
        hub.say(assigned(to: "dr.ito"), on: file, by: "boss", as: .lead)
        hub.say(assigned(to: "dr.mora"), on: file, after: [hub.last], by: "boss", as: .lead)
        hub.say(scored("3a", texts[0]), on: file, after: [hub.last], by: "dr.ito", as: .radiologist)
        hub.say(scored("1", texts[1]), on: file, after: [hub.last], by: "dr.mora", as: .radiologist)
        hub.say(.commentAdded(CommentAdded(text: texts[2])), on: file, after: [hub.last], by: "boss", as: .lead)
        return hub
    }

    /// Every door that takes the asker.
    private static func doors(_ person: String?, _ role: String?, on id: String = file.description) -> [DeskRequest] {
        [
            .caseShow(id: id, knownTo: nil, at: nil, person: person, role: role),
            .caseHistory(id: id, person: person, role: role), .caseExplain(id: id, person: person, role: role),
            .caseChanges(id: id, since: "2020-01-01T00:00:00Z", person: person, role: role),
        ]
    }

    private static func all(_ answer: DeskAnswer) -> String { answer.json + answer.text + answer.remark }

    @Test(
        arguments: [
            (nil, nil), ("boss", nil), (nil, "lead"), ("dr.lund", "radiologist"), ("dr.ito", "siteAdmin"), ("", "lead"),
            ("safety", "safetyOfficer"),
        ] as [(String?, String?)])
    func `who is not named as lead or reviewer sees nothing, and is told who may`(_ person: String?, _ role: String?) async throws
    {
        let node = try Node(holding: Self.reviewed())
        let id = Self.file.description
        let others: [DeskRequest] = [.caseGo(id: id), .caseDue(id: id), .caseReceipts(id: id), .caseRelated(id: id)]
        for request in Self.doors(person, role) + others {
            let answer = try await node.ask(request)
            #expect(answer.exit == 77 && answer.json.contains("NOT_PERMITTED"), "\(request): \(answer)")
            #expect(answer.json.contains(ReviewAccess.rule) && answer.json.contains("--as PERSON --role ROLE"))
            for text in Self.texts + ["dr.mora"] { #expect(!Self.all(answer).contains(text), "\(request)") }
        }
    }

    @Test func `a lead sees everything`() async throws {
        let node = try Node(holding: Self.reviewed())
        let answers = try await Self.doors("boss", "lead").asyncMap { try await node.ask($0) }
        for answer in answers { #expect(answer.exit == 0, "\(answer)") }
        for text in Self.texts { #expect(answers[0].json.contains(text) && answers[1].json.contains(text)) }
        #expect(!answers[1].json.contains("withheld") && !answers[3].text.contains("(privileged)"))
    }

    @Test func `a reviewer sees his own part, and of the rest that it is there`() async throws {
        let node = try Node(holding: Self.reviewed())
        for (person, own, others) in [("dr.ito", 0, [1, 2]), ("dr.mora", 1, [0, 2])] {
            let answers = try await Self.doors(person, "radiologist").asyncMap { try await node.ask($0) }
            for answer in answers {
                #expect(answer.exit == 0, "\(answer)")
                for other in others { #expect(!Self.all(answer).contains(Self.texts[other]), "\(person): \(answer)") }
            }
            #expect(answers[0].json.contains(Self.texts[own]) && answers[1].json.contains(Self.texts[own]))
            let rows = try #require(
                try JSONSerialization.jsonObject(with: Data(answers[1].json.utf8)) as? [[String: Any]])
            #expect(rows.map { $0["kind"] as? String } == Self.reviewed().events.map(\.event.kind.text))
            #expect(rows.filter { $0["withheld"] as? String == "privileged" && $0["body"] is NSNull }.count == 3)
            #expect(answers[1].text.contains("(privileged)") && answers[3].text.contains("5 events"))
        }
        // What was not said yet when he looks back is not there, and what is his is.
        let before = try await node.ask(
            .caseShow(id: Self.file.description, knownTo: "northside/2", at: nil, person: "dr.ito", role: "radiologist"))
        #expect(before.exit == 0 && before.json.contains(#""state":"assigned""#) && !before.json.contains(Self.texts[0]))
    }

    @Test func `a role that is none is a mistake, whatever is looked at`() async throws {
        let node = try Node(holding: Self.reviewed())
        for request in Self.doors("boss", "wizard") { #expect(try await node.ask(request).json.contains("BAD_INPUT")) }
    }

    @Test func `a file of review is in no list`() async throws {
        var hub = Self.reviewed()
        // An order does not belong there, and makes no case of it.
        hub.say(.orderPlaced(OrderPlaced(modality: "CT")), on: Self.file, after: [hub.last], by: "x", as: .referrer)
        let node = try Node(holding: hub)
        #expect(try await node.ask(.caseList(limit: 100)).json == "[]")
        for role in Role.allCases {
            #expect(try await node.ask(.worklist(role: role.rawValue, site: nil, limit: 100)).json == "[]", "\(role)")
        }
    }

    @Test func `what of a review stands in a case is shown to nobody, and a log says only what it is`() async throws {
        var hub = StoreContract.Author("northside")
        hub.say(.orderPlaced(OrderPlaced(modality: "CT")), on: .sample(1), by: "x", as: .referrer)
        hub.say(Self.assigned(to: "dr.ito"), on: .sample(1), after: [hub.last], by: "boss", as: .lead)
        hub.say(Self.scored("3a", Self.texts[0]), on: .sample(1), after: [hub.last], by: "dr.ito", as: .radiologist)
        let node = try Node(holding: hub)
        let id = StreamID.sample(1).description
        for (person, role) in [(nil, nil), ("boss", "lead"), ("dr.ito", "radiologist")] as [(String?, String?)] {
            for request in Self.doors(person, role, on: id) {
                let answer = try await node.ask(request)
                #expect(answer.exit == 0 && !Self.all(answer).contains(Self.texts[0]), "\(request): \(answer)")
            }
        }
        let history = try await node.ask(.caseHistory(id: id))
        #expect(history.json.contains(#""modality":"CT""#) && history.json.contains(#""withheld":"privileged""#))
        let log = try LogReport.show(node.store.file, log: hub.log, from: 1, limit: 10)
        #expect(log.json.contains(#""kind":"review.scored""#) && log.text.contains("privileged: content left out"))
        #expect(log.json.components(separatedBy: #""withheld":"privileged""#).count == 3)
        #expect(!log.json.contains(Self.texts[0]) && !log.json.contains("3a\""))
    }
}

extension Array {
    fileprivate func asyncMap<T>(_ body: (Element) async throws -> T) async rethrows -> [T] {
        var out: [T] = []
        for element in self { out.append(try await body(element)) }
        return out
    }
}
