import EventLog
import Interop
import Logging
import Problems
import SQLiteStore
import ServiceLifecycle
import Web

/// Follows an archive: reads its feed for where to look, looks at all its studies from time to time, and records what is new.
///
/// The feed is a hint and the studies are the truth: rows vanish, are wiped and come twice, and numbers step back. How far the feed was read
/// is kept after what was read is recorded, so that a machine that stops anywhere looks again and records nothing twice.
struct OrthancFollower: Service {
    let client: OrthancClient
    let importer: OrthancImporter
    let state: EdgeState
    let gauge: OrthancGauge
    let logger: Logger
    /// Whether patients are examined here: what comes into a reading site's archive was made elsewhere.
    let isImaging: Bool
    let now: @Sendable () -> Instant

    /// Follows an archive for a site.
    init(_ configuration: OrthancConfiguration, _ desk: SiteDesk, _ gauge: OrthancGauge, logger: Logger) {
        client = OrthancClient(configuration)
        importer = OrthancImporter(
            file: desk.store.file, record: { intent throws(Problem) in try await desk.recorder.record(intent) },
            site: desk.folder.site, fields: desk.fields, issuer: configuration.issuer, auditor: desk.auditor(door: "orthanc"),
            address: configuration.url, now: desk.now)
        state = EdgeState(desk.store.file, edge: "orthanc")
        self.gauge = gauge
        self.logger = logger
        isImaging = desk.folder.kind != "reading"
        now = desk.now
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var pace = OrthancPace(sweepSeconds: client.configuration.sweepSeconds)
            while !Task.isCancelled {
                await round(&pace)
                // Cut short by the end of the process.
                try? await Task.sleep(for: pace.wait)
            }
        }
    }

    /// One round: all that is new, or the reason why nothing is asked for a while.
    func round(_ pace: inout OrthancPace) async {
        do throws(OrthancFault) {
            if !pace.isGreeted { try await greet(&pace) }
            if pace.isSweepDue(now()) {
                try await sweep(&pace)
                pace.swept(now())
            }
            try await follow(&pace)
            pace.succeeded()
            if gauge.current.outage != nil { logger.notice("Orthanc answers again", metadata: ["url": "\(gauge.address)"]) }
            gauge.tell { reading in
                reading.outage = nil
                reading.last = now()
            }
        } catch {
            guard !Task.isCancelled else { return }
            pace.failed()
            guard gauge.fails(error, at: now()) else { return }
            logger.warning("Orthanc is not followed", metadata: ["url": "\(gauge.address)", "why": "\(error.text)"])
        }
    }

    /// Asks who is there.
    private func greet(_ pace: inout OrthancPace) async throws(OrthancFault) {
        let archive = try await client.require("/system") { json throws(OrthancRefusal) in
            guard json["ApiVersion"]?.integer != nil else { throw OrthancRefusal("ApiVersion", expected: "a number") }
            return (
                version: DICOMText.value(try json.text("Version")), title: DICOMText.value(json["DicomAet"]?.text ?? "ORTHANC"),
                hasLabels: json["HasLabels"]?.flag ?? false
            )
        }
        gauge.tell { $0.archive = archive }
        pace.isGreeted = true
    }

    // MARK: - The feed

    /// Pages at most in one round; whatever is left comes in the next.
    private static let pagesMax = 1000

    private func follow(_ pace: inout OrthancPace) async throws(OrthancFault) {
        for _ in 0..<Self.pagesMax {
            let since = try await cursor()
            let page = try await client.require("/changes?since=\(since)&limit=\(OrthancClient.pageSize * 10)") {
                json throws(OrthancRefusal) in try OrthancChanges(json, since: since)
            }
            for id in page.received { try await attempt(id, &pace) { () throws(OrthancFault) in try await begin(id) } }
            for id in page.settled { try await attempt(id, &pace) { () throws(OrthancFault) in try await look(at: id) } }
            if let oddity = page.oddity {
                logger.debug("Orthanc's feed is odd", metadata: ["how": "\(oddity.rawValue)"])
                pace.suspects()
            }
            if page.next != since { try await keep(cursor: page.next) }
            gauge.tell { $0.cursor = page.next }
            if page.isEnd { return }
        }
    }

    /// How far the feed was read. At the first meeting that is its end: what was there before is found by the look at all studies.
    func cursor() async throws(OrthancFault) -> Int64 {
        let kept = try asking { () throws(Problem) in try state.get("cursor") }
        if let kept, let number = Int64(String(decoding: kept, as: UTF8.self)), number >= 0 { return number }
        let last = try await client.require("/changes?last") { json throws(OrthancRefusal) in
            guard let last = json["Last"]?.integer, last >= 0 else { throw OrthancRefusal("Last", expected: "a number from 0") }
            return last
        }
        try await keep(cursor: last)
        return last
    }

    private func keep(cursor: Int64) async throws(OrthancFault) {
        do throws(Problem) { try await state.put([("cursor", Array(String(cursor).utf8))]) } catch { throw .store(error) }
    }

    /// Does something about one study; what is wrong with that one alone is said, and the others go on.
    func attempt(
        _ id: String, _ pace: inout OrthancPace, _ body: () async throws(OrthancFault) -> Void
    ) async throws(OrthancFault) {
        do throws(OrthancFault) { try await body() } catch {
            if case .absent = error { return }
            if case .store = error { throw error }
            guard !error.stopsRound || pace.gaveUp(on: id) else { throw error }
            refuse(id, error.text, error.remedy)
        }
    }

    /// Says that something could not be taken: by the archive's identifier, which tells nobody who it is.
    func refuse(_ id: String, _ text: String, _ remedy: String) {
        gauge.refuses("study \(id): \(text)", remedy, at: now())
        logger.warning("Orthanc: something was not taken", metadata: ["study": "\(id)", "why": "\(text)"])
    }

    // MARK: - One study

    private func begin(_ id: String) async throws(OrthancFault) {
        let study = try await client.study(id)
        // Whatever stands still already is not being received: its content says more.
        guard isImaging, !study.isStable, !study.isAnonymized, try seen(study.uid) == nil else { return }
        let told = try await client.read("/studies/\(id)/series") { json throws(OrthancRefusal) in
            try OrthancList(json) { item throws(OrthancRefusal) in try OrthancSeries(item) }
        }
        let recorded = try await taking(id) { () throws(Problem) in try await importer.begin(study, told.items) } ?? []
        gauge.tell { $0.recorded += recorded.count }
    }

    /// Looks at a study and records what is new of it.
    ///
    /// - Parameter isForced: whether to look though the archive's list has nothing new of it.
    func look(at id: String, isForced: Bool = false) async throws(OrthancFault) {
        let study = try await client.study(id)
        let before = try seen(study.uid)
        if !isForced, before?.isUnchanged(study) == true { return }
        let seen = before ?? SeenStudy()
        if study.isAnonymized { return try await ignore(study, seen) }
        let holding = try await client.holding(of: study)
        for refusal in holding.refusals.prefix(3) {
            refuse(id, refusal.message, "Look at the study in the archive: what breaks DICOM's form is left out.")
        }
        let taken = try await taking(id) { () throws(Problem) in try await importer.take(holding, seen: seen) }
        guard var taken else { return }
        gauge.tell { $0.recorded += taken.recorded.count }
        try await readObjects(of: holding, &taken.seen)
        try await keep(taken.seen, of: study.uid)
    }

    /// Remembers a study that is no examination.
    private func ignore(_ study: OrthancStudy, _ before: SeenStudy) async throws(OrthancFault) {
        var seen = before
        seen.ids = [study.id]
        seen.isIgnored = true
        seen.isGone = false
        seen.lastUpdate = study.lastUpdate
        seen.instances = try await instances(of: study.id)
        try await keep(seen, of: study.uid)
    }

    /// How many instances the archive counts of a study.
    func instances(of id: String) async throws(OrthancFault) -> Int {
        try await client.read("/studies/\(id)/statistics") { json throws(OrthancRefusal) in
            guard let count = json["CountInstances"]?.integer, count >= 0 else {
                throw OrthancRefusal("CountInstances", expected: "a number from 0")
            }
            return Int(count)
        }
    }

    /// Records; what the case's rules refuse of one study is said, and what the node cannot keep stops the round.
    func taking<T>(_ id: String, _ body: () async throws(Problem) -> T) async throws(OrthancFault) -> T? {
        do throws(Problem) { return try await body() } catch {
            switch error.code {
            case .badInput, .notPermitted, .illegalTransition, .eventTooLarge, .tooLarge, .outOfRange, .ambiguous:
                refuse(id, "\(error.code.rawValue): \(error.message)", error.remedy)
                return nil
            default: throw .store(error)
            }
        }
    }

    func seen(_ uid: String) throws(OrthancFault) -> SeenStudy? {
        try asking { () throws(Problem) in try state.get("study/\(uid)") }.flatMap { SeenStudy($0) }
    }

    func keep(_ seen: SeenStudy, of uid: String) async throws(OrthancFault) {
        do throws(Problem) { try await state.put([("study/\(uid)", seen.bytes)]) } catch { throw .store(error) }
    }

    func asking<T>(_ body: () throws(Problem) -> T) throws(OrthancFault) -> T {
        do throws(Problem) { return try body() } catch { throw .store(error) }
    }
}
