import CurlHTTP
import EventLog
import Problems
import SQLiteStore
import StoreContract
import Synchronization
import Testing
import Web

@testable import SiteAgent

/// What was committed and not yet told to the session: the commit's watcher runs a moment after the commit.
struct UntoldEventTests {
    @Test func `a push that reads further than the session was told is no lost history`() async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        let site = try await TestSite("northside", joining: hub, in: base)
        try await site.open { site in
            var pen = Author(log: site.store.log)
            pen.comment(on: .sample(1))
            try site.store.append([pen.last])
            pen.comment(on: .sample(1), after: [pen.last])
            let untold = pen.last
            // The session knows the log's head when it first looks at the clock. Nobody tells it what comes after.
            let isTime = Mutex(true)
            let driver = SyncDriver(
                folder: site.folder, store: site.store,
                client: HubClient(folder: site.folder, http: HTTPClient(), now: Agent.wallClock),
                mode: .once(pushes: true, pulls: true)
            ) {
                let isFirst = isTime.withLock { isTime in
                    defer { isTime = false }
                    return isTime
                }
                if isFirst { #expect(throws: Never.self) { try site.store.append([untold]) } }
                return Agent.wallClock()
            }
            try await driver.run()
            #expect(site.store.log == pen.log, "the log goes on under its own incarnation")
            #expect(driver.current.problem == nil && driver.current.pushed == 2 && driver.current.isInStep)
            #expect(try site.store.shared() == 2)
        }
        #expect(try await hub.ask(.status).object["events"] as? Int == 2)
        await hub.stop()
    }
}
