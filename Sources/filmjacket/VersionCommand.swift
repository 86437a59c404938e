import ArgumentParser
import ImagingCase
import Problems
import Web

/// `filmjacket version`: which release this is, and which formats it speaks.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Which release this is, and which formats it speaks.")
    @Flag(help: "Print exactly one JSON document.") var json = false

    func run() {
        var out = JSONWriter()
        out.beginObject()
        out.member("version", Version.text)
        out.member("wire", Version.wire)
        out.member("schema", Version.schema)
        out.endObject()
        let text = "filmjacket \(Version.text) (wire \(Version.wire), store \(Version.schema))"
        Output.finish(DeskAnswer(json: out.text, text: text), json: json)
    }
}
