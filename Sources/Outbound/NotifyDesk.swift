import EventLog
import Foundation
import ImagingCase
public import Problems
import SQLiteStore
public import Web

extension Outbox {
    /// Answers what is asked about targets, whether this runs or a command opened the store.
    public func answer(_ request: NotifyRequest) async throws(Problem) -> DeskAnswer {
        switch request {
        case .list: return try list()
        case .add(let name, let settings): return try await add(name, settings)
        case .remove(let name):
            try await store.removeTarget(name)
            return done("removed \(name)", name, "removed")
        case .pause(let name, let reason):
            try await store.setPaused(name, true, reason: reason)
            return done("\(name) is paused: what it is to be told waits", name, "paused")
        case .resume(let name):
            try await store.setPaused(name, false)
            return done("\(name) goes on", name, "resumed")
        case .waiting(let name, let limit): return try waiting(name, limit: limit)
        case .retry(let name):
            let count = try await store.sendAgain(name, takenSince: nil)
            return done("\(count) parked messages go once more", name, "retried", count: count)
        case .drop(let name, let number, let reason): return try await drop(name, number, reason)
        case .replay(let name, let since): return try await replay(name, since)
        case .test(let name): return try await test(name)
        }
    }

    private func add(_ name: String, _ text: String) async throws(Problem) -> DeskAnswer {
        try TargetName.check(name)
        let settings = try TargetSettings(stored: Array(text.utf8), of: name)
        try settings.check()
        try await store.addTarget(name, settings: try settings.stored())
        return done(
            "\(name) is told what happens from now on", name, "added",
            remark: "Try: filmjacket notify test \(name)")
    }

    private func drop(_ name: String, _ number: Int64, _ reason: String) async throws(Problem) -> DeskAnswer {
        guard !reason.isEmpty else {
            throw Problem(.usage, "Why a message is not to go has to be said.", remedy: "Give --reason TEXT.")
        }
        guard try await store.drop(name, number: number, reason: reason) else {
            throw Problem(
                .notFound, "No message \(number) waits for '\(name)'.", remedy: "See: filmjacket notify waiting \(name).")
        }
        return done("message \(number) does not go", name, "dropped")
    }

    private func replay(_ name: String, _ since: String) async throws(Problem) -> DeskAnswer {
        guard let moment = Timestamp.parse(since)?.instant else {
            throw Problem(.usage, "A moment is expected, such as 2026-11-25T14:00:00Z, and '\(since.prefix(40))' is none.")
        }
        let count = try await store.sendAgain(name, takenSince: moment)
        return done("\(count) messages go again, with the same keys", name, "replayed", count: count)
    }

    private func test(_ name: String) async throws(Problem) -> DeskAnswer {
        guard let target = try store.outboundTargets().first(where: { $0.name == name }) else {
            throw Problem(.notFound, "No target '\(name)' is told anything here.", remedy: "See: filmjacket notify list.")
        }
        let way = try self.way(to: target)
        let outcome = await way.courier.test()
        await way.courier.close()
        var json = JSONWriter()
        json.beginObject()
        json.member("target", name)
        json.member("reached", outcome.isReached)
        json.member("outcome", outcome.words)
        json.endObject()
        return DeskAnswer(
            exit: outcome.isReached ? 0 : 1, json: json.text, text: "\(name): \(outcome.words)",
            remark: outcome.isReached ? "" : "Check address, network and what runs there.")
    }

    private func done(_ text: String, _ name: String, _ word: String, count: Int? = nil, remark: String = "") -> DeskAnswer {
        wake()
        wake(name)
        var json = JSONWriter()
        json.beginObject()
        json.member("target", name)
        json.member("outcome", word)
        if let count { json.member("messages", count) }
        json.endObject()
        return DeskAnswer(json: json.text, text: text, remark: remark)
    }
}

extension DeliveryOutcome {
    /// Whether somebody answered who could take messages; a test message may be refused for what it is.
    fileprivate var isReached: Bool {
        switch self {
        case .taken, .refused: true
        case .again, .unreachable, .gone: false
        }
    }

    fileprivate var words: String {
        switch self {
        case .taken: "taken"
        case .refused(let why): "somebody answers there, and does not take a test: \(why)"
        case .again(let why), .gone(let why): why
        case .unreachable(let why): "not reached: \(why)"
        }
    }
}
