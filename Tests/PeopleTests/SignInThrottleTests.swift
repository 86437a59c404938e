import EventLog
import Foundation
import People
import Problems
import Testing

struct SignInThrottleTests {
    private let clock = HandClock()

    private func wait(_ throttle: SignInThrottle, _ name: String, _ address: String = "a") -> Int? {
        do throws(Problem) {
            try throttle.take(name: name, address: address, now: clock.now)
            return nil
        } catch { return error.code == .tooManyRequests ? error.retryAfterSeconds : -1 }
    }

    @Test func `a name has five tries at once and one more each three minutes`() {
        let throttle = SignInThrottle()
        for _ in 0..<5 { #expect(wait(throttle, "ito") == nil) }
        #expect(wait(throttle, "ito") == 180)
        #expect(wait(throttle, "lee") == nil, "another name is not delayed")
        clock.advance(seconds: 179)
        #expect(wait(throttle, "ito") == 1)
        clock.advance(seconds: 1)
        #expect(wait(throttle, "ito") == nil)
        #expect(wait(throttle, "ito") == 180)
        clock.advance(minutes: 15)
        for _ in 0..<5 { #expect(wait(throttle, "ito") == nil) }
    }

    @Test func `the right password takes no try of the name, however often it is given`() {
        let throttle = SignInThrottle()
        for number in 0..<100 {
            #expect(wait(throttle, "ito", "\(number / 50)") == nil)
            throttle.succeeded(name: "ito", address: "\(number / 50)", now: clock.now)
        }
    }

    /// B32.
    @Test func `of 101 tries from one address in an hour 50 are taken`() {
        let throttle = SignInThrottle()
        let waits = (0..<101).map { wait(throttle, "n\($0)") }
        #expect(waits.prefix(50).allSatisfy { $0 == nil } && waits.dropFirst(50).allSatisfy { $0 == 72 })
        #expect(wait(throttle, "n0", "another") == nil)
    }

    @Test func `a ward that signs in behind one address is delayed by nothing but wrong tries`() {
        let throttle = SignInThrottle()
        for number in 0..<200 {
            #expect(wait(throttle, "n\(number)") == nil)
            throttle.succeeded(name: "n\(number)", address: "a", now: clock.now)
        }
        for number in 0..<50 { #expect(wait(throttle, "n\(number)") == nil) }
        #expect(wait(throttle, "n0") == 72)
    }

    @Test func `a try that was refused costs nothing`() {
        let throttle = SignInThrottle()
        for _ in 0..<5 { _ = wait(throttle, "ito", "b") }
        for _ in 0..<100 { _ = wait(throttle, "ito", "a") }
        #expect(wait(throttle, "lee", "a") == nil)
    }

    @Test func `made-up names free no name from its delay`() {
        let throttle = SignInThrottle(address: .init(burst: 1_000_000, periodMilliseconds: 1_000_000), keysMax: 8)
        for _ in 0..<6 { _ = wait(throttle, "ito") }
        for number in 0..<1000 { #expect(wait(throttle, "n\(number)") == nil) }
        #expect(wait(throttle, "ito") == 180)
    }

    @Test func `a delay outlives the process, and ends when it would have`() throws {
        let folder = try Folder()
        for _ in 0..<5 {
            #expect(wait(try SignInThrottle(folder: folder.path), "ito") == nil, "each try in a process of its own")
        }
        #expect(wait(try SignInThrottle(folder: folder.path), "ito") == 180)
        #expect(wait(try SignInThrottle(folder: folder.path), "lee") == nil)
        clock.advance(minutes: 3)
        let later = try SignInThrottle(folder: folder.path)
        #expect(wait(later, "ito") == nil)
        later.succeeded(name: "ito", address: "a", now: clock.now)
        #expect(wait(try SignInThrottle(folder: folder.path), "ito") == nil, "what was given back is there again too")
        #expect(wait(try SignInThrottle(folder: folder.path), "ito") == 180)
    }

    @Test func `the tries of an address outlive the process`() throws {
        let folder = try Folder()
        let first = try SignInThrottle(folder: folder.path)
        for number in 0..<50 { #expect(wait(first, "n\(number)") == nil) }
        #expect(wait(try SignInThrottle(folder: folder.path), "n99") == 72)
        #expect(wait(try SignInThrottle(folder: folder.path), "n99", "b") == nil)
    }

    @Test func `what is kept is its owner's alone, names nobody, and is small whatever was typed`() throws {
        let folder = try Folder()
        let throttle = try SignInThrottle(
            folder: folder.path, address: .init(burst: 1_000_000, periodMilliseconds: 1_000_000), keysMax: 2000)
        for _ in 0..<5 { _ = wait(throttle, "hunter2hunter2") }
        for number in 0..<2500 { _ = wait(throttle, "n\(number)", "192.0.2.\(number)") }
        let bytes = try #require(folder.bytes(SignInThrottle.fileName))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.contains("hunter2") && !text.contains("192.0.2") && bytes.count < 200_000, "\(bytes.count)")
        #expect(try folder.mode(SignInThrottle.fileName) == 0o600)
        #expect(wait(try SignInThrottle(folder: folder.path), "hunter2hunter2") == 180, "the longest delay is among what is kept")
    }

    @Test func `a clock that was years ahead locks nobody out`() throws {
        let folder = try Folder()
        let (throttle, ahead) = (try SignInThrottle(folder: folder.path), HandClock())
        ahead.advance(minutes: 60 * 24 * 3650)
        for _ in 0..<5 { try throttle.take(name: "ito", address: "a", now: ahead.now) }
        #expect(wait(throttle, "ito") == 180)
        clock.advance(minutes: 2)
        #expect(wait(try SignInThrottle(folder: folder.path), "ito") == 60, "and it is counted from then on, in every process")
        clock.advance(minutes: 1)
        #expect(wait(throttle, "ito") == nil)
    }

    @Test(arguments: ["", "{}", #"{"format":2,"names":{},"addresses":{}}"#, "[1]"])
    func `a damaged file delays nobody`(text: String) throws {
        let folder = try Folder()
        try folder.put(text, as: SignInThrottle.fileName)
        #expect(wait(try SignInThrottle(folder: folder.path), "ito") == nil)
    }
}
