import EventLog
import ImagingCase
import Testing

@testable import Interop

/// Appointments, and persons that are linked or parted.
@Suite struct ScheduleMappingTests {
    private func appointment(
        _ trigger: String, schedule: String = "SCH|A1|F1||||X^patient asked|||50|min||||||||||||||||P100^NORTH|ACC9^NORTH",
        _ rest: [String] = [
            "RGS|1", "AIS|1|A|CTHEAD^CT Head|20260107093000+0100|||40|min", "AIG|1|A|CT1^CT one", "AIL|1|A|CT^Room 1",
        ]
    ) -> [String] {
        [Sample.header("SIU^\(trigger)^SIU_S12"), schedule, Sample.person] + rest
    }

    private let start = Instant(milliseconds: 1_767_774_600_000)

    @Test func `a booking says when, how long, where and under which number`() throws {
        let intent = try #require(try Sample.map(appointment("S12")).intents.first)
        #expect(
            intent.event
                == .schedule(
                    .booked(
                        AppointmentBooked(start: start, minutes: 40, station: "CT1", location: "CT Room 1", appointment: "F1"))))
        #expect(intent.aliases.placerOrder == IssuedIdentifier(issuer: "NORTH", value: "P100") && !intent.opensCase)
        #expect(intent.aliases.accession == IssuedIdentifier(issuer: "NORTH", value: "ACC9") && intent.role == .system)
    }

    @Test(arguments: [
        (
            "S13",
            ScheduleEvent.moved(
                AppointmentMoved(
                    start: Instant(milliseconds: 1_767_774_600_000), minutes: 40, station: "CT1", location: "CT Room 1",
                    reason: "patient asked\nsee ward"))
        ),
        (
            "S14",
            .moved(
                AppointmentMoved(
                    start: Instant(milliseconds: 1_767_774_600_000), minutes: 40, station: "CT1", location: "CT Room 1",
                    reason: "patient asked\nsee ward"))
        ),
        ("S15", .cancelled(AppointmentCancelled(reason: "patient asked\nsee ward"))),
        ("S26", .noShow(AppointmentNoShow(note: "patient asked\nsee ward"))),
    ])
    func `each trigger has its event, and the notes of the appointment are its reason`(_ trigger: String, _ event: ScheduleEvent)
        throws
    {
        var lines = appointment(trigger)
        lines.insert("NTE|1||see ward", at: 2)
        lines.append("NTE|1||of the room, not of the appointment")
        #expect(try Sample.map(lines).intents.map(\.event) == [.schedule(event)])
    }

    @Test func `the time is the service's, else the timing's, else the older form's, and without one a booking is refused`()
        throws
    {
        func starts(_ lines: [String]) throws -> Instant? {
            guard case .schedule(.booked(let said)) = try Sample.map(lines).intents[0].event else { return nil }
            return said.start
        }
        let older = "SCH|A1|F1|||||||90|s|^^^20260107083000+0000"
        #expect(try starts(appointment("S12", ["TQ1|1||||||20260107093000"])) == start)
        #expect(try starts(appointment("S12", schedule: older, [])) == start)
        guard case .schedule(.booked(let said)) = try Sample.map(appointment("S12", schedule: older, [])).intents[0].event else {
            Issue.record("no booking")
            return
        }
        #expect(said.minutes == 2 && said.station.isEmpty && said.location.isEmpty)
        for (lines, code, place) in [
            (appointment("S12", []), HL7ErrorCode.requiredFieldMissing, "AIS-4"),
            (appointment("S12", ["AIS|1|A|X|20260231"]), .dataType, "AIS-4"),
            (appointment("S12", schedule: "SCH|A1||||||||||^^^202601072460", []), .dataType, "SCH-11.4"),
            (appointment("S12", ["AIS|1|A|X|20260107093000|||5|weeks"]), .tableValueNotFound, "AIS-8"),
            (appointment("S12", ["AIS|1|A|X|20260107093000|||90|h"]), .dataType, "AIS-7"),
            ([Sample.header("SIU^S12"), Sample.person], .segmentSequence, "SCH"),
            ([Sample.header("SIU^S12"), "SCH|A1"], .segmentSequence, "PID"),
        ] {
            do throws(HL7Problem) {
                _ = try Sample.map(lines)
                Issue.record("\(lines) was mapped")
            } catch {
                #expect(error.code == code && error.location?.description == place, "\(error)")
            }
        }
    }

    private let other = "PID|2||P2^^^NORTH^MR||DOE^JANE||19790328|F"
    private let one = IssuedIdentifier(issuer: "NORTH", value: "P1")
    private let two = IssuedIdentifier(issuer: "NORTH", value: "P2")

    @Test func `a link makes one person of two identifiers, and a parting two`() throws {
        let linked = try Sample.map([Sample.header("ADT^A24"), "EVN||20260106", Sample.person, "PV1|1|O", other]).intents
        guard case .person(.merged(let merge)) = try #require(linked.first).event else {
            Issue.record("\(linked)")
            return
        }
        #expect(
            linked.count == 1 && merge.survivor == one && merge.retired == two && merge.evidence == "ADT^A24 C1 from RIS, NORTH")
        let parted = try Sample.map([Sample.header("ADT^A37"), "EVN||20260106", Sample.person, other]).intents
        #expect(
            parted.map(\.event)
                == [.person(.unmerged(PersonUnmerged(first: one, second: two, evidence: "ADT^A37 C1 from RIS, NORTH")))])
    }

    @Test(arguments: [
        [Sample.person], [Sample.person, Sample.person], [Sample.person, "PID|2||||DOE^JANE"],
        [Sample.person, "PID|2||X^^^N", "PID|3||Y^^^N"],
    ])
    func `one person, the same twice, one without a number and three are refused`(_ persons: [String]) {
        #expect(throws: HL7Problem.self) { try Sample.map([Sample.header("ADT^A24"), "EVN||20260106"] + persons) }
    }

    @Test func `who is expected has not arrived`() throws {
        let intents = try Sample.map([Sample.header("ADT^A05"), "EVN||20260106", Sample.person]).intents
        #expect(intents.map(\.event.kind) == [.demographicsCorrected])
    }
}
