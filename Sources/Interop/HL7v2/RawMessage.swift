/// The lines of one message as they stand in the bytes, before they mean anything.
struct RawMessage {
    static let header: [UInt8] = Array("MSH".utf8)
    private static let envelopes = ["FHS", "BHS", "BTS", "FTS"].map { Array($0.utf8) }
    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    /// The lines without their ends, blank ones left out.
    var lines: [ArraySlice<UInt8>] = []
    /// What was tidied up.
    var remarks: [HL7Remark] = []
    /// Why the framing around the message cannot be trusted.
    var framingFault: String?
    private var isFramed = false

    /// Parts bytes into messages. Something before the first MSH becomes a message of its own, to be refused.
    static func split(_ bytes: [UInt8]) -> [RawMessage] {
        var splitter = Splitter()
        var start = 0
        bytes.withUnsafeBufferPointer { buffer in
            var index = 0
            while index < buffer.count {
                let byte = buffer[index]
                if byte == 0x0d || byte == 0x0a || byte == 0x1c {
                    splitter.take(bytes[start..<index], end: byte)
                    // One CRLF is one line end.
                    if byte == 0x0a, start == index, index > 0, buffer[index - 1] == 0x0d { splitter.sawCRLF = true }
                    start = index + 1
                }
                index += 1
            }
        }
        splitter.take(bytes[start...], end: nil)
        splitter.endsOpen = start < bytes.count
        return splitter.finish()
    }

    private struct Splitter {
        var sawCRLF = false
        var endsOpen = false
        private var messages: [RawMessage] = []
        private var current: RawMessage?
        private var pending: [HL7Remark] = []
        private var sawLF = false

        mutating func take(_ line: ArraySlice<UInt8>, end: UInt8?) {
            var line = line
            if end == 0x0a, !line.isEmpty { sawLF = true }
            let framed = line.first == 0x0b
            if framed {
                line = line.dropFirst()
                pending.append(HL7Remark("the MLLP framing was taken off"))
                close(cut: true)
            }
            if line.starts(with: byteOrderMark) {
                line = line.dropFirst(3)
                pending.append(HL7Remark("begins with a byte-order mark, which was skipped"))
            }
            if line.contains(where: { $0 != 0x20 && $0 != 0x09 }) { add(line, framed: framed) }
            if end == 0x1c { close(cut: false) }
        }

        private mutating func add(_ line: ArraySlice<UInt8>, framed: Bool) {
            if envelopes.contains(where: { line.starts(with: $0) }) {
                close(cut: false)
                pending.append(HL7Remark("the file or batch envelope was skipped", at: HL7Location("\(name(line))")))
                return
            }
            if line.starts(with: header) || current == nil {
                close(cut: true)
                current = RawMessage(lines: [], remarks: pending, framingFault: nil, isFramed: framed)
                pending = []
            }
            if line.position(of: 0x0b, from: line.startIndex) != nil {
                current?.framingFault = "An MLLP start block stands inside the message."
            }
            current?.lines.append(line)
        }

        private func name(_ line: ArraySlice<UInt8>) -> String { String(decoding: line.prefix(3), as: UTF8.self) }

        /// Ends the message that is open; one that a start block opened and no end block closed was cut off.
        private mutating func close(cut: Bool) {
            guard var message = current else { return }
            if cut, message.isFramed { message.framingFault = "The MLLP frame has no end block: the message was cut off." }
            messages.append(message)
            current = nil
        }

        mutating func finish() -> [RawMessage] {
            close(cut: true)
            if endsOpen, !messages.isEmpty {
                messages[messages.count - 1].remarks.append(
                    HL7Remark("the last segment has no end: see that the message is whole"))
            }
            guard sawLF || sawCRLF else { return messages }
            let ends = sawLF ? "LF" : "CR LF"
            for index in messages.indices {
                messages[index].remarks.append(HL7Remark("segments end in \(ends) where CR is due"))
            }
            return messages
        }
    }
}
