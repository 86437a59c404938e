import EventLog
import Foundation
import ImagingCase
import Testing

@testable import Interop

/// A workitem as a client sees it, and how a client asks for it.
@Suite struct WorkitemDataSetTests {
    private func sets(_ story: WorkitemStory, _ minutes: Int64) -> [DataSet] {
        story.workitems(minutes).map { WorkitemDataSet.dataSet(of: $0, in: story.state, story.history, label: "Reading") }
    }

    private func query(_ pairs: (String, String)...) throws -> WorkitemQuery {
        var query = WorkitemQuery()
        for (name, value) in pairs { try query.add(name, value) }
        return query
    }

    @Test func `it says person, request, priority and what is to be done`() throws {
        let set = try #require(sets(WorkitemStory(), 6).first)
        #expect(set.text(WorkitemTag.patientName) == "DOE^JANE" && set.text(WorkitemTag.birthDate) == "19790328")
        #expect(set.text(WorkitemTag.sex) == "F" && set.text(WorkitemTag.studyUID) == "1.2.840.1.2")
        #expect(set.text(WorkitemTag.state) == "SCHEDULED" && set.text(WorkitemTag.priority) == "HIGH")
        #expect(set.text(WorkitemTag.stepLabel) == "Reading: CT Head" && set.text(WorkitemTag.inputReadiness) == "READY")
        #expect(set.items(WorkitemTag.workitemCode).first?.text(WorkitemTag.codeValue) == "110005")
        let request = try #require(set.items(WorkitemTag.referencedRequest).first)
        #expect(request.text(WorkitemTag.accessionNumber) == "ACC9" && request.text(WorkitemTag.placerOrder) == "P100")
        #expect(request.items(WorkitemTag.issuerOfAccessionNumber).first?.text(WorkitemTag.localNamespace) == "NORTH")
        #expect(set.elements[WorkitemTag.transactionUID] == nil)
        #expect(
            set.items(WorkitemTag.performedProcedure).isEmpty && set.text(WorkitemTag.startDateTime)?.hasSuffix("+0000") == true)
    }

    @Test func `who read it, when and why it ended stand in it, and its successor names it`() throws {
        var story = WorkitemStory()
        story.claim("dr.ito", 10)
        let held = try #require(sets(story, 11).first)
        #expect(
            held.items(WorkitemTag.progressInformation).first?.text(WorkitemTag.progressDescription)?.hasPrefix("Held until ")
                == true)
        story.add(.readingReleased(ReadingReleased(reason: "shift ends")), "dr.ito", 15)
        let both = sets(story, 16)
        let progress = try #require(both[0].items(WorkitemTag.progressInformation).first)
        #expect(progress.text(WorkitemTag.reasonForCancellation) == "shift ends")
        #expect(progress.items(WorkitemTag.discontinuationReason).first?.text(WorkitemTag.codeValue) == "110513")
        #expect(
            both[1].items(WorkitemTag.replacedStep).first?.text(WorkitemTag.referencedSOPInstanceUID)
                == both[0].text(WorkitemTag.sopInstanceUID))
        story.sign("dr.two", 20)
        let performed = try #require(sets(story, 21)[1].items(WorkitemTag.performedProcedure).first)
        #expect(performed.items(WorkitemTag.actualPerformers).map { $0.text(WorkitemTag.performerName) } == ["dr.two"])
        #expect(performed.text(WorkitemTag.performedEnd) == WorkitemDataSet.moment(WorkitemStory.at(20)))
    }

    @Test(arguments: [
        (["ProcedureStepState": "SCHEDULED"], true), (["00741000": "IN PROGRESS"], false), (["PatientID": "P1"], true),
        (["PatientID": "P2"], false), (["PatientID": "P*"], true), (["PatientName": "doe^*"], true),
        (["PatientName": "ROE*"], false),
        (["ReferencedRequestSequence.AccessionNumber": "ACC9"], true), (["0040A370.00080050": "ACC?"], true),
        (["0040A370.00080050": "ACC"], false), (["StudyInstanceUID": "1.2.840.1.1,1.2.840.1.2"], true),
        (["ScheduledWorkitemCodeSequence.CodeValue": "110005"], true), (["PatientID": ""], true),
        (["ScheduledProcedureStepStartDateTime": "20250615-20250616"], true), (["00404005": "-20250614"], false),
        (["00404005": "20250615"], true), (["PatientID": "P1", "PatientName": "ROE"], false),
        (["PatientName": "*^*a*n*"], true), (["WorklistLabel": "Reading"], true),
    ])
    func `a search matches as the standard says`(asked: [String: String], isFound: Bool) throws {
        let set = try #require(sets(WorkitemStory(), 6).first)
        var query = WorkitemQuery()
        for (name, value) in asked { try query.add(name, value) }
        #expect(query.matches(set) == isFound)
    }

    @Test(arguments: ["Foo", "00081195", "TransactionUID", "0040A370.Foo", "PatientID.", "", "a.b.c.d"])
    func `what no workitem has is refused, the Transaction UID above all`(name: String) {
        #expect(throws: WorkitemQueryRefusal.self) { try query((name, "1")) }
    }

    @Test(arguments: ["-", "2025-x", "20250231", "20260101-20250101", "abc"])
    func `a range that is none is refused`(value: String) {
        #expect(throws: WorkitemQueryRefusal.self) { try query(("00404005", value)) }
    }

    @Test func `states and exact values can be asked of a query`() throws {
        #expect(try query().states.count == 4)
        #expect(try query(("ProcedureStepState", "C*")).states == [.canceled, .completed])
        #expect(try query(("PatientID", "P1")).exact("PatientID") == "P1")
        #expect(try query(("PatientID", "P*")).exact("PatientID") == nil)
    }

    // Method: a form full of stars against a long text that it does not fit; a matcher that goes back without end would not return.
    @Test func `a hostile form costs no more than its length times the text's`() throws {
        let form = String(repeating: "*a", count: 2000) + "b"
        #expect(!WorkitemQuery.isLike(String(repeating: "a", count: 5000).utf8[...], form.utf8[...]))
    }
}
