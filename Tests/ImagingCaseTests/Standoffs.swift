import EventLog
import ImagingCase

/// What somebody says.
struct Saying: Sendable {
    let event: CaseEvent
    let by: String
    let role: Role

    /// Says it as the usual person of a role.
    init(_ role: Role, _ event: CaseEvent, by person: String? = nil) {
        self.event = event
        self.role = role
        by = person ?? "\(role.rawValue).one"
    }
}

/// A question as two sites made it, knowing only of what came before both, and an act of its owner that answers it.
struct Standoff: Sendable {
    /// What is said by somebody who has seen some facts.
    typealias Step = @Sendable ([CaseFact]) -> Saying

    let number: Int
    let kind: String
    let stream: StreamID
    let facts: [CaseFact]
    /// The act that settles it, said by somebody who has seen everything.
    let answer: Saying

    init(
        _ number: Int, _ kind: String, in stream: StreamID = someCase, before: [Step] = [], north: [Step], lake: [Step],
        answer: Step
    ) {
        func line(_ site: String, _ steps: [Step], after seen: [CaseFact]) -> [CaseFact] {
            var log = CaseBuilder(site, stream: stream)
            var line: [CaseFact] = []
            for step in steps {
                let said = step(seen + line)
                let last = (line.last ?? seen.last).map { [$0] } ?? []
                line.append(log.record(said.event, after: last, by: said.by, role: said.role))
            }
            return line
        }
        let seen = line("hub", before, after: [])
        let facts = seen + line("northside", north, after: seen) + line("lakeview", lake, after: seen)
        self.number = number
        self.kind = kind
        self.stream = stream
        self.facts = facts
        self.answer = answer(facts)
    }
}

/// Says something whatever was seen.
func say(_ role: Role, _ event: CaseEvent, by person: String? = nil) -> Standoff.Step {
    { _ in Saying(role, event, by: person) }
}

/// Says something about what was seen.
func say(_ role: Role, by person: String? = nil, _ event: @escaping @Sendable ([CaseFact]) -> CaseEvent) -> Standoff.Step {
    { Saying(role, event($0), by: person) }
}

extension Standoff {
    /// One of every kind that an act settles, but those between cases.
    static let all: [Standoff] = [orders, persons, safety, images, readings, reports, talk, courses].flatMap { $0 }

    private static let knee = OrderPlaced(procedure: Coded(code: "KNEE"), modality: "DX", laterality: .left)
    private static let begun = say(.technologist, .procedureStepStarted(ProcedureStepStarted(stepUID: "1.1")))
    private static let done = say(
        .technologist,
        .procedureStepCompleted(ProcedureStepCompleted(stepUID: "1.1", series: [Series(uid: "1.2", instances: 2)])))
    private static let accepted = say(.radiologist, .orderReviewed(OrderReviewed(decision: .accepted)))
    private static let placed = say(.referrer, .orderPlaced(knee))
    private static let other = StreamID(kind: .imagingCase, high: 7, low: 7).description
    private static let anna = Patient(issuer: "mpi", id: "100", name: "BERG^ANNA", birthDate: "1961-04-02")
    private static let bert = Patient(issuer: "mpi", id: "200", name: "LIND^BERT", birthDate: "1970-01-01")

    private static func changed(_ code: String, _ role: Role = .referrer) -> Step {
        say(role, .orderChanged(OrderChanged(procedure: Coded(code: code))))
    }

    private static func urgency(_ role: Role, _ urgency: Urgency) -> Step {
        say(role, .readingPriorityChanged(ReadingPriorityChanged(priority: urgency, reason: "seen")))
    }

    private static func booked(_ role: Role = .frontDesk) -> Step {
        say(role, .schedule(.booked(AppointmentBooked(start: testDay.advanced(byMilliseconds: 3_600_000)))))
    }

    private static let orders: [Standoff] = [
        Standoff(
            5, "cancelledWhenAcquired", before: [placed], north: [begun, done],
            lake: [say(.referrer, .orderCancelled(OrderCancelled(reason: "x")))], answer: accepted),
        Standoff(
            6, "cancelledOnTable", before: [placed], north: [begun],
            lake: [say(.referrer, .orderCancelled(OrderCancelled(reason: "x")))],
            answer: say(.technologist, .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "1.1", reason: "stopped")))),
        Standoff(7, "changedWhenAcquired", before: [placed], north: [begun, done], lake: [changed("HIP")], answer: accepted),
        Standoff(
            8, "orderVersionsDiffer", before: [placed], north: [changed("HIP")], lake: [changed("HAND")],
            answer: changed("HIP", .frontDesk)),
        Standoff(
            10, "replacedWhenPerformed", before: [placed], north: [begun, done],
            lake: [say(.referrer, .ordering(.replaced(OrderReplaced(byCase: other, reason: "x"))))], answer: accepted),
        Standoff(
            48, "priorityRaisedAndLowered",
            before: [say(.referrer, .orderPlaced(OrderPlaced(modality: "CT", priority: .urgent)))],
            north: [urgency(.referrer, .stat)], lake: [urgency(.technologist, .routine)], answer: urgency(.radiologist, .urgent)),
        Standoff(
            29, "protocolChangedWhenScanned", before: [placed, protocoled("knee")], north: [begun, done],
            lake: [protocoled("hip")], answer: protocoled("both")),
        Standoff(
            30, "competingProtocols", before: [placed], north: [protocoled("knee")], lake: [protocoled("hip")],
            answer: protocoled("both")),
        Standoff(
            70, "noShowWhenArrived", before: [booked()], north: [say(.frontDesk, .patientArrived(PatientArrived()))],
            lake: [say(.frontDesk, .schedule(.noShow(AppointmentNoShow())))], answer: booked()),
        Standoff(
            70, "movedWhenArrived", before: [booked()], north: [say(.frontDesk, .patientArrived(PatientArrived()))],
            lake: [say(.frontDesk, .schedule(.moved(AppointmentMoved(start: testDay.advanced(byMilliseconds: 7_200_000)))))],
            answer: booked()),
        Standoff(
            70, "appointmentCancelledWhenArrived", before: [booked()],
            north: [say(.frontDesk, .patientArrived(PatientArrived()))],
            lake: [say(.frontDesk, .schedule(.cancelled(AppointmentCancelled(reason: "x"))))], answer: booked()),
    ]

    private static func protocoled(_ name: String, contrast: String = "") -> Step {
        say(.radiologist, .protocolAssigned(ProtocolAssigned(name: name, contrast: contrast)))
    }

    private static func corrected(_ patient: Patient) -> Step {
        say(.frontDesk, .demographicsCorrected(DemographicsCorrected(patient: patient, evidence: "passport")))
    }

    private static func arrived(_ patient: Patient) -> Step {
        say(.frontDesk, .patientArrived(PatientArrived(patient: patient)))
    }

    private static func signed(_ impression: String, by person: String = "dr.ito", _ role: Role = .radiologist) -> Step {
        say(role, .finalSigned(FinalSigned(impression: impression)), by: person)
    }

    private static func born(_ day: String) -> Patient { Patient(issuer: "mpi", id: "100", birthDate: day) }

    private static let persons: [Standoff] = [
        Standoff(
            13, "personsDiffer", north: [arrived(anna)], lake: [arrived(bert)],
            answer: say(
                .frontDesk, .identityDisputeCleared(IdentityDisputeCleared(outcome: .samePerson, evidence: "passport")))),
        Standoff(
            16, "identifiedLater", before: [arrived(Patient(issuer: "mpi", id: "TEMP9", name: "DOE^JOHN"))],
            north: [signed("bleed")], lake: [corrected(anna)],
            answer: say(.radiologist, by: "dr.ito") { .addendumSigned(AddendumSigned(addendumTo: $0[1].id, text: "seen")) }),
        Standoff(
            17, "demographicsDiffer", before: [arrived(born(""))], north: [corrected(born("1990-01-01"))],
            lake: [corrected(born("1990-01-10"))], answer: corrected(born("1990-01-01"))),
        Standoff(
            20, "linkedAndSeparated",
            north: [say(.technologist, .linkage(.linked(CaseLinked(to: other, basis: .human, reason: "same"))))],
            lake: [say(.technologist, .linkage(.unlinked(CaseUnlinked(from: other, reason: "two"))))],
            answer: say(.frontDesk, .linkage(.linked(CaseLinked(to: other, basis: .human, reason: "asked"))))),
        Standoff(
            22, "movedUnderText", before: [arrived(anna), signed("normal")],
            north: [say(.radiologist, by: "dr.ito") { .addendumSigned(AddendumSigned(addendumTo: $0[1].id, text: "late")) }],
            lake: [say(.frontDesk, .linkage(.moved(CaseMoved(patient: bert, reason: "mixed up"))))],
            answer: say(.radiologist, by: "dr.ito") { .addendumSigned(AddendumSigned(addendumTo: $0[1].id, text: "holds")) }),
    ]

    private static func mri(_ role: Role, _ result: ScreenResult, _ items: String...) -> Step {
        let list = items.map { ScreeningItem(kind: "implant", value: $0, label: "conditional") }
        return say(role, .mriScreened(MRIScreened(result: result, items: list)))
    }

    private static func kidneys(_ value: String) -> Step {
        say(
            .technologist,
            .contrastScreened(ContrastScreened(result: .clear, items: [ScreeningItem(kind: "eGFR", value: value)])))
    }

    private static func covering(_ places: Int...) -> Step {
        say(.radiologist) { facts in
            .riskAccepted(RiskAccepted(covers: places.map { facts[$0].id }, justification: "stroke"))
        }
    }

    private static func consent(_ role: Role, _ state: ConsentDecision) -> Step {
        say(role, .preparation(.consentRecorded(ConsentRecorded(kind: .procedure, state: state, note: "asked"))))
    }

    private static func dose(_ role: Role, _ value: Double) -> Step {
        let irradiation = IrradiationEvent(uid: "1.5", dlpMilligrayCentimetre: value)
        return say(role, .doseRecorded(DoseRecorded(irradiationEvents: [irradiation], source: "manual")))
    }

    private static let given = say(
        .technologist,
        .preparation(.medicationAdministered(MedicationAdministered(agent: Coded(text: "iohexol"), isContrast: true))))

    private static let safety: [Standoff] = [
        Standoff(
            23, "screensDiffer", north: [mri(.nurse, .clear)], lake: [mri(.technologist, .contraindicated, "pacemaker")],
            answer: mri(.safetyOfficer, .contraindicated, "pacemaker")),
        Standoff(
            24, "findingsDiffer", north: [mri(.nurse, .conditional, "stent")],
            lake: [mri(.nurse, .conditional, "clip")], answer: mri(.technologist, .conditional, "stent", "clip")),
        Standoff(
            25, "findingNotCovered", before: [mri(.technologist, .contraindicated, "pacemaker")], north: [covering(0)],
            lake: [mri(.technologist, .conditional, "clip")], answer: covering(0, 2)),
        Standoff(
            26, "pregnancyDiffers",
            north: [say(.nurse, .pregnancyScreened(PregnancyScreened(result: .no)))],
            lake: [say(.technologist, .pregnancyScreened(PregnancyScreened(result: .possible)))], answer: covering(1)),
        Standoff(27, "kidneyFunctionDiffers", north: [kidneys("22")], lake: [kidneys("64")], answer: covering(0)),
        Standoff(
            28, "contrastGivenWhenForbidden", before: [protocoled("portal", contrast: "iodine")], north: [given],
            lake: [say(.radiologist, .instructionIssued(InstructionIssued(kind: .contrastNo, text: "none")))],
            answer: protocoled("plain", contrast: "none")),
        Standoff(
            49, "doseValuesDiffer", north: [dose(.technologist, 100)], lake: [dose(.technologist, 200)],
            answer: dose(.physicist, 200)),
        Standoff(
            51, "consentDiffers", north: [consent(.nurse, .given)], lake: [consent(.nurse, .withdrawn)],
            answer: consent(.radiologist, .withdrawn)),
    ]
}
