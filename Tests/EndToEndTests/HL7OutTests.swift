import Foundation
import TestServers
import Testing

/// What an agent tells a hospital's system by HL7, with a real receiver of another make, and the plug pulled at both ends.
struct HL7OutTests {
    private static func orders(_ numbers: ClosedRange<Int>) -> String {
        numbers.map { number in
            [
                "MSH|^~\\&|RIS|NORTH|FJ|HUB|20260106134418+0100||ORM^O01^ORM_O01|O\(number)|P|2.5.1",
                "PID|1||P\(number)^^^NORTH^MR||DOE^JANE||19790328|F", "ORC|NW|K\(number)^NORTH",
                "OBR|1|K\(number)^NORTH||CTHEAD^CT Head^LOCAL" + String(repeating: "|", count: 14) + "K\(number)",
            ].joined(separator: "\r") + "\r"
        }.joined()
    }

    private func sign(_ order: String, _ findings: String, _ data: String) throws {
        let answer = try Product.run(
            "case", "record", "report.finalSigned", "--data", data, "--case", order, "--as", "dr.weber", "--role", "radiologist",
            "findings=\(findings)", "impression=None.", "--json")
        #expect([0, 3].contains(answer.code), "\(answer.output) \(answer.errors)")
    }

    @Test func `every report reaches the receiver once by its key, in the order of its case, though both ends are killed`() throws
    {
        let network = try RealNetwork()
        let agent = network.northside
        try agent.start()
        let receiver = try HL7Receiver(agent.data + "-receiver")
        try receiver.start()
        let count = 12 * EdgeRounds.count
        let file = agent.data + "-receiver/orders.hl7"
        try Self.orders(1...count).write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try Product.run("import", "hl7", file, "--data", agent.data).code == 0)
        let added = try Product.run("notify", "add", "ris", "--hl7", "127.0.0.1:\(receiver.port)", "--data", agent.data)
        #expect(added.code == 0, "\(added.errors)")
        for number in 1...count {
            try sign("K\(number)", "First reading of \(number).", agent.data)
            let added = try Product.run(
                "case", "record", "report.addendumSigned", "--data", agent.data, "--case", "K\(number)", "--as", "dr.weber",
                "--role", "radiologist", "text=Second reading of \(number).", "--json")
            #expect([0, 3].contains(added.code), "\(added.output) \(added.errors)")
            if number % 4 == 1 {
                receiver.kill()
                agent.kill()
                try agent.start()
                try receiver.start()
            } else if number % 4 == 3 {
                agent.kill()
                try agent.start()
            }
        }
        let isDone = receiver.wait { lines in Set(lines.filter { $0[6].contains("Second reading") }.map { $0[2] }).count == count
        }
        #expect(isDone, "\(receiver.lines.count) lines")
        for number in 1...count {
            let mine = receiver.lines.filter { $0[2] == "K\(number)^NORTH" && $0[1].hasPrefix("ORU") }
            let finals = Set(mine.filter { $0[5] == "F" }.map { $0[0] })
            #expect(finals.count <= 1, "a second F by another key: \(mine)")
            // Whatever came twice came by the same key, and nothing old after what is newer.
            let keys = mine.map { $0[0] }
            let distinct = keys.enumerated().filter { keys.firstIndex(of: $0.element) == $0.offset }.map(\.element)
            #expect(mine.last?[6].contains("Second reading of \(number).") == true)
            #expect(distinct.count <= 2, "\(mine)")
        }
        let waiting = try Product.run("notify", "list", "--data", agent.data, "--json")
        #expect(waiting.output.contains("\"waiting\":0") && waiting.output.contains("\"parked\":0"), "\(waiting.output)")
        let history = try Product.run("case", "history", "K1", "--data", agent.data, "--json")
        #expect(history.output.contains("report.delivered"))
        agent.stop()
    }

    @Test func `a target that is set anew is told where it is now, and one whose secret is gone is named by doctor`() throws {
        let network = try RealNetwork()
        let agent = network.northside
        try agent.start()
        let (before, now) = (try HL7Receiver(agent.data + "-before"), try HL7Receiver(agent.data + "-now"))
        try before.start()
        try now.start()
        let file = agent.data + "-before/orders.hl7"
        try Self.orders(1...2).write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try Product.run("import", "hl7", file, "--data", agent.data).code == 0)
        #expect(try Product.run("notify", "add", "ris", "--hl7", "127.0.0.1:\(before.port)", "--data", agent.data).code == 0)
        try sign("K1", "Normal.", agent.data)
        #expect(before.wait { lines in lines.contains { $0[2] == "K1^NORTH" } })
        #expect(try Product.run("notify", "remove", "ris", "--data", agent.data).code == 0)
        #expect(try Product.run("notify", "add", "ris", "--hl7", "127.0.0.1:\(now.port)", "--data", agent.data).code == 0)
        try sign("K2", "Normal.", agent.data)
        #expect(now.wait { lines in lines.contains { $0[2] == "K2^NORTH" } })
        #expect(now.lines.count == 1 && before.lines.count == 1, "\(before.lines) \(now.lines)")
        let secret = agent.data + "-now/secret"
        try "whsec_\(Data((1...32).map { UInt8($0) }).base64EncodedString())\n".write(
            toFile: secret, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
        let added = try Product.run(
            "notify", "add", "pager", "--webhook", "http://127.0.0.1:1/in", "--secret-file", secret, "--data", agent.data)
        #expect(added.code == 0, "\(added.errors)")
        agent.stop()
        try FileManager.default.removeItem(atPath: secret)
        try agent.start()
        try eventually("doctor says what is missing", seconds: 20) {
            try Product.run("doctor", "--data", agent.data).output.contains("cannot be served")
        }
        agent.stop()
    }

    @Test func `a message that is refused waits for a person and holds up no other case; an outage is said at once`() throws {
        let network = try RealNetwork()
        let agent = network.northside
        try agent.start()
        let folder = agent.data + "-receiver"
        let receiver = try HL7Receiver(folder)
        try receiver.start()
        let file = folder + "/orders.hl7"
        try Self.orders(1...3).write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try Product.run("import", "hl7", file, "--data", agent.data).code == 0)
        #expect(try Product.run("notify", "add", "ris", "--hl7", "127.0.0.1:\(receiver.port)", "--data", agent.data).code == 0)
        let test = try Product.run("notify", "test", "ris", "--data", agent.data, "--json")
        #expect(test.code == 0 && test.output.contains("\"reached\":true"), "\(test.output) \(test.errors)")
        try sign("K1", "REFUSE this.", agent.data)
        try sign("K2", "Normal.", agent.data)
        #expect(receiver.wait { lines in lines.contains { $0[2] == "K2^NORTH" } })
        let waiting = try Product.run("notify", "waiting", "ris", "--data", agent.data, "--json")
        #expect(waiting.output.contains("\"parked\"") && waiting.output.contains("AE"), "\(waiting.output)")
        let doctor = try Product.run("doctor", "--data", agent.data)
        #expect(doctor.code != 0 && doctor.output.contains("notify-ris") && doctor.output.contains("notify waiting ris"))
        #expect(FileManager.default.createFile(atPath: receiver.file + ".mended", contents: nil))
        #expect(try Product.run("notify", "retry", "ris", "--data", agent.data).code == 0)
        #expect(receiver.wait { lines in lines.contains { $0[2] == "K1^NORTH" } })
        receiver.kill()
        try sign("K3", "Normal.", agent.data)
        let end = Date().addingTimeInterval(20)
        var status = ""
        while Date() < end, !status.contains("unreachableSince") {
            status = try Product.run("status", "--data", agent.data, "--json").output
            usleep(100_000)
        }
        #expect(status.contains("unreachableSince") && status.contains("\"target\":\"ris\""), "\(status)")
        try receiver.start()
        #expect(receiver.wait { lines in lines.contains { $0[2] == "K3^NORTH" } })
        #expect(Set(receiver.lines.filter { $0[5] == "F" }.map { $0[0] }).count == 3)
        let audit = try Product.run(
            "audit", "search", "--code", "110106", "--data", agent.data, "--as", "it", "--role", "siteAdmin", "--json")
        #expect(audit.output.contains("notify hl7"), "that a report went out is kept: \(audit.output) \(audit.errors)")
        agent.stop()
    }
}
