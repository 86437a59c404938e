import EventLog
import ImagingCase
import Testing

@Suite struct AuthoringTests {
    private var site = CaseBuilder("northside")

    private func refusal(_ event: CaseEvent, _ state: CaseState, _ role: Role) -> AuthoringRefusal? {
        do {
            try Authoring.check(event, in: state, by: Author(person: "p", role: role), now: testDay)
            return nil
        } catch {
            return error
        }
    }

    @Test func `the table of roles`() {
        let nobody: [Role] = [.researcher]
        for role in Role.allCases {
            let isReader = [.radiologist, .lead, .interventionalRadiologist].contains(role)
            #expect(Authority.mayRecord(.finalSigned(FinalSigned()), as: role) == isReader, "\(role)")
            #expect(Authority.mayRecord(.riskAccepted(RiskAccepted()), as: role) == isReader, "\(role)")
            #expect(Authority.mayRecord(.commentAdded(CommentAdded()), as: role) == !nobody.contains(role), "\(role)")
            #expect(!Authority.mayRecord(.unknown(EventKind("x")), as: role))
        }
        let rows: [(CaseEvent, allowed: [Role], refused: [Role])] = [
            (.orderPlaced(OrderPlaced()), [.referrer, .frontDesk, .technologist, .siteAdmin, .system], [.radiologist, .nurse]),
            (.mriScreened(MRIScreened()), [.technologist, .nurse, .safetyOfficer, .system], [.radiologist, .referrer]),
            (.protocolAssigned(ProtocolAssigned()), [.radiologist, .lead, .system], [.technologist, .referrer]),
            (.procedureStepCompleted(ProcedureStepCompleted()), [.technologist, .system], [.radiologist, .frontDesk]),
            (.criticalResultAcknowledged(CriticalResultAcknowledged()), [.referrer, .radiologist], [.frontDesk, .technologist]),
            (.criticalResultRaised(CriticalResultRaised()), [.radiologist, .technologist], [.referrer]),
            (.instructionCompleted(InstructionCompleted()), [.technologist], [.radiologist]),
            (.instructionIssued(InstructionIssued()), [.radiologist], [.technologist]),
            (.doseRecorded(DoseRecorded()), [.technologist, .physicist, .safetyOfficer, .system], [.referrer]),
            (
                .identityDisputeCleared(IdentityDisputeCleared()), [.frontDesk, .siteAdmin, .hubAdmin],
                [.technologist, .radiologist]
            ),
            (.caseRouted(CaseRouted()), [.hubAdmin, .siteAdmin, .system], [.nurse]),
        ]
        for (event, allowed, refused) in rows {
            for role in allowed { #expect(Authority.mayRecord(event, as: role), "\(role) \(event.kind)") }
            for role in refused { #expect(!Authority.mayRecord(event, as: role), "\(role) \(event.kind)") }
        }
    }

    @Test func `a conflict is closed by its owner or the lead of reading, and identity by the administrators too`() {
        func may(_ role: Role, _ number: Int, _ owner: Role) -> Bool {
            Authority.mayResolve(role, number: number, ownedBy: owner)
        }
        #expect(
            may(.lead, 1, .radiologist) && may(.frontDesk, 13, .frontDesk) && may(.interventionalRadiologist, 1, .radiologist))
        #expect(may(.hubAdmin, 13, .frontDesk) && may(.lead, 52, .interventionalRadiologist))
        #expect(!may(.radiologist, 38, .lead) && !may(.technologist, 5, .radiologist))
        #expect(!may(.system, 1, .radiologist) && !may(.nurse, 6, .technologist))
    }

    @Test func `the lead of reading closes every question of an examination and none of radiotherapy`() {
        for rule in ConflictRule.catalogue {
            let isTreatment = rule.owner == .radiationOncologist || rule.number == 57
            #expect(ConflictRule.isAboutTreatment(rule.number) == isTreatment, "\(rule.number) \(rule.kind)")
            let resolvers = Role.allCases.filter { Authority.mayResolve($0, number: rule.number, ownedBy: rule.owner) }
            #expect(resolvers.contains(.lead) != isTreatment, "\(rule.number) \(rule.kind)")
            #expect(resolvers.contains(rule.owner) && !resolvers.contains(.system))
            if isTreatment { #expect(resolvers == [rule.owner]) }
        }
        #expect(Authority.mayResolve(.radiologist, number: 49, ownedBy: .physicist), "the dose of an examination")
    }

    @Test func `a refusal says why and who may`() {
        let state = CaseFold.fold(someCase, [])
        let refused = refusal(.finalSigned(FinalSigned(impression: "x")), state, .nurse)
        #expect(refused?.ground == .role)
        #expect(refused?.reason == "The role nurse may not record report.finalSigned.")
        #expect(refused?.remedy.contains("radiologist") == true)
        #expect(refusal(.unknown(EventKind("order.dreamt")), state, .lead)?.ground == .content)
        #expect(refusal(.commentAdded(CommentAdded()), state, .nurse)?.ground == .content)
        #expect(refusal(.caseRouted(CaseRouted(site: "NOT A SITE")), state, .hubAdmin)?.ground == .content)
        #expect(refusal(.caseRouted(CaseRouted(site: "southside")), state, .hubAdmin) == nil)
        #expect(refusal(.orderCancelled(OrderCancelled()), state, .referrer)?.ground == .state)
    }

    @Test mutating func `a decision names an open conflict, chooses one of its events and says why`() throws {
        var other = CaseBuilder("southside")
        let one = site.record(.protocolAssigned(ProtocolAssigned(name: "a")), role: .radiologist)
        let two = other.record(.protocolAssigned(ProtocolAssigned(name: "b")), role: .radiologist)
        let state = CaseFold.fold(someCase, [one, two])
        let conflict = try #require(state.conflicts.first)
        func decide(_ id: String, _ number: Int, _ choice: EventID?, _ reason: String, _ role: Role) -> AuthoringRefusal.Ground? {
            let event = CaseEvent.conflictResolved(
                ConflictResolved(conflict: id, number: number, choose: choice, reason: reason))
            return refusal(event, state, role)?.ground
        }
        #expect(decide(conflict.id, 30, one.id, "x", .radiologist) == nil)
        #expect(decide("", 30, one.id, "x", .radiologist) == nil)
        #expect(decide("k0", 30, one.id, "x", .radiologist) == .state)
        #expect(decide(conflict.id, 30, one.id, "x", .technologist) == .role)
        #expect(decide(conflict.id, 30, nil, "x", .lead) == .content)
        #expect(decide(conflict.id, 30, EventID("northside~0000000000000001/9"), "x", .lead) == .content)
        #expect(decide(conflict.id, 30, one.id, "", .lead) == .content)
        let decided = site.record(decision(on: conflict, choosing: one), after: [one, two], role: .lead)
        let closed = CaseFold.fold(someCase, [one, two, decided])
        #expect(refusal(decision(on: conflict, choosing: one), closed, .lead)?.ground == .state)
    }

    @Test mutating func `a body that leaves out study, content, step or reference takes the case's only one`() throws {
        let placed = site.record(.orderPlaced(OrderPlaced(modality: "CT", studyUID: "1.2.3")))
        let ordered = CaseFold.fold(someCase, [placed])
        #expect(
            Authoring.completed(.procedureStepStarted(ProcedureStepStarted(stepUID: "9")), in: ordered)
                == .procedureStepStarted(ProcedureStepStarted(stepUID: "9", studyUID: "1.2.3")))
        let begun = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "9", studyUID: "1.2.4")), after: [placed])
        let running = CaseFold.fold(someCase, [placed, begun])
        #expect(
            Authoring.completed(.procedureStepCompleted(ProcedureStepCompleted()), in: running)
                == .procedureStepCompleted(ProcedureStepCompleted(stepUID: "9", studyUID: "1.2.4")))
        let said = CaseEvent.procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "8", studyUID: "7", reason: "x"))
        #expect(Authoring.completed(said, in: running) == said)
        let series = [Series(uid: "a", instances: 2)]
        guard
            case .studyContentChanged(let content) = Authoring.completed(
                .studyContentChanged(StudyContentChanged(series: series)), in: running)
        else { return #expect(Bool(false), "the kind stays") }
        #expect(content.contentVersion == ContentDigest.version(of: series) && content.studyUID == "1.2.4")
        let stored = site.record(.studyContentChanged(content), after: [begun], role: .system)
        let held = CaseFold.fold(someCase, [placed, begun, stored])
        guard case .finalSigned(let report) = Authoring.completed(.finalSigned(FinalSigned(impression: "x")), in: held)
        else { return #expect(Bool(false), "the kind stays") }
        #expect(report.contentVersion == content.contentVersion)
        let named = CaseEvent.preliminaryIssued(PreliminaryIssued(contentVersion: "v0"))
        #expect(Authoring.completed(named, in: held) == named)
    }

    @Test mutating func `an answer without a reference takes the only open one and stays open where there are two`() {
        let first = site.record(.criticalResultRaised(CriticalResultRaised(category: 1, finding: "bleed")), role: .radiologist)
        let one = CaseFold.fold(someCase, [first])
        #expect(
            Authoring.completed(.criticalResultAcknowledged(CriticalResultAcknowledged()), in: one)
                == .criticalResultAcknowledged(CriticalResultAcknowledged(raised: [first.id])))
        let second = site.record(
            .criticalResultRaised(CriticalResultRaised(category: 1, finding: "air")), after: [first], role: .radiologist)
        let two = CaseFold.fold(someCase, [first, second])
        let unsaid = CaseEvent.criticalResultCommunicated(CriticalResultCommunicated(to: "ward"))
        #expect(Authoring.completed(unsaid, in: two) == unsaid)
        let asked = site.record(
            .instructionIssued(InstructionIssued(kind: .extraViews, text: "lateral")), after: [second], role: .radiologist)
        let open = CaseFold.fold(someCase, [first, second, asked])
        #expect(
            Authoring.completed(.instructionDeclined(InstructionDeclined(reason: "left")), in: open)
                == .instructionDeclined(InstructionDeclined(instruction: asked.id, reason: "left")))
    }
}
