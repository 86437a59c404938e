import Problems
import Testing

@testable import Outbound

struct TargetSettingsTests {
    @Test(arguments: ["10.1.2.3:2575", "[::1]:2575", "ris.example:6661"])
    func `an HL7 target is a host and a port`(_ address: String) throws {
        let settings = TargetSettings(kind: .hl7, address: address)
        #expect(throws: Never.self) { try settings.check() }
        let stored = try TargetSettings(stored: settings.stored(), of: "ris")
        #expect(stored == settings)
    }

    @Test(arguments: ["", "ris", "ris:", ":2575", "ris:0", "ris:70000", "ris:x"])
    func `what is no host and port is refused before it is kept`(_ address: String) {
        let problem = #expect(throws: Problem.self) { try TargetSettings(kind: .hl7, address: address).check() }
        #expect(problem?.code == .configuration)
    }

    @Test(arguments: ["http://10.1.2.3/in", "ftp://a.example/", "https://user@a.example/", "pager", "https:///x"])
    func `a webhook is https, or http on this machine`(_ address: String) {
        let problem = #expect(throws: Problem.self) { try TargetSettings(kind: .webhook, address: address).check() }
        #expect(problem?.code == .configuration)
    }

    @Test func `mail needs a server, a sender and recipients that are addresses`() {
        var settings = TargetSettings(kind: .mail, address: "smtp://127.0.0.1:25")
        #expect(throws: Problem.self) { try settings.check() }
        settings.from = "filmjacket@hospital.example"
        settings.to = ["lead@hospital.example"]
        #expect(throws: Never.self) { try settings.check() }
        settings.to = ["lead@hospital.example\r\nBcc: x@y.example"]
        #expect(throws: Problem.self) { try settings.check() }
        settings.to = ["lead@hospital.example"]
        settings.address = "http://127.0.0.1:25"
        #expect(throws: Problem.self) { try settings.check() }
    }

    @Test(arguments: ["ris", "ris-2", "7"])
    func `a name is a word`(_ name: String) { #expect(throws: Never.self) { try TargetName.check(name) } }

    @Test(arguments: ["", "RIS", "a b", "-a", "a/b", String(repeating: "a", count: 33)])
    func `a name that is none is refused`(_ name: String) { #expect(throws: Problem.self) { try TargetName.check(name) } }
}
