import CurlHTTP
import EventLog
import Foundation
import ImagingCase
import Logging
import Problems
import SQLiteStore
import TestServers
import Testing
import Web

@testable import SiteAgent

/// A follower and an archive that lies: what is recorded, how often, and what is said of the rest. Rounds are turned by hand.
struct OrthancFollowerTests {
    /// A follower with its pace; made anew it is one after a restart.
    private final class Turning {
        let follower: OrthancFollower
        let gauge: OrthancGauge
        var pace: OrthancPace

        init(_ site: OpenSite, _ url: String, issuer: String = "", sweep: Int64 = 1) throws {
            var configuration = try OrthancConfiguration(url: url)
            configuration.issuer = issuer
            configuration.sweepSeconds = sweep
            gauge = OrthancGauge(address: url)
            pace = OrthancPace(sweepSeconds: sweep)
            follower = OrthancFollower(configuration, site.desk, gauge, logger: Logger(label: "test"))
        }

        func turn() async { await follower.round(&pace) }

        /// A round that looks at everything.
        func sweep() async throws {
            try await follower.sweep(&pace)
        }
    }

    private func open(_ body: (OpenSite, FalseOrthanc) async throws -> Void) async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        let site = try await TestSite("northside", joining: hub, in: base)
        await hub.stop()
        try await site.open { try await body($0, FalseOrthanc()) }
    }

    private func kinds(_ site: OpenSite, _ uid: String) throws -> [String] {
        guard let alias = Alias(.studyUID, value: uid), let stream = try site.store.file.stream(of: alias) else { return [] }
        return try site.store.file.facts(of: stream).map { $0.event.kind.description }
    }

    private func state(_ site: OpenSite, _ uid: String) throws -> CaseState {
        let alias = try #require(Alias(.studyUID, value: uid))
        let stream = try #require(try site.store.file.stream(of: alias))
        return CaseFold.fold(stream, try site.store.file.facts(of: stream))
    }

    @Test
    func `a study is recorded once however often it is told, over restarts, wiped feeds and numbers that step back (B74, B75)`()
        async throws
    {
        try await open { site, archive in
            archive.put(FalseOrthanc.Study(1))
            let one = try Turning(site, archive.url)
            await one.turn()
            #expect(try kinds(site, "1.2.1") == ["study.contentChanged"])
            let events = try site.events()
            archive.change(1, tells: ["StableStudy", "StableStudy"]) { _ in }
            await one.turn()
            archive.wipe()
            try await one.sweep()
            await one.turn()
            archive.wipe(last: 0)
            await one.turn()
            try await one.sweep()
            #expect(one.gauge.current.cursor == 0)
            let other = try Turning(site, archive.url)
            await other.turn()
            #expect(try site.events() == events)
            archive.put(FalseOrthanc.Study(2), tells: ["NewStudy", "StableStudy"])
            await other.turn()
            archive.put(FalseOrthanc.Study(3), tells: [])
            try await other.sweep()
            #expect(try kinds(site, "1.2.2").count == 1 && kinds(site, "1.2.3").count == 1)
            #expect(other.gauge.current.studies == 3 && other.gauge.check(now: Agent.wallClock()).isGood)
        }
    }

    @Test func `even where the door's own memory is lost nothing is recorded twice`() async throws {
        try await open { site, archive in
            archive.put(FalseOrthanc.Study(1))
            await (try Turning(site, archive.url)).turn()
            archive.change(1) { study in
                study.update = 2
                study.files.append(("1.2.1.1.9", "9"))
            }
            let second = try Turning(site, archive.url)
            await second.turn()
            let events = try site.events()
            #expect(try kinds(site, "1.2.1").count == 2)
            let memory = EdgeState(site.store.file, edge: "orthanc")
            try await memory.put([], removing: try memory.list(prefix: "").map(\.key))
            await (try Turning(site, archive.url)).turn()
            #expect(try site.events() == events)
        }
    }

    @Test func `a study that comes in is begun, its content follows, and an image that comes late is a second content (B75)`()
        async throws
    {
        try await open { site, archive in
            let turning = try Turning(site, archive.url)
            await turning.turn()
            var study = FalseOrthanc.Study(1)
            study.isStable = false
            archive.put(study, tells: ["NewStudy"])
            await turning.turn()
            #expect(try kinds(site, "1.2.1") == ["procedureStep.started"])
            archive.change(1) { $0.isStable = true }
            await turning.turn()
            archive.change(1) { study in
                study.files.append(("1.2.1.1.9", "9"))
                study.update = 2
            }
            await turning.turn()
            #expect(
                try kinds(site, "1.2.1") == ["procedureStep.started", "study.contentChanged", "study.contentChanged"])
            let acquired = try state(site, "1.2.1").acquisition
            #expect(acquired.instances == 3 && acquired.contentVersions.count == 2)
        }
    }

    @Test(arguments: [true, false])
    func `an archive that has labels shows how far each case is, and one that has none is not asked`(hasLabels: Bool) async throws
    {
        try await open { site, archive in
            archive.lie("/system", with: #"{"ApiVersion":21,"Version":"1.12.0","HasLabels":\#(hasLabels)}"#)
            let turning = try Turning(site, archive.url)
            let follower = turning.follower
            let courier = OrthancCourier(
                client: follower.client, importer: follower.importer, store: site.store, state: follower.state,
                gauge: turning.gauge, logger: Logger(label: "test"), now: Agent.wallClock)
            await turning.turn()
            try await courier.round()
            archive.put(FalseOrthanc.Study(1))
            await turning.turn()
            try await courier.round()
            _ = await site.desk.answer(
                .caseRecord(
                    kind: "report.finalSigned", id: "1.2.1", person: "Dr Stone", role: "radiologist", at: nil,
                    body: #"{"findings":"clear"}"#, expectedHeads: nil, key: nil))
            try await courier.round()
            try await courier.round()
            let path = "/studies/\(FalseOrthanc.id(1))/labels/fj-"
            let wanted = ["PUT \(path)reading-queued", "PUT \(path)report-final", "DELETE \(path)reading-queued"]
            #expect(archive.asked.filter { $0.contains("/labels/") } == (hasLabels ? wanted : []))
        }
    }

    @Test func `a re-sent image with other bytes replaces nothing: both contents stay, and it shows (B82)`() async throws {
        try await open { site, archive in
            archive.put(FalseOrthanc.Study(1))
            let turning = try Turning(site, archive.url)
            await turning.turn()
            archive.change(1) { study in
                study.files[0].print = "77"
                study.update = 2
            }
            await turning.turn()
            let acquired = try state(site, "1.2.1").acquisition
            #expect(acquired.series.map(\.isAltered) == [true] && acquired.contentVersions.count == 2)
        }
    }

    @Test
    func
        `an image that vanished without a word is found by counting, and a study that is gone is said once, and again after it came back`()
        async throws
    {
        try await open { site, archive in
            archive.put(FalseOrthanc.Study(1, files: 3))
            let turning = try Turning(site, archive.url)
            await turning.turn()
            archive.change(1, tells: []) { $0.files.removeLast() }
            try await turning.sweep()
            #expect(try kinds(site, "1.2.1").count == 2)
            archive.delete(1)
            try await turning.sweep()
            try await turning.sweep()
            #expect(try kinds(site, "1.2.1").suffix(1) == ["study.imagesGone"] && kinds(site, "1.2.1").count == 3)
            archive.put(FalseOrthanc.Study(1, files: 2))
            await turning.turn()
            archive.delete(1)
            try await turning.sweep()
            #expect(try kinds(site, "1.2.1").filter { $0 == "study.imagesGone" }.count == 2)
        }
    }

    @Test func `an archive that was emptied or exchanged is an alarm and no flood of events`() async throws {
        try await open { site, archive in
            for number in 1...30 { archive.put(FalseOrthanc.Study(number)) }
            let turning = try Turning(site, archive.url)
            await turning.turn()
            let events = try site.events()
            #expect(events.count == 30)
            for number in 1...30 { archive.delete(number) }
            try await turning.sweep()
            let check = turning.gauge.check(now: Agent.wallClock())
            #expect(try site.events() == events && !check.isGood && check.text.contains("30 of 30"))
            for number in 1...25 { archive.put(FalseOrthanc.Study(number)) }
            try await turning.sweep()
            #expect(try site.events().count == 35 && turning.gauge.check(now: Agent.wallClock()).isGood)
        }
    }
}

/// Whose images they are, and what is left out.
struct OrthancOddityTests {
    private func open(
        issuer: String = "", _ body: (OpenSite, FalseOrthanc, OrthancFollower, OrthancGauge) async throws -> Void
    ) async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        let site = try await TestSite("northside", joining: hub, in: base)
        await hub.stop()
        try await site.open { site in
            let archive = FalseOrthanc()
            var configuration = try OrthancConfiguration(url: archive.url)
            configuration.issuer = issuer
            let gauge = OrthancGauge(address: archive.url)
            let follower = OrthancFollower(configuration, site.desk, gauge, logger: Logger(label: "test"))
            try await body(site, archive, follower, gauge)
        }
    }

    private func turn(_ follower: OrthancFollower) async -> OrthancPace {
        var pace = OrthancPace(sweepSeconds: 1)
        await follower.round(&pace)
        return pace
    }

    private func cases(_ site: OpenSite) throws -> Int { try site.store.file.count() }

    private func order(_ site: OpenSite, _ accession: String, patient: String, issuer: String = "NORTH") async throws -> CaseState
    {
        try await site.record(
            "order.placed", by: "Dr Reyes", "referrer",
            #"{"accession":{"issuer":"\#(issuer)","value":"\#(accession)"},"patient":{"issuer":"\#(issuer)","id":"\#(patient)","name":"DOE^JANE"},"modality":"CT"}"#
        )
        return try state(site, accession)
    }

    private func state(_ site: OpenSite, _ name: String) throws -> CaseState {
        let stream = try site.store.file.resolve(name)
        return CaseFold.fold(stream, try site.store.file.facts(of: stream))
    }

    @Test func `images find the order by accession and person, and an accession alone names nobody`() async throws {
        try await open { site, archive, follower, _ in
            let known = try await order(site, "A1", patient: "P1")
            archive.put(FalseOrthanc.Study(1))
            var other = FalseOrthanc.Study(2)
            other.patient = "P2"
            archive.put(other)
            _ = await turn(follower)
            #expect(try state(site, "A1").acquisition.studyUID == "1.2.1")
            #expect(try cases(site) == 2 && state(site, "1.2.2").stream != known.stream)
        }
    }

    @Test func `with the issuer known an order that comes later finds its images, whoever the name is (B83)`() async throws {
        try await open(issuer: "NORTH") { site, archive, follower, _ in
            var study = FalseOrthanc.Study(1)
            study.name = "<script>alert(1)</script>"
            archive.put(study)
            _ = await turn(follower)
            #expect(try state(site, "1.2.1").identity.shown?.name == "<script>alert(1)</script>")
            _ = try await order(site, "A1", patient: "P1")
            #expect(try cases(site) == 1)
        }
    }

    @Test func `other persons' images and two persons under one UID freeze the case (B77)`() async throws {
        try await open(issuer: "NORTH") { site, archive, follower, gauge in
            _ = try await order(site, "A1", patient: "P9")
            archive.put(FalseOrthanc.Study(1))
            var (one, two) = (FalseOrthanc.Study(2), FalseOrthanc.Study(3, uid: "1.2.2"))
            (one.accession, two.accession, two.patient) = ("", "", "P3")
            archive.put(one)
            archive.put(two)
            var nobody = FalseOrthanc.Study(4)
            (nobody.accession, nobody.patient) = ("", "")
            archive.put(nobody)
            _ = await turn(follower)
            for name in ["A1", "1.2.2"] {
                let identity = try state(site, name).identity
                #expect(identity.isFrozen && identity.disputes.count == 1, "\(name)")
                #expect(identity.disputes.allSatisfy { !$0.what.contains("P") || !$0.what.contains("DOE") })
            }
            #expect(try state(site, "1.2.2").acquisition.instances == 4)
            #expect(try state(site, "1.2.4").acquisition.instances == 2 && gauge.current.refused == 0)
        }
    }

    @Test func `one study that breaks DICOM or the bounds is said, and the others are taken (B76, B80)`() async throws {
        try await open { site, archive, follower, gauge in
            archive.put(FalseOrthanc.Study(1, uid: "1.02.3"))
            archive.put(FalseOrthanc.Study(2))
            archive.put(FalseOrthanc.Study(3))
            archive.put(FalseOrthanc.Study(4))
            archive.lie("/studies/\(FalseOrthanc.id(2))/instances", with: String(repeating: " ", count: 17 << 20))
            archive.lie("/studies/\(FalseOrthanc.id(3))/series", with: String(repeating: "[", count: 10_000))
            _ = await turn(follower)
            let taken = try state(site, "1.2.4").acquisition.instances
            #expect(try cases(site) == 1 && taken == 2)
            #expect(gauge.current.outage == nil && gauge.current.refused >= 3)
            let check = gauge.check(now: Agent.wallClock())
            #expect(!check.isGood && !check.remedy.isEmpty && !check.text.contains("DOE") && !check.text.contains("1.02.3"))
            for path in ["/studies/\(FalseOrthanc.id(2))/instances", "/studies/\(FalseOrthanc.id(3))/series"] {
                archive.lie(path, with: nil)
            }
            _ = await turn(follower)
            #expect(try cases(site) == 3)
        }
    }

    @Test(arguments: [
        ("/system", "401 Unauthorized", "", "--orthanc-user"), ("/system", "200 OK", "<html></html>", "--orthanc URL"),
        ("/system", "200 OK", "{}", "--orthanc URL"), ("/changes", "200 OK", "<html></html>", "--orthanc URL"),
        ("/system", "302 Found", "", "--orthanc URL"), ("/studies?", "200 OK", "{}", "--orthanc URL"),
    ])
    func
        `what is no archive, or lets nobody in, is named with its remedy, asked ever less, and followed when it is right again (B74, B81)`(
            path: String, status: String, body: String, remedy: String
        ) async throws
    {
        try await open { site, archive, follower, gauge in
            archive.put(FalseOrthanc.Study(1))
            archive.lie(path, status, with: body)
            var pace = await turn(follower)
            let check = gauge.check(now: Agent.wallClock())
            #expect(!check.isGood && check.remedy.contains(remedy), "\(check)")
            let first = pace.wait
            await follower.round(&pace)
            #expect(pace.wait > first && pace.wait <= .seconds(60))
            archive.lie(path, with: nil)
            await follower.round(&pace)
            let taken = try cases(site)
            #expect(gauge.check(now: Agent.wallClock()).isGood && taken == 1 && pace.wait == .milliseconds(500))
        }
    }

    @Test func `nobody at the address, plain HTTP elsewhere and a password that others may read are told apart (B81)`()
        async throws
    {
        let closed = ScriptedServer.bindLoopback()
        defer { close(closed.0) }
        try await open { site, _, _, _ in
            let url = "http://127.0.0.1:\(closed.1)"
            let gauge = OrthancGauge(address: url)
            let follower = OrthancFollower(
                try OrthancConfiguration(url: url), site.desk, gauge, logger: Logger(label: "test"))
            _ = await turn(follower)
            #expect(gauge.check(now: Agent.wallClock()).remedy.contains("Start the archive"))
        }
        for url in ["ftp://x", "http://pacs.example", "http://u:p@127.0.0.1", "http://127.0.0.1/?x", "http://127.0.0.1:0", "x"] {
            #expect(throws: Problem.self, "\(url)") { try OrthancConfiguration(url: url) }
        }
        #expect(throws: Problem.self) { try OrthancConfiguration(url: "https://pacs.example", user: "agent") }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("password-\(UInt64.random(in: 0 ... .max))").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        _ = FileManager.default.createFile(
            atPath: file, contents: Data("secret\n".utf8), attributes: [.posixPermissions: 0o644])
        #expect(throws: Problem.self) { try OrthancConfiguration(url: "https://pacs.example", user: "a", passwordFile: file) }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let good = try OrthancConfiguration(url: "https://pacs.example/", user: "a", passwordFile: file)
        #expect(
            good.url == "https://pacs.example" && good.authorization == "Basic " + Data("a:secret".utf8).base64EncodedString())
    }

    @Test func `every certificate that is not believed has its own remedy (B81)`() {
        for error in [TransportError.tls, .certificateExpired, .pinMismatch] {
            let fault = OrthancFault.transport(error)
            #expect(fault.stopsRound && fault.remedy.contains("--orthanc-authority"))
        }
        #expect(OrthancFault.transport(.timeout).remedy.contains("slow") && !OrthancFault.transport(.tooLarge).stopsRound)
    }
}
