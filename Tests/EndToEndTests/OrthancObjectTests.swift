import Foundation
import Interop
import TestServers
import Testing

/// Dose reports of real scanners as a public package publishes them for its own tests: fetched into a folder, never kept.
enum ScannerReports {
    private static let release = "OpenREM==0.10.0"
    private static let digest = "2fb6be2a42b0355e5d57cb5f4a7750806e202aa2e8f41b4f7bf26439dd862dbb"

    /// Where the files are; nil where pip, the network or a file cannot be had.
    static let folder: String? = {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("filmjacket-scanner-reports-0.10.0").path
        if isWhole(place) { return place }
        do {
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            let list = place + "/list.txt"
            try "\(release) --hash=sha256:\(digest)\n".write(toFile: list, atomically: true, encoding: .utf8)
            let pip = [
                "-m", "pip", "download", "--quiet", "--no-deps", "--no-input", "--timeout", "20", "--retries", "1",
                "--require-hashes", "--dest", place, "--requirement", list,
            ]
            let tar = [
                "--extract", "--gzip", "--file", place + "/OpenREM-0.10.0.tar.gz", "--directory", place, "--strip-components=5",
                "--wildcards", "*/remapp/tests/test_files/CT-RDSR-Siemens-*",
            ]
            for (program, arguments) in [("/usr/bin/python3", pip), ("/usr/bin/tar", tar)] {
                let process = try Process.run(URL(fileURLWithPath: program), arguments: arguments)
                process.waitUntilExit()
            }
        } catch { return nil }
        return isWhole(place) ? place : nil
    }()

    private static func isWhole(_ place: String) -> Bool {
        FileManager.default.fileExists(atPath: place + "/CT-RDSR-Siemens-Continued-2.dcm")
    }

    static func file(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: try #require(folder) + "/CT-RDSR-Siemens-\(name).dcm")))
    }
}

/// What objects in an archive say beside being images, and what goes back to it: its worklist and its jobs.
@Suite(.enabled(if: RealOrthanc.isThere, Comment(rawValue: RealOrthanc.absence)))
struct OrthancObjectTests {
    private func agent(_ node: RealNode, _ archive: RealOrthanc, more: [String] = []) -> RealNode {
        RealNode(data: node.data, arguments: node.arguments + ["--orthanc", archive.url, "--orthanc-sweep", "2"] + more)
    }

    private func axis(_ agent: RealNode, _ id: String, _ name: String) throws -> [String: Any] {
        let shown = try Product.run("case", "show", id, "--data", agent.data, "--json").json
        return (shown["axes"] as? [String: Any])?[name] as? [String: Any] ?? [:]
    }

    private func record(_ agent: RealNode, _ kind: String, _ id: String?, _ role: String, _ body: String...) throws {
        var arguments = ["case", "record", kind, "--data", agent.data, "--as", "a.person", "--role", role, "--json"]
        if let id { arguments += ["--case", id] }
        let ended = try Product.run(arguments + body)
        #expect(ended.code == 0, "\(kind): \(ended.output) \(ended.errors)")
    }

    @Test(.enabled(if: ScannerReports.folder != nil, "skipped: pip, the network or the scanners' files cannot be had"))
    func `dose reports of real scanners count each irradiation once, cumulative ones and additional ones`() throws {
        let network = try RealNetwork()
        let archive = try RealOrthanc()
        try archive.start()
        let agent = agent(network.northside, archive)
        try agent.start()
        for (names, total) in [(["Multi-1", "Multi-2", "Multi-3"], 236.09), (["Continued-1", "Continued-2"], 116.61)] {
            for name in names { try archive.store(try ScannerReports.file(name)) }
            let uid = try #require(try studyUID(archive, last: true))
            try eventually("the dose of \(names) is \(total)", seconds: 30) {
                let dose = try axis(agent, uid, "dose")["dlpMilligrayCentimetre"] as? Double ?? 0
                return abs(dose - total) < 0.01
            }
        }
        agent.stop()
    }

    private func studyUID(_ archive: RealOrthanc, last: Bool) throws -> String? {
        let studies = try archive.json("/studies?expand") as? [[String: Any]] ?? []
        let newest = studies.max {
            ($0["LastUpdate"] as? String ?? "", $0["ID"] as? String ?? "") < (
                $1["LastUpdate"] as? String ?? "", $1["ID"] as? String ?? ""
            )
        }
        return (newest?["MainDicomTags"] as? [String: Any])?["StudyInstanceUID"] as? String
    }

    private func object(_ sample: OrthancSample, _ sop: String, _ number: Int, _ modality: String, _ more: [DICOMElement])
        -> [UInt8]
    {
        let instance = "\(sample.study).9.\(number)"
        return DICOMFile.bytes(
            sopClass: sop, sopInstance: instance,
            [
                DICOMElement(0x0008_0016, "UI", sop), DICOMElement(0x0008_0018, "UI", instance),
                DICOMElement(0x0008_0060, "CS", modality), DICOMElement(0x0010_0010, "PN", "DOE^JANE"),
                DICOMElement(0x0010_0020, "LO", sample.patient), DICOMElement(0x0020_000d, "UI", sample.study),
                DICOMElement(0x0020_000e, "UI", "\(sample.study).9\(modality.utf8.count)\(number)"),
            ] + more)
    }

    @Test func `a plan, a delivered fraction and a rejection note become facts, each once`() throws {
        let network = try RealNetwork()
        let archive = try RealOrthanc()
        try archive.start()
        let agent = agent(network.northside, archive)
        try agent.start()
        let sample = OrthancSample(study: "1.2.826.0.1.3680043.4.1", patient: "P4", accession: "")
        try archive.store(sample.image(series: 1, number: 1))
        let plan = "\(sample.study).9.1"
        try archive.store(
            object(
                sample, "1.2.840.10008.5.1.4.1.1.481.5", 1, "RTPLAN",
                [
                    DICOMElement(0x300a_0002, "SH", "C1"),
                    DICOMElement(0x300a_0010, items: [[DICOMElement(0x300a_0026, "DS", "60")]]),
                    DICOMElement(0x300a_0070, items: [[DICOMElement(0x300a_0078, "IS", "30")]]),
                ]))
        try archive.store(
            object(
                sample, "1.2.840.10008.5.1.4.1.1.481.4", 2, "RTRECORD",
                [
                    DICOMElement(0x3008_0021, items: [[DICOMElement(0x3008_0022, "IS", "1")]]),
                    DICOMElement(
                        0x3008_0020,
                        items: [
                            [
                                DICOMElement(0x3008_0022, "IS", "1"), DICOMElement(0x3008_0036, "DS", "100"),
                                DICOMElement(0x3008_002a, "CS", "NORMAL"),
                            ]
                        ]),
                    DICOMElement(0x3008_0250, "DA", "20261124"),
                    DICOMElement(0x300c_0002, items: [[DICOMElement(0x0008_1155, "UI", plan)]]),
                ]))
        try archive.store(
            object(
                sample, "1.2.840.10008.5.1.4.1.1.88.59", 3, "KO",
                [
                    DICOMElement(0x0040_a043, items: [[DICOMElement(0x0008_0100, "SH", "113001")]]),
                    DICOMElement(
                        0x0040_a375,
                        items: [
                            [
                                DICOMElement(0x0020_000d, "UI", sample.study),
                                DICOMElement(0x0008_1115, items: [[DICOMElement(0x0020_000e, "UI", "\(sample.study).1")]]),
                            ]
                        ]),
                ]))
        let kinds = ["rt.planVersionCreated", "rt.fractionDelivered", "image.rejected"]
        func log() throws -> String { try Product.run("log", "show", "--data", agent.data, "--json").output }
        try eventually("plan, fraction and rejection are recorded", seconds: 20) {
            let log = try log()
            return kinds.allSatisfy { log.contains("\"\($0)\"") }
        }
        try archive.store(sample.image(series: 1, number: 2))
        try eventually("the second content is there", seconds: 20) {
            try axis(agent, sample.study, "acquisition")["instances"] as? Int == 5
        }
        let log = try log()
        for kind in kinds { #expect(log.components(separatedBy: "\"\(kind)\"").count == 2, "\(kind)") }
        agent.stop()
    }

    @Test func `an accepted order is in the modality's worklist until it is cancelled, and its images find it by the list's UID`()
        throws
    {
        let network = try RealNetwork()
        let list = network.folder + "/worklists"
        let mine = list + "/FILMJACKET"
        try FileManager.default.createDirectory(atPath: mine, withIntermediateDirectories: true)
        let archive = try RealOrthanc()
        try archive.start()
        let agent = agent(network.northside, archive, more: ["--worklist-folder", mine])
        try agent.start()
        #expect(FileManager.default.createFile(atPath: mine + "/lockfile", contents: nil))
        for number in ["W1", "W2"] {
            let order =
                #"{"accession":{"issuer":"N","value":"\#(number)"},"patient":{"issuer":"N","id":"P-\#(number)","name":"MÜLLER^JANE","birthDate":"1962-04-02","sex":"female"},"procedure":{"code":"CTHEAD","scheme":"L","text":"CT Head"},"modality":"CT"}"#
            let body = network.folder + "/order-\(number).json"
            try Data(order.utf8).write(to: URL(fileURLWithPath: body))
            try record(agent, "order.placed", nil, "referrer", "--body", body)
        }
        func files() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: mine).filter { $0.hasSuffix(".wl") }
        }
        #expect(try files().isEmpty, "nobody accepted them yet")
        for number in ["W1", "W2"] { try record(agent, "order.reviewed", number, "radiologist", "decision=accepted") }
        try eventually("both are in the list") { try files().count == 2 }
        let dump = try Process.output("/usr/bin/dcmdump", files().flatMap { [mine + "/" + $0] })
        #expect(dump.code == 0 && dump.text.contains("MÜLLER^JANE") && dump.text.contains("CT Head"))
        let port = LoopbackPort.reserve()
        let server = try Process.run(URL(fileURLWithPath: "/usr/bin/wlmscpfs"), arguments: ["-dfp", list, "\(port)"])
        defer {
            // It inherits a mask of signals in which an order to end waits for ever.
            kill(server.processIdentifier, SIGKILL)
            server.waitUntilExit()
        }
        try eventually("the worklist's server listens") { LoopbackLine(port: port) != nil }
        let found = try Process.output(
            "/usr/bin/findscu",
            [
                "-W", "-aec", "FILMJACKET", "-k", "0008,0050=W1", "-k", "0010,0010", "-k", "0020,000D",
                "-k", "(0040,0100)[0].Modality=CT", "127.0.0.1", "\(port)",
            ])
        #expect(found.code == 0 && found.text.contains("[W1") && !found.text.contains("[W2"), "\(found.text)")
        let uid = try #require(found.text.components(separatedBy: "[2.25.").dropFirst().first?.prefix { $0.isNumber })
        try archive.store(OrthancSample(study: "2.25.\(uid)", patient: "P-W1", accession: "").image(series: 1, number: 1))
        try eventually("the images are the order's, which leaves the list") {
            try axis(agent, "W1", "acquisition")["instances"] as? Int == 1 && files().count == 1
        }
        try record(agent, "order.cancelled", "W2", "referrer", "reason=not needed")
        try eventually("the cancelled order leaves the list") { try files().isEmpty }
        #expect(FileManager.default.fileExists(atPath: mine + "/lockfile"), "what is not ours stays")
        agent.stop()
    }

    @Test func `images that somebody wants elsewhere are sent, followed and compared there by count and hash`() throws {
        let network = try RealNetwork()
        let there = try RealOrthanc()
        let here = try RealOrthanc(more: ["OrthancPeers": ["lakeview": [there.url + "/", "", ""]]])
        try here.start()
        try network.hub.start()
        let (north, lake) = (agent(network.northside, here), agent(network.lakeview, there))
        try north.start()
        let sample = OrthancSample(study: "1.2.826.0.1.3680043.5.1", patient: "P5", accession: "A5")
        let count = 24
        for number in 1...count { try here.store(sample.image(series: 1 + number % 3, number: number)) }
        try eventually("the images are facts at northside", seconds: 20) {
            try axis(north, sample.study, "acquisition")["instances"] as? Int == count
        }
        func destination(_ agent: RealNode, _ name: String) throws -> [String: Any]? {
            (try axis(agent, sample.study, "availability")["destinations"] as? [[String: Any]])?.first {
                $0["destination"] as? String == name
            }
        }
        try record(north, "transfer.started", sample.study, "technologist", "destination=lakeview")
        try record(north, "transfer.started", sample.study, "technologist", "destination=nowhere")
        try eventually("the archive there does not answer, which is said", seconds: 20) {
            try destination(north, "lakeview")?["state"] as? String == "failed"
        }
        try eventually("a destination that nobody knows is given up", seconds: 20) {
            try destination(north, "nowhere")?["isFinal"] as? Bool == true
        }
        try there.start()
        try lake.start()
        for (agent, place) in [(north, "northside"), (lake, "lakeview")] {
            try eventually("it is a fact at \(place)", seconds: 60) {
                try destination(agent, "lakeview")?["line"] as? String == "all \(count) of \(count) verified at lakeview"
            }
        }
        #expect(try axis(lake, sample.study, "acquisition")["instances"] as? Int == count)
        north.stop()
        lake.stop()
    }
}

extension Process {
    /// What a program says, and its exit code.
    static func output(_ program: String, _ arguments: [String]) throws -> (code: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
