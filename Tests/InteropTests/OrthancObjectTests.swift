import EventLog
import ImagingCase
import Testing

@testable import Interop

/// Objects that an archive spells out: what they say, in which unit, and by which field they are refused.
struct OrthancObjectTests {
    private func object(_ text: String) throws -> OrthancJSON { try OrthancJSON(parsing: Array(text.utf8)) }

    private func concept(_ code: String, _ more: String) -> String {
        #"{"ConceptNameCodeSequence":[{"CodeValue":"\#(code)"}],\#(more)}"#
    }

    private func number(_ code: String, _ value: String, _ unit: String) -> String {
        concept(
            code,
            #""MeasuredValueSequence":[{"NumericValue":"\#(value)","MeasurementUnitsCodeSequence":[{"CodeValue":"\#(unit)"}]}]"#)
    }

    private func report(_ items: String...) throws -> OrthancJSON {
        try object(
            concept("113701", #""SOPInstanceUID":"1.2.9","ContentSequence":[\#(items.joined(separator: ","))]"#))
    }

    @Test func `a CT's irradiations are read with their UIDs, a projection's in the units that people speak of`() throws {
        let scan = concept(
            "113819",
            #""ContentSequence":["# + concept("113769", #""UID":"1.2.9.1""#) + ","
                + concept("111526", #""DateTime":"20261124093000+0100""#) + ","
                + concept(
                    "113829",
                    #""ContentSequence":["# + number("113830", "12.5", "mGy") + "," + number("113838", "500", "mGy.cm") + "]")
                + "]")
        let shot = concept(
            "113706",
            #""ContentSequence":["# + number("113738", "0.02", "Gy") + "," + number("122130", "0.0001", "Gy.m2") + ","
                + concept("113721", #""ConceptCodeSequence":[{"CodeValue":"P5-06000"}]"#) + "," + number("113742", "90", "s")
                + "]")
        let dose = try #require(try DoseReport(report(scan, shot, number("113813", "500", "mGy.cm"))))
        let events = dose.dose.irradiationEvents
        #expect(dose.totalMilligrayCentimetre == 500 && dose.dose.reportUID == "1.2.9" && events.count == 2)
        #expect(events[0].uid == "1.2.9.1" && events[0].ctdiVolMilligray == 12.5 && events[0].dlpMilligrayCentimetre == 500)
        #expect(events[0].startedAt == Timestamp.parse("2026-11-24T08:30:00Z")?.instant)
        let projection = try #require(events[1].projection)
        #expect(projection.referencePointAirKermaGray == 0.02 && projection.fluoroscopySeconds == 90)
        #expect(abs(projection.kermaAreaProductGraySquareCentimetre - 1) < 1e-9)
    }

    @Test func `another document is none, and a number or unit that nobody knows is refused by its code (B79)`() throws {
        #expect(try DoseReport(object(concept("126000", #""SOPInstanceUID":"1.2""#))) == nil)
        #expect(try DoseReport(report()) == nil)
        for (value, unit) in [("NaN", "mGy.cm"), ("", "mGy.cm"), ("5", "furlong")] {
            let scan = concept("113819", #""ContentSequence":["# + number("113838", value, unit) + "]")
            #expect(throws: OrthancRefusal.self) { try DoseReport(report(scan)) }
        }
        let scan = concept("113819", #""ContentSequence":["# + concept("113769", #""UID":"one""#) + "]")
        #expect(throws: OrthancRefusal.self) { try DoseReport(report(scan)) }
    }

    @Test func `a plan and a record say fractions, dose and how it ended`() throws {
        let plan = try TreatmentObject.event(
            object(
                #"{"SOPClassUID":"1.2.840.10008.5.1.4.1.1.481.5","SOPInstanceUID":"1.2.5","RTPlanLabel":"P1 ","FractionGroupSequence":[{"NumberOfFractionsPlanned":"30"}],"DoseReferenceSequence":[{"TargetPrescriptionDose":"60.0"}],"ReferencedRTPlanSequence":[{"RTPlanRelationship":"PREDECESSOR","ReferencedSOPInstanceUID":"1.2.4"}]}"#
            ))
        guard case .planVersionCreated(let said)? = plan else {
            Issue.record("no plan")
            return
        }
        #expect(said.planUID == "1.2.5" && said.label == "P1" && said.fractions == 30 && said.replaces == "1.2.4")
        #expect(abs(said.fractionCentigray - 200) < 1e-9)
        let record = try TreatmentObject.event(
            object(
                #"{"SOPClassUID":"1.2.840.10008.5.1.4.1.1.481.4","SOPInstanceUID":"1.2.6","TreatmentDate":"20261124","ReferencedRTPlanSequence":[{"ReferencedSOPInstanceUID":"1.2.5"}],"TreatmentMachineSequence":[{"TreatmentMachineName":"L1"}],"TreatmentSessionBeamSequence":[{"CurrentFractionNumber":"3","DeliveredPrimaryMeterset":"100.5","TreatmentTerminationStatus":"NORMAL"},{"CurrentFractionNumber":"3","DeliveredPrimaryMeterset":"50","TreatmentTerminationStatus":"MACHINE"}]}"#
            ))
        guard case .fractionDelivered(let given)? = record else {
            Issue.record("no record")
            return
        }
        #expect(
            given.planUID == "1.2.5" && given.fraction == 3 && given.monitorUnits == 150.5 && given.termination == .machineStop)
        #expect(given.treatmentDate == "2026-11-24" && given.machine == "L1")
        #expect(try TreatmentObject.event(object("{}")) == nil)
        for text in [
            #"{"SOPClassUID":"1.2.840.10008.5.1.4.1.1.481.5","SOPInstanceUID":"x"}"#,
            #"{"SOPClassUID":"1.2.840.10008.5.1.4.1.1.481.5","SOPInstanceUID":"1.2"}"#,
            #"{"SOPClassUID":"1.2.840.10008.5.1.4.1.1.481.4","SOPInstanceUID":"1.2"}"#,
        ] {
            #expect(throws: OrthancRefusal.self) { try TreatmentObject.event(object(text)) }
        }
    }

    @Test func `a rejection note names what leaves routine use and why`() throws {
        let note = try RejectionNote.event(
            object(
                #"{"SOPClassUID":"1.2.840.10008.5.1.4.1.1.88.59","ConceptNameCodeSequence":[{"CodeValue":"113001"}],"CurrentRequestedProcedureEvidenceSequence":[{"StudyInstanceUID":"1.2","ReferencedSeriesSequence":[{"SeriesInstanceUID":"1.2.1","ReferencedSOPSequence":[{"ReferencedSOPInstanceUID":"1.2.1.1"}]}]}]}"#
            ))
        let image = ImageReference(seriesUID: "1.2.1", instanceUIDs: ["1.2.1.1"])
        #expect(note == .rejected(ImageRejected(studyUID: "1.2", images: [image], reason: .quality)))
        #expect(try RejectionNote.event(object(#"{"SOPClassUID":"1.2.840.10008.5.1.4.1.1.88.59"}"#)) == nil)
    }

    @Test func `an archive's job is under way, done or failed, and anything else is none`() throws {
        let done = try OrthancJob(
            object(#"{"State":"Success","Content":{"InstancesCount":5,"FailedInstancesCount":1,"Size":"99"}}"#))
        #expect(done.status == .done && done.instances == 5 && done.failed == 1 && done.bytes == 99)
        let failed = try OrthancJob(object(#"{"State":"Failure","ErrorDescription":"network","ErrorDetails":"refused"}"#))
        #expect(failed.status == .failed("network: refused"))
        #expect(try OrthancJob(object(#"{"State":"Running"}"#)).status == .underWay)
        #expect(throws: OrthancRefusal.self) { try OrthancJob(object(#"{"State":"Lost"}"#)) }
    }

    @Test func `an errand is kept over a restart, waits longer after each failure and is given up`() throws {
        let event = try #require(EventID("northside~3f2a9c01d4e5f607/42"))
        let stream = StreamID(kind: .imagingCase, high: 1, low: 2)
        var errand = TransferErrand(
            event: event, stream: stream, destination: "lakeview", version: "v", since: Instant(milliseconds: 1000))
        (errand.job, errand.verified) = ("a-b", 7)
        #expect(TransferErrand(errand.bytes) == errand && TransferErrand([1]) == nil)
        let ends = (1...TransferErrand.attemptsMax).map { _ in errand.failed(at: Instant(milliseconds: 0)) }
        #expect(
            ends.filter { $0 } == [true] && ends.last == true && errand.notBefore == Instant(milliseconds: 1_024_000)
                && errand.job.isEmpty)
        func series(_ uid: String, _ count: Int, _ digest: String) -> Series {
            Series(uid: uid, instances: count, digest: digest)
        }
        let wanted = [series("1", 3, "a"), series("2", 4, "b")]
        #expect(StudyContent.verified(wanted, of: wanted) == 7)
        #expect(StudyContent.verified([series("1", 3, "a"), series("2", 4, "x")], of: wanted) == 3)
        #expect(StudyContent.verified([series("1", 2, "a")], of: wanted) == 0)
    }

    @Test func `a case's own study UID leads back to the case, and no other UID does`() {
        let stream = StreamID(kind: .imagingCase, high: .max, low: 5)
        let uid = WorklistEntry.studyUID(of: stream)
        #expect(uid == "2.25.340282366920938463444927863358058659845" && UniqueIdentifier.isWellFormed(uid))
        #expect(WorklistEntry.stream(of: uid) == stream)
        for other in ["2.25.05", "2.25.", "1.2.3", "2.25.340282366920938463463374607431768211456", "2.25.+5"] {
            #expect(WorklistEntry.stream(of: other) == nil, "\(other)")
        }
    }
}
