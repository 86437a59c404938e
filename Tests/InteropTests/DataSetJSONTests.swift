import ImagingCase
import Testing

@testable import Interop

/// The DICOM JSON Model, both ways.
@Suite struct DataSetJSONTests {
    private func json(_ set: DataSet) -> String {
        var json = JSONWriter()
        DataSetJSON.write(set, to: &json)
        return json.text
    }

    private func read(_ text: String) throws(DataSetRefusal) -> DataSet { try DataSetJSON.read(Array(text.utf8)) }

    @Test func `elements stand in the order of their tags, empty ones without a value`() throws {
        var item = DataSet()
        item.set(Tag(0x0008_0100), .shortString, "110005")
        var set = DataSet()
        set.set(Tag(0x0040_4018), [item])
        set.set(Tag(0x0010_0010), .personName, "Yamada^Tarou=山田^太郎=やまだ^たろう")
        set.set(Tag(0x0010_0020), .longString, "")
        set.set(Tag(0x0040_4025), [])
        #expect(
            json(set)
                == #"{"00100010":{"vr":"PN","Value":[{"Alphabetic":"Yamada^Tarou","Ideographic":"山田^太郎","Phonetic":"やまだ^たろう"}]},"#
                + #""00100020":{"vr":"LO"},"00404018":{"vr":"SQ","Value":[{"00080100":{"vr":"SH","Value":["110005"]}}]},"#
                + #""00404025":{"vr":"SQ"}}"#)
        #expect(try read(json(set)) == set)
        // A name of empty groups would be an object without members, which nobody reads back.
        var nameless = DataSet()
        nameless.set(Tag(0x0010_0010), .personName, "==")
        #expect(json(nameless) == #"{"00100010":{"vr":"PN","Value":[null]}}"#)
        #expect(try json(read(json(nameless))) == json(nameless))
    }

    @Test func `one data set is read, alone or in a list, and what a worklist has no use for is read over`() throws {
        let object =
            #"{"00741000":{"vr":"CS","Value":["IN PROGRESS"]},"00281050":{"vr":"DS","Value":[1.5]},"7FE00010":{"vr":"OW","InlineBinary":"AA=="}}"#
        for text in [object, "[\(object)]", " [ \(object) ]\n"] {
            let set = try read(text)
            #expect(set.text(Tag(0x0074_1000)) == "IN PROGRESS" && set.elements.count == 1)
        }
        let name = try read(#"{"00100010":{"Value":[{"Ideographic":"山"}],"vr":"PN"},"00100020":{"vr":"LO","Value":[null]}}"#)
        #expect(name.text(Tag(0x0010_0010)) == "=山" && name.text(Tag(0x0010_0020)) == "")
        #expect(
            try read(#"{"00100020":{"vr":"LO","Value":["a\"\\\/\b\f\n\r\té😀"]}}"#).text(Tag(0x0010_0020))
                == "a\"\\/\u{8}\u{c}\n\r\té😀")
        #expect(try read(#"{"00100020":{"vr":"LO","Value":["\ud83d\ude00\u00e9"]}}"#).text(Tag(0x0010_0020)) == "😀é")
    }

    @Test(arguments: [
        "", "{", "[]", "[{},{}]", "1", "null", #"{"x":1}"#, #"{"00100020":1}"#, #"{"00100020":{}}"#,
        #"{"00100020":{"vr":"LO","Value":"x"}}"#, #"{"00100020":{"vr":"LO","Value":[1]}}"#, #"{"00100020":{"vr":"LOO"}}"#,
        #"{"00100010":{"vr":"PN","Value":["DOE"]}}"#, #"{"00100010":{"vr":"PN","Value":[{"X":"DOE"}]}}"#,
        #"{"00404018":{"vr":"SQ","Value":["x"]}}"#, #"{"00100020":{"vr":"LO"},"00100020":{"vr":"LO"}}"#, "{} {}", "{,}",
        #"{"00100020":{"vr":"LO","Value":["\ud83d"]}}"#, #"{"00100020":{"vr":"LO","Value":["\u+123"]}}"#, "[1,]", "01", "-", "1.",
        "1e", "tru", "{\"a\u{0}\":1}", #"{"00100020":{"vr":"LO","Value":["\x"]}}"#, #"{"00100020":{"more":1}}"#,
    ])
    func `what is no data set is refused in a sentence`(text: String) {
        do throws(DataSetRefusal) {
            let set = try read(text)
            Issue.record("\(text) was read as \(set)")
        } catch {
            #expect(error.message.hasSuffix(".") && !error.message.contains("DOE"))
        }
    }

    @Test func `depth, number and length are bounded, and bytes that are no UTF-8 are refused`() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: DataSetRefusal.self) { try read(deep) }
        let many = "[" + String(repeating: "1,", count: 20_000) + "1]"
        #expect(throws: DataSetRefusal.self) { try read(many) }
        let long = #"{"00100020":{"vr":"LO","Value":[""# + String(repeating: "x", count: 70_000) + #""]}}"#
        #expect(throws: DataSetRefusal.self) { try read(long) }
        #expect(throws: DataSetRefusal.self) { try DataSetJSON.read([0x22, 0xff, 0x22]) }
        #expect(throws: DataSetRefusal.self) { try DataSetJSON.read([0x22, 0xc0, 0x80, 0x22]) }
    }

    @Test func `a tag is eight hexadecimal digits`() {
        #expect(Tag("0040a370") == Tag(0x0040_a370) && Tag(0x0040_a370).description == "0040A370")
        for text in ["", "+0000001", "00001", "0000000g", "000000001"] { #expect(Tag(text) == nil) }
    }
}
