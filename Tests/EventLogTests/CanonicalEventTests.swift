import EventLog
import Testing

struct CanonicalEventTests {
    /// Bytes and hash were computed outside this project from the layout alone. They are for ever: a change here means that no
    /// stored or signed log verifies any more.
    @Test func `the format of version 1 is what it always was`() {
        let sample = Sample()
        #expect(
            Hex.text(of: CanonicalEvent.bytes(of: sample.event))
                == "0100096e6f727468736964653f2a9c01d4e5f607000000000000002a010102030405060708090a0b0c0d0e0f1000127265706f72742e"
                + "66696e616c5369676e65640001018bcfe5680000070000018bcfe540f0003c000664722e726579000b726164696f6c6f676973740009"
                + "6e6f72746873696465020200056d73672d310200096e6f72746873696465000000000000000100000000000000290009736f75746873"
                + "69646500000000000000020000000000000009000000040a026f6b")
        #expect(
            CanonicalEvent.hash(sample.event, parentHashes: sample.parentHashes).description
                == "92a2d9e52adf7b815acff5f0d3d82d043997045b0042996a2c479450dde4d46d")
    }

    @Test func `each field changes the hash`() {
        let changes: [(String, (inout Sample) -> Void)] = [
            ("site", { $0.site = "northsidf" }), ("incarnation", { $0.incarnation += 1 }), ("sequence", { $0.sequence += 1 }),
            ("stream kind", { $0.streamKind = .person }), ("stream high", { $0.streamHigh += 1 }),
            ("stream low", { $0.streamLow += 1 }),
            ("kind", { $0.kind = "report.corrected" }), ("schema", { $0.schema = 2 }), ("recorded", { $0.recordedAt += 1 }),
            ("occurred", { $0.occurredAt = -$0.occurredAt }), ("zone", { $0.zoneMinutes = -60 }),
            ("person", { $0.person = "dr.ray" }),
            ("role", { $0.role = "lead" }), ("actor's site", { $0.actorSite = "southside" }),
            ("assurance", { $0.assurance = .central }),
            ("source", { $0.source = .hl7 }), ("source key", { $0.sourceKey = "" }), ("no parents", { $0.parents = [] }),
            ("one parent", { $0.parents.removeLast() }), ("order of parents", { $0.parents.reverse() }),
            ("a parent's sequence", { $0.parents[0] = Sample.id("northside", 1, 40) }), ("payload", { $0.payload[3] ^= 1 }),
            ("shorter payload", { $0.payload.removeLast() }), ("longer payload", { $0.payload.append(0) }),
        ]
        var seen = [EventHash: String]()
        let original = Sample()
        seen[CanonicalEvent.hash(original.event, parentHashes: original.parentHashes)] = "the original"
        for (field, change) in changes {
            var sample = Sample()
            change(&sample)
            let hash = CanonicalEvent.hash(sample.event, parentHashes: sample.parentHashes)
            #expect(seen[hash] == nil, "\(field) hashes like \(seen[hash] ?? "")")
            seen[hash] = field
        }
    }

    @Test func `each parent's hash is an input, at its place`() {
        let sample = Sample()
        let hashes = sample.parentHashes
        let hash = CanonicalEvent.hash(sample.event, parentHashes: hashes)
        #expect(CanonicalEvent.hash(sample.event, parentHashes: hashes.reversed()) != hash)
        #expect(CanonicalEvent.hash(sample.event, parentHashes: [hashes[0], .zero]) != hash)
    }

    @Test func `letters moved between neighbouring texts make other bytes`() {
        var bytes = Set<[UInt8]>()
        for cut in 0...6 {
            var sample = Sample()
            sample.person = String("abcdef".prefix(cut))
            sample.role = String("abcdef".dropFirst(cut))
            bytes.insert(CanonicalEvent.bytes(of: sample.event))
        }
        #expect(bytes.count == 7)
    }

    /// Two texts that Swift's `==` takes for equal are two texts to a hash.
    @Test func `composed and decomposed letters hash apart`() {
        var composed = Sample()
        composed.person = "Ren\u{e9}"
        var decomposed = Sample()
        decomposed.person = "Rene\u{301}"
        #expect(composed.person == decomposed.person)
        #expect(CanonicalEvent.bytes(of: composed.event) != CanonicalEvent.bytes(of: decomposed.event))
    }

    /// What can be read back without loss cannot be the bytes of two events.
    @Test(arguments: UInt64(0)..<300)
    func `the bytes can be read back to every field`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let sample = Self.sample(&random)
        var reader = CanonicalReader(bytes: CanonicalEvent.bytes(of: sample.event)[...])
        let fields = CanonicalReader.fields(of: sample.event)
        #expect(reader.fields() == fields, "seed \(seed)")
        #expect(reader.bytes.isEmpty, "seed \(seed)")
    }

    @Test func `a scratch buffer that was used before changes nothing`() {
        var scratch: [UInt8] = [1, 2, 3]
        let sample = Sample()
        let expected = CanonicalEvent.hash(sample.event, parentHashes: sample.parentHashes)
        for _ in 0..<2 {
            #expect(CanonicalEvent.hash(sample.event, parentHashes: sample.parentHashes, scratch: &scratch) == expected)
        }
    }

    @Test func `a missing parent's hash is a programming error`() async {
        await #expect(processExitsWith: .failure) {
            _ = CanonicalEvent.hash(Sample().event, parentHashes: [])
        }
    }

    private static func sample(_ random: inout SplitMix64) -> Sample {
        var sample = Sample()
        let text = { (random: inout SplitMix64) in
            String(
                (0..<Int.random(in: 0...6, using: &random)).map { _ in
                    ["a", "b", "\0", "é", "日", "\n"].randomElement(using: &random) ?? ""
                }.joined())
        }
        sample.sequence = random.next()
        sample.incarnation = random.next()
        sample.streamKind = StreamKind.allCases.randomElement(using: &random) ?? .site
        sample.kind = text(&random)
        sample.schema = UInt16.random(in: 0 ... .max, using: &random)
        sample.recordedAt = random.next()
        sample.occurredAt = Int64(bitPattern: random.next())
        sample.zoneMinutes = Int16.random(in: -1080...1080, using: &random)
        sample.person = text(&random)
        sample.role = text(&random)
        sample.assurance = Assurance.allCases.randomElement(using: &random) ?? .local
        sample.source = EventSource.allCases.randomElement(using: &random) ?? .page
        sample.sourceKey = text(&random)
        sample.parents = (0..<Int.random(in: 0...4, using: &random)).map { _ in Sample.id("ab", random.next(), random.next()) }
        sample.payload = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        return sample
    }
}

/// Reads canonical bytes back from the layout in `CanonicalEvent`'s comment; each field as the bytes that carry it.
private struct CanonicalReader {
    var bytes: ArraySlice<UInt8>

    mutating func take(_ count: Int) -> [UInt8] {
        defer { bytes = bytes.dropFirst(count) }
        return Array(bytes.prefix(count))
    }

    mutating func number(_ width: Int) -> UInt64 { take(width).reduce(0) { $0 << 8 | UInt64($1) } }

    mutating func text() -> [UInt8] { take(Int(number(2))) }

    mutating func fields() -> [[UInt8]] {
        var fields = [take(1), text(), take(16), take(1), take(16), text(), take(2), take(8), take(8), take(2)]
        fields += [text(), text(), text(), take(1), take(1), text()]
        let parents = number(1)
        for _ in 0..<parents { fields += [text(), take(16)] }
        return fields + [take(Int(number(4)))]
    }

    static func fields(of event: Event) -> [[UInt8]] {
        func big(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
        func place(_ id: EventID) -> [[UInt8]] {
            [Array(id.log.site.text.utf8), big(id.log.incarnation.bits) + big(id.sequence)]
        }
        var fields = [[1]] + place(event.id)
        fields += [[event.stream.kind.rawValue], big(event.stream.high) + big(event.stream.low), Array(event.kind.text.utf8)]
        fields += [big(event.schema), big(event.recordedAt.bits), big(event.occurredAt.instant.milliseconds)]
        fields += [big(event.occurredAt.zoneMinutes), Array(event.actor.person.utf8), Array(event.actor.role.utf8)]
        fields += [Array(event.actor.site.text.utf8), [event.actor.assurance.rawValue], [event.source.rawValue]]
        fields += [Array(event.sourceKey.utf8)] + event.parents.flatMap(place)
        return fields + [event.payload]
    }
}
