import CurlHTTP
import EventLog
import ImagingCase
import Problems
import Replication
import SQLiteStore
import Web
import Wire

/// What keeps a site's history whole: notices, backup, repair, bundles, the statement of what is not shared.
extension SiteDesk {
    /// Answers what is asked about keeping; nil for another question.
    func answerKeeping(_ request: DeskRequest) async throws(Problem) -> DeskAnswer? {
        switch request {
        case .backupSave(let target):
            let (store, now) = (store, now())
            let manifest = try await store.file.offload { () throws(Problem) in
                try NodeBackup.save(
                    store.file, .site(store.site.text), identity: store.log.incarnation.description, version: Version.text,
                    to: target, now: now)
            }
            return KeepingText.saved(manifest.events, target)
        case .bundleExport(let to, let path, let partBytes):
            return try await bundles().export(to: to, path: path, partBytes: partBytes)
        case .bundleImport(let path): return try await bundles().take(path)
        case .statement(let seconds): return try Statement(desk: self, olderThanSeconds: seconds).answer()
        case .logAside: return Self.answer(LogReport.aside(try store.file.aside()))
        case .logRepair: return try await repair()
        case .keyRotate: return try await rotateKey()
        case .acknowledge: return NoticeReport.acknowledged(try store.file.acknowledgeNotices())
        default: return nil
        }
    }

    private func bundles() throws(Problem) -> SiteBundles {
        SiteBundles(folder: folder, store: store, shared: try queue().shared, now: now())
    }

    private func rotateKey() async throws(Problem) -> DeskAnswer {
        let http = try folder.client()
        defer { http.close() }
        let client = HubClient(folder: folder, http: http, now: now)
        return try await KeyRotation(folder: folder, client: client, now: now).run()
    }

    /// Verifies, and fetches what is damaged from the hub.
    private func repair() async throws(Problem) -> DeskAnswer {
        let store = store
        let damaged = try await store.file.offload { () throws(Problem) in try store.file.scrubAll() }
        var mended: [EventID] = []
        if !damaged.isEmpty {
            let http = try folder.client()
            defer { http.close() }
            let client = HubClient(folder: folder, http: http, now: now)
            mended = try await SiteRepair(store: store, client: client, now: now).repair(damaged)
        }
        let done = mended
        return Self.answer(
            try await store.file.offload { () throws(Problem) in try LogReport.repaired(damaged, mended: done, store.file) })
    }
}
