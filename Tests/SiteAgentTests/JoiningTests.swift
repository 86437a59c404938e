import EventLog
import Foundation
import Problems
import TestServers
import Testing
import Web
import Wire

@testable import SiteAgent

/// Joining writes a folder only once the right hub has answered.
struct JoiningTests {
    @Test(arguments: [
        "", "hub", "ftp://hub:80", "http://", "https://user:pass@hub", "http://hub:0", "http://hub?x", "http://hub#x",
        "http://:80", "http://hub name", "http://hub:0/", "http://hub:00", "http://hub:65536", "http://hub:", "http://hub:8o80",
        "http://hub:-1", "http://hub:80:80", "http:///v1", "http://[::1", "http://[::1]x", "http://hub\n", "http://h\u{fc}b",
        "HTTP//hub", "http://hub\\evil", "file:///etc/passwd",
    ])
    func `an address of another form is a configuration mistake`(_ text: String) {
        do throws(Problem) {
            let address = try Joining.address(text)
            Issue.record("\(address) was taken")
        } catch { #expect(error.code == .configuration && error.code.row.exit == 78) }
    }

    @Test(arguments: ["http://127.0.0.1:8080", "https://hub.example", "https://hub.example:65535", "http://[::1]:80"])
    func `an address of the form is taken, and final slashes are not part of it`(_ text: String) throws {
        #expect(try Joining.address(text + "//") == text)
    }

    private func join(_ url: String, _ code: String, _ folder: String) async -> Problem? {
        do {
            _ = try await Joining.join(url: url, code: code, folder: folder)
            return nil
        } catch { return error }
    }

    private let code = JoinCode(hubKey: Array(repeating: 1, count: 32), secret: Array(repeating: 2, count: 16)).description

    @Test(arguments: [
        ("200 OK", "Content-Type: text/html\r\n"), ("301 Moved Permanently", "Location: http://127.0.0.1:1/\r\n"),
        ("302 Found", "Location: /login\r\n"), ("502 Bad Gateway", "Content-Type: text/html\r\n"),
    ])
    func `something else than a hub is called a proxy, and the key that was shown to it is shown again`(
        _ status: String, _ fields: String
    ) async throws {
        let base = try TestFolder()
        let server = ScriptedServer { _, connection in
            connection.answer("<title>Sign in</title>", status: status, fields: fields)
            return .keep
        }
        defer { server.stop() }
        let folder = base.path + "/site"
        let problem = await join(server.url, code, folder)
        #expect(problem?.code == .proxyAnswered && problem?.code.row.exit == 4)
        #expect(!SiteFolder.exists(in: folder) && !FileManager.default.fileExists(atPath: folder + "/site.key"))
        // Whether a hub behind the proxy took the key is not known: the same one is shown again.
        #expect(await join(server.url, code, folder)?.code == .proxyAnswered)
        let shown = try server.requests.map { try JoinRequest(bytes: $0.body).publicKey }
        #expect(shown.count == 2 && Set(shown).count == 1)
        #expect(server.requests.map(\.path) == ["/v1/join", "/v1/join"])
    }

    @Test func `what a cut left of joining is gone once the site's folder is opened`() async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        let folder = base.path + "/site"
        #expect(await join(hub.url, try await hub.invite("northside"), folder) == nil)
        let code = try JoinCode(parsing: code)
        _ = try JoinAttempt(in: folder, code: code)
        #expect(JoinAttempt.exists(in: folder))
        _ = try SiteFolder(opening: folder)
        #expect(!JoinAttempt.exists(in: folder))
        await hub.stop()
    }

    @Test func `a hub whose key is not the code's is refused, and nothing is written`() async throws {
        let base = try TestFolder()
        let site = try #require(SiteID("northside"))
        let other = JoinAnswer(
            site: site, kind: "both", allCases: true, label: "", hubKey: Array(repeating: 9, count: 32), hubName: "False hub")
        let server = ScriptedServer { _, connection in connection.answer(bytes: other.bytes) }
        defer { server.stop() }
        let problem = await join(server.url, code, base.path + "/site")
        #expect(problem?.code == .joinCodeRefused && problem?.code.row.exit == 5)
        #expect(!SiteFolder.exists(in: base.path + "/site"))
    }

    @Test func `a site that needs approval says so, shows the same digits as the hub, and joins with the same key`() async throws
    {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        let invitation =
            try await hub.ask(
                .siteAdd(id: "northside", kind: "both", allCases: true, label: "", approval: true)
            ).object["code"] as? String ?? ""
        let folder = base.path + "/site"
        for _ in 0..<2 {
            let waiting = await join(hub.url, invitation, folder)
            #expect(waiting?.code == .sitePending && waiting?.code.row.exit == 5)
            let shown = try await hub.ask(.siteShow(id: "northside")).object
            #expect(shown["state"] as? String == "pending")
            let digits = try #require(shown["checkDigits"] as? String)
            #expect(waiting?.message.contains(digits) == true, "\(waiting?.message ?? "")")
        }
        // What is asked of the folder meanwhile says what it waits for.
        do throws(Problem) {
            _ = try SiteFolder(opening: folder)
            Issue.record("it was a site's")
        } catch { #expect(error.code == .notJoined && error.message.contains("not been let in")) }
        #expect(try await hub.ask(.siteApprove(id: "northside")).exit == 0)
        #expect(await join(hub.url, invitation, folder) == nil)
        #expect(SiteFolder.exists(in: folder) && !FileManager.default.fileExists(atPath: folder + "/joining.json"))
        await hub.stop()
    }

    @Test func `nobody at the address is unreachable`() async throws {
        let base = try TestFolder()
        let problem = await join("http://127.0.0.1:\(LoopbackPort.reserve())", code, base.path + "/site")
        #expect(problem?.code == .hubUnreachable && problem?.code.row.exit == 4)
    }

    @Test func `a code works once, and a folder that is a site's or a hub's is not taken again`() async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        let invitation = try await hub.invite("northside")
        #expect(await join(hub.url, invitation, hub.path)?.code == .storeInUse)
        #expect(await join(hub.url, invitation, base.path + "/site") == nil)
        let key = try Data(contentsOf: URL(fileURLWithPath: base.path + "/site/site.key"))
        let second = try await hub.invite("lakeview")
        let refused = await join(hub.url, second, base.path + "/site")
        #expect(refused?.code == .storeInUse && refused?.code.row.exit == 73)
        #expect(try Data(contentsOf: URL(fileURLWithPath: base.path + "/site/site.key")) == key)
        #expect(await join(hub.url, invitation, base.path + "/again")?.code == .joinCodeRefused)
        #expect(await join(hub.url, second, base.path + "/again") == nil)
        await hub.stop()
    }
}
