import FHIRModels
import Foundation
import TestServers
import Testing

/// One day of two hospitals: two archives, two agents, a hub, a RIS, and the link between them cut in the middle.
///
/// Every machine is real: Debian's Orthanc twice, dcmtk's storescu as the modality, python3-hl7 as the RIS, the agents, the hub.
@Suite(.enabled(if: RealOrthanc.isThere, Comment(rawValue: RealOrthanc.absence)))
struct AcceptanceStoryTests {
    /// Files of real scanners, as Debian's python3-pydicom brings them.
    private static let files = "/usr/lib/python3/dist-packages/pydicom/data/test_files"
    private static let scanned = (
        ct: "1.3.6.1.4.1.5962.1.2.1.20040119072730.12322", mr: "1.3.6.1.4.1.5962.1.2.4.20040826185059.5457"
    )

    /// What a day needs, put together.
    private struct Day {
        let network: RealNetwork
        let (here, there): (RealOrthanc, RealOrthanc)
        let (north, lake): (RealNode, RealNode)
        let ris: HL7Receiver

        init() throws {
            network = try RealNetwork()
            there = try RealOrthanc()
            here = try RealOrthanc(more: ["OrthancPeers": ["lakeview": [there.url + "/", "", ""]]])
            try here.start()
            try there.start()
            func agent(_ node: RealNode, _ archive: RealOrthanc) -> RealNode {
                RealNode(data: node.data, arguments: node.arguments + ["--orthanc", archive.url, "--orthanc-sweep", "2"])
            }
            (north, lake) = (agent(network.northside, here), agent(network.lakeview, there))
            ris = try HL7Receiver(network.folder + "/ris")
            try network.hub.start()
            try north.start()
            try lake.start()
            try ris.start()
            let added = try Product.run("notify", "add", "ris", "--hl7", "127.0.0.1:\(ris.port)", "--data", north.data)
            try #require(added.code == 0, "\(added.errors)")
        }

        /// Orders come from the RIS over HL7.
        func order(_ numbers: [(key: String, patient: String, study: String)]) throws {
            let text = numbers.map { key, patient, study in
                [
                    "MSH|^~\\&|RIS|NORTH|FJ|HUB|20260106134418+0100||ORM^O01^ORM_O01|O-\(key)|P|2.5.1",
                    "PID|1||\(patient)^^^NORTH^MR||DOE^JANE||19790328|F", "ORC|NW|\(key)^NORTH",
                    "OBR|1|\(key)^NORTH||CTHEAD^CT Head^LOCAL" + String(repeating: "|", count: 14) + key,
                    study.isEmpty ? "" : "ZDS|\(study)^FILMJACKET^Application^DICOM",
                ].filter { !$0.isEmpty }.map { $0 + "\r" }.joined()
            }.joined()
            let file = network.folder + "/orders.hl7"
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            let taken = try Product.run("import", "hl7", file, "--data", north.data)
            try #require(taken.code == 0, "\(taken.output) \(taken.errors)")
        }

        @discardableResult
        func say(
            _ node: RealNode, _ kind: String, _ id: String?, _ person: String, _ role: String, _ words: [String]
        ) throws -> [String: Any] {
            let answer = try Product.run(
                ["case", "record", kind, "--data", node.data, "--as", person, "--role", role, "--json"]
                    + (id.map { ["--case", $0] } ?? []) + words)
            #expect([0, 3].contains(answer.code), "\(kind) \(words): \(answer.output) \(answer.errors)")
            return answer.json
        }

        func body(_ node: RealNode, _ kind: String, _ id: String, _ person: String, _ role: String, _ json: String) throws {
            let file = network.folder + "/body.json"
            try json.write(toFile: file, atomically: true, encoding: .utf8)
            try say(node, kind, id, person, role, ["--body", file])
        }

        func numbers(_ node: RealNode) throws -> Set<Int> {
            let listed = try Product.run("conflict", "list", "--all", "--data", node.data, "--json")
            let rows = try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as? [[String: Any]] ?? []
            return Set(rows.compactMap { $0["number"] as? Int })
        }

        func inStep() throws -> Bool {
            let nodes = [network.hub, north, lake]
            let pending = try [north, lake].map { try $0.status()["pending"] as? Int ?? -1 }
            return try pending == [0, 0] && Set(nodes.map { try $0.status()["digest"] as? String ?? "" }).count == 1
        }
    }

    @Test func `two archives, two agents and a hub come to one state after the link was cut, and the RIS hears each thing once`()
        throws
    {
        let day = try Day()
        let keys = ["K5", "K14", "K23", "K38", "K49"]
        try day.order(keys.map { ($0, "P-\($0)", "") } + [("K35", "1CT1", Self.scanned.ct)])
        let sent = try Process.output(
            "/usr/bin/storescu",
            ["127.0.0.1", "\(day.here.dicomPort)", Self.files + "/CT_small.dcm", Self.files + "/MR_small.dcm"])
        #expect(sent.code == 0, "\(sent.text)")
        try eventually("the modality's images are facts of the order's case at both sites", seconds: 60) {
            try [day.north, day.lake].allSatisfy { node in
                let shown = try Product.run("case", "show", "K35", "--data", node.data, "--json")
                return shown.output.contains(Self.scanned.ct) && shown.output.contains("\"contentVersion\"")
            }
        }
        let course = try prescribe(day)
        try eventually("everybody holds the same before the cut", seconds: 60) { try day.inStep() }
        // The link is cut: both sites go on.
        day.network.hub.kill()
        try apart(day, course)
        try day.network.hub.start()
        try eventually("everybody holds the same again", seconds: 90) { try day.inStep() }
        let found = try day.numbers(day.lake)
        for number in [5, 13, 14, 23, 35, 38, 49, 53] {
            #expect(found.contains(number), "conflict \(number) of \(found.sorted())")
        }
        #expect(try day.numbers(day.north) == found && day.numbers(day.network.hub) == found)
        try expectOneStory(day)
        try expectFHIR(day)
        for node in [day.network.hub, day.north, day.lake] {
            #expect(try Product.run("log", "verify", "--states", "--data", node.data).code == 0)
        }
        for node in [day.north, day.lake, day.network.hub] { node.stop() }
    }

    private func prescribe(_ day: Day) throws -> String {
        let said = try day.say(
            day.north, "rt.coursePrescribed", nil, "Dr Roe", "radiationOncologist",
            [
                "course=C1", "site.code=Prostate", "site.scheme=TG263", "site.text=Prostate", "intent=curative", "technique=VMAT",
                "totalCentigray=6000", "fractionCentigray=200", "fractions=30",
            ])
        let course = try #require(said["case"] as? String)
        try day.say(
            day.north, "patient.arrived", course, "desk.ray", "frontDesk",
            ["patient.issuer=NORTH", "patient.id=P-K5", "patient.name=DOE^JANE"])
        try plan(day, day.north, course, "1.2.840.53.1", [])
        return course
    }

    private func plan(_ day: Day, _ node: RealNode, _ course: String, _ uid: String, _ more: [String]) throws {
        try day.say(
            node, "rt.planVersionCreated", course, "phys.lee", "physicist",
            ["planUID=\(uid)", "label=P", "fractions=30", "fractionCentigray=200"] + more)
        try day.say(node, "rt.planPhysicsChecked", course, "phys.lee", "physicist", ["planUID=\(uid)", "passed=true"])
        try day.say(node, "rt.planApproved", course, "Dr Roe", "radiationOncologist", ["planUID=\(uid)"])
    }

    /// What both sites do while neither hears of the other.
    private func apart(_ day: Day, _ course: String) throws {
        let (north, lake) = (day.north, day.lake)
        try day.body(
            north, "procedureStep.completed", "K5", "tech.kim", "technologist",
            #"{"stepUID":"1.2.840.5.1","studyUID":"1.2.840.5.2","modality":"CT","series":[{"uid":"1.2.840.5.3","modality":"CT","instances":3}]}"#
        )
        try day.say(lake, "order.cancelled", "K5", "Dr Reyes", "referrer", ["reason=not needed"])
        for (node, patient) in [(north, "4MR1"), (lake, "P-OTHER")] {
            try day.say(
                node, "order.placed", nil, "desk.ray", "frontDesk",
                [
                    "accession.issuer=NORTH", "accession.value=K13", "studyUID=\(Self.scanned.mr)", "patient.issuer=NORTH",
                    "patient.id=\(patient)", "patient.name=\(node === north ? "DOE^JANE" : "ROE^MARY")", "modality=MR",
                ])
        }
        for (archive, text) in [(day.here, "as scanned"), (day.there, "altered")] {
            let sample = OrthancSample(study: "1.2.826.0.1.3680043.14", patient: "P-K14", accession: "K14")
            try archive.store(sample.image(series: 1, number: 1, text: text))
        }
        try day.say(lake, "safety.mriScreened", "K23", "desk.ray", "nurse", ["result=clear"])
        try day.say(
            north, "safety.mriScreened", "K23", "tech.kim", "technologist", ["result=contraindicated", "note=Pacemaker."])
        try day.say(lake, "report.finalSigned", "K35", "Dr Stone", "radiologist", ["findings=Normal.", "impression=Normal."])
        try day.here.store(OrthancSample(study: Self.scanned.ct, patient: "1CT1", accession: "K35").image(series: 9, number: 1))
        try day.say(north, "report.finalSigned", "K38", "Dr Weber", "radiologist", ["findings=Clear.", "impression=No bleed."])
        try day.say(lake, "report.finalSigned", "K38", "Dr Sato", "radiologist", ["findings=Bleed.", "impression=Bleed left."])
        for (node, dose) in [(north, 236.09), (lake, 77.27)] {
            try day.body(
                node, "dose.recorded", "K49", "tech.kim", "technologist",
                #"{"irradiationEvents":[{"uid":"1.2.840.49.1","dlpMilligrayCentimetre":\#(dose)}],"source":"RDSR"}"#)
        }
        try day.say(
            north, "rt.fractionDelivered", course, "rtt.ito", "therapist",
            ["planUID=1.2.840.53.1", "fraction=1", "machine=L1", "deliveredCentigray=200"])
        try plan(day, lake, course, "1.2.840.53.2", ["replaces=1.2.840.53.1"])
        for (node, study) in [(north, "1.2.826.0.1.3680043.14"), (lake, "1.2.826.0.1.3680043.14")] {
            try eventually("each archive's bytes are facts of its site", seconds: 30) {
                try Product.run("case", "show", study, "--data", node.data, "--json").output.contains("\"contentVersion\"")
            }
        }
        try eventually("the late image is a fact at northside", seconds: 30) {
            try Product.run("case", "history", "K35", "--data", north.data, "--json").output
                .components(separatedBy: "\"study.contentChanged\"").count == 3
        }
    }

    /// The RIS heard of each thing once by its key, and of the two finals together.
    private func expectOneStory(_ day: Day) throws {
        #expect(day.ris.wait { lines in lines.contains { $0[2] == "K38^NORTH" && $0[6].contains("reconciliation pending") } })
        let lines = day.ris.lines
        let keys = lines.map { $0[0] }
        #expect(Set(keys).count == keys.count, "nobody was killed, so that nothing came twice: \(keys)")
        let finals = lines.filter { $0[2] == "K38^NORTH" && $0[1].hasPrefix("ORU") }
        #expect(finals.map { $0[5] } == ["F", "C"], "\(finals)")
        #expect(finals.last?[6].contains("No bleed.") == true && finals.last?[6].contains("Bleed left.") == true)
        #expect(lines.filter { $0[2] == "K35^NORTH" && $0[5] == "F" }.count == 1, "\(lines)")
        #expect(lines.contains { $0[2] == "K5^NORTH" && $0[3] == "SC" && $0[4] == "CM" })
        #expect(!lines.contains { $0[2].hasPrefix("K13") || $0[6].contains("K13") }, "in doubt whose it is: \(lines)")
    }

    /// What the hub says of the day as FHIR is FHIR by the models of another group, and the two finals are two reports.
    private func expectFHIR(_ day: Day) throws {
        var resources: [[UInt8]] = []
        for type in ["ServiceRequest", "ImagingStudy", "DiagnosticReport", "DetectedIssue", "Patient", "Task", "Procedure"] {
            let answer = try Process.output(
                "/usr/bin/curl",
                [
                    "--silent", "--unix-socket", day.network.hub.data + "/control.sock",
                    "http://localhost/fhir/R4/\(type)?_count=200",
                ])
            #expect(answer.text.contains("\"resourceType\":\"Bundle\""), "\(type): \(answer.text.prefix(300))")
            resources.append(Array(answer.text.utf8))
            if type == "DiagnosticReport" { #expect(answer.text.contains("Bleed left.") && answer.text.contains("No bleed.")) }
        }
        let judged = try FHIRModels.mistakes(in: resources)
        #expect(judged.mistakes.isEmpty && judged.count == resources.count, "\(judged.mistakes.prefix(5))")
    }
}
