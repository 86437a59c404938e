import CurlHTTP
import EventLog
import Foundation
import ImagingCase
import Problems
import Replication
import SQLiteStore
import Testing
import TestServers
import Web

@testable import SiteAgent

enum ScriptedPort {
    static func bind() -> (Int32, Int) { ScriptedServer.bindLoopback() }
}

/// A site's folder, opened and closed as commands and agents do.
final class TestSite: Sendable {
    let path: String
    private let base: TestFolder

    /// Joins a running hub.
    init(_ name: String, joining hub: TestHub, in base: TestFolder, folder: String? = nil) async throws {
        self.base = base
        path = base.path + "/" + (folder ?? name)
        _ = try await Joining.join(url: hub.url, code: try await hub.invite(name), folder: path)
    }

    private init(path: String, base: TestFolder) {
        self.path = path
        self.base = base
    }

    /// A copy of the folder as it is now, as a backup or a cloned machine is one.
    func copied(as name: String) async throws -> TestSite {
        let copy = TestSite(path: base.path + "/" + name, base: base)
        try await whileClosed(path) { try FileManager.default.copyItem(atPath: path, toPath: copy.path) }
        return copy
    }

    /// Puts an older copy in the folder's place.
    func restore(from copy: TestSite) async throws {
        try await whileClosed(path) {
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.copyItem(atPath: copy.path, toPath: path)
        }
    }

    /// Opens the store for a while: nobody else holds it meanwhile.
    func open<T>(_ body: (OpenSite) async throws -> T) async throws -> T {
        for attempt in 0... {
            do {
                let site = try OpenSite(path)
                return try await body(site)
            } catch let problem as Problem where problem.code == .storeInUse && attempt < 100 {
                try await Task.sleep(for: .milliseconds(20))  // an older holder lets go on its own queue
            }
        }
        preconditionFailure("the loop ends by return or throw")
    }

    /// Reconciles once, with the hub that was joined or whoever answers at another address.
    @discardableResult
    func sync(at url: String? = nil, pushes: Bool = true, pulls: Bool = true) async throws -> ManualSync.Outcome {
        try await open { try await $0.sync(at: url, pushes: pushes, pulls: pulls) }
    }

    func digest() async throws -> String { try await open { try $0.store.file.digest().description } }

    @discardableResult
    func comment(_ count: Int, tag: String, cases: Int = 3) async throws -> String {
        try await open { site in
            for number in 0..<count { try await site.comment("\(tag) \(number)", on: number % cases) }
            return try site.store.file.digest().description
        }
    }
}

/// An opened site.
final class OpenSite: Sendable {
    let folder: SiteFolder
    let store: SQLiteSiteStore
    let desk: SiteDesk

    init(_ path: String) throws(Problem) {
        desk = try SiteDesk(opening: path, now: Agent.wallClock)
        folder = desk.folder
        store = desk.store
    }

    func sync(at url: String? = nil, pushes: Bool = true, pulls: Bool = true) async throws -> ManualSync.Outcome {
        var patience = HubClient.Patience()
        if url != nil {
            patience.ordinary.totalTimeout = .milliseconds(400)
            patience.page.totalTimeout = .milliseconds(400)
        }
        return try await ManualSync.run(
            folder: try aimed(at: url), store: store, pushes: pushes, pulls: pulls, patience: patience
        ) { _ in }
    }

    /// The folder with another address in the hub's place.
    func aimed(at url: String?) throws -> SiteFolder {
        guard let url else { return folder }
        let file = folder.path + "/" + SiteFolder.fileName
        let before = try Data(contentsOf: URL(fileURLWithPath: file))
        defer { try? before.write(to: URL(fileURLWithPath: file)) }
        let after = String(decoding: before, as: UTF8.self).replacingOccurrences(of: "\\/", with: "/")
            .replacingOccurrences(of: folder.hubURL, with: url)
        try #require(after.contains(url))
        try Data(after.utf8).write(to: URL(fileURLWithPath: file))
        return try SiteFolder(opening: folder.path)
    }

    func comment(_ text: String, on number: Int) async throws {
        _ = try await desk.recorder.record(
            RecordIntent(
                event: .commentAdded(CommentAdded(text: text)),
                stream: StreamID(kind: .imagingCase, derivedFrom: "accession:4:test:\(number)"),
                author: Author(person: "tech.lee", role: .technologist), occurredAt: OccurredAt(Agent.wallClock()),
                source: .system)
        )
    }

    /// Records through the desk, as `filmjacket case record` does.
    @discardableResult
    func record(_ kind: String, on id: String? = nil, by person: String, _ role: String, _ body: String) async throws
        -> DeskAnswer
    {
        let answer = await desk.answer(
            .caseRecord(
                kind: kind, id: id, person: person, role: role, at: nil, body: body, expectedHeads: nil, key: nil))
        #expect(answer.exit == 0, "\(kind): \(answer.json) \(answer.remark)")
        return answer
    }

    func order(_ accession: String) async throws {
        try await record(
            "order.placed", by: "Dr Reyes", "referrer",
            #"{"accession":{"issuer":"e2e","value":"\#(accession)"},"patient":{"issuer":"e2e","id":"1","name":"DOE^JANE"},"modality":"CT","priority":"stat"}"#
        )
    }

    func sign(_ accession: String, by person: String) async throws {
        try await record(
            "report.finalSigned", on: accession, by: person, "radiologist",
            #"{"findings":"read by \#(person)","impression":"of \#(person)","contentVersion":"v1"}"#)
    }

    /// Every event of every log, as id and hash: what "unchanged" is compared by.
    func events() throws -> [String] {
        try store.logs().flatMap { state in
            try store.segment(of: state.log, from: 1, eventsMax: 100_000, bytesMax: 1 << 30).events.map { "\($0.id) \($0.hash)" }
        }
    }
}
