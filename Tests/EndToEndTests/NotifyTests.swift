import FHIRModels
import Foundation
import TestServers
import Testing

/// Webhooks and mail to real receivers that know nothing of who sends.
struct NotifyTests {
    /// A script that listens until it is let go.
    private final class Peer {
        let port = LoopbackPort.reserve()
        private let process = Process()

        init(_ script: String, _ file: String, _ more: [String] = []) throws {
            process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
            let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Scripts/\(script)")
                .path
            process.arguments = [path, "\(port)", file] + more
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            _ = output.fileHandleForReading.availableData
        }

        func stop() {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    private func text(of file: String, when isDone: (String) -> Bool) -> String {
        let end = Date().addingTimeInterval(60)
        var text = ""
        repeat {
            text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""  // nothing came yet
            if isDone(text) { break }
            usleep(50_000)
        } while Date() < end
        return text
    }

    private func record(_ kind: String, _ words: [String], _ data: String, role: String = "radiologist") throws {
        let answer = try Product.run(
            ["case", "record", kind, "--data", data, "--as", "dr.weber", "--role", role, "--json"] + words)
        #expect([0, 3].contains(answer.code), "\(answer.output) \(answer.errors)")
    }

    private func folder(_ data: String) throws -> String {
        let folder = data + "-peer"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    private static let order = [
        "accession.issuer=RIS", "accession.value=A1", "patient.issuer=MPI", "patient.id=P1", "patient.name=Doe^Jane",
        "modality=CT",
    ]

    @Test func `webhooks are signed, name each event once by its id, and say nothing of the patient`() throws {
        let network = try RealNetwork()
        let agent = network.northside
        try agent.start()
        let folder = try folder(agent.data)
        let secret = "whsec_" + Data((1...32).map { UInt8($0) }).base64EncodedString()
        let peer = try Peer("webhook-receiver.py", folder + "/received", [secret])
        defer { peer.stop() }
        let file = folder + "/secret"
        try (secret + "\n").write(toFile: file, atomically: true, encoding: .utf8)
        let open = try Product.run(
            "notify", "add", "pager", "--webhook", "http://127.0.0.1:\(peer.port)/in", "--secret-file", file, "--data", agent.data
        )
        #expect(open.code == 77, "a secret that others may read is none: \(open.errors)")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let added = try Product.run(
            "notify", "add", "pager", "--webhook", "http://127.0.0.1:\(peer.port)/in", "--secret-file", file, "--data", agent.data
        )
        #expect(added.code == 0, "\(added.errors)")
        #expect(try Product.run("notify", "test", "pager", "--data", agent.data).code == 0)
        try record("order.placed", Self.order, agent.data, role: "frontDesk")
        try record("report.finalSigned", ["--case", "A1", "findings=Secret words.", "impression=None."], agent.data)
        let received = text(of: folder + "/received") { $0.contains("report.finalSigned") }
        #expect(received.contains("org.filmjacket.order.placed.v1") && received.contains("application/cloudevents+json"))
        for word in ["Doe", "P1", "A1", "Secret words", "None."] { #expect(!received.contains(word), "\(word) went out") }
        let ids = received.split(separator: "\n").compactMap { line in
            (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["id"] as? String  // no JSON has no id
        }
        #expect(ids.count >= 3 && Set(ids).count == ids.count, "\(received)")
        #expect(FileManager.default.createFile(atPath: folder + "/received.gone", contents: nil))
        try record("comment.added", ["--case", "A1", "text=Again."], agent.data)
        let end = Date().addingTimeInterval(30)
        var listed = ""
        while Date() < end, !listed.contains("\"paused\":true") {
            listed = try Product.run("notify", "list", "--data", agent.data, "--json").output
            usleep(100_000)
        }
        #expect(listed.contains("\"paused\":true") && listed.contains("410"), "\(listed)")
        let doctor = try Product.run("doctor", "--data", agent.data)
        #expect(doctor.output.contains("notify resume pager"), "\(doctor.output)")
        agent.stop()
    }

    @Test func `a FHIR subscription tells of its topic once each, by number and address, and its notifications are FHIR`() throws
    {
        let network = try RealNetwork()
        let agent = network.northside
        try agent.start()
        let folder = try folder(agent.data)
        let peer = try Peer("post-receiver.py", folder + "/received")
        defer { peer.stop() }
        let file = folder + "/secret"
        #expect(
            FileManager.default.createFile(
                atPath: file, contents: Data("Bearer abc\n".utf8), attributes: [.posixPermissions: 0o600]))
        let wrong = try Product.run(
            "notify", "add", "ehr", "--fhir-subscription", "http://127.0.0.1:\(peer.port)/hook", "--topic", "weather", "--data",
            agent.data)
        #expect(wrong.code == 78 && wrong.errors.contains("report-final|report-amended|critical|study-state"), "\(wrong.errors)")
        for (name, topic) in [("ehr", "report-final"), ("ehr-amended", "report-amended"), ("ehr-critical", "critical")] {
            let added = try Product.run(
                "notify", "add", name, "--fhir-subscription", "http://127.0.0.1:\(peer.port)/hook", "--topic", topic,
                "--fhir-base", "https://northside.example/fhir/R4", "--secret-file", file, "--data", agent.data)
            #expect(added.code == 0, "\(added.errors)")
        }
        #expect(try Product.run("notify", "test", "ehr", "--data", agent.data).code == 0)
        try record("order.placed", Self.order, agent.data, role: "frontDesk")
        try record("report.finalSigned", ["--case", "A1", "findings=Secret words.", "impression=None."], agent.data)
        try record("criticalResult.raised", ["--case", "A1", "category=1", "finding=Secret bleed."], agent.data)
        _ = text(of: folder + "/received") { $0.contains("ehr-critical") && $0.contains("DiagnosticReport/") }
        for words in ["Second.", "Third."] {
            try record("report.addendumSigned", ["--case", "A1", "text=\(words)"], agent.data)
            _ = text(of: folder + "/received") {
                $0.components(separatedBy: "Subscription/ehr-amended\"").count > (words == "Second." ? 1 : 2)
            }
        }
        let received = text(of: folder + "/received") { $0.components(separatedBy: "Subscription/ehr-amended\"").count == 3 }
        let lines = received.split(separator: "\n").map { Data($0.utf8) }
        let posts = try lines.map { try #require(try JSONSerialization.jsonObject(with: $0) as? [String: Any]) }
        #expect(posts.count == 5, "a handshake, a final, a critical result and two additions: \(received)")
        #expect(posts.allSatisfy { $0["from"] as? String == "Bearer abc" && $0["type"] as? String == "application/fhir+json" })
        #expect(received.contains("\"handshake\"") && received.contains("https://northside.example/fhir/R4/DiagnosticReport/c-"))
        for word in ["Doe", "P1", "A1\"", "Secret"] { #expect(!received.contains(word), "\(word) went out") }
        let bundles = try posts.map { post in
            Array(try JSONSerialization.data(withJSONObject: try #require(post["body"])))
        }
        let numbers = bundles.map { bundle in
            String(decoding: bundle, as: UTF8.self).components(separatedBy: "\"events-since-subscription-start\"").count
        }
        #expect(numbers.allSatisfy { $0 == 2 })
        let judged = try FHIRModels.mistakes(in: bundles)
        #expect(judged.mistakes.isEmpty && judged.count == bundles.count, "\(judged.mistakes.prefix(3))")
        agent.stop()
    }

    @Test func `mail says that something waits and where, and nothing of the patient`() throws {
        let network = try RealNetwork()
        let agent = network.northside
        try agent.start()
        let folder = try folder(agent.data)
        let peer = try Peer("mail-receiver.py", folder + "/mail")
        defer { peer.stop() }
        let added = try Product.run(
            "notify", "add", "lead", "--mail", "smtp://127.0.0.1:\(peer.port)", "--from", "filmjacket@hospital.example", "--to",
            "lead@hospital.example", "--to", "night@hospital.example", "--data", agent.data)
        #expect(added.code == 0, "\(added.errors)")
        let test = try Product.run("notify", "test", "lead", "--data", agent.data)
        #expect(test.code == 0, "\(test.output) \(test.errors)")
        try record("order.placed", Self.order, agent.data, role: "frontDesk")
        try record("criticalResult.raised", ["--case", "A1", "category=1", "finding=Secret bleed."], agent.data)
        let mail = text(of: folder + "/mail") { $0.contains("Critical result waits") }
        #expect(mail.contains("Envelope: filmjacket@hospital.example -> lead@hospital.example,night@hospital.example"))
        #expect(mail.contains("Subject: [northside] Critical result waits") && mail.contains("category 1"), "\(mail)")
        #expect(mail.components(separatedBy: "Critical result waits").count == 2)
        for word in ["Doe", "P1", "Secret bleed"] { #expect(!mail.contains(word), "\(word) went out") }
        agent.stop()
    }
}
