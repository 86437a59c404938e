import EventLog
import Simulation
import Testing

/// The checker itself: a history that keeps every promise passes, and each rule has histories by hand that it must catch.
struct CheckerTests {
    private static let hand = HandMade()

    /// A bad history and the rule that must name it.
    struct Bad: CustomTestStringConvertible, Sendable {
        let rule: Rule
        let why: String
        let moments: [Moment]
        let ends: [NodeEnd]

        init(_ rule: Rule, _ why: String, _ more: [Moment] = [], _ change: (inout [NodeEnd]) -> Void = { _ in }) {
            self.rule = rule
            self.why = why
            moments = CheckerTests.hand.good + more
            ends = CheckerTests.hand.ends(change)
        }

        var testDescription: String { "\(rule.rawValue): \(why)" }
    }

    @Test func `a history that keeps every promise passes`() {
        #expect(Self.hand.found(Self.hand.good) == [])
    }

    @Test(arguments: Self.atOnce + Self.atTheEnd)
    func `a bad history is caught by its rule`(bad: Bad) {
        let found = Self.hand.found(bad.moments, bad.ends)
        #expect(found.contains { $0.rule == bad.rule }, "\(found)")
    }

    @Test func `every rule has a bad history`() {
        #expect(Set((Self.atOnce + Self.atTheEnd).map(\.rule)) == Set(Rule.allCases))
    }

    /// What excuses a loss excuses no more than that.
    @Test func `a legitimate loss is no violation, and a second history of a copied site is evidence`() {
        let (hand, north) = (Self.hand, Self.hand.north)
        let lost: [Moment] = [.diskLost(north), .reopened(north, [])]
        #expect(hand.found(hand.good + lost, hand.ends { $0[1].isStopped = true }) == [])
        let copied: [Moment] = [
            .forkPossible(HandMade.site("northside")), .recorded(north, hand.mark(2, 9), isHeld: true),
            .offered([hand.mark(2, 9)], wasTaken: false),
        ]
        let ends = hand.ends {
            $0[0].quarantined = [hand.log()]
            $0[1].isStopped = true
        }
        #expect(hand.found(hand.good + copied, ends) == [])
    }

    // MARK: - Caught at once

    private static let atOnce: [Bad] = [
        Bad(.localDurability, "a restart shows less than was recorded", [.reopened(hand.north, [hand.mark(1, key: "a")])]),
        Bad(.hubDurability, "a restart of the hub shows less than it took", [.reopened(.hub, [hand.mark(1, key: "a")])]),
        Bad(
            .hubDurability, "more is counted as shared than the hub ever held",
            [.acknowledged(hand.north, hand.log(), through: 3)]),
        Bad(.noInvention, "an event arrives that nobody recorded", [.arrived(hand.lake, [hand.mark(3)])]),
        Bad(.noInvention, "an event arrives that says something else", [.arrived(.hub, [hand.mark(2, 5)])]),
        Bad(.noDuplicate, "two events stand under one id", [.forged(hand.mark(2, 5)), .arrived(hand.lake, [hand.mark(2, 5)])]),
        Bad(.idempotence, "a repetition changes what is shown", [.replayed(hand.lake, isUnchanged: false)]),
        Bad(.monotonicView, "a restart shows less of others", [.reopened(hand.lake, [hand.mark(1, key: "a")])]),
        Bad(.readYourWrites, "what was recorded is not shown", [.recorded(hand.north, hand.mark(3), isHeld: false)]),
        Bad(.tamperEvidence, "bytes arrive that give another hash", [.arrived(hand.lake, [hand.mark(2, isWhole: false)])]),
        Bad(
            .equivocation, "a second history is taken for good",
            [.forged(hand.mark(2, 5)), .offered([hand.mark(2, 5)], wasTaken: true)]),
        Bad(.noReuse, "a sequence is given away twice", [.recorded(hand.north, hand.mark(2, 5), isHeld: true)]),
        Bad(
            .isolation, "a case arrives in which the site takes no part",
            [
                .recorded(hand.north, hand.mark(3, on: hand.other), isHeld: true),
                .arrived(hand.lake, [hand.mark(3, on: hand.other)]),
            ]),
        Bad(.revocation, "a revoked site is served", [.served(HandMade.site("lakeview"), isRevoked: true, isRepeat: false)]),
        Bad(.revocation, "a request is served twice", [.served(HandMade.site("lakeview"), isRevoked: false, isRepeat: true)]),
    ]

    // MARK: - Caught when all is quiet

    private static let atTheEnd: [Bad] = [
        Bad(.noLoss, "the hub lacks what its author holds") { $0[0].marks.removeLast() },
        Bad(.noLoss, "a reader lacks what the hub holds") { $0[2].marks.removeLast() },
        Bad(.noInvention, "a node holds what nobody recorded") { $0[2].marks.append(hand.mark(9)) },
        Bad(.noDuplicate, "an event is held twice") { $0[2].marks.append($0[2].marks[0]) },
        Bad(.noDuplicate, "one outside identity has two events", [.recorded(hand.north, hand.mark(3, key: "a"), isHeld: true)]) {
            $0[0].marks.append(hand.mark(3, key: "a"))
        },
        Bad(.prefix, "a log has a gap") { $0[0].marks.removeFirst() },
        Bad(.causality, "a parent is missing") { $0[2].marks.removeFirst() },
        Bad(.convergence, "a site shows another state") { $0[2].digests[hand.stream] = .zero },
        Bad(.convergence, "the hub shows another state than the model") { $0[0].digests[hand.stream] = .zero },
        Bad(.noSkippedCursor, "the cursor is beyond what is held") { $0[2].marks.removeLast() },
        Bad(.tamperEvidence, "a held event was changed") { $0[1].marks[1] = hand.mark(2, after: [hand.mark(1)], isWhole: false) },
        Bad(
            .equivocation, "a second history leaves no quarantine",
            [.forged(hand.mark(2, 5)), .offered([hand.mark(2, 5)], wasTaken: false)]),
        Bad(.isolation, "a site holds a case of others", [.recorded(hand.north, hand.mark(3, on: hand.other), isHeld: true)]) {
            $0[2].marks.append(hand.mark(3, on: hand.other))
        },
        Bad(.liveness, "a site is not in step") { $0[2].isInStep = false },
        Bad(.accounting, "the sum is not the whole") { $0[1].pending = 1 },
        Bad(.accounting, "more is counted as shared than the hub holds") { ($0[1].recorded, $0[1].shared) = (3, 3) },
    ]
}
