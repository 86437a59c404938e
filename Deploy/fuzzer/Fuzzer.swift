import Crypto
import EventLog
import Glibc
import ImagingCase
import Interop
import Problems
import Replication
import Wire

// What comes from outside, for a fuzzer that learns which bytes reach new code (libFuzzer). FUZZ_PARSER names the parser, so that each
// has findings of its own. A parser may refuse, and may read; a trap, a hang or memory without bound is a finding.

/// A parser that takes bytes from outside.
enum Parser: String, CaseIterable {
    case segment, frame, body, bodyJSON, hl7, hello, helloAnswer, pushAnswer, feed, express, stretch, bundleHeader, bundleItem
    case joinRequest, joinAnswer, joinCode, checkpoint, signature, roster, cursor, identifiers, timestamp
    case sealedText, dataSet, workitemQuery

    /// Reads once; what is read again has to say the same where the parser promises that.
    func read(_ bytes: [UInt8]) {
        do {
            switch self {
            case .segment: try readSegment(bytes)
            case .frame: try readFrame(bytes)
            case .body: readBody(bytes)
            case .bodyJSON: try readJSON(bytes)
            case .hl7: readHL7(bytes)
            case .hello: _ = try SyncCoding.hello(bytes)
            case .helloAnswer: _ = try SyncCoding.helloAnswer(bytes)
            case .pushAnswer: _ = try SyncCoding.pushAnswer(bytes)
            case .feed: try readFeed(bytes)
            case .express: _ = try ExpressAnswer(bytes: bytes)
            case .stretch: _ = try StretchOffer(bytes: bytes)
            case .bundleHeader: _ = try BundleHeader.read(bytes)
            case .bundleItem: _ = try BundleItem(bytes: bytes)
            case .joinRequest: _ = try JoinRequest(bytes: bytes)
            case .joinAnswer: _ = try JoinAnswer(bytes: bytes)
            case .joinCode: _ = try JoinCode(parsing: text(bytes))
            case .checkpoint: _ = SignedCheckpoint(note: text(bytes))
            case .signature: readSignature(bytes)
            case .roster: _ = try Roster(parsing: text(bytes), hubKey: hubKey)
            case .cursor: _ = FeedCursor(text(bytes))
            case .identifiers: readIdentifiers(text(bytes))
            case .timestamp: _ = Timestamp.parse(text(bytes))
            case .sealedText: readSealed(text(bytes))
            case .dataSet: try readDataSet(bytes)
            case .workitemQuery: try readQuery(text(bytes))
            }
        } catch {
            // Refused: what a parser is for.
        }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func readSegment(_ bytes: [UInt8]) throws {
        let segment = try SegmentCoding.decode(bytes, using: coder)
        let again = try SegmentCoding.decode(SegmentCoding.encode(segment, using: coder), using: coder)
        precondition(again.events.map(\.hash) == segment.events.map(\.hash), "a segment that was read is written as it was")
    }

    private func readDataSet(_ bytes: [UInt8]) throws {
        let set = try DataSetJSON.read(bytes)
        var json = JSONWriter()
        DataSetJSON.write(set, to: &json)
        // A name's empty groups and an element without values are written in one way only.
        let again = try DataSetJSON.read(json.bytes)
        var twice = JSONWriter()
        DataSetJSON.write(again, to: &twice)
        precondition(twice.bytes == json.bytes, "a data set that was read is written as it is read again")
    }

    /// A UID, and the parameters of a search, one a line.
    private func readQuery(_ text: String) throws {
        if let uid = WorkitemUID(text) { precondition(uid.description == text, "a UID is written as it was read") }
        var query = WorkitemQuery()
        for line in text.split(separator: "\n").prefix(20) {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            try query.add(String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
        var set = DataSet()
        set.set(Tag(0x0010_0010), .personName, "DOE^JANE")
        set.set(Tag(0x0040_4005), .dateTime, "20260106134418+0100")
        _ = (query.matches(set), query.states)
    }

    /// The first three bytes are the size that is stated.
    private func readFrame(_ bytes: [UInt8]) throws {
        let size = bytes.prefix(3).reduce(0) { $0 << 8 | Int($1) }
        let frame = Array(bytes.dropFirst(3))
        let expanded = try frame.withUnsafeBytes { bytes throws(Problem) in try coder.expand(bytes, to: size) }
        precondition(expanded.count == size, "an expanded frame has the size that was stated")
    }

    /// The first byte picks the kind.
    private func readBody(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let kind = kinds[Int(first) % kinds.count]
        let event = PayloadCoding.event(of: kind, schema: 1, payload: Array(bytes.dropFirst()))
        if case .unknown = event { return }  // not read: carried as it came
        _ = PayloadCoding.payload(of: event)
        let sealed = PayloadCoding.sealed(event, under: fieldKey)
        let again = PayloadCoding.sealed(sealed, under: fieldKey)
        precondition(PayloadCoding.payload(of: again) == PayloadCoding.payload(of: sealed), "what is sealed stays as it is")
    }

    /// Texts that look sealed, and what is sealed of any text.
    private func readSealed(_ text: String) {
        _ = SealedText.replacing(in: text, fieldKey.open)
        for meaning in SealedMeaning.allCases {
            let sealed = fieldKey.seal(text, as: meaning)
            precondition(SealedText(sealed).flatMap(fieldKey.open) == text || sealed == text, "what is sealed opens again")
        }
    }

    private func readJSON(_ bytes: [UInt8]) throws {
        guard let first = bytes.first else { return }
        _ = try PayloadCoding.event(of: kinds[Int(first) % kinds.count], json: text(Array(bytes.dropFirst())))
    }

    private func readHL7(_ bytes: [UInt8]) {
        for reading in HL7Lexer().read(bytes) {
            guard case .success(let message) = reading.outcome else { continue }
            do { _ = try HL7Mapping.map(message, site: site) } catch { continue }  // refused at its place
        }
    }

    private func readFeed(_ bytes: [UInt8]) throws {
        var reader = FeedFrameReader()
        var rest = bytes[...]
        // In pieces, as the network gives them.
        while !rest.isEmpty {
            let part = Array(rest.prefix(7))
            rest = rest.dropFirst(7)
            part.withUnsafeBytes { reader.append($0) }
            while try reader.next() != nil {}
        }
    }

    private func readSignature(_ bytes: [UInt8]) {
        let halves = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        let (input, signature) = (text(Array(halves[0])), halves.count > 1 ? text(Array(halves[1])) : "")
        _ = try? RequestSignature(signatureInput: input, signature: signature)  // refused or read
    }

    private func readIdentifiers(_ text: String) {
        _ = (StreamID(text), EventHash(text), SiteID(text), LogID(text), EventID(text), Incarnation(text), EventRange(text))
        _ = (Generation(text), Hex.bytes(of: text), Base64.bytes(of: text))
    }
}

nonisolated(unsafe) private let coder = Zstd()  // because the fuzzer calls from one thread
private let kinds = EventKind.known
private let fieldKey = FieldKey([UInt8](repeating: 7, count: FieldKey.byteCount))
private let site: HL7Site = HL7Site(zoneMinutes: 60)
private let hubKey = [UInt8](repeating: 7, count: 32)
private let parser = chosen()

private func chosen() -> Parser {
    let names = Parser.allCases.map(\.rawValue).joined(separator: " ")
    guard let name = getenv("FUZZ_PARSER").map({ String(cString: $0) }), let parser = Parser(rawValue: name) else {
        fatalError("FUZZ_PARSER names one of: \(names)")
    }
    return parser
}

/// What the fuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    parser.read(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

/// The fuzzer's own main, under another name.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Where the package manager lets a program begin.
@_cdecl("filmjacket_fuzz_main")
public func begin(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var (count, words) = (count, words)
    return runDriver(&count, &words) { bytes, count in testOneInput(bytes, count) }
}
