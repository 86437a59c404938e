import EventLog
import ImagingCase
import Interop
import Logging
import Problems
import Replication
import SQLiteStore
import ServiceLifecycle
import Web

/// Carries out the transfers that people ask for: the archive that holds the images sends them, and the site where they are to arrive
/// compares them there.
///
/// Somebody records `transfer.started` with a destination. The agent whose archive knows a peer or modality of that name gives its archive
/// the job and follows it; sent is not arrived. The agent of the destination compares its own archive's content with what was asked for, by
/// count and hash, and says verified. Each says only what it saw.
struct OrthancCourier: Service {
    private static let roundMilliseconds: Int64 = 1_000
    /// The most transfers that are under way at one site.
    private static let errandsMax = 1_000
    private static let prefix = "transfer/"

    let client: OrthancClient
    let importer: OrthancImporter
    let store: SQLiteSiteStore
    let state: EdgeState
    let gauge: OrthancGauge
    let logger: Logger
    let now: @Sendable () -> Instant

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do throws(OrthancFault) { try await round() } catch {
                    logger.warning("Orthanc: transfers wait", metadata: ["why": "\(error.text)"])
                }
                // Cut short by the end of the process.
                try? await Task.sleep(for: .milliseconds(Self.roundMilliseconds))
            }
        }
    }

    /// Takes up what was asked for since, and goes one step on with each.
    func round() async throws(OrthancFault) {
        let changed: Set<StreamID>
        do throws(Problem) { changed = try await takeUp() } catch { throw .store(error) }
        try await label(changed)
        let rows: [(key: String, value: [UInt8])]
        do throws(Problem) { rows = try state.list(prefix: Self.prefix, max: Self.errandsMax) } catch { throw .store(error) }
        for row in rows {
            guard let errand = TransferErrand(row.value), now().milliseconds >= errand.notBefore.milliseconds else { continue }
            let after = try await step(errand)
            guard after != errand else { continue }
            do throws(Problem) {
                if let after {
                    try await state.put([(row.key, after.bytes)])
                } else {
                    try await state.put([], removing: [row.key])
                }
            } catch { throw .store(error) }
        }
    }

    // MARK: - What is asked for

    /// Reads what the logs hold since the last look. What was asked for before the first look is not taken up.
    ///
    /// - Returns: the histories that changed since.
    private func takeUp() async throws(Problem) -> Set<StreamID> {
        var changed: Set<StreamID> = []
        let isFirst = try state.get("logs") == nil
        for log in try store.logs() {
            let key = "log/\(log.log)"
            let kept = try state.get(key).flatMap { UInt64(String(decoding: $0, as: UTF8.self)) }
            // A log that is met for the first time while others are known is a new one: all of it is news.
            guard let place = kept ?? (isFirst ? nil : 0) else {
                try await state.put([(key, Array(String(log.head).utf8))])
                continue
            }
            guard log.head > place else { continue }
            let segment = try store.segment(of: log.log, from: place + 1, eventsMax: 2_000, bytesMax: 4 << 20)
            var puts: [(key: String, value: [UInt8])] = []
            for event in segment.events where event.event.kind == .transferStarted && event.event.source != .orthanc {
                guard let errand = try errand(event.id, event.event.stream) else { continue }
                puts.append((Self.prefix + event.id.description, errand.bytes))
            }
            for event in segment.events { changed.insert(event.event.stream) }
            let last = segment.events.last?.id.sequence ?? log.head
            puts.append((key, Array(String(last).utf8)))
            try await state.put(puts)
        }
        if isFirst { try await state.put([("logs", [1])]) }
        return changed
    }

    private func errand(_ id: EventID, _ stream: StreamID) throws(Problem) -> TransferErrand? {
        guard let fact = try store.file.facts(of: stream).first(where: { $0.id == id }),
            case .transfer(.started(let said)) = fact.event
        else { return nil }
        return TransferErrand(
            event: id, stream: stream, destination: said.destination, version: said.contentVersion, since: now())
    }

    // MARK: - One step

    private func step(_ errand: TransferErrand) async throws(OrthancFault) -> TransferErrand? {
        guard now().milliseconds - errand.since.milliseconds < TransferErrand.patienceMilliseconds else { return nil }
        let facts: [CaseFact]
        do throws(Problem) { facts = try store.file.facts(of: errand.stream) } catch { throw .store(error) }
        let state = CaseFold.fold(errand.stream, facts)
        if errand.destination == importer.site.text { return try await compare(errand, state) }
        return errand.job.isEmpty ? try await send(errand, state) : try await follow(errand)
    }

    /// Gives the archive the job, where it holds what is to be sent.
    private func send(_ errand: TransferErrand, _ state: CaseState) async throws(OrthancFault) -> TransferErrand? {
        let seen: SeenStudy?
        do throws(Problem) {
            seen = try self.state.get("study/\(state.acquisition.studyUID)").flatMap { SeenStudy($0) }
        } catch { throw .store(error) }
        // Another site's archive has the images; its agent sends them.
        guard let seen, !seen.isGone, !seen.ids.isEmpty else { return nil }
        guard errand.version.isEmpty || errand.version == seen.version else {
            return try await fail(errand, "The archive holds another content now.", isFinal: true)
        }
        guard Self.isName(errand.destination) else {
            return try await fail(errand, "The destination is no name of a peer or modality.", isFinal: true)
        }
        var after = errand
        after.version = seen.version
        let list = seen.ids.map { "\"\($0)\"" }.joined(separator: ",")
        let body = Array("{\"Resources\":[\(list)],\"Synchronous\":false}".utf8)
        for way in ["peers", "modalities"] {
            do throws(OrthancFault) {
                after.job = try await client.read("/\(way)/\(errand.destination)/store", method: "POST", body: body) {
                    json throws(OrthancRefusal) in try json.text("ID")
                }
                return after
            } catch {
                if case .absent = error { continue }
                if error.stopsRound { throw error }
                return try await fail(after, error.text, isFinal: false)
            }
        }
        return try await fail(errand, "The archive knows no peer or modality of that name.", isFinal: true)
    }

    /// Looks how far the job is. A job that the archive forgot is given again: what has arrived is not stored twice.
    private func follow(_ errand: TransferErrand) async throws(OrthancFault) -> TransferErrand? {
        let job: OrthancJob
        do throws(OrthancFault) {
            guard Self.isName(errand.job) else { throw .absent }
            job = try await client.read("/jobs/\(errand.job)") { json throws(OrthancRefusal) in try OrthancJob(json) }
        } catch {
            if error.stopsRound { throw error }
            var after = errand
            after.job = ""
            return after
        }
        switch job.status {
        case .underWay: return errand
        case .failed(let why): return try await fail(errand, why, isFinal: false)
        case .done:
            let done = TransferCompleted(
                destination: errand.destination, contentVersion: errand.version, sent: max(0, job.instances - job.failed),
                bytes: job.bytes)
            try await say(.completed(done), of: errand, "sent")
            return nil
        }
    }

    /// Compares what arrived here with what was asked for.
    private func compare(_ errand: TransferErrand, _ state: CaseState) async throws(OrthancFault) -> TransferErrand? {
        let version = errand.version.isEmpty ? state.acquisition.contentVersion : errand.version
        let told = state.acquisition.contentVersions
        guard let wanted = told.last(where: { $0.version == version }),
            let held = told.last(where: { $0.studyUID == wanted.studyUID && $0.witness?.site == importer.site })
        else { return errand }
        let count = StudyContent.verified(held.series, of: wanted.series)
        if count == wanted.instances, count > 0 {
            let done = TransferCompleted(
                destination: errand.destination, contentVersion: version, sent: count, verified: count)
            try await say(.completed(done), of: errand, "verified")
            return nil
        }
        guard count > errand.verified else { return errand }
        var after = errand
        after.verified = count
        let part = TransferProgressed(destination: errand.destination, contentVersion: version, verified: count)
        try await say(.progressed(part), of: errand, "part \(count)")
        return after
    }

    private func fail(_ errand: TransferErrand, _ why: String, isFinal: Bool) async throws(OrthancFault) -> TransferErrand? {
        var after = errand
        let isLast = after.failed(at: now()) || isFinal
        // Said when it begins to fail and when it is given up: what lies between concerns nobody.
        if isLast || after.attempts == 1 {
            let failed = TransferFailed(
                destination: errand.destination, contentVersion: errand.version, reason: why, isFinal: isLast)
            try await say(.failed(failed), of: errand, "failed \(after.attempts)")
        }
        return isLast ? nil : after
    }

    private func say(_ event: TransferEvent, of errand: TransferErrand, _ what: String) async throws(OrthancFault) {
        do throws(Problem) {
            let plan = OrthancImporter.Plan(event: .transfer(event), key: "orthanc|\(errand.event)|\(what)")
            let recorded = try await importer.record([plan], on: errand.stream)
            gauge.tell { $0.recorded += recorded.count }
        } catch { throw .store(error) }
    }

    /// Whether a text can stand in a path: a peer's or modality's symbolic name, or a job's identifier.
    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x5f: true
                default: false
                }
            }
    }
}
