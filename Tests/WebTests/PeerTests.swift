import Foundation
import Glibc
import Hummingbird
import People
import Problems
import Testing

@testable import Web

/// Who may use the control socket: its owner, the machine's, and the members of a group where one is named.
@Suite(.serialized) struct PeerTests {
    private static let stranger = Peer(address: "socket", user: 65_533, group: 65_533)
    private static let member = Peer(address: "socket", user: 65_533, group: 4_242)

    private static func refusal(_ door: Door, _ peer: Peer?) -> ProblemCode? {
        do throws(Problem) { try door.requirePeer(peer) } catch { return error.code }
        return nil
    }

    @Test func `another user is refused, a member of the named group is not, and a group is no other group`() async throws {
        try await DoorServer.run { server in
            let alone = server.door
            let shared = Door(reception: server.reception, cases: server.cases, group: 4_242)
            let own = Peer(address: "socket", user: geteuid(), group: getegid())
            #expect([own, .console, Peer(address: "socket", user: 0, group: 0)].allSatisfy { Self.refusal(alone, $0) == nil })
            #expect(Self.refusal(alone, Self.stranger) == .permissions && Self.refusal(alone, Self.member) == .permissions)
            #expect(Self.refusal(shared, Self.stranger) == .permissions && Self.refusal(shared, Self.member) == nil)
            #expect(Self.refusal(shared, Peer(address: "socket")) == .permissions, "whom the kernel does not name is nobody")
            #expect(Self.refusal(shared, nil) == .permissions, "and so is who comes from nowhere")
        }
    }

    @Test func `a member signs in for cases, and keeps nothing running but as an administrator`() async throws {
        try await DoorServer.run { server in
            let door = Door(reception: server.reception, cases: server.cases, group: 4_242)
            func ask(_ request: DeskRequest, _ token: String? = nil) async -> DeskAnswer {
                await door.answer(request, by: server.desk, Door.Pass(token: token), from: Self.member)
            }
            func token(_ name: String) throws -> String {
                try server.reception.admit(#require(AccountName(name)), as: nil).token.text
            }
            let (lee, boss) = (try token("lee"), try token("boss"))
            #expect(await ask(.caseList(limit: 1)).json.contains("SIGN_IN"))
            #expect(await ask(.status).exit == 0)
            for request in [
                DeskRequest.logVerify(states: true), .backupSave(folder: "x"), .siteList, .bundleImport(path: "x"), .acknowledge,
            ] {
                #expect(await ask(request).json.contains("NOT_PERMITTED"), "\(request)")
                #expect(await ask(request, lee).json.contains("NOT_PERMITTED"), "\(request)")
                #expect(await ask(request, boss).exit == 0, "\(request)")
            }
            let people = PeopleDesk(door)
            let add = PeopleRequest.add(name: "x", roles: ["lead"], password: "another ordinary one")
            #expect(await people.answer(add, Door.Pass(), from: Self.member).json.contains("NOT_PERMITTED"))
            #expect(
                await people.answer(add, Door.Pass(token: lee), from: Self.member).json.contains("NOT_PERMITTED"))
            #expect(await people.answer(.list, Door.Pass(), from: Self.stranger).json.contains("PERMISSIONS"))
            #expect(await people.answer(add, Door.Pass(token: boss), from: Self.member).exit == 0)
        }
    }

    @Test func `an address that others reach is closed, the folder's socket is not as long as there is no account`() async throws
    {
        try await DoorServer.run(withAccounts: false) { server in
            let door = Door(reception: server.reception, cases: server.cases, isAlwaysClosed: true)
            func code(from peer: Peer?) async -> String {
                await door.answer(.caseList(limit: 1), by: server.desk, Door.Pass(), from: peer).json
            }
            #expect(await code(from: .console) == "[]")
            #expect(await code(from: Peer(address: "socket", user: geteuid(), group: getegid())) == "[]")
            #expect(await code(from: Peer(address: "127.0.0.1")).contains("SIGN_IN"))
            #expect(await code(from: nil).contains("PERMISSIONS"))
        }
    }

    @Test func `a node's numbers are for whoever stands on its machine`() async throws {
        try await DoorServer.run { server in
            let api = CaseAPI(
                desk: server.desk, cases: server.cases, commits: { AsyncStream { _ in } }, gauges: { [("filmjacket_x", 1)] })
            func code(for peer: Peer?) -> ProblemCode? {
                do throws(Problem) { _ = try api.metrics(to: peer) } catch { return error.code }
                return nil
            }
            for peer in [Peer.console, Peer(address: "socket"), Peer(address: "127.0.0.1"), Peer(address: "::1")] {
                #expect(code(for: peer) == nil, "\(peer.address)")
            }
            for peer in [Peer(address: "192.0.2.7"), Peer(address: "?"), nil] { #expect(code(for: peer) == .notFound) }
        }
    }

    @Test func `the kernel says who connects, and the file is open to the group that was named`() async throws {
        let path = NSTemporaryDirectory() + "fj-\(UInt32.random(in: 0 ... .max)).sock"
        let socket = try ControlSocket(claiming: path, group: getegid())
        let router = Router()
        router.get("/who") { _, _ in
            "\(Peer.current?.address ?? "-") \(Peer.current?.user.map(String.init) ?? "-") \(Peer.current?.isMember(of: getegid()) ?? false)"
        }
        let responder = router.buildResponder()
        let (ready, isReady) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await socket.serve(responder, limits: ServerLimits(), logger: LiveServer.quiet) {
                    isReady.yield()
                }
            }
            var iterator = ready.makeAsyncIterator()
            await iterator.next()
            defer { group.cancelAll() }
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o660)
            let answer = await onOwnThread { () -> RawAnswer? in
                let client = RawClient(path: path)
                client?.send("GET /who HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return RawAnswer(client?.receiveAll())
            }
            #expect(answer?.body == "socket \(geteuid()) true")
        }
    }

    @Test func `a group that is not there is said so`() {
        do throws(Problem) {
            _ = try ControlSocket.group(named: "no-such-group-here")
            Issue.record("a group was found")
        } catch { #expect(error.code == .configuration && error.message.contains("no-such-group-here")) }
    }
}
