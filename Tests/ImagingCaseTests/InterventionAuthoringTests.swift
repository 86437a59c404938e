import EventLog
import ImagingCase
import Testing

@Suite struct InterventionAuthoringTests {
    var suite = CaseBuilder("northside")

    private func refusal(_ event: InterventionEvent, in facts: [CaseFact], as role: Role? = nil) -> AuthoringRefusal? {
        let role = role ?? Authority.roles(for: .intervention(event)).first ?? .system
        do {
            try Authoring.check(
                .intervention(event), in: CaseFold.fold(someCase, facts), by: Author(person: "x", role: role), now: testDay)
            return nil
        } catch { return error }
    }

    private func timeOut(
        _ result: TimeOutResult = .confirmed, _ checks: [ScreeningItem] = InterventionTests.checks,
        by people: [String] = ["dr.ir"]
    ) -> InterventionEvent {
        .timeOutDone(IRTimeOutDone(checks: checks, participants: people, result: result))
    }

    private func step(_ guidance: String = "", words: String = "puncture", loss: Double = 0) -> InterventionEvent {
        .stepRecorded(IRStepRecorded(step: words, guidance: guidance, bloodLossMillilitres: loss))
    }

    private mutating func record(_ event: InterventionEvent, after seen: [CaseFact] = []) -> CaseFact {
        suite.record(.intervention(event), after: seen, role: .interventionalRadiologist)
    }

    @Test mutating func `an assessment has values that can be`() {
        let assessed = { (ratio: Double, platelets: Double, grade: Int) in
            InterventionEvent.assessed(
                IRAssessed(internationalNormalizedRatio: ratio, plateletsPerNanolitre: platelets, anesthesiaClass: grade))
        }
        #expect(refusal(assessed(1.2, 200, 3), in: []) == nil)
        #expect(
            refusal(assessed(-1, 0, 0), in: [])?.reason
                == "irAssessed.internationalNormalizedRatio: expected 0 to 20 (INR), got -1.")
        #expect(
            refusal(assessed(0, 5000, 0), in: [])?.reason
                == "irAssessed.plateletsPerNanolitre: expected 0 to 3000 x 10^9/L, got 5000.")
        #expect(refusal(assessed(0, 0, 7), in: [])?.remedy == "Give irAssessed.anesthesiaClass as 0 to 6.")
        #expect(refusal(assessed(1, 1, 1), in: [], as: .technologist)?.ground == .role)
    }

    @Test func `a time-out that confirms has its four checks answered and somebody who took part`() {
        #expect(refusal(timeOut(), in: []) == nil)
        #expect(
            refusal(timeOut(.unspecified), in: [])?.reason == "irTimeOut.result: expected confirmed or mismatch, got nothing.")
        #expect(refusal(timeOut(by: []), in: [])?.remedy == "Give irTimeOut.participants as who took part.")
        #expect(
            refusal(timeOut(.confirmed, Array(InterventionTests.checks.dropLast())), in: [])?.reason
                == "irTimeOut.checks: expected patient, procedure, side, consent, got none of consent.")
        var checks = InterventionTests.checks
        checks[2].value = "No"
        #expect(refusal(timeOut(.confirmed, checks), in: [])?.reason == "irTimeOut.checks[2]: side is no.")
        #expect(
            refusal(timeOut(.confirmed, checks), in: [])?.remedy == "Clear it first, or record the time-out as mismatch.")
        checks[2].value = ""
        #expect(refusal(timeOut(.confirmed, checks), in: [])?.reason == "irTimeOut.checks[2]: side is not answered.")
        #expect(refusal(timeOut(.mismatch, []), in: []) == nil)
        #expect(refusal(timeOut(), in: [], as: .system)?.ground == .role, "no device stops with the team")
    }

    @Test mutating func `no step without a confirming time-out, against consent, or after the end`() {
        #expect(refusal(step(), in: [])?.reason == "No time-out is recorded.")
        let mismatch = record(timeOut(.mismatch))
        #expect(refusal(step(), in: [mismatch])?.reason == "The time-out found a mismatch.")
        #expect(
            refusal(step(), in: [mismatch])?.remedy
                == "Stop, and record a time-out that confirms patient, procedure, side and consent.")
        let said = record(timeOut())
        #expect(refusal(step(), in: [said]) == nil)
        let withdrawn = suite.record(
            .preparation(.consentRecorded(ConsentRecorded(kind: .procedure, state: .withdrawn))), after: [said], role: .nurse)
        #expect(refusal(step(), in: [said, withdrawn])?.reason == "Consent to the procedure is withdrawn.")
        let ended = record(.aborted(IRAborted(reason: "x")), after: [said])
        for event in [step(), timeOut(), .assessed(IRAssessed()), .aborted(IRAborted(reason: "y"))] {
            #expect(refusal(event, in: [said, ended])?.reason.hasPrefix("The procedure has ended (\(ended.id))") == true)
        }
        #expect(refusal(step(), in: [said, ended], as: .system) == nil, "what a device reports has happened")
        #expect(refusal(step(words: ""), in: [said])?.reason == "irStep.step: expected what was done, got nothing.")
        #expect(
            refusal(step(loss: -3), in: [said], as: .system)?.reason
                == "irStep.bloodLossMillilitres: expected 0 to 20000 mL, got -3.")
    }

    @Test mutating func `MRI needs a screen that allows it, radiation a pregnancy screen that does not bar it`() {
        let said = record(timeOut())
        #expect(refusal(step("MRI"), in: [said])?.reason == "The MRI screen stands at unscreened.")
        let bad = suite.record(.mriScreened(MRIScreened(result: .contraindicated)), after: [said])
        #expect(refusal(step("MR"), in: [said, bad])?.reason == "The MRI screen stands at contraindicated.")
        #expect(
            refusal(step("MR"), in: [said, bad])?.remedy
                == "Screen for MRI, or have a radiologist accept the risk by naming the screen.")
        let clear = suite.record(.mriScreened(MRIScreened(result: .clear)), after: [bad])
        #expect(refusal(step("MR"), in: [said, bad, clear]) == nil)
        let pregnant = suite.record(.pregnancyScreened(PregnancyScreened(result: .yes)), after: [clear])
        for guidance in ["fluoroscopy", "CT", "XA", "RF"] {
            #expect(
                refusal(step(guidance), in: [said, bad, clear, pregnant])?.reason == "The pregnancy screen bars radiation.")
        }
        #expect(refusal(step("ultrasound"), in: [said, bad, clear, pregnant]) == nil)
    }

    @Test mutating func `complications have a class, ends an outcome and a step, recovery an end`() {
        let said = record(timeOut())
        let begun = record(step(), after: [said])
        let trouble = { InterventionEvent.complicationRecorded(IRComplicationRecorded(severity: $0, what: $1)) }
        #expect(refusal(trouble(3, "bleed"), in: [said, begun]) == nil)
        #expect(refusal(trouble(0, "bleed"), in: [said, begun])?.reason == "irComplication.severity: expected 1 to 5, got 0.")
        #expect(
            refusal(trouble(3, ""), in: [said, begun])?.reason == "irComplication.what: expected what happened, got nothing.")
        #expect(refusal(trouble(3, "bleed"), in: [said])?.reason == "No procedure has begun.")
        let done = { (outcome: Outcome, seconds: Double, kerma: Double) in
            InterventionEvent.completed(
                IRCompleted(outcome: outcome, fluoroscopySeconds: seconds, referencePointMilligray: kerma))
        }
        #expect(refusal(done(.success, 60, 10), in: [said, begun]) == nil)
        #expect(refusal(done(.unspecified, 0, 0), in: [said, begun])?.ground == .content)
        #expect(
            refusal(done(.success, -1, 0), in: [said, begun])?.reason
                == "irCompleted.fluoroscopySeconds: expected 0 to 86400 s, got -1.")
        #expect(
            refusal(done(.success, 0, .nan), in: [said, begun])?.reason
                == "irCompleted.referencePointMilligray: expected 0 to 100000 mGy, got nan.")
        #expect(refusal(done(.success, 0, 0), in: [said])?.reason == "No step is recorded.")
        #expect(refusal(.aborted(IRAborted()), in: [said, begun])?.reason.hasPrefix("irAborted.reason") == true)
        let ended = record(.completed(IRCompleted(outcome: .success)), after: [begun])
        let facts = [said, begun, ended]
        #expect(refusal(done(.success, 0, 0), in: facts)?.ground == .state)
        let look = { (pain: Int, out: Instant?, next: Instant?, isSeen: Bool) in
            InterventionEvent.recoveryRecorded(
                IRRecoveryRecorded(painScore: pain, discharged: out, followUp: next, isFollowedUp: isSeen))
        }
        #expect(refusal(look(4, testDay, testDay, false), in: facts) == nil)
        #expect(refusal(look(11, nil, nil, false), in: facts)?.reason == "irRecovery.painScore: expected 0 to 10, got 11.")
        #expect(refusal(look(4, nil, nil, false), in: [said, begun])?.reason == "The procedure has not ended.")
        let before = testDay.advanced(byMilliseconds: -1000)
        #expect(
            refusal(look(4, testDay, before, false), in: facts)?.reason
                == "irRecovery.followUp: expected a moment after the discharge at 2025-06-15T15:06:40Z, got 2025-06-15T15:06:39Z."
        )
        #expect(refusal(look(0, nil, nil, true), in: facts)?.reason == "The person was not discharged.")
    }
}
