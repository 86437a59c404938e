import EventLog
import Testing
import Web

/// What `doctor` makes of a node's numbers.
struct DoctorCheckTests {
    private static let ages: [(minutes: Int64, isGood: Bool, words: String)] = [
        (0, true, "0 h 0 min ago"), (23 * 60 + 59, true, "23 h 59 min ago"), (24 * 60, false, "24 h 0 min ago"),
    ]

    @Test(arguments: ages)
    func `a node that was copied once is expected to be copied within a day`(minutes: Int64, isGood: Bool, words: String) {
        let now = Instant(milliseconds: 1_800_000_000_000)
        let check = DoctorCheck(
            lastBackup: now.advanced(byMilliseconds: -minutes * 60_000), now: now, command: "hub backup save")
        #expect(check.isGood == isGood && check.text.hasSuffix(words), "\(check.text)")
        #expect(check.remedy.isEmpty == isGood)
    }

    @Test func `a clock that was a little ahead is no fault, one that was days ahead is, and no copy is none`() {
        let now = Instant(milliseconds: 1_800_000_000_000)
        for (minutes, isGood) in [(Int64(1), true), (24 * 60, false)] {
            let early = DoctorCheck(
                lastBackup: now.advanced(byMilliseconds: minutes * 60_000), now: now, command: "hub backup save")
            #expect(early.isGood == isGood && early.text.hasSuffix("ahead of this machine's clock"), "\(early.text)")
        }
        #expect(DoctorCheck(lastBackup: nil, now: now, command: "hub backup save").isGood)
    }
}
