import EventLog
import ImagingCase
import Testing

/// Cases of few persons at several sites, for the rules between them.
struct Town {
    static let anna = Patient(issuer: "mpi", id: "100", name: "BERG^ANNA", birthDate: "1961-04-02", sex: .female)
    static let bert = Patient(issuer: "mpi", id: "200", name: "LIND^BERT", birthDate: "1970-01-01", sex: .male)
    static let annaID = IssuedIdentifier(issuer: "mpi", value: "100")
    static let oldID = IssuedIdentifier(issuer: "mpi", value: "090")
    static let one = StreamID(kind: .imagingCase, high: 1, low: 1)
    static let two = StreamID(kind: .imagingCase, high: 1, low: 2)

    var north = CaseBuilder("northside", stream: Town.one)
    var south = CaseBuilder("southside", stream: Town.two)
    var hub = CaseBuilder("hub", stream: Town.one)

    static func order(
        _ patient: Patient? = anna, code: String = "", modality: String = "CT", site: String = "",
        side: Laterality = .unspecified,
        accession: IssuedIdentifier? = nil, uid: String = ""
    ) -> CaseEvent {
        .orderPlaced(
            OrderPlaced(
                accession: accession, patient: patient, procedure: code.isEmpty ? nil : Coded(code: code, scheme: "L"),
                modality: modality, bodySite: site, laterality: side, studyUID: uid))
    }

    /// A merge of an identifier into Anna's, in the history of the lesser.
    static func merged(_ retired: IssuedIdentifier = oldID, minutes: Int64 = 0, role: Role = .siteAdmin) -> FoldedCase {
        let stream = StreamID.person(min(retired, annaID))!
        var hub = CaseBuilder("hub", incarnation: 9, stream: stream)
        return FoldedCase(stream, [hub.record(Known.merge(retired, into: annaID), role: role, minutes: minutes)])
    }
}

/// Asserts that the cases say the same in whatever order they and their facts come.
func between(
    _ cases: [(StreamID, [CaseFact])], persons: [FoldedCase] = [], sourceLocation: SourceLocation = #_sourceLocation
) -> BetweenCases {
    let clusters = PersonClusters(persons)
    let all = BetweenCases(cases.map { FoldedCase($0.0, $0.1) }, clusters: clusters)
    let again = BetweenCases(
        (cases + cases.prefix(1)).reversed().map { FoldedCase($0.0, $0.1.reversed()) },
        clusters: PersonClusters(persons.reversed()))
    #expect(all.conflicts() == again.conflicts(), sourceLocation: sourceLocation)
    #expect(all.suggestions() == again.suggestions(), sourceLocation: sourceLocation)
    for conflict in all.conflicts() {
        #expect(conflict.events.count > 1 && conflict.due != nil && !conflict.told.isEmpty, sourceLocation: sourceLocation)
    }
    return all
}

@Suite struct PossibleDuplicateTests {
    var town = Town()

    @Test mutating func `conflict 9: one examination ordered twice is held before the second exposure`() throws {
        let one = town.north.record(Town.order(code: "CTABD"), minutes: 10)
        let two = town.south.record(Town.order(code: "CTABD"), minutes: 70)
        let cases = between([(Town.one, [one]), (Town.two, [two])])
        let found = try #require(cases.possibleDuplicates().first)
        #expect(found.first == Town.one && found.held == Town.two)
        let conflict = found.conflict
        #expect(conflict.number == 9 && conflict.kind == "possibleDuplicate" && conflict.events == [one.id, two.id].sorted())
        #expect(conflict.owner == .radiologist && conflict.told == [.referrer, .radiologist, .technologist])
        #expect(conflict.dueMinutes == 130 && conflict.state == .open && cases.conflicts() == [conflict])
        let begun = town.south.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), after: [two])
        let exposed = between([(Town.one, [one]), (Town.two, [two, begun])]).possibleDuplicates().first
        #expect(exposed?.held == Town.one && exposed?.conflict.id == conflict.id, "who was exposed goes first")
        let also = town.north.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "2")), after: [one])
        let both = between([(Town.one, [one, also]), (Town.two, [two, begun])]).possibleDuplicates().first
        #expect(both?.held == nil && both?.conflict.state == .superseded)
    }

    @Test mutating func `conflict 9: closed by a decision, a separation, a link or a cancellation`() throws {
        let one = town.north.record(Town.order(site: "Abdomen"))
        let two = town.south.record(Town.order(site: "abdomen"))
        let conflict = try #require(between([(Town.one, [one]), (Town.two, [two])]).conflicts().first)
        func with(_ more: CaseFact, in stream: StreamID) -> PossibleDuplicate? {
            between([
                (Town.one, [one] + (stream == Town.one ? [more] : [])), (Town.two, [two] + (stream == Town.two ? [more] : [])),
            ]).possibleDuplicates().first
        }
        let decided = town.south.record(decision(on: conflict, choosing: two), after: [two], role: .radiologist)
        #expect(with(decided, in: Town.two)?.conflict.closedBy == decided.id && with(decided, in: Town.two)?.held == nil)
        let clerk = town.south.record(decision(on: conflict, choosing: two), after: [two], role: .frontDesk)
        #expect(with(clerk, in: Town.two)?.conflict.state == .open)
        let parted = town.north.record(
            .linkage(.unlinked(CaseUnlinked(from: Town.two.description, reason: "two needs"))), after: [one], role: .frontDesk)
        #expect(with(parted, in: Town.one)?.conflict.closedBy == parted.id)
        let linked = town.south.record(
            .linkage(.linked(CaseLinked(to: Town.one.description, basis: .human, reason: "one"))), after: [two], role: .frontDesk)
        #expect(with(linked, in: Town.two)?.conflict.closedBy == linked.id)
        let cancelled = town.south.record(.orderCancelled(OrderCancelled(reason: "twice")), after: [two], role: .referrer)
        #expect(with(cancelled, in: Town.two)?.conflict.state == .superseded)
        #expect(with(cancelled, in: Town.two)?.conflict.closedBy == cancelled.id)
        let other = town.north.record(decision(on: conflict, choosing: one), after: [one], role: .lead)
        let apart = between([(Town.one, [one, other]), (Town.two, [two, decided])]).possibleDuplicates().first
        #expect(apart?.conflict.state == .open, "two decisions that differ settle nothing")
    }

    @Test mutating func `conflict 9: not for another person, procedure, side or week`() {
        let one = town.north.record(Town.order(code: "CTABD", site: "abdomen", side: .left))
        func asks(_ event: CaseEvent, minutes: Int64 = 0) -> Bool {
            var south = CaseBuilder("southside", stream: Town.two)
            return !between([(Town.one, [one]), (Town.two, [south.record(event, minutes: minutes)])]).possibleDuplicates().isEmpty
        }
        #expect(asks(Town.order(code: "CTABD", modality: "MR")) && asks(Town.order(site: "abdomen")))
        #expect(!asks(Town.order(Town.bert, code: "CTABD")) && !asks(Town.order(nil, code: "CTABD")))
        #expect(
            !asks(Town.order(code: "CTHEAD", site: "head")) && !asks(Town.order())
                && !asks(Town.order(modality: "MR", site: "abdomen")))
        #expect(!asks(Town.order(code: "CTABD", side: .right)) && asks(Town.order(code: "CTABD", side: .left)))
        #expect(asks(Town.order(code: "CTABD"), minutes: 72 * 60) && !asks(Town.order(code: "CTABD"), minutes: 72 * 60 + 1))
        #expect(!asks(.commentAdded(CommentAdded(text: "x"))))
        var limits = BetweenLimits()
        limits.duplicateHours = 1
        let two = town.south.record(Town.order(code: "CTABD"), minutes: 61)
        #expect(BetweenCases([FoldedCase(Town.one, [one]), FoldedCase(Town.two, [two])], limits: limits).conflicts().isEmpty)
    }

    @Test mutating func `conflict 9: two identifiers that are linked are one person`() {
        let one = town.north.record(Town.order(code: "CTABD"))
        let two = town.south.record(Town.order(Patient(issuer: "mpi", id: "090", name: "BERG^A"), code: "CTABD"), minutes: -5)
        #expect(between([(Town.one, [one]), (Town.two, [two])]).conflicts().isEmpty)
        let found = between([(Town.one, [one]), (Town.two, [two])], persons: [Town.merged()]).possibleDuplicates()
        #expect(found.map(\.held) == [Town.one], "the later as asserted waits")
    }
}

@Suite struct CaseLinkTests {
    var town = Town()
    private let number = IssuedIdentifier(issuer: "ris", value: "A-1")

    private func made(_ uid: String = "1.2", number: IssuedIdentifier? = nil, incarnation: UInt64 = 5) -> [CaseFact] {
        var south = CaseBuilder("southside", incarnation: incarnation, stream: Town.two)
        let arrived = south.record(.patientArrived(PatientArrived(patient: Town.anna)))
        let begun = south.record(
            .procedureStepStarted(ProcedureStepStarted(stepUID: "1", studyUID: uid, modality: "CT")), after: [arrived],
            minutes: 30)
        let over = south.record(.studyHandedOver(StudyHandedOver(studyUID: uid, accession: number)), after: [begun], minutes: 50)
        return [arrived, begun, over]
    }

    @Test mutating func `conflict 11: an examination before its order is linked by a program only on exact identifiers`() throws {
        let ordered = town.north.record(Town.order(accession: number), minutes: 60)
        let orphan = made(number: number)
        let cases = between([(Town.one, [ordered]), (Town.two, orphan)])
        #expect(FoldedCase(Town.two, orphan).state.headline == "Waiting to be read", "it is readable without an order")
        let link = try #require(cases.suggestions().first)
        #expect(cases.suggestions().count == 1 && link.number == 11 && link.kind == "acquiredBeforeOrder" && link.isAutomatic)
        #expect(link.stream == Town.two && link.other == Town.one && link.owner == .frontDesk)
        #expect(link.events == [ordered.id, orphan[1].id].sorted())
        #expect(link.basis == ["accession A-1", "person 100", "modality and time"])
        guard case .linkage(.linked(let answer)) = link.answer else { return #expect(Bool(false), "it links") }
        #expect(answer.basis == .exactIdentifiers && answer.to == Town.one.description)
        let said = town.south.record(link.answer, after: [orphan[2]], role: .system)
        #expect(between([(Town.one, [ordered]), (Town.two, orphan + [said])]).suggestions().isEmpty, "it is answered")
        var json = JSONWriter()
        link.write(to: &json)
        #expect(json.text.contains(#""kind":"acquiredBeforeOrder""#) && json.text.contains(#""answer":"case.linked""#))
    }

    @Test mutating func `conflict 11: else a person is asked, and a person's no is remembered`() throws {
        let ordered = town.north.record(Town.order(), minutes: 60)
        let orphan = made()
        let link = try #require(between([(Town.one, [ordered]), (Town.two, orphan)]).suggestions().first)
        #expect(!link.isAutomatic && link.basis == ["person 100", "modality and time"])
        guard case .linkage(.linked(let answer)) = link.answer else { return #expect(Bool(false), "it links") }
        #expect(answer.basis == .human)
        let no = town.north.record(
            .linkage(.unlinked(CaseUnlinked(from: Town.two.description, reason: "another"))), after: [ordered], role: .frontDesk)
        #expect(between([(Town.one, [ordered, no]), (Town.two, orphan)]).suggestions().isEmpty)
        let late = town.north.record(Town.order(), minutes: 30 + 24 * 60 + 1)
        #expect(between([(Town.one, [late]), (Town.two, orphan)]).suggestions().isEmpty)
        let other = town.north.record(Town.order(modality: "MR"), minutes: 60)
        #expect(between([(Town.one, [other]), (Town.two, orphan)]).suggestions().isEmpty)
        let elsewhere = town.north.record(Town.order(Town.bert), minutes: 60)
        #expect(between([(Town.one, [elsewhere]), (Town.two, orphan)]).suggestions().isEmpty)
        let cancelled = town.hub.record(.orderCancelled(OrderCancelled(reason: "x")), after: [ordered], role: .referrer)
        #expect(between([(Town.one, [ordered, cancelled]), (Town.two, orphan)]).suggestions().isEmpty)
    }

    @Test mutating func `conflict 11: an accession without issuer or person is asked about, one of another issuer is another`() {
        let bare = IssuedIdentifier(issuer: "", value: "A-1")
        let ordered = town.north.record(Town.order(modality: "", accession: bare), minutes: 60)
        let asked = between([(Town.one, [ordered]), (Town.two, made(number: bare))]).suggestions()
        #expect(asked.map(\.isAutomatic) == [false])
        let nameless = town.north.record(Town.order(nil, modality: "", accession: number), minutes: 60)
        #expect(between([(Town.one, [nameless]), (Town.two, made(number: number))]).suggestions().map(\.isAutomatic) == [false])
        let other = town.north.record(
            Town.order(modality: "", accession: IssuedIdentifier(issuer: "other", value: "A-1")), minutes: 60)
        let apart = between([(Town.one, [other]), (Town.two, made(number: number))])
        #expect(apart.suggestions().isEmpty && apart.conflicts().isEmpty, "conflict 15: the key is issuer and accession")
    }

    @Test mutating func `conflict 12: a study under an invented uid is linked like one before its order`() throws {
        let ordered = town.north.record(Town.order(accession: number, uid: "1.2"), minutes: 20)
        let link = try #require(between([(Town.one, [ordered]), (Town.two, made("9.9.9", number: number))]).suggestions().first)
        #expect(link.number == 12 && link.kind == "studyRenamed" && link.isAutomatic)
        let known = FoldedCase(Town.two, made("9.9.9", number: number) + made("1.2", incarnation: 6)).state.aliases.studyUID.map(
            \.value)
        #expect(known.contains("9.9.9"), "each uid stays an alias")
        let same = between([(Town.one, [ordered]), (Town.two, made("1.2", number: number))]).suggestions()
        #expect(same.map(\.number) == [11])
    }

    @Test mutating func `conflict 13: one accession of two persons is never linked and freezes both`() throws {
        let ordered = town.north.record(Town.order(Town.bert, accession: number), minutes: 60)
        let orphan = made(number: number)
        let cases = between([(Town.one, [ordered]), (Town.two, orphan)])
        #expect(cases.suggestions().isEmpty)
        let conflict = try #require(cases.conflicts().first)
        #expect(
            conflict.number == 13 && conflict.kind == "identifierOfTwoPersons"
                && conflict.events == [ordered.id, orphan[0].id].sorted())
        #expect(conflict.owner == .frontDesk && conflict.dueMinutes == 90)
        let cleared = town.north.record(
            .identityDisputeCleared(IdentityDisputeCleared(outcome: .differentPersons, evidence: "wristband")), after: [ordered],
            role: .frontDesk)
        #expect(between([(Town.one, [ordered, cleared]), (Town.two, orphan)]).conflicts().map(\.closedBy) == [cleared.id])
    }
}

@Suite struct OldIdentifierTests {
    var town = Town()
    private let old = Patient(issuer: "mpi", id: "090", name: "BERG^ANNA")

    @Test mutating func `conflict 18: an order on a retired id follows the link to the survivor`() throws {
        let placed = town.north.record(Town.order(old), minutes: 20)
        let cases = between([(Town.one, [placed])], persons: [Town.merged(minutes: 10)])
        let found = try #require(cases.oldIdentifiers().first)
        #expect(found.event == placed.id && found.old == Town.oldID && found.survivor == Town.annaID)
        let conflict = found.conflict
        #expect(
            conflict.number == 18 && conflict.owner == .frontDesk && conflict.told == [.frontDesk] && conflict.dueMinutes == 1460)
        #expect(conflict.inForce.hasSuffix("mpi 090 is mpi 100.") && conflict.state == .open)
        let header = try #require(cases.header(of: cases.cases[0]))
        #expect(header.patient.id == "100" && header.original == old && header.mark == "arrived under old id 090")
        let corrected = town.north.record(
            .demographicsCorrected(DemographicsCorrected(patient: Town.anna, evidence: "merge")), after: [placed],
            role: .frontDesk)
        let closed = between([(Town.one, [placed, corrected])], persons: [Town.merged(minutes: 10)])
        #expect(closed.conflicts().map(\.closedBy) == [corrected.id])
        #expect(closed.header(of: closed.cases[0])?.mark == nil)
        let decided = town.north.record(decision(on: conflict, choosing: placed), after: [placed], role: .frontDesk)
        #expect(
            between([(Town.one, [placed, decided])], persons: [Town.merged(minutes: 10)]).conflicts().map(\.state) == [.resolved])
        let before = town.hub.record(Town.order(old), minutes: 9)
        #expect(
            between([(Town.one, [before])], persons: [Town.merged(minutes: 10)]).conflicts().isEmpty, "it came before the merge")
        let arrived = town.hub.record(.patientArrived(PatientArrived(patient: old)), minutes: 30)
        #expect(between([(Town.one, [arrived])], persons: [Town.merged(minutes: 10)]).conflicts().map(\.number) == [18])
        #expect(between([(Town.one, [placed])]).conflicts().isEmpty, "nothing was merged")
    }

    @Test mutating func `conflict 21: a report signed under a retired id stands and is sent to the survivor with notice`() throws
    {
        let placed = town.north.record(Town.order(old))
        let signed = town.north.record(
            .finalSigned(FinalSigned(impression: "normal")), after: [placed], by: "dr.ito", role: .radiologist, minutes: 30)
        let cases = between([(Town.one, [placed, signed])], persons: [Town.merged(minutes: 35)])
        let found = try #require(cases.oldIdentifiers().first)
        #expect(cases.oldIdentifiers().count == 1 && found.event == signed.id && found.survivor == Town.annaID)
        #expect(found.conflict.number == 21 && found.conflict.told == [.referrer, .frontDesk])
        #expect(cases.cases[0].state.report.status == .final, "it stands")
        let byNurse = town.hub.record(.finalSigned(FinalSigned(impression: "x")), after: [placed], role: .nurse, minutes: 36)
        #expect(between([(Town.one, [placed, byNurse])], persons: [Town.merged(minutes: 35)]).conflicts().isEmpty)
        let longBefore = between([(Town.one, [placed, signed])], persons: [Town.merged(minutes: 31 + 24 * 60)])
        #expect(longBefore.conflicts().isEmpty, "results went out long before the merge")
        let blind = town.hub.record(.finalSigned(FinalSigned(impression: "x")), by: "dr.ito", role: .radiologist, minutes: 36)
        #expect(
            between([(Town.one, [placed, blind])], persons: [Town.merged(minutes: 35)]).conflicts().isEmpty, "signed under no id")
    }

    @Test mutating func `conflict 16: a person linked to who he is keeps the name on the signed text`() throws {
        let doe = Patient(issuer: "mpi", id: "TEMP-9", name: "DOE^JOHN")
        let placed = town.north.record(Town.order(doe))
        let signed = town.north.record(
            .finalSigned(FinalSigned(impression: "bleed")), after: [placed], by: "dr.ito", role: .radiologist, minutes: 5)
        let known = town.south.record(Town.order())
        let persons = [Town.merged(IssuedIdentifier(issuer: "mpi", value: "TEMP-9"), minutes: 9000)]
        let cases = between([(Town.one, [placed, signed]), (Town.two, [known])], persons: persons)
        #expect(cases.conflicts().map(\.number) == [16] && cases.conflicts()[0].told == [.radiologist, .referrer])
        let header = try #require(cases.header(of: cases.cases[0]))
        #expect(header.patient == Town.anna && header.original == doe && header.mark == "identified later")
        #expect(cases.header(of: cases.cases[1])?.original == nil)
        let added = town.hub.record(
            .addendumSigned(AddendumSigned(addendumTo: signed.id, text: "This is BERG.")), after: [signed], by: "dr.ito",
            role: .radiologist, minutes: 9001)
        let closed = between([(Town.one, [placed, signed, added])], persons: persons)
        #expect(closed.conflicts().first { $0.events.contains(signed.id) }?.closedBy == added.id)
        let nobody = BetweenCases([FoldedCase(Town.one, [])])
        #expect(nobody.header(of: nobody.cases[0]) == nil)
    }
}

@Suite struct FollowUpTests {
    var town = Town()

    private func recommended(_ wanted: RecommendationMade) -> [CaseFact] {
        var north = CaseBuilder("northside", stream: Town.one)
        let placed = north.record(Town.order())
        return [
            placed, north.record(.recommendation(.made(wanted)), after: [placed], by: "dr.ito", role: .radiologist, minutes: 10),
        ]
    }

    private func performed(_ patient: Patient = Town.anna, code: String = "CTCHEST", minutes: Int64 = 100) -> [CaseFact] {
        var south = CaseBuilder("southside", stream: Town.two)
        let placed = south.record(Town.order(patient, code: code), minutes: minutes - 10)
        return [
            placed,
            south.record(
                .procedureStepStarted(ProcedureStepStarted(stepUID: "1", modality: "CT")), after: [placed], minutes: minutes),
        ]
    }

    @Test mutating func `conflict 59: a follow-up done elsewhere is proposed, and a person confirms`() throws {
        let wanted = RecommendationMade(
            action: Coded(code: "CTCHEST", scheme: "L", text: "CT chest"), from: CredentialTests.minute(50),
            until: CredentialTests.minute(200))
        let asked = recommended(wanted)
        let done = performed()
        let found = try #require(between([(Town.one, asked), (Town.two, done)]).suggestions().first)
        #expect(found.number == 59 && found.kind == "followUpElsewhere" && !found.isAutomatic && found.owner == .radiologist)
        #expect(found.stream == Town.one && found.other == Town.two && found.events == [asked[1].id, done[1].id].sorted())
        #expect(found.basis == ["CT chest", "person 100", "within the window"])
        guard case .recommendation(.fulfilled(let answer)) = found.answer else { return #expect(Bool(false), "it fulfils") }
        #expect(answer.recommendation == asked[1].id && answer.caseID == Town.two.description)
        town.north = CaseBuilder("northside", incarnation: 3, stream: Town.one)
        for closing in [
            found.answer, .recommendation(.notNeeded(RecommendationNotNeeded())),
            .recommendation(.declined(RecommendationDeclined())),
        ] {
            let said = town.north.record(closing, after: [asked[1]], role: .referrer)
            #expect(between([(Town.one, asked + [said]), (Town.two, done)]).suggestions().isEmpty)
        }
        for going in [
            CaseEvent.recommendation(.accepted(RecommendationAccepted())), .recommendation(.deferred(RecommendationDeferred())),
            .recommendation(.ordered(RecommendationOrdered())),
        ] {
            let said = town.north.record(going, after: [asked[1]], role: .referrer)
            #expect(between([(Town.one, asked + [said]), (Town.two, done)]).suggestions().count == 1)
        }
    }

    @Test func `conflict 59: only the same person, code or modality, and window`() {
        let wanted = RecommendationMade(
            action: Coded(code: "CTCHEST", scheme: "L"), from: CredentialTests.minute(50), until: CredentialTests.minute(200))
        func fits(_ wanted: RecommendationMade, _ done: [CaseFact]) -> Bool {
            !between([(Town.one, recommended(wanted)), (Town.two, done)]).suggestions().isEmpty
        }
        #expect(fits(wanted, performed()) && !fits(wanted, performed(Town.bert)) && !fits(wanted, performed(code: "CTABD")))
        #expect(
            !fits(wanted, performed(minutes: 49)) && fits(wanted, performed(minutes: 200))
                && !fits(wanted, performed(minutes: 201)))
        #expect(!fits(wanted, Array(performed().prefix(1))), "ordered is not done")
        let byModality = RecommendationMade(modality: "CT")
        #expect(
            fits(byModality, performed(code: "")) && !fits(byModality, performed(minutes: 9)), "not before it was recommended")
        #expect(!fits(RecommendationMade(modality: "MR"), performed()) && !fits(RecommendationMade(), performed()))
    }
}
