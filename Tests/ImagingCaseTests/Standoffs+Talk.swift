import EventLog
import ImagingCase

/// What is read, reported and said; and courses of radiotherapy.
extension Standoff {
    private static func content(_ version: String, _ series: String...) -> Step {
        say(
            .system,
            .studyContentChanged(
                StudyContentChanged(
                    studyUID: "1.2", series: series.map { Series(uid: $0, instances: 5) }, contentVersion: version)))
    }

    private static func final(_ impression: String, _ version: String = "", by person: String = "dr.ito") -> Step {
        say(.radiologist, .finalSigned(FinalSigned(impression: impression, contentVersion: version)), by: person)
    }

    private static func claimed(by person: String) -> Step {
        say(.radiologist, .readingClaimed(ReadingClaimed()), by: person)
    }

    private static func released(by person: String) -> Step {
        say(.radiologist, .readingReleased(ReadingReleased(reason: "shift")), by: person)
    }

    /// An addendum to the fact at a place.
    private static func added(to place: Int, by person: String = "dr.ito") -> Step {
        say(.radiologist, by: person) { .addendumSigned(AddendumSigned(addendumTo: $0[place].id, text: "seen: \($0.count)")) }
    }

    private static func mended(_ place: Int, _ impression: String, by person: String = "dr.ito") -> Step {
        say(.radiologist, by: person) {
            .reportCorrected(ReportCorrected(replaces: $0[place].id, impression: impression, reason: "seen"))
        }
    }

    private static func rejected(_ reason: RejectionReason) -> Step {
        say(
            .technologist,
            .imageQuality(.rejected(ImageRejected(images: [ImageReference(seriesUID: "1.4")], reason: reason))))
    }

    static let images: [Standoff] = [
        Standoff(
            35, "lateContent", before: [content("v1", "1.3")], north: [final("normal", "v1")],
            lake: [content("v2", "1.3", "1.4")], answer: added(to: 1)),
        Standoff(
            36, "reportRestsOnRejectedImages", before: [content("v1", "1.3", "1.4")], north: [final("normal", "v1")],
            lake: [rejected(.quality)], answer: added(to: 1)),
        Standoff(
            36, "reportRestsOnRejectedImages", before: [content("v1", "1.3", "1.4")], north: [final("normal", "v1")],
            lake: [rejected(.wrongPatient)],
            answer: say(.radiologist, by: "dr.ito") {
                .reportRetracted(ReportRetracted(which: $0[1].id, reason: .wrongPatient, note: "not hers"))
            }),
        Standoff(
            63, "imagesGoneWhileRead", before: [content("v1", "1.3")], north: [claimed(by: "dr.ito")],
            lake: [say(.siteAdmin, .imageQuality(.imagesGone(StudyImagesGone(studyUID: "1.2", archive: "pacs"))))],
            answer: say(
                .siteAdmin,
                .studyContentChanged(
                    StudyContentChanged(
                        studyUID: "1.2", series: [Series(uid: "1.3", instances: 5)], contentVersion: "v1")))),
    ]

    private static func offer(to reader: String) -> Step {
        say(.lead, .readingTask(.transferred(ReadingTransferred(to: reader, reason: "neuro"))), by: "dr.head")
    }

    static let readings: [Standoff] = [
        Standoff(
            1, "twoClaims", before: [content("v1", "1.3")], north: [claimed(by: "dr.ito")], lake: [claimed(by: "dr.mora")],
            answer: released(by: "dr.mora")),
        Standoff(
            2, "signedOnStaleLease", before: [content("v1", "1.3")], north: [final("normal", "v1")],
            lake: [claimed(by: "dr.mora")], answer: released(by: "dr.mora")),
        Standoff(
            3, "twoTransfers", before: [content("v1", "1.3"), claimed(by: "dr.ito")], north: [offer(to: "dr.lead")],
            lake: [offer(to: "dr.mora")],
            answer: say(.lead, by: "dr.lead") {
                .readingTask(.transferAccepted(ReadingTransferAccepted(transfer: $0[2].id)))
            }),
        Standoff(
            4, "releasedWhenWorkedOn", before: [content("v1", "1.3"), claimed(by: "dr.ito")],
            north: [released(by: "dr.ito")],
            lake: [say(.radiologist, .preliminaryIssued(PreliminaryIssued(impression: "x")), by: "dr.ito")],
            answer: released(by: "dr.ito")),
    ]

    static let reports: [Standoff] = [
        Standoff(
            38, "competingFinals", north: [final("normal")], lake: [final("mass", by: "dr.mora")],
            answer: say(.lead) {
                .reportReconciled(ReportReconciled(competing: $0.map(\.id), chosen: $0[0].id, rationale: "seen both"))
            }),
        Standoff(
            39, "preliminaryBesideFinal", north: [final("normal")],
            lake: [say(.radiologist, .preliminaryIssued(PreliminaryIssued(impression: "mass")), by: "dr.mora")],
            answer: added(to: 0)),
        Standoff(
            40, "addendumOnEarlierVersion", before: [final("normal")], north: [mended(0, "mass")], lake: [added(to: 0)],
            answer: added(to: 1)),
        Standoff(
            41, "competingCorrections", before: [final("normal")], north: [mended(0, "mass")],
            lake: [mended(0, "cyst", by: "dr.mora")],
            answer: say(.lead) { facts in
                .reportReconciled(
                    ReportReconciled(competing: facts[1...].map(\.id), chosen: facts[1].id, rationale: "seen both"))
            }),
        Standoff(
            42, "continuedAfterRetraction", before: [final("normal")],
            north: [say(.radiologist, by: "dr.ito") { .reportRetracted(ReportRetracted(which: $0[0].id, reason: .premature)) }],
            lake: [added(to: 0)], answer: final("anew")),
        Standoff(
            43, "preliminaryDiffersFromFinal",
            before: [
                say(.radiologist, .preliminaryIssued(PreliminaryIssued(impression: "no bleed")), by: "dr.ed"),
                say(.referrer, by: "dr.ward") { .reportReceipt(.viewed(ReportViewed(report: $0[0].id))) },
            ], north: [final("bleed")], lake: [],
            answer: say(.radiologist, by: "dr.ito") {
                .discrepancy(.recorded(DiscrepancyRecorded(first: $0[0].id, second: $0[2].id, grade: .major, impact: "told")))
            }),
        Standoff(
            66, "adviceContradictsReport",
            before: [final("benign"), say(.referrer, .consult(.requested(ConsultRequested(question: "benign?"))))],
            north: [
                say(.radiologist, by: "dr.mora") {
                    .consult(.answered(ConsultAnswered(consult: $0[1].id, answer: "no", contradictsReport: $0[0].id)))
                }
            ], lake: [], answer: added(to: 0)),
    ]

    private static let raised = say(
        .radiologist,
        .criticalResultRaised(CriticalResultRaised(category: 1, finding: "free air", responsible: "dr.ward")))

    private static func noted(by person: String, _ places: Int...) -> Step {
        say(.referrer, by: person) { facts in
            .criticalResultAcknowledged(
                CriticalResultAcknowledged(raised: places.map { facts[$0].id }, plan: "operate"))
        }
    }

    private static func told(_ role: Role, _ person: String) -> Step {
        say(role) { .criticalResultCommunicated(CriticalResultCommunicated(raised: $0[0].id, to: person, medium: "call")) }
    }

    private static func answered(_ event: @escaping @Sendable (EventID) -> DialogueEvent) -> Step {
        say(.technologist) { .dialogue(event($0[0].id)) }
    }

    private static func instructed(_ kind: InstructionKind, valid: Instant? = nil) -> Step {
        say(.radiologist, .instructionIssued(InstructionIssued(kind: kind, text: "please")))
    }

    private static let takenBack = say(.radiologist) {
        .instructionWithdrawn(InstructionWithdrawn(instruction: $0[0].id, reason: "no need"))
    }

    static let talk: [Standoff] = [
        Standoff(
            31, "contradictoryInstructions", north: [instructed(.contrastYes)], lake: [instructed(.contrastNo)],
            answer: instructed(.contrastNo)),
        Standoff(
            32, "issuedWhenPatientLeft", north: [instructed(.extraViews)],
            lake: [say(.technologist, .studyHandedOver(StudyHandedOver(patientState: .left)))], answer: takenBack),
        Standoff(
            33, "withdrawnWhenDone", before: [instructed(.extraViews)],
            north: [
                say(.technologist) {
                    .instructionCompleted(InstructionCompleted(instruction: $0[0].id, evidence: "1.3"))
                }
            ], lake: [takenBack], answer: final("seen with it")),
        Standoff(
            34, "acceptedWhenDeclined", before: [instructed(.extraViews)],
            north: [answered { .accepted(InstructionAccepted(instruction: $0)) }],
            lake: [
                say(.technologist, by: "t.berg") {
                    .instructionDeclined(InstructionDeclined(instruction: $0[0].id, reason: "no room"))
                }
            ], answer: takenBack),
        Standoff(44, "criticalRaisedTwice", north: [raised], lake: [raised], answer: noted(by: "dr.ward", 0, 1)),
        Standoff(
            45, "escalatedWhenAcknowledged", before: [raised], north: [noted(by: "dr.ward", 0)],
            lake: [
                say(.radiologist) {
                    .criticalResultEscalated(CriticalResultEscalated(raised: $0[0].id, step: 1, to: "dr.chief"))
                }
            ], answer: told(.lead, "dr.chief")),
        Standoff(
            47, "withdrawnWhenActedUpon", before: [raised], north: [noted(by: "dr.ward", 0)],
            lake: [
                say(.radiologist) { .criticalResultWithdrawn(CriticalResultWithdrawn(raised: $0[0].id, reason: "artefact")) }
            ], answer: told(.radiologist, "dr.ward")),
        Standoff(
            58, "declinedWhenOrdered",
            before: [say(.radiologist, .recommendation(.made(RecommendationMade(modality: "CT", finding: "nodule"))))],
            north: [
                say(.referrer) {
                    .recommendation(.declined(RecommendationDeclined(recommendation: $0[0].id, reason: "frail")))
                }
            ],
            lake: [
                say(.referrer, by: "dr.two") {
                    .recommendation(.ordered(RecommendationOrdered(recommendation: $0[0].id, caseID: "c-9")))
                }
            ],
            answer: say(.radiologist) {
                .recommendation(.notNeeded(RecommendationNotNeeded(recommendation: $0[0].id, reason: "seen elsewhere")))
            }),
        Standoff(
            73, "orderedByAnotherDoctor",
            before: [say(.referrer, .orderPlaced(OrderPlaced(modality: "CT", requester: "dr.ward"))), raisedSecond],
            north: [
                say(.radiologist) {
                    .criticalResultCommunicated(
                        CriticalResultCommunicated(raised: $0[1].id, to: "dr.ward", medium: "call"))
                }
            ],
            lake: [say(.referrer, .orderChanged(OrderChanged(requester: "dr.new")))], answer: noted(by: "dr.new", 1)),
    ]

    private static let raisedSecond = raised

    private static func course(_ role: Role, _ event: TreatmentEvent) -> Step { say(role, .treatment(event)) }

    private static func version(_ uid: String, replaces: String = "") -> [Step] {
        let content = RTPlanVersionCreated(
            planUID: uid, label: "P", fractions: 1, fractionCentigray: 200, replaces: replaces)
        return [
            course(.physicist, .planVersionCreated(content)),
            course(.physicist, .planPhysicsChecked(RTPlanPhysicsChecked(planUID: uid, passed: true))),
            course(.radiationOncologist, .planApproved(RTPlanApproved(planUID: uid))),
        ]
    }

    private static let prescribed = course(
        .radiationOncologist,
        .coursePrescribed(
            RTCoursePrescribed(
                course: "C1", site: Coded(code: "Prostate", scheme: "TG-263", text: "Prostate"), intent: .curative,
                technique: "VMAT", totalCentigray: 200, fractionCentigray: 200, fractions: 1)))
    private static let delivered = course(
        .therapist,
        .fractionDelivered(RTFractionDelivered(planUID: planA, fraction: 1, machine: "L1", deliveredCentigray: 200)))
    private static let held = course(.radiationOncologist, .held(RTHeld(reason: "fever")))
    private static let ended = course(.radiationOncologist, .completed(RTCompleted()))

    private static func reviewed(_ decision: TreatmentDecision) -> Step {
        course(.radiationOncologist, .onTreatmentReviewed(RTOnTreatmentReviewed(decision: decision, note: "seen")))
    }

    static let courses: [Standoff] = [
        Standoff(
            53, "planChangedMeanwhile", in: someCourse, before: [prescribed] + version(planA), north: [delivered],
            lake: version(planB, replaces: planA), answer: ended),
        Standoff(
            54, "plansCompete", in: someCourse, before: [prescribed], north: version(planA), lake: version(planB),
            answer: course(.radiationOncologist, .planRetired(RTPlanRetired(planUID: planA, reason: "worse")))),
        Standoff(
            55, "deliveredDuringHold", in: someCourse, before: [prescribed] + version(planA), north: [delivered],
            lake: [held], answer: reviewed(.hold)),
        Standoff(
            55, "deliveredAfterEnd", in: someCourse, before: [prescribed] + version(planA) + [delivered],
            north: [
                course(
                    .therapist,
                    .fractionDelivered(
                        RTFractionDelivered(planUID: planA, fraction: 2, machine: "L1", deliveredCentigray: 200)))
            ], lake: [ended], answer: ended),
        Standoff(
            56, "holdAndContinue", in: someCourse, before: [prescribed] + version(planA), north: [reviewed(.goOn)],
            lake: [held], answer: held),
    ]
}
