import EventLog
import Foundation
import ImagingCase
import Testing

@Suite struct AuthorityTests {
    private var north = CaseBuilder("northside")
    private var hub = CaseBuilder("hub")

    @Test func `every known kind has one row with somebody in it and a source, and the unknown has none`() {
        #expect(Authority.table.map(\.kind) == EventKind.known)
        for row in Authority.table {
            #expect(!row.roles.isEmpty && !row.source.isEmpty, "\(row.kind)")
            #expect(Set(row.roles).count == row.roles.count && Set(row.conditions).count == row.conditions.count, "\(row.kind)")
        }
        #expect(Authority.row(for: EventKind("future.kind")) == nil)
    }

    @Test func `what is not named may not, and no machine signs, decides or grants`() {
        for row in Authority.table {
            for role in Role.allCases where role != .system {
                #expect(row.admits(role) == row.roles.contains(role))
            }
            #expect(row.admits(.system) == row.isOpenToSystems)
        }
        for kind in [
            EventKind.finalSigned, .riskAccepted, .conflictResolved, .rtPlanApproved, .irTimeOutDone, .credentialGranted,
        ] {
            #expect(Authority.row(for: kind)?.isOpenToSystems == false, "\(kind): no machine signs, decides or grants")
        }
        for kind in [
            EventKind.finalSigned, .addendumSigned, .reportCorrected, .riskAccepted, .rtPlanApproved, .rtCoursePrescribed,
        ] {
            #expect(Authority.row(for: kind)?.conditions.contains(.credential) == true, "\(kind)")
            #expect(Authority.row(for: kind)?.conditions.contains(.reauthenticated) == true, "\(kind)")
        }
    }

    @Test func `who records what of the groups`() {
        let rows: [(EventKind, allowed: [Role], refused: [Role])] = [
            (.orderHeld, [.referrer, .frontDesk, .system], [.technologist, .radiologist]),
            (.safetyOtherScreened, [.nurse, .safetyOfficer], [.radiologist, .referrer]),
            (.studyImagesGone, [.siteAdmin, .system], [.technologist]),
            (.reviewAssigned, [.lead], [.radiologist, .system]),
            (.recommendationMade, [.radiologist, .radiationOncologist], [.referrer, .system]),
            (.consultAnswered, [.radiologist, .physicist], [.referrer, .system]),
            (.rtPlanApproved, [.radiationOncologist], [.physicist, .system]),
            (.rtPlanPhysicsChecked, [.physicist], [.radiationOncologist, .system]),
            (.rtPlanVersionCreated, [.physicist, .system], [.therapist]),
            (.rtFractionDelivered, [.therapist, .system], [.physicist]),
            (.rtFractionMissed, [.therapist], [.system]),
            (.rtHeld, [.therapist, .physicist, .radiationOncologist], [.system, .referrer]),
            (.personMerged, [.frontDesk, .siteAdmin, .hubAdmin, .system], [.technologist, .radiologist]),
            (.caseLinked, [.technologist, .frontDesk, .system], [.referrer]),
            (.credentialRevoked, [.siteAdmin, .hubAdmin], [.lead, .system]),
            (.researchExported, [.researcher], [.system, .radiologist]),
            (.discrepancyResolved, [.lead], [.system]), (.discrepancyRecorded, [.lead, .system], [.referrer]),
        ]
        for (kind, allowed, refused) in rows {
            let row = Authority.row(for: kind)
            for role in allowed { #expect(row?.admits(role) == true, "\(role) \(kind)") }
            for role in refused { #expect(row?.admits(role) == false, "\(role) \(kind)") }
        }
    }

    @Test func `the table is listed as text and as JSON`() throws {
        let lines = Authority.text().split(separator: "\n").map(String.init)
        #expect(lines[0] == "Who may record what. What is not named may not.")
        #expect(lines.count == 1 + EventKind.known.count + AuthorityCondition.allCases.count)
        let final = try #require(lines.first { $0.hasPrefix("report.finalSigned ") })
        #expect(final.hasSuffix("radiologist, lead, interventionalRadiologist  if credential, reauthenticated, ownProcedure"))
        #expect(lines.contains { $0.hasPrefix("procedureStep.started ") && $0.contains("therapist, system") })
        #expect(lines.contains("reauthenticated: after signing in once more; judged by the session"))
        #expect(lines.contains { $0.hasPrefix("credential: with a licence") && $0.hasSuffix("judged by the core") })
        var json = JSONWriter()
        Authority.write(to: &json)
        let read = try #require(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any])
        let rows = try #require(read["rows"] as? [[String: Any]])
        #expect(rows.count == EventKind.known.count && (read["conditions"] as? [Any])?.count == AuthorityCondition.allCases.count)
        let merge = try #require(rows.first { $0["kind"] as? String == "person.merged" })
        #expect(merge["histories"] as? [String] == ["person"] && merge["systems"] as? Bool == true)
        #expect((merge["source"] as? String)?.contains("A40") == true && merge["conditions"] as? [String] == ["evidence"])
    }

    @Test mutating func `what came from who may not is kept, listed and counts as less`() throws {
        let placed = north.record(.orderPlaced(OrderPlaced(modality: "CT")))
        let reviewed = north.record(.orderReviewed(OrderReviewed(decision: .accepted)), after: [placed], role: .nurse)
        let signed = north.record(.finalSigned(FinalSigned(impression: "x")), after: [reviewed], by: "n", role: .nurse)
        let draft = north.record(.reportReceipt(.draftNoted(ReportDraftNoted())), after: [signed], role: .technologist)
        let facts = [placed, reviewed, signed, draft]
        let state = foldedInEveryOrder(facts)
        #expect(state.report.versions.map(\.status) == [.unprivileged] && state.events == 4)
        #expect(state.anomalies.contains { $0.event == draft.id && $0.axis == "authority" })
        let doubts = Authority.doubts(in: CaseHistory(facts), of: someCase)
        #expect(Set(doubts.map(\.event)) == Set([reviewed, signed, draft].map(\.id)))
        #expect(
            doubts.first { $0.event == reviewed.id }?.what
                == "Recorded in the role nurse, which may not record order.reviewed: kept, unverified.")
        #expect(Authority.doubts(in: CaseHistory(facts.reversed()), of: someCase) == doubts)
        #expect(Authority.doubts(in: CaseHistory([placed]), of: someCase).isEmpty)
        let unknown = north.record(.unknown(EventKind("future.kind")), after: [draft], role: .researcher)
        #expect(Authority.doubts(in: CaseHistory([unknown] + facts), of: someCase) == doubts, "the unknown is not judged")
    }

    @Test mutating func `an unknown role and another site's actor are doubted`() {
        let placed = north.record(.attachment(.added(AttachmentAdded(name: "a", digest: "d"))))
        let wrong = CaseFact(
            id: placed.id, hash: placed.hash, parents: [], recordedAt: placed.recordedAt, occurredAt: placed.occurredAt,
            actor: Actor(person: "x", role: "wizard", site: SiteID("southside")!, assurance: .local), source: .page,
            event: placed.event)
        let doubts = Authority.doubts(in: CaseHistory([wrong]), of: someCase)
        #expect(doubts.count == 2 && doubts.allSatisfy { $0.event == wrong.id })
        #expect(doubts.contains { $0.what == "Recorded at northside in the name of somebody at southside." })
        #expect(CaseFold.fold(someCase, [wrong]).anomalies.map(\.axis) == ["attachment"])
    }

    @Test mutating func `who corrects, adds to or withdraws another's report has taken it over or is the lead`() {
        let signed = north.record(.finalSigned(FinalSigned(impression: "x")), by: "dr.ito", role: .radiologist)
        func doubts(_ event: CaseEvent, by person: String, _ role: Role = .radiologist, after: [CaseFact]) -> Int {
            var lake = CaseBuilder("lakeview")
            let fact = lake.record(event, after: after, by: person, role: role)
            let claims = after.filter { $0.id != signed.id }
            return Authority.doubts(in: CaseHistory([signed, fact] + claims), of: someCase).count
        }
        let corrected = CaseEvent.reportCorrected(ReportCorrected(replaces: signed.id, impression: "y"))
        let added = CaseEvent.addendumSigned(AddendumSigned(addendumTo: signed.id, text: "y"))
        let withdrawn = CaseEvent.reportRetracted(ReportRetracted(which: signed.id, reason: .other))
        for event in [corrected, added, withdrawn] {
            #expect(doubts(event, by: "dr.ito", after: [signed]) == 0)
            #expect(doubts(event, by: "dr.mora", after: [signed]) == 1)
            #expect(doubts(event, by: "dr.lead", .lead, after: [signed]) == 0)
        }
        let claimed = hub.record(
            .readingClaimed(ReadingClaimed(mode: .exclusive)), after: [signed], by: "dr.mora", role: .radiologist)
        #expect(doubts(corrected, by: "dr.mora", after: [signed, claimed]) == 0)
        let accepted = hub.record(
            .readingTask(.transferAccepted(ReadingTransferAccepted())), after: [signed], by: "dr.mora", role: .radiologist)
        #expect(doubts(added, by: "dr.mora", after: [signed, accepted]) == 0)
        let released = hub.record(.readingReleased(ReadingReleased()), after: [signed], by: "dr.mora", role: .radiologist)
        #expect(doubts(added, by: "dr.mora", after: [signed, released]) == 1)
        #expect(doubts(.addendumSigned(AddendumSigned(text: "y")), by: "dr.mora", after: [signed]) == 0, "it names none")
    }

    @Test mutating func `what came from who may not is among the anomalies of the case, of every kind`() {
        let placed = north.record(.orderPlaced(OrderPlaced(modality: "CT")), role: .referrer)
        let reviewed = north.record(.orderReviewed(OrderReviewed(decision: .accepted)), after: [placed], role: .nurse)
        let state = foldedInEveryOrder([placed, reviewed])
        #expect(state.anomalies.map(\.event) == [reviewed.id] && state.anomalies.map(\.axis) == ["authority"])
        #expect(
            state.anomalies.map(\.what)
                == ["Recorded in the role nurse, which may not record order.reviewed: kept, unverified."])
        #expect(state.jsonText.contains("which may not record order.reviewed"))
        #expect(CaseFold.fold(someCase, [placed]).anomalies.isEmpty)
        let signed = north.record(.finalSigned(FinalSigned(impression: "x")), after: [reviewed], by: "n", role: .nurse)
        let both = FoldedCase(someCase, [placed, reviewed]).appending([signed]).state
        #expect(both.anomalies.map(\.event) == [reviewed.id, signed.id], "what an axis says itself is not said twice")
        #expect(both == CaseFold.fold(someCase, [placed, reviewed, signed]))
    }
}
