import EventLog
import ImagingCase
import Replication
import Wire

/// The synthetic mix: examinations of about twelve events with report texts of realistic length and vocabulary, from a seed.
///
/// Follows the clinical event catalogue: order, review, protocol, screens, acquisition, content, dose, hand-over, claim, final; some with a
/// critical result, an instruction or an addendum. About fifty examinations are under way at a time, as at a busy site.
struct Mix {
    private var random: SplitMix64
    private var open: [Examination] = []
    private var made: UInt64 = 0
    private let openMax: Int
    private let urgency: Urgency?
    private var milliseconds: Int64 = 1_760_000_000_000

    /// One examination under way.
    private struct Examination {
        let stream: StreamID
        let number: UInt64
        var step = 0
        let modality: String
        let isCritical: Bool
        let hasInstruction: Bool
        var instruction: EventID?
        var final: EventID?
        var critical: EventID?
    }

    /// Starts from a seed.
    ///
    /// - Parameter urgency: of every order; nil draws it.
    init(seed: UInt64, openMax: Int = 50, urgency: Urgency? = nil) {
        self.urgency = urgency
        random = SplitMix64(seed: seed)
        self.openMax = openMax
    }

    /// The next happening: which case, what is said, by whom; `told` takes the id that it got, for later references.
    mutating func next() -> (stream: StreamID, event: CaseEvent, person: String, role: Role, at: Instant) {
        milliseconds += Int64(pick(4000)) + 1
        while open.count < openMax { open.append(newExamination()) }
        let place = pick(open.count)
        let (event, person, role) = say(place)
        let stream = open[place].stream
        last = place
        return (stream, event, person, role, Instant(milliseconds: milliseconds))
    }

    private var last = 0

    /// Takes the id of the happening that was recorded last.
    mutating func told(_ id: EventID) {
        switch open[last].step {
        case 8 where open[last].hasInstruction: open[last].instruction = id
        case 11: open[last].final = id
        case 12 where open[last].isCritical: open[last].critical = id
        default: break
        }
        if open[last].step >= 12 + (open[last].isCritical ? 2 : 0) { open.remove(at: last) }
    }

    private mutating func newExamination() -> Examination {
        made += 1
        return Examination(
            stream: StreamID(kind: .imagingCase, high: random.next(), low: random.next()), number: made,
            modality: ["CT", "MR", "US", "DX", "MG", "NM"][pick(6)], isCritical: pick(20) == 0, hasInstruction: pick(6) == 0)
    }

    private mutating func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

    private mutating func say(_ place: Int) -> (CaseEvent, String, Role) {
        open[place].step += 1
        let examination = open[place]
        let number = examination.number
        let study = "1.2.276.0.7230010.3.1.2.\(number)"
        let technologist = "tech.\(["lee", "moreau", "novak", "silva"][pick(4)])"
        let radiologist = "Dr \(["Osei", "Lund", "Patel", "Kim", "Haddad"][pick(5)])"
        switch examination.step {
        case 1:
            let drawn: Urgency = [.routine, .routine, .routine, .asap, .urgent, .stat][pick(6)]
            return (
                .orderPlaced(
                    OrderPlaced(
                        accession: IssuedIdentifier(issuer: "northside", value: "A\(100_000 + number)"),
                        patient: Patient(
                            issuer: "northside", id: "P\(number % 40_000)", name: "\(word().uppercased())^\(word().uppercased())",
                            birthDate: "19\(10 + pick(90))-0\(1 + pick(9))-1\(pick(10))", sex: pick(2) == 0 ? .female : .male),
                        procedure: Coded(
                            code: "\(24_000 + pick(900))-\(pick(10))", scheme: "LN", text: "\(examination.modality) \(word())"),
                        modality: examination.modality, bodySite: word(), reason: text(6), priority: urgency ?? drawn,
                        requester: "Dr \(word())",
                        studyUID: study)), "his", .system
            )
        case 2: return (.orderReviewed(OrderReviewed(decision: .accepted)), radiologist, .radiologist)
        case 3:
            return (
                .protocolAssigned(
                    ProtocolAssigned(name: "\(examination.modality) \(word())", contrast: "none", instructions: text(8))),
                radiologist, .radiologist
            )
        case 4:
            return examination.modality == "MR"
                ? (.mriScreened(MRIScreened(result: .clear, note: text(3))), technologist, .technologist)
                : (.contrastScreened(ContrastScreened(result: .clear, note: text(3))), technologist, .technologist)
        case 5:
            return (
                .identityVerified(IdentityVerified(checked: ["name", "birthDate"], method: "asked", match: true)), technologist,
                .technologist
            )
        case 6:
            return (
                .procedureStepStarted(
                    ProcedureStepStarted(
                        stepUID: "\(study).1", studyUID: study, modality: examination.modality,
                        station: "\(examination.modality)1")),
                technologist, .technologist
            )
        case 7:
            return (
                .procedureStepCompleted(
                    ProcedureStepCompleted(
                        stepUID: "\(study).1", studyUID: study, modality: examination.modality,
                        station: "\(examination.modality)1",
                        series: series(study, examination.modality))), technologist, .technologist
            )
        default: return report(examination, study, technologist, radiologist)
        }
    }

    /// The later half of an examination: what is told, handed over, read and reported.
    private mutating func report(
        _ examination: Examination, _ study: String, _ technologist: String, _ radiologist: String
    ) -> (CaseEvent, String, Role) {
        switch examination.step {
        case 8:
            if examination.hasInstruction {
                return (
                    .instructionIssued(InstructionIssued(kind: .extraViews, text: text(7), urgency: .urgent)), radiologist,
                    .radiologist
                )
            }
            return (
                .doseRecorded(
                    DoseRecorded(
                        irradiationEvents: [
                            IrradiationEvent(
                                uid: "\(study).9", ctdiVolMilligray: Double(pick(4000)) / 100,
                                dlpMilligrayCentimetre: Double(pick(90_000)) / 100)
                        ], source: "RDSR", reportUID: "\(study).8")), "dose", .system
            )
        case 9: return (.commentAdded(CommentAdded(text: text(9))), technologist, .technologist)
        case 10:
            return (
                .studyHandedOver(
                    StudyHandedOver(declaredSeries: 3, declaredInstances: 300 + pick(900), note: text(6), patientState: .left)),
                technologist, .technologist
            )
        case 11: return (.readingClaimed(ReadingClaimed(mode: .exclusive)), radiologist, .radiologist)
        case 12:
            return (
                .finalSigned(
                    FinalSigned(
                        findings: text(60 + pick(80)), impression: text(10 + pick(15)), contentVersion: "\(examination.number)")),
                radiologist, .radiologist
            )
        case 13:
            return (
                .criticalResultRaised(CriticalResultRaised(category: 1 + pick(3), finding: text(5))), radiologist, .radiologist
            )
        default: return (.criticalResultAcknowledged(CriticalResultAcknowledged(plan: text(6))), "Dr \(word())", .referrer)
        }
    }

    private mutating func series(_ study: String, _ modality: String) -> [Series] {
        (1...(1 + pick(4))).map {
            Series(uid: "\(study).\($0)", modality: modality, description: "\(word()) \($0)", instances: 40 + pick(400))
        }
    }

    private mutating func word() -> String { Vocabulary.words[pick(Vocabulary.words.count)] }

    private mutating func text(_ words: Int) -> String {
        var text = ""
        for index in 0..<words {
            // Common words are common: the square of an even draw leans towards the front of the list.
            let draw = Double(pick(1_000_000)) / 1_000_000
            let word = Vocabulary.words[Int(draw * draw * Double(Vocabulary.words.count))]
            if index > 0 { text += index % 11 == 0 ? ". " : " " }
            text += word
            if pick(14) == 0 { text += " \(1 + pick(60)) mm" }
        }
        return text + "."
    }
}

/// Words of radiology reports, the commonest first.
enum Vocabulary {
    static let words = """
        the no of is are and with in normal evidence right left within limits there without for to unremarkable not acute size at mild seen \
        lung small contrast chest upper lower lobe liver bilateral appearance effusion pleural fracture unchanged kidney or stable volume \
        demonstrates consistent identified compared prior study change significant lesion focal enlarged lymph node nodes heart abdomen pelvis \
        spleen pancreas gallbladder ducts intact bony soft tissue tissues abnormality obstruction bowel aorta calcification degenerative spine \
        disc level mass density nodule noted increased decreased posterior anterior lateral medial superior inferior moderate severe large \
        opacity consolidation atelectasis pneumothorax cardiomediastinal silhouette mediastinal hilar adenopathy thyroid airway patent trachea \
        central pulmonary embolus filling defect artery vein portal hepatic renal cyst simple hydronephrosis calculus ureter bladder prostate \
        uterus ovary ovarian adnexal free fluid ascites hernia diverticulosis diverticulitis appendix inflammation stranding thickening wall \
        enhancement enhancing hypodense hyperdense attenuation signal intensity hyperintense hypointense diffusion restriction haemorrhage \
        infarct ischaemic territory middle cerebral midline shift ventricles sulci grey white matter differentiation preserved basal ganglia \
        cerebellum brainstem pituitary orbit sinus sinuses mastoid air cells clear mucosal polyp calvarium skull base cervical thoracic lumbar \
        vertebral body height alignment maintained canal stenosis foraminal narrowing nerve root compression facet arthropathy listhesis \
        meniscus tear ligament cruciate collateral tendon rotator cuff supraspinatus tendinopathy bursitis joint space narrowing osteophyte \
        marrow oedema contusion displaced nondisplaced comminuted avulsion dislocation hardware prosthesis loosening breast parenchyma \
        heterogeneously dense scattered fibroglandular microcalcifications spiculated margin biopsy recommended follow up months interval \
        ultrasound correlation clinical suspected likely benign malignant metastatic disease primary neoplasm staging restaging response \
        uptake standardised value tracer physiological hypermetabolic focus skeleton bone scan perfusion ventilation mismatch probability
        """.split(separator: " ").map(String.init)
}
