import Foundation
import TestServers
import Testing

/// An agent beside Debian's Orthanc: what comes in becomes facts of the case, whoever is killed meanwhile.
@Suite(.enabled(if: RealOrthanc.isThere, Comment(rawValue: RealOrthanc.absence)))
struct OrthancTests {
    /// A site's agent that follows an archive, and looks at all studies every few seconds.
    private func agent(_ network: RealNetwork, _ archive: RealOrthanc, sweep: Int = 2, more: [String] = []) -> RealNode {
        RealNode(
            data: network.northside.data,
            arguments: network.northside.arguments + ["--orthanc", archive.url, "--orthanc-sweep", "\(sweep)"] + more)
    }

    private func edge(_ agent: RealNode) throws -> [String: Any] {
        try #require((try agent.status()["edges"] as? [[String: Any]])?.first { $0["edge"] as? String == "orthanc" })
    }

    private func shown(_ agent: RealNode, _ id: String) throws -> [String: Any] {
        try Product.run("case", "show", id, "--data", agent.data, "--json").json
    }

    private func axis(_ agent: RealNode, _ id: String, _ name: String) throws -> [String: Any] {
        (try shown(agent, id)["axes"] as? [String: Any])?[name] as? [String: Any] ?? [:]
    }

    /// How often a case's history has a kind.
    private func count(_ kind: String, _ agent: RealNode, _ id: String) throws -> Int {
        try Product.run("case", "history", id, "--data", agent.data, "--json").output.components(separatedBy: "\"\(kind)\"").count
            - 1
    }

    @Test func `images find their order, a late one reopens a signed reading, a wiped feed loses nothing, deletion is noticed`()
        throws
    {
        let network = try RealNetwork()
        let archive = try RealOrthanc()
        try archive.start()
        let agent = agent(network, archive)
        try agent.start()
        let sample = OrthancSample()
        let body = network.folder + "/order.json"
        let order =
            #"{"accession":{"issuer":"N","value":"A1"},"patient":{"issuer":"N","id":"P1","name":"DOE^JANE"},"modality":"CT"}"#
        try Data(order.utf8).write(to: URL(fileURLWithPath: body))
        let placed = try Product.run(
            "case", "record", "order.placed", "--data", agent.data, "--as", "Dr Reyes", "--role", "referrer", "--body", body,
            "--json")
        #expect(placed.code == 0, "\(placed.errors)")
        for number in 1...3 { try archive.store(sample.image(series: 1, number: number)) }
        try eventually("the images are facts of the case", seconds: 20) {
            try axis(agent, sample.study, "acquisition")["instances"] as? Int == 3
        }
        #expect(try count("procedureStep.started", agent, sample.study) == 1)
        #expect(try shown(agent, "A1")["case"] as? String == shown(agent, sample.study)["case"] as? String)
        let version = try #require(try axis(agent, sample.study, "acquisition")["contentVersion"] as? String)
        let signed = try Product.run(
            "case", "record", "report.finalSigned", "--case", sample.study, "--data", agent.data, "--as", "Dr Stone", "--role",
            "radiologist", "findings=clear", "impression=clear", "contentVersion=\(version)")
        #expect(signed.code == 0, "\(signed.errors)")
        try archive.store(sample.image(series: 2, number: 1))
        try eventually("the late image reopens the reading", seconds: 20) {
            let reading = try axis(agent, sample.study, "reading")
            return (reading["unseen"] as? [Any])?.isEmpty == false
        }
        try archive.ask("DELETE", "/changes")
        let next = OrthancSample(study: "1.2.826.0.1.3680043.2.2", patient: "P2", accession: "A2")
        try archive.store(next.image(series: 1, number: 1))
        try archive.ask("DELETE", "/changes")
        try eventually("what the wiped feed did not tell is found", seconds: 20) {
            try axis(agent, next.study, "acquisition")["instances"] as? Int == 1
        }
        for id in try archive.studies() { try archive.ask("DELETE", "/studies/\(id)") }
        try eventually("deletion is noticed", seconds: 20) { try count("study.imagesGone", agent, sample.study) == 1 }
        #expect(try count("study.contentChanged", agent, sample.study) == 2)
        #expect(try edge(agent)["reachable"] as? Bool == true && edge(agent)["version"] as? String != nil)
        #expect(try Product.run("doctor", "--data", agent.data, "--json").output.contains("\"orthanc\""))
        agent.stop()
    }

    /// What a process has used of processors so far. Source: proc(5), fields 14 and 15 of stat.
    private func processorSeconds(_ agent: RealNode) throws -> Double {
        let id = try #require(agent.processID)
        let fields = try String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8).split(separator: " ")
        return Double((Int(fields[13]) ?? 0) + (Int(fields[14]) ?? 0)) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Prints how long after StableStudy they are facts of the case, and what waiting costs: figures, and no test of time.
    @Test func `a thousand images are facts of their case, each once`() throws {
        let network = try RealNetwork()
        let archive = try RealOrthanc()
        try archive.start()
        let agent = agent(network, archive, sweep: 300)
        try agent.start()
        let sample = OrthancSample()
        for number in 1...1000 { try archive.store(sample.image(series: 1 + number % 4, number: number)) }
        try eventually("Orthanc says that the study stands still", seconds: 60) {
            String(decoding: try archive.ask("GET", "/changes?limit=10000").body, as: UTF8.self).contains("StableStudy")
        }
        let stable = Date()
        try eventually("the images are facts of the case", seconds: 60) {
            try axis(agent, sample.study, "acquisition")["instances"] as? Int == 1000
        }
        let seconds = Date().timeIntervalSince(stable)
        #expect(try count("study.contentChanged", agent, sample.study) == 1)
        let used = try processorSeconds(agent)
        Thread.sleep(forTimeInterval: 4)
        let idle = try (processorSeconds(agent) - used) / 4
        print("orthanc: 1,000 images are facts \(seconds) s after StableStudy; waiting costs \(idle * 100) % of a core")
        agent.stop()
    }

    @Test func `nothing is lost or doubled though agent and archive are killed in the middle again and again`() throws {
        let network = try RealNetwork()
        let archive = try RealOrthanc()
        try archive.start()
        let agent = agent(network, archive, sweep: 1)
        try agent.start()
        let studies = (1...24 * EdgeRounds.count).map {
            OrthancSample(study: "1.2.826.0.1.3680043.3.\($0)", patient: "P\($0)", accession: "A\($0)")
        }
        for (place, sample) in studies.enumerated() {
            for number in 1...2 {
                let file = sample.image(series: 1, number: number)
                // A modality sends again what was not acknowledged.
                while (try? archive.store(file)) == nil { usleep(50_000) }
            }
            if place % 6 == 2 {
                archive.kill()
                try archive.start()
            }
            if place % 6 == 5 {
                agent.kill()
                try agent.start()
            }
        }
        for sample in studies {
            try eventually("\(sample.study) is whole", seconds: 60) {
                try axis(agent, sample.study, "acquisition")["instances"] as? Int == 2
            }
            let versions = try axis(agent, sample.study, "acquisition")["contentVersions"] as? [Any] ?? []
            #expect(try count("study.contentChanged", agent, sample.study) == max(1, versions.count), "\(sample.study)")
            #expect(try count("procedureStep.started", agent, sample.study) <= 1)
        }
        #expect(try agent.status()["cases"] as? Int == studies.count)
        #expect(try Product.run("log", "verify", "--states", "--data", agent.data).code == 0)
        agent.stop()
    }

    @Test func `a password that is wrong is named by doctor, and the right one is let in`() throws {
        let network = try RealNetwork()
        let archive = try RealOrthanc(user: ("agent", "secret"))
        try archive.start()
        let file = network.folder + "/password"
        for (password, isRight) in [("wrong", false), ("secret", true)] {
            #expect(
                FileManager.default.createFile(
                    atPath: file, contents: Data(password.utf8), attributes: [.posixPermissions: 0o600]))
            let agent = agent(
                network, archive, more: ["--orthanc-user", "agent", "--orthanc-password-file", file])
            try agent.start()
            try eventually("the archive is \(isRight ? "followed" : "named")", seconds: 20) {
                let edge = try edge(agent)
                return isRight ? edge["reachable"] as? Bool == true : (edge["lastError"] as? String)?.contains("401") == true
            }
            let doctor = try Product.run("doctor", "--data", agent.data, "--json")
            #expect(doctor.output.contains("--orthanc-password-file") == !isRight)
            agent.stop()
        }
    }
}
