import EventLog
import ImagingCase
import Problems
import Replication
import SQLiteStore
import Synchronization
import Web
import Wire

/// The sites that may sync: invited, approved, suspended, resumed, retired, revoked, and shown.
extension HubDesk {
    /// Answers what is asked about sites; nil for another question.
    func answerSites(_ request: DeskRequest) async throws(Problem) -> DeskAnswer? {
        switch request {
        case .siteAdd(let id, let kind, let allCases, let label, let approval):
            return try add(id, kind, allCases, label, approval)
        case .siteList: return list()
        case .siteShow(let id): return try show(id)
        case .siteApprove(let id):
            try core.registry.approve(id, now: now())
            let row = try core.registry.row(id)
            try await core.store.file.offload { [core] () throws(Problem) in try core.open(row) }
            return try show(id)
        case .siteSuspend(let id, let reason):
            _ = try core.registry.row(id)
            try core.registry.suspend(id, reason: reason, now: now())
            wake(id)
            return try show(id)
        case .siteResume(let id):
            _ = try core.registry.row(id)
            try core.registry.resume(id, now: now())
            try await settle()
            return try show(id)
        case .siteRevoke(let id, let reason, let since): return try await revoke(id, reason, since)
        case .siteRetire(let id, let reason): return try await retire(id, reason)
        default: return nil
        }
    }

    private func add(
        _ id: String, _ kind: String, _ allCases: Bool, _ label: String, _ approval: Bool
    ) throws(Problem) -> DeskAnswer {
        let secret = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        let code = try core.registry.invite(
            id, kind: kind, allCases: allCases, label: label, needsApproval: approval, hubKey: core.publicKey, secret: secret,
            now: now())
        var json = JSONWriter()
        json.beginObject()
        json.member("site", id)
        json.member("code", code.description)
        json.member("validSeconds", JoinCode.lifetimeMilliseconds / 1000)
        if approval { json.member("approval", true) }
        json.endObject()
        let remark = "Join code of \(id): one use, valid 15 minutes."
        let next = "\nWhen it has joined, compare the check digits with it, and then: filmjacket hub site approve \(id)."
        return DeskAnswer(json: json.text, text: code.description, remark: approval ? remark + next : remark)
    }

    // MARK: - States

    /// Ends what is held open for a site: it looks at its right to it then.
    private func wake(_ id: String) { core.notifier.grew([SiteID(id)].compactMap { $0 }) }

    /// Makes what is held as the registry says, and counts anew.
    private func settle() async throws(Problem) {
        let (core, now) = (core, now())
        try await core.store.file.offload { () throws(Problem) in
            try core.store.file.judgeAgain(noted: now)
            try core.countAside()
        }
    }

    private func revoke(_ id: String, _ reason: String, _ since: String?) async throws(Problem) -> DeskAnswer {
        let row = try core.registry.row(id)
        var moment: Instant?
        if let since {
            guard let read = Timestamp.parse(since)?.instant, read <= now() else {
                throw Problem(
                    .badInput, "'\(since)' is no moment in the past.", remedy: "Write it as 2026-11-24T09:30:00Z.")
            }
            try core.recovery.requireKnown(since: read)
            moment = read
        }
        let (core, now, from) = (core, now(), moment)
        // Refused first, so that nothing more comes while it is looked at how far its logs count.
        try core.registry.revoke(id, reason: reason, now: now)
        if let site = row.site {
            let cuts = try await core.store.file.offload { () throws(Problem) in
                try core.store.file.cuts(of: site, since: from, now: now)
            }
            try core.registry.cut(id, cuts)
        }
        wake(id)
        try await settle()
        return try show(id)
    }

    private func retire(_ id: String, _ reason: String) async throws(Problem) -> DeskAnswer {
        // Refused first: what is sealed is all that there will ever be.
        try core.registry.retire(id, reason: reason, now: now())
        wake(id)
        let core = core
        try await core.store.file.offload { () throws(Problem) in try core.sealRetired() }
        return try show(id)
    }

    // MARK: - Showing

    func write(_ row: RegisteredSite, to json: inout JSONWriter) throws(Problem) {
        json.beginObject()
        json.member("site", row.id)
        json.member("kind", row.kind)
        json.member("label", row.label)
        json.member("allCases", row.allCases)
        json.member("state", row.state.rawValue)
        if let reason = row.reason { json.member("reason", reason) }
        if let changed = row.changed { json.member("stateSince", Timestamp.text(of: Instant(milliseconds: changed))) }
        writeKeys(of: row, to: &json)
        if let site = row.site {
            json.member("feedHead", try core.store.feedHead(of: site))
            json.member("head", try core.store.logs().filter { $0.log.site == site }.map(\.head).max() ?? 0)
            if let seen = core.seen.withLock({ $0[site] }) {
                json.member("seenSecondsAgo", max(0, (now().milliseconds - seen) / 1000))
            }
            let aside = try core.store.file.asideCounts().filter { $0.log.site == site }
            if row.state == .suspended { json.member("held", aside.filter { !$0.isRefused }.reduce(0) { $0 + $1.count }) }
            if row.cuts != nil {
                json.member("withdrawn", aside.filter { $0.code == .siteRevoked }.reduce(0) { $0 + $1.count })
            }
        }
        writeSeals(of: row, to: &json)
        json.endObject()
    }

    private func writeKeys(of row: RegisteredSite, to json: inout JSONWriter) {
        if let key = row.publicKey, let bytes = Base64.bytes(of: key) {
            json.member("keyFingerprint", Hex.text(of: JoinCode.fingerprint(of: bytes)))
        }
        if let ends = row.certificateEnds { json.member("certificateEnds", Timestamp.text(of: Instant(milliseconds: ends))) }
        if let made = row.keyMade { json.member("keyMade", Timestamp.text(of: Instant(milliseconds: made))) }
        if row.state == .pending, let digits = row.checkDigits(hubKey: core.publicKey) { json.member("checkDigits", digits) }
        guard let former = row.formerKeys, !former.isEmpty else { return }
        json.key("formerKeys")
        json.beginArray()
        for key in former {
            json.beginObject()
            json.member("keyFingerprint", Hex.text(of: JoinCode.fingerprint(of: Base64.bytes(of: key.key) ?? [])))
            if let made = key.made { json.member("keyMade", Timestamp.text(of: Instant(milliseconds: made))) }
            json.member("takenUntil", Timestamp.text(of: Instant(milliseconds: key.until)))
            json.endObject()
        }
        json.endArray()
    }

    private func writeSeals(of row: RegisteredSite, to json: inout JSONWriter) {
        guard let sealed = row.sealed else { return }
        json.key("sealed")
        json.beginArray()
        for head in sealed.compactMap({ SignedCheckpoint(note: $0) }) {
            json.beginObject()
            json.member("log", head.checkpoint.log.description)
            json.member("size", head.checkpoint.size)
            json.member("root", head.checkpoint.root.description)
            json.endObject()
        }
        json.endArray()
    }

    func line(_ row: RegisteredSite) -> String {
        let seen = row.site.flatMap { site in core.seen.withLock { $0[site] } }
        let heard = seen.map { "heard \(max(0, (now().milliseconds - $0) / 1000)) s ago" } ?? "not heard since the start"
        var end = ""
        switch row.state {
        case .active: end = heard + certificateWords(row)
        case .pending: end = "check digits \(row.checkDigits(hubKey: core.publicKey) ?? "none")"
        case .suspended, .retired, .revoked: end = row.reason ?? ""
        case .invited: break
        }
        return "  \(row.id)  \(row.kind)  \(row.state.rawValue)  \(end)"
    }

    /// When a site's newest certificate ends, where that is near: its agent should have fetched another long before.
    private func certificateWords(_ row: RegisteredSite) -> String {
        guard let ends = row.certificateEnds else { return "" }
        let left = ends - now().milliseconds
        guard left < SiteCertificate.warningDays * 86_400_000 else { return "" }
        let days = max(0, left / 86_400_000)
        return left < 0
            ? "  its certificate ended at \(Timestamp.text(of: Instant(milliseconds: ends)))"
            : "  its certificate ends in \(days) day\(days == 1 ? "" : "s")"
    }

    private func list() -> DeskAnswer {
        var json = JSONWriter()
        json.beginArray()
        for row in core.registry.all {
            do throws(Problem) { try write(row, to: &json) } catch { return DeskAnswer(problem: error) }
        }
        json.endArray()
        return DeskAnswer(json: json.text, text: core.registry.all.map(line).joined(separator: "\n"))
    }

    private func show(_ id: String) throws(Problem) -> DeskAnswer {
        let row = try core.registry.row(id)
        var json = JSONWriter()
        try write(row, to: &json)
        return DeskAnswer(json: json.text, text: line(row))
    }
}
