import ImagingCase
import Testing

@testable import Interop

/// A study, its series and instances as an archive lists them: normalised where that loses nothing, refused by field otherwise.
struct OrthancStudyTests {
    private static let id = "92627677-28b59f0e-13ca5a7c-18b7bfd2-bc619053"

    private func study(
        uid: String = "1.2.3", accession: String = "A1", person: String = #""PatientID":"P1","PatientName":"DOE^JANE""#,
        more: String = ""
    ) throws -> OrthancStudy {
        let text = """
            {"ID":"\(Self.id)","IsStable":true,"LastUpdate":"20261201T034522","MainDicomTags":{"StudyInstanceUID":"\(uid)",\
            "AccessionNumber":"\(accession)"},"PatientMainDicomTags":{\(person)}\(more)}
            """
        return try OrthancStudy(try OrthancJSON(parsing: Array(text.utf8)))
    }

    @Test(arguments: ["", "1.2.a", "1.02.3", "1..2", String(repeating: "1.", count: 32) + "1", "../../etc"])
    func `a UID that breaks DICOM's form is refused by its field (B76)`(uid: String) {
        #expect(throws: OrthancRefusal("MainDicomTags.StudyInstanceUID", expected: "a DICOM UID")) { try study(uid: uid) }
    }

    @Test func `padding is taken off, and a study without person or accession is one all the same (B77, B78)`() throws {
        let padded = try study(
            uid: "1.2.3\\u0000", accession: " A1 ", person: #""PatientID":"P1 \\Q2","PatientName":"DOE^JANE^^^ "# + "\"")
        #expect(padded.uid == "1.2.3" && padded.accession == "A1" && padded.patient.id == "P1")
        #expect(padded.patient.name == "DOE^JANE")
        let bare = try study(accession: "", person: "")
        #expect(bare.patient.id.isEmpty && bare.accession.isEmpty && !bare.isAnonymized)
        #expect(try study(more: #","AnonymizedFrom":"x""#).isAnonymized)
    }

    @Test(arguments: [
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada^Tarou"), ("=山田^太郎", "山田^太郎"), ("A^B^C^D^E^F^G", "A^B^C^D^E"),
        ("DOE^JANE\\ROE^RICHARD", "DOE^JANE"), ("  DOE ^ JANE ^^^", "DOE^JANE"), ("", ""),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ])
    func `a name keeps its alphabetic group without empty components, and stays text whatever it says (B78, B83)`(
        raw: String, name: String
    ) {
        #expect(DICOMText.personName(raw) == name)
    }

    @Test func `numbers, dates and words of one item are judged for themselves, and the others are taken (B79)`() throws {
        #expect(DICOMText.number(" 12.5 ") == 12.5 && DICOMText.number("+3") == 3 && DICOMText.number("1e2") == 100)
        for text in ["NaN", "inf", "", "1,5", "0x10", "1e999", "--1"] { #expect(DICOMText.number(text) == nil, "\(text)") }
        #expect(DICOMText.date("19620402") == "1962-04-02" && DICOMText.date("19620231") == "" && DICOMText.date("1962") == "")
        let rows = """
            [{"ID":"\(Self.id)","ParentSeries":"\(Self.id)","FileSize":"9990","MainDicomTags":{"SOPInstanceUID":"1.2"}},
             {"ID":"\(Self.id)","ParentSeries":"\(Self.id)","FileSize":9990,"MainDicomTags":{"SOPInstanceUID":"1.2"}},
             {"ID":"\(Self.id)","ParentSeries":null,"FileSize":1,"MainDicomTags":{"SOPInstanceUID":"1.2"}}, 7]
            """
        let list = try OrthancList(try OrthancJSON(parsing: Array(rows.utf8))) { item throws(OrthancRefusal) in
            try OrthancInstance(item)
        }
        #expect(list.items.map(\.bytes) == [9990] && list.refusals.count == 3)
        #expect(list.refusals.first == OrthancRefusal("FileSize", expected: "a number from 0"))
    }

    private func series(_ id: String, _ uid: String) throws -> OrthancSeries {
        let text = #"{"ID":"\#(id)","MainDicomTags":{"SeriesInstanceUID":"\#(uid)","Modality":"CT"}}"#
        return try OrthancSeries(try OrthancJSON(parsing: Array(text.utf8)))
    }

    @Test
    func
        `equal files are equal content in whatever order and under whatever identifiers they lie; another file is another content`()
        throws
    {
        let (a, b) = (Self.id, Self.id.replacingLast("4"))
        let here = try [series(a, "1.2"), series(b, "1.3")]
        func file(_ series: String, _ uid: String, _ print: String) -> StudyContent.Instance {
            StudyContent.Instance(series: series, uid: uid, fingerprint: print)
        }
        let files = [file(a, "1.2.1", "x"), file(a, "1.2.2", "y"), file(b, "1.3.1", "z")]
        let content = StudyContent(series: here, instances: files)
        #expect(content.instances == 3 && content.series.map(\.instances) == [2, 1] && content.series[0].digest.count == 32)
        let there = try [series(b, "1.2"), series(a, "1.3")]
        let moved = [file(a, "1.3.1", "z"), file(b, "1.2.2", "y"), file(b, "1.2.1", "x"), file(b, "1.2.1", "x")]
        #expect(StudyContent(series: there, instances: moved) == content)
        let altered = StudyContent(series: here, instances: [file(a, "1.2.1", "X"), files[1], files[2]])
        #expect(altered.version != content.version && altered.instances == 3)
        #expect(
            StudyContent(series: here, instances: [files[2]]).series.map(\.uid) == ["1.3"], "a series without an image is none")
        #expect(
            StudyContent.md5(Array("9e79b1a16f8c590c50d5ea62c4bd24b0\n".utf8)) != nil && StudyContent.md5(Array("x".utf8)) == nil)
    }

    @Test func `what was seen of a study is kept and read again, and anything else counts as never seen`() throws {
        var seen = SeenStudy()
        (seen.ids, seen.version, seen.instances, seen.lastUpdate, seen.turn) = ([Self.id], "v", 3, "20261201T034522", 2)
        #expect(SeenStudy(seen.bytes) == seen)
        let study = try study()
        #expect(seen.isUnchanged(study))
        seen.isGone = true
        #expect(!seen.isUnchanged(study))
        for text in ["", "{}", "[1]", "\u{0}"] { #expect(SeenStudy(Array(text.utf8)) == nil) }
    }
}

extension String {
    fileprivate func replacingLast(_ end: String) -> String { dropLast() + end }
}
