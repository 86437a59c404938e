import EventLog

/// One message of a file or frame: read, or refused with what can be said to its sender.
public struct HL7Reading: Sendable {
    /// Its number in the input, from 1.
    public let number: Int
    /// The header; nil where there is none to answer to, so that no acknowledgment is possible.
    public let header: HL7Header?
    /// The message, or why it is refused.
    public let outcome: Result<HL7Message, HL7Problem>
}

/// Bytes to messages: delimiters, line ends, framing, character sets and bounds. Total: every input gives readings, none traps.
///
/// Segments should end in CR; LF and CRLF, a byte-order mark and MLLP framing are accepted and noted. A file may hold several messages,
/// each beginning with MSH, and the file and batch envelopes (FHS, BHS, BTS, FTS) around them. Linear in the input.
/// Source: HL7 v2.5.1 2.5, 2.10.3; HL7 v2 Transport Specification: MLLP.
public struct HL7Lexer {
    private let limits: HL7Limits

    /// Makes a lexer with bounds.
    public init(limits: HL7Limits = HL7Limits()) { self.limits = limits }

    /// Reads every message of the bytes, in order. Something that does not begin with MSH gives one reading without a header.
    public func read(_ bytes: [UInt8]) -> [HL7Reading] {
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            return [
                refused(
                    1, nil,
                    HL7Problem(
                        .dataType, at: nil, "The bytes are UTF-16, and UTF-8 is expected.", remedy: "Save the file as UTF-8."))
            ]
        }
        let raw = RawMessage.split(bytes)
        if raw.isEmpty {
            return [
                refused(
                    1, nil, HL7Problem(.segmentSequence, at: nil, "A message that begins with MSH is expected, and nothing came.")
                )
            ]
        }
        return raw.enumerated().map { read($0.element, number: $0.offset + 1) }
    }

    private func refused(_ number: Int, _ header: HL7Header?, _ problem: HL7Problem) -> HL7Reading {
        HL7Reading(number: number, header: header, outcome: .failure(problem))
    }

    private func read(_ raw: RawMessage, number: Int) -> HL7Reading {
        guard let first = raw.lines.first, first.starts(with: RawMessage.header), first.count >= 8 else {
            let problem = HL7Problem(
                .segmentSequence, at: nil, "A message begins with MSH and its delimiters, and these bytes do not.",
                acknowledgment: .reject)
            return refused(number, nil, problem)
        }
        let syntax: HL7Syntax
        do throws(HL7Problem) { syntax = try HL7Syntax(header: first) } catch { return refused(number, nil, error) }
        let header = HL7Header(segment: segment(Self.legible(first), ordinal: 1, syntax))
        do throws(HL7Problem) {
            let message = try message(raw, header: header, syntax: syntax)
            return HL7Reading(number: number, header: message.header, outcome: .success(message))
        } catch {
            return refused(number, header, error)
        }
    }

    /// The header line as some text, for an answer to a message whose character set is not known yet or does not fit.
    private static func legible(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        if let text = HL7CharacterSet.utf8.transcoded(line) { return text }
        return line.map { $0 < 0x80 ? $0 : UInt8(ascii: "?") }[...]
    }

    private func message(_ raw: RawMessage, header: HL7Header, syntax: HL7Syntax) throws(HL7Problem) -> HL7Message {
        if let fault = raw.framingFault { throw HL7Problem(.internalError, at: nil, fault, acknowledgment: .reject) }
        guard raw.lines.count <= limits.segmentsMax else {
            throw HL7Problem(
                .internalError, at: nil,
                "A message has at most \(limits.segmentsMax) segments, and this one has \(raw.lines.count).",
                acknowledgment: .reject)
        }
        var remarks = raw.remarks
        let syntax = syntax.with(try characterSet(of: raw, header: header, remarks: &remarks))
        var content: [UInt8] = []
        let segments = try segments(of: raw, syntax, content: &content)
        let bytes = raw.lines.reduce(0) { $0 + $1.count + 1 }
        guard bytes <= limits.messageBytesMax else {
            throw HL7Problem(
                .internalError, at: nil,
                "A message has at most \(limits.messageBytesMax) bytes, and this one has \(bytes).", acknowledgment: .reject)
        }
        let header = HL7Header(segment: segments[0])
        try header.check()
        return HL7Message(header: header, segments: segments, digest: .sha256(content), remarks: remarks)
    }

    /// The segments, and their text in UTF-8, each ended by one CR.
    private func segments(
        of raw: RawMessage, _ syntax: HL7Syntax, content: inout [UInt8]
    ) throws(HL7Problem) -> [HL7Segment] {
        var segments: [HL7Segment] = []
        var ordinals: [String: Int] = [:]
        segments.reserveCapacity(raw.lines.count)
        for line in raw.lines {
            let name = try name(of: line, number: segments.count + 1, separator: syntax.field)
            let ordinal = ordinals[name, default: 0] + 1
            ordinals[name] = ordinal
            guard let text = syntax.characterSet.transcoded(line), text.position(of: 0, from: text.startIndex) == nil else {
                throw HL7Problem(
                    .dataType, at: HL7Location(name, ordinal),
                    "The bytes have to be \(syntax.characterSet.rawValue) text, and they do not fit.",
                    remedy: "Send the character set that MSH-18 declares.")
            }
            let segment = segment(text, ordinal: ordinal, syntax)
            if text.count > limits.fieldBytesMax { try checkLengths(segment) }
            segments.append(segment)
            content.append(contentsOf: text)
            content.append(0x0d)
        }
        return segments
    }

    private func name(of line: ArraySlice<UInt8>, number: Int, separator: UInt8) throws(HL7Problem) -> String {
        let start = line.startIndex
        guard line.count >= 3, line.count == 3 || line[start + 3] == separator, Self.isCapital(line[start]),
            Self.isCapital(line[start + 1]) || Self.isDigit(line[start + 1]),
            Self.isCapital(line[start + 2]) || Self.isDigit(line[start + 2])
        else {
            throw HL7Problem(
                .segmentSequence, at: nil,
                "Line \(number) of the message has to begin with a segment's name and the field separator, and it does not.",
                remedy: "Write line ends inside a text as \\.br\\ and send the message again.")
        }
        return String(decoding: line.prefix(3), as: UTF8.self)
    }

    private static func isCapital(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5a }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private func segment(_ line: ArraySlice<UInt8>, ordinal: Int, _ syntax: HL7Syntax) -> HL7Segment {
        let name = String(decoding: line.prefix(3), as: UTF8.self)
        let pieces = line.pieces(at: syntax.field)
        var fields: [HL7Field] = []
        fields.reserveCapacity(pieces.count)
        // MSH-1 is the separator itself, so the pieces of MSH begin with MSH-2.
        if name == "MSH" { fields.append(HL7Field(raw: [syntax.field], syntax: syntax)) }
        var index = 1
        while index < pieces.count {
            fields.append(HL7Field(raw: pieces[index], syntax: syntax))
            index += 1
        }
        return HL7Segment(name: name, ordinal: ordinal, fields: fields, syntax: syntax)
    }

    private func checkLengths(_ segment: HL7Segment) throws(HL7Problem) {
        for (index, field) in segment.fields.enumerated() where field.raw.count > limits.fieldBytesMax {
            throw HL7Problem(
                .valueTooLong, at: segment.location(index + 1),
                "A field has at most \(limits.fieldBytesMax) bytes, and this one has \(field.raw.count).")
        }
    }

    private func characterSet(
        of raw: RawMessage, header: HL7Header, remarks: inout [HL7Remark]
    ) throws(HL7Problem) -> HL7CharacterSet {
        let location = header.segment.location(18)
        let declared = header.segment[18].text()
        guard declared.isEmpty else {
            guard let set = HL7CharacterSet(declared: declared) else {
                let known = HL7CharacterSet.allCases.map(\.rawValue).joined(separator: ", ")
                throw HL7Problem(
                    .tableValueNotFound, at: location, "One of \(known) is read, and MSH-18 says \(HL7Problem.shown(declared)).")
            }
            return set
        }
        guard raw.lines.contains(where: { $0.hasHighByte }) else { return .ascii }
        for set in [HL7CharacterSet.utf8, .latin1] where raw.lines.allSatisfy({ set.transcoded($0) != nil }) {
            remarks.append(HL7Remark("declares no character set; the bytes fit \(set.rawValue) and are read so", at: location))
            return set
        }
        throw HL7Problem(
            .dataType, at: location, "MSH-18 declares no character set, and the bytes are neither ASCII, UTF-8 nor 8859/1.",
            remedy: "Declare the character set in MSH-18 and send the message again.")
    }
}
