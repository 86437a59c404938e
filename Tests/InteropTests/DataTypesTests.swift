import EventLog
import ImagingCase
import Testing

@testable import Interop

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("20260106134418", 1_767_707_058_000, nil), ("20260106134418.5+0100", 1_767_707_058_500, 60), ("1970", 0, nil),
            ("197001", 0, nil),
            ("19700101", 0, nil), ("1970010101", 3_600_000, nil), ("19691231235959.9999", -1, nil),
            ("20240229", 1_709_164_800_000, nil),
            ("202110201126+0215", 1_634_729_160_000, 135), ("00010101", -62_135_596_800_000, nil),
            ("99991231235959-1200", 253_402_300_799_000, -720),
        ] as [(String, Int64, Int16?)])
    func `a time stamp is read to the millisecond with its zone`(_ text: String, _ local: Int64, _ zone: Int16?) throws {
        let time = try HL7Timestamp(parsing: text)
        #expect(time.localMilliseconds == local && time.zoneMinutes == zone)
    }

    @Test(arguments: [
        ("20260231", HL7Timestamp.Refusal.noSuchDay), ("20250229", .noSuchDay), ("19000229", .noSuchDay),
        ("20261301", .noSuchDay), ("20260100", .noSuchDay),
        ("0000", .noSuchDay), ("202601012460", .noSuchTime), ("202601012400", .noSuchTime), ("202601011260", .noSuchTime),
        ("20260101125960", .noSuchTime),
        ("2026010112+2500", .noSuchZone), ("2026010112+0160", .noSuchZone), ("2026010112+100", .noSuchZone),
        ("2026-01-06", .noSuchZone),
        ("", .notDigits), ("2026013", .notDigits), ("20260101125.5", .notDigits), ("20260101125959.", .notDigits),
        ("20260101125959.12345", .notDigits),
        ("today", .notDigits), ("２０２６", .notDigits), ("20260106 134418", .notDigits),
    ])
    func `what is no time is refused with the reason`(_ text: String, _ refusal: HL7Timestamp.Refusal) {
        #expect(throws: refusal) { try HL7Timestamp(parsing: text) }
    }

    @Test func `writing and reading a moment gives it back in every zone`() throws {
        let seed: UInt64 = 7
        var random = SplitMix64(seed: seed)
        for _ in 0..<300 {
            let seconds = Int64.random(in: -60_000_000_000...250_000_000_000, using: &random)
            let moment = OccurredAt(
                Instant(milliseconds: seconds * 1000), zoneMinutes: Int16.random(in: -720...840, using: &random))
            let time = try HL7Timestamp(parsing: HL7Timestamp.text(moment))
            #expect(time.occurredAt(assuming: 0) == moment, "seed \(seed)")
        }
    }

    @Test func `every day of four centuries follows the one before`() throws {
        var expected: Int64 = try HL7Timestamp(parsing: "19000101").localMilliseconds
        for year in 1900..<2300 {
            for (month, days) in [
                31, year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
            ].enumerated() {
                let (first, last) = (stamp(year, month + 1, 1), stamp(year, month + 1, days))
                #expect(try HL7Timestamp(parsing: first).localMilliseconds == expected)
                expected += Int64(days) * 86_400_000
                #expect(try HL7Timestamp(parsing: last).localMilliseconds == expected - 86_400_000)
                #expect(try HL7Timestamp(parsing: last).day == "\(year)-\(last.dropFirst(4).prefix(2))-\(days)")
            }
        }
    }

    private func stamp(_ year: Int, _ month: Int, _ day: Int) -> String { String(year * 10_000 + month * 100 + day) }

    @Test func `the zone is the value's own, else the header's, else the site's with a remark`() throws {
        func order(_ header: String, _ time: String) throws -> HL7Mapped {
            try Sample.map([
                "MSH|^~\\&|RIS|NORTH|||\(header)||ORM^O01|C1|P|2.5.1", Sample.person, "ORC|NW|P100^NORTH|||||||\(time)",
                "OBR|1|||X^Y",
            ])
        }
        let own = try order("20260106+0300", "20260106134418-0500")
        #expect(own.intents[0].occurredAt == OccurredAt(Instant(milliseconds: 1_767_725_058_000), zoneMinutes: -300))
        let header = try order("20260106120000+0300", "20260106134418")
        #expect(header.intents[0].occurredAt.zoneMinutes == 180 && header.remarks.isEmpty)
        let site = try order("20260106120000", "20260106134418")
        #expect(site.intents[0].occurredAt == OccurredAt(Instant(milliseconds: 1_767_703_458_000), zoneMinutes: 60))
        #expect(site.remarks.map(\.description) == ["ORC-9: says no time zone; the site's is assumed"])
        let coarse = try order("20260106120000+0100", "20260106")
        #expect(coarse.remarks.count == 1)
    }

    @Test func `a site's zone can change over the year`() throws {
        let site = HL7Site { $0 > 1_774_749_600_000 ? 120 : 60 }
        func zone(_ time: String) throws -> Int16 {
            let lines = Sample.order("NW", orc: "|||||||\(time)").map { $0.replacing("+0100", with: "") }
            return try Sample.map(lines, site: site).intents[0].occurredAt.zoneMinutes
        }
        #expect(try zone("20260706120000") == 120 && zone("20260106120000") == 60)
    }

    @Test(arguments: ["20260231", "202601012460", "noon"])
    func `an invalid time refuses the message with 102 at its place`(_ time: String) {
        let found = problem { () throws(HL7Problem) in try Sample.map(Sample.order("NW", orc: "|||||||\(time)")) }
        #expect(found?.code == .dataType && found?.acknowledgment == .error && found?.location == HL7Location("ORC", field: 9))
    }
}

@Suite struct DataTypesTests {
    private func field(_ raw: String) -> HL7Field { HL7Field(raw: Array(raw.utf8)[...], syntax: .standard) }

    @Test(arguments: [
        ("DOE^JANE", "DOE^JANE"), ("EVERYMAN&&&&Aniston^ADAM^A^III^Dr.^MD^D", "EVERYMAN^ADAM^A^Dr.^III MD"), ("DOE", "DOE"),
        ("", ""), ("^JANE", "^JANE"),
        ("O\\S\\NEIL=X^A\\E\\B", "O NEIL X^A B"), ("\"\"", ""),
        ("PAT-TROIS^DOMINIQUE^DOMINIQUE^^^^L", "PAT-TROIS^DOMINIQUE^DOMINIQUE"),
    ])
    func `names become DICOM person names`(_ raw: String, _ name: String) {
        #expect(HL7DataTypes.personName(field(raw).first) == name)
    }

    @Test func `practitioners are shown by name and id`() {
        #expect(HL7DataTypes.practitioner(field("801^Eric^Thomas").first) == "Thomas Eric (801)")
        #expect(HL7DataTypes.practitioner(field("801").first) == "801")
        #expect(HL7DataTypes.practitioner(field("^KOOPA^BOWSER").first) == "BOWSER KOOPA")
        #expect(HL7DataTypes.practitioner(field("").first) == "")
    }

    @Test func `identifiers keep their issuer: the universal id, or else the namespace`() {
        #expect(HL7DataTypes.identifier(entity: field("A1^NS^1.2.3^ISO").first) == IssuedIdentifier(issuer: "1.2.3", value: "A1"))
        #expect(HL7DataTypes.identifier(entity: field("A1^NS").first) == IssuedIdentifier(issuer: "NS", value: "A1"))
        #expect(HL7DataTypes.identifier(entity: field("^NS").first) == nil)
        #expect(
            HL7DataTypes.identifier(extended: field("P1^^^NS&1.2&ISO^MR").first) == IssuedIdentifier(issuer: "1.2", value: "P1"))
        #expect(HL7DataTypes.identifier(extended: field("P1^^^NS^MR").first) == IssuedIdentifier(issuer: "NS", value: "P1"))
    }

    @Test func `the medical record number is preferred, in list order`() {
        #expect(HL7DataTypes.patientIdentifier(field("S1^^^SSA^SS~P2^^^N^PI~P1^^^N^MR"))?.text() == "P2")
        #expect(HL7DataTypes.patientIdentifier(field("^^^N^MR~S1^^^SSA^SS~A^^^N^AN"))?.text() == "S1")
        #expect(HL7DataTypes.patientIdentifier(field("^^^N^MR")) == nil)
    }

    @Test func `study identifiers are checked`() {
        for uid in ["1.2.840.10008", "0", "1.2.250.1.213.4.5.2.1.101", "2.25.0"] { #expect(HL7DataTypes.isUID(uid)) }
        for uid in ["", "1.02", "1..2", ".1", "1.2.", "1.a", String(repeating: "1", count: 65), "1.2 "] {
            #expect(!HL7DataTypes.isUID(uid))
        }
    }

    @Test func `priorities and sexes outside the tables are not guessed`() {
        #expect(
            ["S", "STAT", "A", "R", "T", "P", "PRN", "U", ""].map(HL7DataTypes.urgency) == [
                .stat, .stat, .asap, .routine, .urgent, .asap, .routine, .urgent, .unspecified,
            ])
        #expect(HL7DataTypes.urgency("X") == nil && HL7DataTypes.sex("W") == nil && HL7DataTypes.sex("f") == .female)
    }
}
