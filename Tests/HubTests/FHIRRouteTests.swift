import Crypto
import CurlHTTP
import EventLog
import FHIRModels
import Foundation
import ImagingCase
import Problems
import StoreContract
import Testing
import Web
import Wire

@testable import Hub

/// The FHIR interface of a hub that runs, as a program of another make asks it.
struct FHIRRouteTests {
    /// A case as sites brought it: ordered, examined, read twice apart.
    private static func story(_ author: inout StoreContract.Author, on stream: StreamID = .sample(1)) {
        let order = author.say(
            .orderPlaced(
                OrderPlaced(
                    accession: IssuedIdentifier(issuer: "t", value: "A-1"),
                    patient: Patient(issuer: "t", id: "P-1", name: "DOE^JANE", birthDate: "1970-01-31", sex: .female),
                    procedure: Coded(code: "24627-2", scheme: "LN", text: "CT chest"), modality: "CT", reason: "cough",
                    priority: .stat, requester: "dr.reyes", studyUID: "1.2.840.1")), on: stream, by: "dr.reyes", as: .referrer)
        let start = author.say(
            .procedureStepStarted(
                ProcedureStepStarted(stepUID: "1.2.840.2", studyUID: "1.2.840.1", modality: "CT", station: "CT1")),
            on: stream, after: [order])
        let series = [Series(uid: "1.2.840.1.1", modality: "CT", description: "axial", instances: 120)]
        let done = author.say(
            .procedureStepCompleted(
                ProcedureStepCompleted(
                    stepUID: "1.2.840.2", studyUID: "1.2.840.1", modality: "CT", station: "CT1", series: series)), on: stream,
            after: [start])
        for (reader, words) in [("r.one", "mass"), ("r.two", "no mass")] {
            author.say(
                .finalSigned(FinalSigned(findings: "seen: \(words)", impression: words)), on: stream, after: [done], by: reader,
                as: .radiologist)
        }
    }

    private static func onStory(_ test: @escaping @Sendable (LiveHub, TestSite, StoreContract.Author) async throws -> Void)
        async throws
    {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            var author = StoreContract.Author("northside")
            story(&author)
            try await north.pushed(author, 1...UInt64(author.events.count))
            try await test(hub, north, author)
        }
    }

    private static let types = [
        "AdverseEvent", "AllergyIntolerance", "Appointment", "CarePlan", "Communication", "CommunicationRequest", "Consent",
        "DetectedIssue", "DiagnosticReport", "ImagingStudy", "MedicationAdministration", "Observation", "Patient", "Procedure",
        "Provenance", "ServiceRequest", "Task",
    ]

    @Test func `every type can be searched, every resource read, and its version read again`() async throws {
        try await Self.onStory { hub, _, _ in
            var all: [[UInt8]] = []
            var counts: [String: Int] = [:]
            for type in Self.types {
                let bundle = try await hub.get("/fhir/R4/\(type)")
                #expect(bundle.status == 200 && bundle.header("Content-Type") == "application/fhir+json", "\(bundle.text)")
                all.append(bundle.body)
                let entries = bundle.entries
                #expect(bundle.json["total"] as? Int == entries.count, "\(type)")
                counts[type] = entries.count
                for resource in entries {
                    let id = try #require(resource["id"] as? String)
                    let path = "/fhir/R4/\(type)/\(id)"
                    let read = try await hub.get(path)
                    let version = try #require((read.json["meta"] as? [String: Any])?["versionId"] as? String)
                    #expect(read.status == 200 && read.header("ETag") == "W/\"\(version)\"", "\(read.text)")
                    #expect(try await hub.get(path, [("If-None-Match", read.header("ETag") ?? "")]).status == 304)
                    #expect(try await hub.get(path, [("If-None-Match", "W/\"other\"")]).status == 200)
                    #expect(try await hub.get("\(path)/_history/\(version)").body == read.body)
                    let history = try await hub.get("\(path)/_history")
                    #expect(history.entries.first?["id"] as? String == id && history.json["type"] as? String == "history")
                    all += [read.body, history.body]
                }
            }
            #expect(counts["DiagnosticReport"] == 2 && counts["DetectedIssue"] == 1 && counts["ServiceRequest"] == 1, "\(counts)")
            #expect(counts["ImagingStudy"] == 1 && counts["Patient"] == 1 && counts["Provenance"] == 5, "\(counts)")
            all.append(try await hub.get("/fhir/R4/metadata").body)
            guard FHIRModels.folder != nil else { return }
            let answer = try FHIRModels.mistakes(in: all)
            #expect(answer.count == all.count && answer.mistakes.isEmpty, "\(answer.mistakes.joined(separator: "\n"))")
        }
    }

    @Test func `the digest of a case is the version of its resources, and its history goes back to the order`() async throws {
        try await Self.onStory { hub, north, author in
            let stream = StreamID.sample(1)
            let digest = try await hub.get("/v1/cases/\(stream)").json["digest"] as? String
            let study = try await hub.get("/fhir/R4/ImagingStudy/\(stream)").json
            #expect((study["meta"] as? [String: Any])?["versionId"] as? String == digest)
            let versions = try await hub.get("/fhir/R4/ImagingStudy/\(stream)/_history").entries
            #expect(versions.map { $0["status"] as? String } == ["available", "registered", "registered"])
            let order = try await hub.get("/fhir/R4/ServiceRequest/\(stream)/_history")
            let first = try #require(order.entries.last?["meta"] as? [String: Any])
            let version = try #require(first["versionId"] as? String)
            let old = try await hub.get("/fhir/R4/ServiceRequest/\(stream)/_history/\(version)")
            #expect(old.status == 200 && old.json["status"] as? String == "active")
            // A claim that a report ended was a report to come: it is told as gone.
            let more = try await hub.get("/fhir/R4/ServiceRequest/\(stream)/_history/\(String(repeating: "0", count: 64))")
            #expect(more.status == 404 && more.json["resourceType"] as? String == "OperationOutcome")
        }
    }

    @Test func `parameters narrow a search, and what no type has is refused or passed over`() async throws {
        try await Self.onStory { hub, _, _ in
            let stream = StreamID.sample(1)
            let found: [(String, Int)] = [
                ("ServiceRequest?identifier=A-1", 1), ("ServiceRequest?identifier=t%7CA-1", 1),
                ("ServiceRequest?identifier=urn:filmjacket:issuer:t%7CA-1", 1), ("ServiceRequest?identifier=other%7CA-1", 0),
                ("ServiceRequest?identifier=A-2", 0), ("ImagingStudy?identifier=urn:dicom:uid%7Curn:oid:1.2.840.1", 1),
                ("ImagingStudy?identifier=1.2.840.1", 1), ("Patient?identifier=t%7CP-1", 1), ("Patient?identifier=P-2", 0),
                ("DiagnosticReport?patient=Patient/\(stream)", 2), ("DiagnosticReport?subject=\(stream)&status=final", 2),
                ("DiagnosticReport?patient.identifier=t%7CP-1", 2),
                ("DiagnosticReport?patient:identifier=P-1&status=preliminary", 0),
                ("DiagnosticReport?based-on=ServiceRequest/\(stream)", 2),
                ("DiagnosticReport?based-on=ServiceRequest/\(StreamID.sample(2))", 0),
                ("DiagnosticReport?_lastUpdated=ge2020", 2), ("DiagnosticReport?_lastUpdated=lt2020-01-01", 0),
                ("ServiceRequest?_id=\(stream),\(StreamID.sample(9))", 1), ("DetectedIssue?status=preliminary", 1),
                ("DetectedIssue?status=final", 0), ("Provenance?target=ImagingStudy/\(stream)", 2), ("Task?status=completed", 1),
            ]
            for (path, count) in found {
                let bundle = try await hub.get("/fhir/R4/\(path)")
                #expect(bundle.status == 200 && bundle.entries.count == count, "\(path): \(bundle.text.prefix(300))")
                let number = try await hub.get("/fhir/R4/\(path)&_summary=count")
                #expect(number.json["total"] as? Int == count && number.entries.isEmpty, "\(path)")
            }
            for path in ["Task?colour=red", "Task?status=done", "Task?_count=-1", "Task?_cursor=x", "Task?_format=xml"] {
                let refused = try await hub.get("/fhir/R4/\(path)")
                #expect(refused.status == 400 && refused.header("Content-Type") == "application/fhir+json", "\(path)")
                #expect(refused.json["resourceType"] as? String == "OperationOutcome")
            }
            #expect(try await hub.get("/fhir/R4/Task?colour=red", [("Prefer", "handling=lenient")]).entries.count == 1)
        }
    }

    @Test func `what is not there is said as an OperationOutcome`() async throws {
        try await Self.onStory { hub, _, _ in
            let stream = StreamID.sample(1)
            for (path, status) in [
                ("Unheard", 404), ("Unheard/\(stream)", 404), ("Task/\(StreamID.sample(8))", 404), ("Task/c-1", 404),
                ("Task/\(stream).0000000000000000", 404), ("Task/a_b", 400), ("Task/\(String(repeating: "a", count: 65))", 400),
                ("CarePlan/\(stream)", 404), ("CarePlan/\(stream)/_history", 404), ("Task/A-1", 404),
            ] {
                let answer = try await hub.get("/fhir/R4/\(path)")
                #expect(
                    answer.status == status && answer.json["resourceType"] as? String == "OperationOutcome",
                    "\(path) \(answer.text)")
                #expect(answer.header("Content-Type") == "application/fhir+json", "\(path)")
            }
            let post = try await hub.post("/fhir/R4/Task", "{}")
            #expect(
                post.status == 405 && post.json["resourceType"] as? String == "OperationOutcome" && post.header("Allow") == "GET")
            guard FHIRModels.folder != nil else { return }
            #expect(try FHIRModels.mistakes(in: [post.body]).mistakes.isEmpty)
        }
    }

    @Test func `pages go through all, each once, whatever their size`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            var author = StoreContract.Author("northside")
            for number in 1...130 as ClosedRange<UInt64> {
                author.say(
                    .orderPlaced(
                        OrderPlaced(
                            accession: IssuedIdentifier(issuer: "t", value: "A-\(number)"),
                            patient: Patient(issuer: "t", id: "P", name: "DOE^JANE"), modality: "MR")), on: .sample(number),
                    as: .referrer)
            }
            try await north.pushed(author, 1...130)
            for query in ["_count=17", "_count=130", "patient.identifier=P&_count=25", "status=active&_count=99"] {
                var ids: [String] = []
                var path = "/fhir/R4/ServiceRequest?\(query)"
                for _ in 0..<20 {
                    let bundle = try await hub.get(path)
                    ids += bundle.entries.compactMap { $0["id"] as? String }
                    guard let next = bundle.link("next") else { break }
                    path = String(next.dropFirst(hub.url.count))
                    #expect(path.hasPrefix("/fhir/R4/ServiceRequest?"), "\(next)")
                }
                #expect(ids.count == 130 && Set(ids).count == 130, "\(query): \(ids.count)")
            }
            #expect(try await hub.get("/fhir/R4/ServiceRequest?_count=0").json["total"] as? Int == 130)
            // What fits nothing is looked for a stretch at a time too.
            let none = try await hub.get("/fhir/R4/ServiceRequest?status=revoked")
            let next = try #require(none.link("next"))
            #expect(none.entries.isEmpty && none.json["total"] == nil)
            let end = try await hub.get(String(next.dropFirst(hub.url.count)))
            #expect(end.entries.isEmpty && end.link("next") == nil)
        }
    }

    @Test func `a person's cases are found under every identifier that somebody linked`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            var author = StoreContract.Author("northside")
            for (number, id) in [(1, "P-1"), (2, "P-2"), (3, "P-3")] as [(UInt64, String)] {
                author.say(
                    .orderPlaced(
                        OrderPlaced(
                            accession: IssuedIdentifier(issuer: "t", value: "A-\(number)"),
                            patient: Patient(issuer: "MPI", id: id, name: "DOE^JANE"), modality: "MR")), on: .sample(number),
                    as: .referrer)
            }
            let merged = CaseEvent.person(
                .merged(
                    PersonMerged(
                        survivor: IssuedIdentifier(issuer: "MPI", value: "P-1"),
                        retired: IssuedIdentifier(issuer: "MPI", value: "P-2"))))
            author.say(merged, on: try #require(CaseIdentity.derive(merged)), as: .frontDesk)
            try await north.pushed(author, 1...4)
            let search = { (query: String) in
                Set(try await hub.get("/fhir/R4/ServiceRequest?\(query)").entries.compactMap { $0["id"] as? String })
            }
            let both = Set([StreamID.sample(1), .sample(2)].map(\.description))
            #expect(try await search("patient=Patient/\(StreamID.sample(1))") == both)
            #expect(try await search("patient=\(StreamID.sample(2))") == both)
            #expect(try await search("patient=\(StreamID.sample(3))") == [StreamID.sample(3).description])
            #expect(try await search("patient.identifier=MPI%7CP-2") == [StreamID.sample(2).description])
            for (number, type, other) in [(1, "replaces", "P-2"), (2, "replaced-by", "P-1")] as [(UInt64, String, String)] {
                let path = "/fhir/R4/Patient/\(StreamID.sample(number))"
                let patient = try await hub.get(path)
                let link = try #require((patient.json["link"] as? [[String: Any]])?.first)
                let named = (link["other"] as? [String: Any])?["identifier"] as? [String: Any]
                #expect(link["type"] as? String == type && named?["value"] as? String == other, "\(patient.text)")
                let version = try #require((patient.json["meta"] as? [String: Any])?["versionId"] as? String)
                #expect(try await hub.get("\(path)/_history/\(version)").body == patient.body)
                guard FHIRModels.folder != nil else { continue }
                #expect(try FHIRModels.mistakes(in: [patient.body]).mistakes.isEmpty)
            }
            #expect(try await hub.get("/fhir/R4/Patient/\(StreamID.sample(3))").json["link"] == nil)
        }
    }

    @Test func `a Provenance has the checkpoint that its site signed, and an AuditEvent who looked`() async throws {
        try await Self.onStory { hub, north, author in
            let stream = StreamID.sample(1)
            let event = author.events[0]
            let path = "/fhir/R4/Provenance/\(stream).\(event.hash.description.prefix(16))"
            let provenance = try await hub.get(path).json
            let signature = try #require((provenance["signature"] as? [[String: Any]])?.first)
            let note = try #require((signature["data"] as? String).flatMap { Base64.bytes(of: $0) })
            let checkpoint = try #require(SignedCheckpoint(note: String(decoding: note, as: UTF8.self)))
            #expect(checkpoint.isSigned(by: north.key.publicKey) && checkpoint.checkpoint.size == 5)
            #expect((provenance["meta"] as? [String: Any])?["versionId"] as? String == event.hash.description)
            let asked = "as=boss&role=hubAdmin"
            let found = try await hub.get("/fhir/R4/AuditEvent?\(asked)&entity=\(stream)&_count=1")
            #expect(found.status == 200 && found.entries.count == 1, "\(found.text)")
            let id = try #require(found.entries.first?["id"] as? String)
            #expect(found.text.contains(stream.description))
            var records: [String] = []
            var page = "/fhir/R4/AuditEvent?\(asked)&_count=2&date=ge2020"
            for _ in 0..<4 {
                let bundle = try await hub.get(page)
                records += bundle.entries.compactMap { $0["id"] as? String }
                guard let next = bundle.link("next") else { break }
                page = String(next.dropFirst(hub.url.count)) + "&\(asked)"
            }
            #expect(records.count > 4 && Set(records).count == records.count, "\(records)")
            let wrong = try await hub.get("/fhir/R4/AuditEvent?\(asked)&_id=1")
            #expect(wrong.status == 400 && wrong.json["resourceType"] as? String == "OperationOutcome")
            let one = try await hub.get("/fhir/R4/AuditEvent/\(id)?\(asked)")
            #expect(one.status == 200 && one.json["id"] as? String == id)
            #expect(try await hub.get("/fhir/R4/AuditEvent?as=lee&role=technologist").status == 403)
            #expect(try await hub.get("/fhir/R4/AuditEvent/\(id)?as=lee&role=technologist").status == 403)
            guard FHIRModels.folder != nil else { return }
            let answer = try FHIRModels.mistakes(in: [found.body, one.body])
            #expect(answer.mistakes.isEmpty, "\(answer.mistakes)")
        }
    }
}

extension HTTPClientResponse {
    /// The resources of a Bundle.
    fileprivate var entries: [[String: Any]] {
        (json["entry"] as? [[String: Any]] ?? []).compactMap { $0["resource"] as? [String: Any] }
    }

    /// The address of a Bundle's link.
    fileprivate func link(_ name: String) -> String? {
        (json["link"] as? [[String: Any]] ?? []).first { $0["relation"] as? String == name }?["url"] as? String
    }
}
