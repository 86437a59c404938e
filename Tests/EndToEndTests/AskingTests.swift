import Foundation
import Testing

/// What people ask of a node every day, on real processes: what waits for me, is it safe, what changed, who has seen it.
@Suite(.serialized) struct AskingTests {
    private func list(_ ended: Product.Ended) -> [[String: Any]] { ended.document as? [[String: Any]] ?? [] }

    @Test func `a worklist names for each role what waits, by when, at which site`() throws {
        let network = try RealNetwork()
        let north = network.northside
        try network.order("ASK-1", at: north)
        try network.order("ASK-2", at: north)
        let handed = try network.on(
            north, "case", "record", "study.handedOver", "--case", "ASK-2", "--as", "tech.lee", "--role", "technologist",
            fields: ["declaredSeries=1", "declaredInstances=4"])
        #expect(handed.code == 0, "\(handed.errors)")
        let technologist = try network.on(north, "worklist", "--role", "technologist", "--json")
        #expect(technologist.code == 0 && list(technologist).contains { $0["accession"] as? String == "ASK-1" })
        #expect(
            list(technologist).allSatisfy { ($0["what"] as? String)?.isEmpty == false && $0["site"] as? String == "northside" })
        let radiologist = list(try network.on(north, "worklist", "--role", "radiologist", "--json"))
        let reading = try #require(radiologist.first { $0["accession"] as? String == "ASK-2" })
        #expect((reading["what"] as? String)?.hasPrefix("read") == true && reading["due"] is String)
        #expect(radiologist.first?["accession"] as? String == "ASK-2", "what is due comes before what has no time")
        #expect(list(try network.on(north, "worklist", "--role", "radiologist", "--site", "elsewhere", "--json")).isEmpty)
        #expect(try network.on(north, "worklist", "--role", "wizard", "--json").problem == "BAD_INPUT")
        let shown = try network.on(north, "worklist", "--role", "radiologist")
        #expect(shown.output.contains("ASK") == false && shown.output.contains("TO DO"))
        #expect(shown.output.contains(#/in (29|30) min/#))
    }

    @Test func `what changed since a person acted, since an event and since a moment`() throws {
        let network = try RealNetwork()
        try network.finalsApart("ASK-3")
        try network.hub.start()
        for site in [network.northside, network.lakeview, network.northside] { _ = try network.on(site, "sync") }
        let lake = network.lakeview
        let mine = try network.on(lake, "case", "changes", "ASK-3", "--as", "Dr Osei", "--json")
        let object = try #require(mine.document as? [String: Any])
        let events = try #require(object["events"] as? [String])
        #expect(events.count == 2 && events.allSatisfy { $0.hasPrefix("northside") })
        #expect((object["conflictsOpened"] as? [[String: Any]])?.first?["number"] as? Int == 38)
        let text = try network.on(lake, "case", "changes", "ASK-3", "--as", "Dr Osei")
        #expect(
            text.output.contains("2 events since Dr Osei last acted") && text.output.contains("report")
                && text.output.contains("opened  38"))
        #expect(try network.on(lake, "case", "changes", "ASK-3", "--since", events[0], "--json").code == 0)
        let nothing = try network.on(lake, "case", "changes", "ASK-3", "--since", "2099-01-01T00:00:00Z")
        #expect(nothing.code == 0 && nothing.output.hasPrefix("nothing changed"))
        #expect(try network.on(lake, "case", "changes", "ASK-3", "--since", "yesterday", "--json").problem == "NOT_FOUND")
        #expect(try network.on(lake, "case", "changes", "ASK-3").code == 64)
    }

    @Test func `a case says how fresh the other site's part is and what the hub does not hold yet`() throws {
        let network = try RealNetwork()
        try network.order("ASK-4", at: network.northside)
        func shown(_ site: RealNode) throws -> [String: Any] {
            try #require(try network.on(site, "case", "show", "ASK-4", "--json").document as? [String: Any])
        }
        #expect((try shown(network.northside)["unshared"] as? [String])?.count == 1)
        #expect(
            try network.on(network.northside, "case", "show", "ASK-4").output.contains(
                "here only, not at the hub yet: northside/1"))
        try network.hub.start()
        _ = try network.on(network.northside, "sync")
        #expect((try shown(network.northside)["unshared"] as? [String])?.isEmpty == true)
        try network.lakeview.start()
        try eventually("lakeview to hold the case") {
            try network.on(network.lakeview, "case", "show", "ASK-4", "--json").code == 0
        }
        let freshness = try #require(try shown(network.lakeview)["freshness"] as? [[String: Any]])
        #expect(freshness.map { $0["site"] as? String } == ["northside"] && freshness[0]["heard"] is String)
        #expect(try network.on(network.lakeview, "case", "show", "ASK-4").output.contains("northside: newest event"))
    }

    private func record(
        _ kind: String, on id: String, as person: String, _ role: String, _ fields: [String], at site: RealNode,
        in network: RealNetwork
    ) throws {
        let said = try network.on(
            site, "case", "record", kind, "--case", id, "--as", person, "--role", role, fields: fields)
        try #require(said.code == 0, "\(kind): \(said.errors)")
    }

    @Test func `whether it is safe to go ahead is one line, with who can lift what stands against it`() throws {
        let network = try RealNetwork()
        let north = network.northside
        let placed = try network.on(
            north, "case", "record", "order.placed", "--as", "Dr Reyes", "--role", "referrer",
            fields: ["accession.issuer=e2e", "accession.value=ASK-5", "patient.issuer=e2e", "patient.id=5", "modality=MR"])
        try #require(placed.code == 0, "\(placed.errors)")
        try record(
            "safety.mriScreened", on: "ASK-5", as: "tech.lee", "technologist",
            ["result=contraindicated", "items[0].kind=pacemaker"], at: north, in: network)
        let go = try network.on(north, "case", "go", "ASK-5", "--json")
        let object = try #require(go.document as? [String: Any])
        #expect(go.code == 0 && object["answer"] as? String == "no" && (object["line"] as? String)?.hasPrefix("NO: MRI") == true)
        let reasons = try #require(object["reasons"] as? [[String: Any]])
        #expect((reasons[0]["liftedBy"] as? [String])?.contains("radiologist") == true)
        let text = try network.on(north, "case", "go", "ASK-5").output
        #expect(text.hasPrefix("NO: MRI") && text.contains("! no"))
        #expect(try network.on(north, "case", "go", "NO-1", "--json").problem == "UNKNOWN_CASE")
    }

    @Test func `what is due names who acts and to whom it goes, and receipts say how far a message went`() throws {
        let network = try RealNetwork()
        let north = network.northside
        try network.order("ASK-6", at: north)
        try record(
            "report.finalSigned", on: "ASK-6", as: "Dr Lund", "radiologist", ["impression=Bleed.", "contentVersion=v1"],
            at: north,
            in: network)
        try record(
            "criticalResult.raised", on: "ASK-6", as: "Dr Lund", "radiologist",
            ["category=1", "finding=bleed", "responsible=Dr Reyes"], at: north, in: network)
        let due = try #require(try network.on(north, "case", "due", "ASK-6", "--json").document as? [String: Any])
        let items = try #require(due["items"] as? [[String: Any]])
        #expect(
            items.contains { $0["kind"] as? String == "criticalResult" && $0["escalatesTo"] is String && $0["due"] is String })
        #expect(try network.on(north, "case", "due", "ASK-6").output.contains("criticalResult"))
        try record("report.viewed", on: "ASK-6", as: "Dr Reyes", "referrer", [], at: north, in: network)
        let receipts = try #require(try network.on(north, "case", "receipts", "ASK-6", "--json").document as? [String: Any])
        let all = try #require(receipts["items"] as? [[String: Any]])
        let report = try #require(all.first { $0["kind"] as? String == "report" })
        #expect(report["shared"] as? Bool == false)
        let recipients = try #require(report["recipients"] as? [[String: Any]])
        #expect(recipients.contains { $0["recipient"] as? String == "Dr Reyes" && $0["level"] as? String == "seen" })
        #expect(try network.on(north, "case", "receipts", "ASK-6").output.contains("recorded here only"))
    }

    @Test func `the permission table is printed whole and for a role, without any data`() throws {
        let whole = try Product.run("policy", "show")
        #expect(whole.code == 0 && whole.output.contains("report.finalSigned") && whole.output.contains("rt.planApproved"))
        let json = try #require(try Product.run("policy", "show", "--json").document as? [String: Any])
        #expect((json["rows"] as? [[String: Any]])?.count ?? 0 > 130)
        let nurse = try Product.run("policy", "show", "--role", "nurse")
        #expect(nurse.output.contains("safety.contrastScreened") && !nurse.output.contains("report.finalSigned"))
        #expect(try Product.run("policy", "show", "--role", "wizard", "--json").problem == "BAD_INPUT")
    }

    @Test func `a course, a credential and a machine have histories of their own that both sites share`() throws {
        let network = try RealNetwork()
        let north = network.northside
        let prescribed = try network.on(
            north, "case", "record", "rt.coursePrescribed", "--as", "Dr Roe", "--role", "radiationOncologist", "--json",
            fields: [
                "course=C1", "site.code=Prostate", "site.scheme=TG263", "site.text=Prostate", "intent=curative", "technique=VMAT",
                "totalCentigray=6000", "fractionCentigray=200", "fractions=30",
            ])
        let course = try #require(prescribed.json["case"] as? String, "\(prescribed.errors)")
        #expect(course.hasPrefix("t-"))
        let wrong = try network.on(
            north, "case", "record", "rt.held", "--case", course, "--as", "tech.lee", "--role", "technologist", "--json",
            fields: ["reason=x"])
        #expect(wrong.problem == "NOT_PERMITTED")
        let checked = try network.on(
            north, "case", "record", "equipment.qcRecorded", "--as", "phys.kim", "--role", "physicist", "--json",
            fields: ["station=CT1", "result=failed", "note=Uniformity out of range"])
        #expect((checked.json["case"] as? String)?.hasPrefix("s-") == true, "\(checked.errors)")
        let granted = try network.on(
            north, "case", "record", "credential.granted", "--as", "adm", "--role", "siteAdmin", "--json",
            fields: ["person=Dr Osei", "licence=L1"])
        #expect((granted.json["case"] as? String)?.hasPrefix("k-") == true, "\(granted.errors)")
        #expect(list(try network.on(north, "case", "list", "--json")).isEmpty, "they are no cases")
        let physicist = list(try network.on(north, "worklist", "--role", "physicist", "--json"))
        #expect(physicist.first?["case"] as? String == course && physicist.first?["what"] as? String == "plan the course")
        try network.hub.start()
        for site in [north, network.lakeview] { #expect(try network.on(site, "sync").code == 0) }
        #expect(try network.lakeview.status()["digest"] as? String == north.status()["digest"] as? String)
        let shown = try network.on(network.lakeview, "case", "show", course)
        #expect(shown.code == 0 && shown.output.contains("Course C1: 0 of 30 fractions, prescribed"), "\(shown.output)")
    }

    @Test func `what the site's register says of a machine stands against the examination that is booked on it`() throws {
        let network = try RealNetwork()
        let north = network.northside
        try network.order("ASK-9", at: north)
        try record(
            "appointment.booked", on: "ASK-9", as: "desk", "frontDesk", ["station=CT1", "start=1800000000000", "minutes=20"],
            at: north, in: network)
        func checked(_ result: String) throws {
            let said = try network.on(
                north, "case", "record", "equipment.qcRecorded", "--as", "phys.kim", "--role", "physicist",
                fields: ["station=CT1", "result=\(result)", "note=ring artefact"])
            try #require(said.code == 0, "\(said.errors)")
        }
        let barred = "CT1 failed its quality control (ring artefact"
        #expect(try !network.on(north, "case", "go", "ASK-9").output.contains("CT1"))
        try checked("failed")
        #expect(try network.on(north, "case", "go", "ASK-9").output.contains(barred))
        try network.hub.start()
        for site in [north, network.lakeview] { #expect(try network.on(site, "sync").code == 0) }
        #expect(
            try network.on(network.lakeview, "case", "go", "ASK-9").output.contains(barred), "the register came with the case")
        try checked("passed")
        #expect(try !network.on(north, "case", "go", "ASK-9").output.contains("CT1"))
    }

    @Test func `two orders of one person are put side by side, and a signature without licence counts as preliminary`() throws {
        let network = try RealNetwork()
        let north = network.northside
        for accession in ["ASK-7", "ASK-8"] {
            let placed = try network.on(
                north, "case", "record", "order.placed", "--as", "Dr Reyes", "--role", "referrer",
                fields: [
                    "accession.issuer=e2e", "accession.value=\(accession)", "patient.issuer=e2e", "patient.id=7",
                    "patient.name=DOE^JANE", "modality=CT", "procedure.code=24725-4", "procedure.scheme=LN", "bodySite=head",
                ])
            try #require(placed.code == 0, "\(placed.errors)")
        }
        let related = try #require(try network.on(north, "case", "related", "ASK-7", "--json").document as? [String: Any])
        #expect((related["cases"] as? [String])?.count == 1)
        #expect((related["conflicts"] as? [[String: Any]])?.first?["number"] as? Int == 9, "\(related)")
        #expect(try network.on(north, "case", "related", "ASK-7").output.contains("9 possibleDuplicate open"))
        // Signed where no register is kept yet; when the register says that the licence had ended, it counts for less.
        try record(
            "report.finalSigned", on: "ASK-8", as: "Dr Osei", "radiologist", ["impression=Normal.", "contentVersion=v1"],
            at: north, in: network)
        for (kind, fields) in [
            ("credential.granted", ["person=Dr Osei", "licence=L1"]),
            ("credential.revoked", ["person=Dr Osei", "from=1600000000000", "reason=expired"]),
        ] {
            let said = try network.on(north, "case", "record", kind, "--as", "adm", "--role", "siteAdmin", fields: fields)
            try #require(said.code == 0, "\(kind): \(said.errors)")
        }
        let judged = try network.on(north, "case", "related", "ASK-8")
        #expect(judged.output.contains("signed by Dr Osei counts as preliminary"), "\(judged.output)")
        #expect(try network.on(north, "conflict", "list").output.contains("60 unverifiedSignature"))
        let again = try network.on(
            north, "case", "record", "report.finalSigned", "--case", "ASK-7", "--as", "Dr Osei", "--role", "radiologist",
            "--json",
            fields: ["impression=Normal.", "contentVersion=v1"])
        #expect(again.code == 77 && again.problem == "NOT_PERMITTED", "\(again.errors)")
    }
}
