import ArgumentParser
import EventLog
import Foundation
import Interop
import Problems
import Web

/// `filmjacket import`: takes in what other systems wrote.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in messages of other systems.", subcommands: [HL7.self])

    struct HL7: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hl7", abstract: "Take HL7 v2 messages into a site's log, each once.",
            discussion: """
                Files are taken in the order in which their first messages were made (MSH-7), whatever the order on the command line.
                One JSON array lists each message with its acknowledgement: AA taken, AE content at fault, AR not taken here.
                """)
        @Argument(help: ArgumentHelp("Files of messages; - is standard input.", valueName: "file")) var files: [String]
        @OptionGroup var node: NodeOptions

        func run() async throws {
            var inputs: [HL7Input] = []
            for file in files { inputs.append(HL7Input(name: file, bytes: try InputFile.bytes(file))) }
            inputs.sort { ($0.made, $0.name) < ($1.made, $1.name) }
            let desk = try await node.desk()
            var answers: [DeskAnswer] = []
            for input in inputs {
                for part in input.parts {
                    let answer = await desk.answer(.importHL7(name: input.name, bytes: Base64.text(of: part)))
                    // What is no list of messages is a problem of the node: nothing more can be taken.
                    guard answer.json.hasPrefix("[") else { node.finish(answer) }
                    answers.append(answer)
                }
            }
            Output.finish(Self.joined(answers), json: node.json)
        }

        /// All answers as one; the first that is no success gives the exit code.
        private static func joined(_ answers: [DeskAnswer]) -> DeskAnswer {
            let rows = answers.map { $0.json.dropFirst().dropLast() }.filter { !$0.isEmpty }
            return DeskAnswer(
                exit: answers.map(\.exit).first { $0 != 0 } ?? 0, json: "[\(rows.joined(separator: ","))]",
                text: answers.map(\.text).filter { !$0.isEmpty }.joined(separator: "\n"),
                remark: answers.map(\.remark).filter { !$0.isEmpty }.joined(separator: "\n"))
        }
    }
}

/// A file of messages.
struct HL7Input {
    /// The most bytes that are asked at once: what a control socket takes, in base64.
    static let partBytesMax = 1 << 20

    let name: String
    let bytes: [UInt8]
    /// When the first message was made, as its sender wrote it; empty where that cannot be read.
    let made: String

    init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        made = HL7Lexer().read(Array(bytes.prefix(Self.partBytesMax))).first?.header?.segment[7].text() ?? ""
    }

    /// The file in parts that each end where a message ends; one message that is larger stays whole, to be refused as such.
    var parts: [[UInt8]] {
        guard bytes.count > Self.partBytesMax else { return [bytes] }
        var parts: [[UInt8]] = []
        var start = 0
        var end = 0
        for index in bytes.indices.dropFirst() where beginsMessage(at: index) {
            if index - start > Self.partBytesMax, end > start {
                parts.append(Array(bytes[start..<end]))
                start = end
            }
            end = index
        }
        if bytes.count - start > Self.partBytesMax, end > start {
            parts.append(Array(bytes[start..<end]))
            start = end
        }
        return parts + [Array(bytes[start...])]
    }

    /// Whether a message begins at a byte: MSH at the beginning of a line, its start block taken along.
    private func beginsMessage(at index: Int) -> Bool {
        let before = bytes[index - 1]
        guard before == 0x0d || before == 0x0a || before == 0x1c else { return false }
        let first = bytes[index] == 0x0b ? index + 1 : index
        return bytes[first...].starts(with: "MSH".utf8)
    }
}
