import EventLog
import Foundation
import ImagingCase
import Testing

@Suite struct TimestampTests {
    @Test func `known moments have known texts`() {
        let known: [(Int64, String)] = [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_795_512_600_120, "2026-11-24T09:30:00.120Z"), (-62_167_219_200_000, "0000-01-01T00:00:00Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (.max, "9999-12-31T23:59:59.999Z"), (.min, "0000-01-01T00:00:00Z"),
        ]
        for (milliseconds, text) in known {
            #expect(Timestamp.text(of: Instant(milliseconds: milliseconds)) == text)
        }
    }

    @Test func `an offset and a fraction are read`() {
        let known: [(String, Int64, Int16)] = [
            ("2026-11-24T09:30:00Z", 1_795_512_600_000, 0), ("2026-11-24T10:30:00+01:00", 1_795_512_600_000, 60),
            ("2026-11-24t04:00:00.5-05:30", 1_795_512_600_500, -330), ("2026-11-24 09:30:00.123456789z", 1_795_512_600_123, 0),
            ("2016-12-31T23:59:60Z", 1_483_228_799_999, 0),
        ]
        for (text, milliseconds, zone) in known {
            #expect(Timestamp.parse(text) == OccurredAt(Instant(milliseconds: milliseconds), zoneMinutes: zone), "\(text)")
        }
    }

    @Test func `what is no date and time is refused`() {
        for text in [
            "", "2026-11-24", "2026-11-24T09:30Z", "2026-11-24T09:30:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T09:60:00Z",
            "2026-11-24T09:30:61Z",
            "2026-11-24T09:30:00.Z", "2026-11-24T09:30:00+19:00", "2026-11-24T09:30:00+01:00x", "1900-02-29T00:00:00Z",
            "2026-11-24T09:30:00+0100", "+026-11-24T09:30:00Z", "2026-11-24T09:30:00Z\n",
        ] {
            #expect(Timestamp.parse(text) == nil, "\(text)")
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func `text and moment are inverse and agree with an independent calendar`(
        seed: UInt64
    ) {
        var random = SplitMix64(seed: seed)
        let calendar = ISO8601DateFormatter()
        for _ in 0..<300 {
            let seconds = Int64.random(in: -2_000_000_000...20_000_000_000, using: &random)
            let instant = Instant(milliseconds: seconds * 1000 + Int64.random(in: 0..<1000, using: &random))
            #expect(Timestamp.parse(Timestamp.text(of: instant))?.instant == instant, "seed \(seed)")
            let whole = Timestamp.text(of: Instant(milliseconds: seconds * 1000))
            #expect(whole == calendar.string(from: Date(timeIntervalSince1970: Double(seconds))), "seed \(seed)")
        }
    }
}
