import EventLog
import Foundation
import ImagingCase
import Problems
import Synchronization
import Testing

@testable import People

struct ReceptionTests {
    private static let password = "an ordinary sentence"

    private final class Site: Sendable {
        let folder: Folder
        let clock = HandClock()
        let reception: Reception

        init(cost: ScryptCost = cheap) async throws {
            folder = try Folder()
            reception = try Reception(folder: folder.path, cost: cost, now: { [clock] in clock.now })
            try await reception.add(name("boss"), roles: [.siteAdmin], password: password)
            try await reception.add(name("dr.ito"), roles: [.radiologist, .lead], password: password)
            try await reception.add(name("lee"), roles: [.technologist], password: password)
        }

        func signIn(_ name: String, _ password: String = password, _ role: Role? = nil) async throws(Problem) -> SessionToken {
            try await reception.signIn(name, password: password, as: role, address: "a").token
        }
    }

    @Test func `who gives his password has a session in his role, known to be his by the site`() async throws {
        let site = try await Site()
        let token = try await site.signIn("lee")
        let session = try site.reception.session(of: token)
        #expect(session.person.description == "lee" && session.role == .technologist && session.assurance == .local)
        #expect(site.reception.isConfirmed(session))
        #expect(try site.reception.accounts[name("lee")]?.lastSignIn == site.clock.now)
    }

    @Test func `a name that nobody has, a disabled account and a wrong password are answered alike`() async throws {
        let site = try await Site()
        try site.reception.set(name("lee"), standing: .disabled)
        var problems: [Problem?] = []
        for (who, said) in [
            ("nobody", Self.password), ("Not A Name", Self.password), ("dr.ito", "wrong"), ("lee", Self.password), ("dr.ito", ""),
            ("dr.ito", String(repeating: "x", count: 5000)),
        ] {
            problems.append(await problem { () throws(Problem) in _ = try await site.signIn(who, said) })
        }
        #expect(problems.allSatisfy { $0 == problems[0] } && problems[0]?.code == .signIn)
    }

    /// How long an answer takes is what hashing takes; that no clock is asked makes it hold on a busy machine too.
    @Test func `they cost the same work, whatever is wrong`() async throws {
        let cost = ScryptCost(rounds: 32, blockSize: 2, parallelism: 1)
        let site = try await Site(cost: cost)
        try await site.reception.add(name("dr.lund"), roles: [.radiologist], password: nil)
        try site.reception.set(name("lee"), standing: .disabled)
        let gate = site.reception.gate
        for (who, said) in [
            ("nobody", Self.password), ("Not A Name", Self.password), ("dr.ito", "wrong"), ("lee", Self.password),
            ("dr.lund", ""),
            ("dr.lund", Self.password), ("dr.ito", String(repeating: "x", count: 5000)), ("", ""),
        ] {
            let before = await gate.done
            #expect(await problem { () throws(Problem) in _ = try await site.signIn(who, said) }?.code == .signIn)
            let (after, last) = (await gate.done, await gate.lastCost)
            #expect(after == before + 1 && last == cost, "\(who) \(said.prefix(9))")
        }
        let before = await gate.done
        _ = try await site.signIn("dr.ito", Self.password, .lead)
        let (after, last) = (await gate.done, await gate.lastCost)
        #expect(after == before + 1 && last == cost, "and as much as the right password")
    }

    @Test func `who has several roles says in which he signs in, and in no other`() async throws {
        let site = try await Site()
        let codes = [
            await problem { () throws(Problem) in _ = try await site.signIn("dr.ito") },
            await problem { () throws(Problem) in _ = try await site.signIn("dr.ito", Self.password, .siteAdmin) },
            await problem { () throws(Problem) in _ = try await site.signIn("dr.ito", "wrong", .siteAdmin) },
        ].map { $0?.code }
        #expect(codes == [.badInput, .notPermitted, .signIn], "the roles are told to nobody without the password")
        let token = try await site.signIn("dr.ito", Self.password, .lead)
        #expect(try site.reception.session(of: token).role == .lead)
    }

    @Test func `disabling, another password and other roles end sessions at once`() async throws {
        let site = try await Site()
        func isOver(_ token: SessionToken) -> Bool {
            refusal { () throws(Problem) in _ = try site.reception.session(of: token) } == .signIn
        }
        let first = try await site.signIn("lee")
        try site.reception.set(name("lee"), standing: .disabled)
        #expect(isOver(first))
        try site.reception.set(name("lee"), standing: .active)
        #expect(isOver(first), "and it does not come back")
        let second = try await site.signIn("lee")
        try await site.reception.setPassword(of: name("lee"), to: "a very new sentence")
        #expect(isOver(second))
        let third = try await site.signIn("lee", "a very new sentence")
        try site.reception.set(name("lee"), roles: [.nurse])
        #expect(isOver(third))
        let fourth = try await site.signIn("lee", "a very new sentence")
        try site.reception.signOut(fourth)
        #expect(isOver(fourth))
        #expect(refusal { () throws(Problem) in try site.reception.signOut(fourth) } == .signIn)
    }

    @Test func `the password given again lets somebody sign again, and a wrong one does not`() async throws {
        let site = try await Site()
        let token = try await site.signIn("lee")
        site.clock.advance(minutes: 6)
        #expect(try !site.reception.isConfirmed(site.reception.session(of: token)))
        let wrong = await problem { () throws(Problem) in
            _ = try await site.reception.confirm(token, password: "wrong", address: "a")
        }
        #expect(wrong?.code == .signIn)
        #expect(try !site.reception.isConfirmed(site.reception.session(of: token)))
        let session = try await site.reception.confirm(token, password: Self.password, address: "a")
        #expect(site.reception.isConfirmed(session))
    }

    @Test func `who changes his password gives the old one, and keeps the session that he does it in`() async throws {
        let site = try await Site()
        let (here, elsewhere) = (try await site.signIn("lee"), try await site.signIn("lee"))
        let wrong = await problem { () throws(Problem) in
            try await site.reception.changePassword(here, from: "wrong", to: "a very new sentence", address: "a")
        }
        #expect(wrong?.code == .signIn)
        try await site.reception.changePassword(here, from: Self.password, to: "a very new sentence", address: "a")
        #expect(refusal { () throws(Problem) in _ = try site.reception.session(of: here) } == nil)
        #expect(refusal { () throws(Problem) in _ = try site.reception.session(of: elsewhere) } == .signIn)
        #expect(await problem { () throws(Problem) in _ = try await site.signIn("lee") }?.code == .signIn)
    }

    @Test func `guessing is delayed, for the owner of the name too, and never for good`() async throws {
        let site = try await Site()
        for _ in 0..<5 { _ = await problem { () throws(Problem) in _ = try await site.signIn("lee", "wrong") } }
        let delayed = await problem { () throws(Problem) in _ = try await site.signIn("lee") }
        #expect(delayed?.code == .tooManyRequests && delayed?.retryAfterSeconds == 180)
        site.clock.advance(minutes: 3)
        _ = try await site.signIn("lee")
    }

    @Test func `an account that an identity provider vouches for has no password to guess`() async throws {
        let site = try await Site()
        try await site.reception.add(name("dr.lund"), roles: [.radiologist], password: nil)
        #expect(await problem { () throws(Problem) in _ = try await site.signIn("dr.lund", "") }?.code == .signIn)
        let (token, session) = try site.reception.admit(name("dr.lund"), as: nil)
        #expect(session.assurance == .central)
        let again = await problem { () throws(Problem) in
            _ = try await site.reception.confirm(token, password: "", address: "a")
        }
        #expect(again?.code == .confirmSignIn)
        #expect(
            refusal { () throws(Problem) in _ = try site.reception.admit(try name("nobody"), as: nil) } == .signIn)
    }
}

struct HashingGateTests {
    @Test func `at most two run at a time, and too many who wait are asked to come later`() async throws {
        final class Tally: Sendable {
            let running = Atomic(0)
            let most = Atomic(0)
            let held = DispatchSemaphore(value: 0)
        }
        let gate = HashingGate(width: 2, waitingMax: 8)
        let tally = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    try await gate.run(costing: cheap) { () throws(Problem) in
                        let running = tally.running.add(1, ordering: .relaxed).newValue
                        _ = tally.most.max(running, ordering: .relaxed)
                        tally.held.wait()
                        tally.running.subtract(1, ordering: .relaxed)
                    }
                }
            }
            while await gate.held < 10 { await Task.yield() }
            for _ in 0..<3 {
                let refused = await problem { () throws(Problem) in try await gate.run(costing: cheap) { () throws(Problem) in } }
                #expect(refused?.code == .tooManyRequests && refused?.retryAfterSeconds == 5)
            }
            for _ in 0..<10 { tally.held.signal() }
            try await group.waitForAll()
        }
        #expect(tally.most.load(ordering: .relaxed) == 2)
        try await gate.run(costing: cheap) { () throws(Problem) in }
        let (done, held) = (await gate.done, await gate.held)
        #expect(done == 11 && held == 0)
    }
}
