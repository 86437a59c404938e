import EventLog
import ImagingCase
import Interop
import Problems
import SQLiteStore

/// Tells a system over FHIR that resources came to what its topic is about: their addresses, and nothing of a patient.
struct SubscriptionTeller: Teller {
    let topic: FHIRSubscriptionTopic

    func tell(_ stream: StreamID, _ facts: [CaseFact], told: [String: OutboundTold]) -> Telling {
        guard stream.kind == .imagingCase || stream.kind == .course, !facts.isEmpty else { return Telling() }
        var telling = Telling()
        var known = told
        if let before = told[Memory.known] {
            telling.told[Memory.known] = .some(nil)
            for (focus, meaning) in topic.news(in: Self.folded(stream, Array(facts.prefix(before.count)))) {
                known[focus] = OutboundTold(meaning: meaning, count: 0)
                telling.told[focus] = known[focus]
            }
        }
        let folded = Self.folded(stream, facts)
        let isHeld = topic.isOfResults && folded.state.identity.isFrozen
        var waits = false
        for (focus, meaning) in topic.news(in: folded) where known[focus]?.meaning != meaning {
            if isHeld {
                waits = true
                continue
            }
            let number = (known[focus]?.count ?? 0) + 1
            telling.told[focus] = OutboundTold(meaning: meaning, count: number)
            telling.drafts.append(OutboundDraft(subject: focus, key: "\(focus) \(number)", body: Array(focus.utf8)))
        }
        if waits != (told[Memory.held] != nil) {
            telling.told[Memory.held] = waits ? OutboundTold(meaning: Memory.doubt, count: 0) : .some(nil)
        }
        return telling
    }

    private static func folded(_ stream: StreamID, _ facts: [CaseFact]) -> FHIRCase {
        let history = CaseHistory(facts)
        return FHIRCase(CaseFold.fold(stream, history), history)
    }
}

extension FHIRSubscriptionTopic {
    /// The topic that a target is told of.
    ///
    /// - Throws: `CONFIGURATION` with those there are.
    init(of settings: TargetSettings) throws(Problem) {
        guard let topic = Self(rawValue: settings.topic ?? "") else {
            throw Problem(
                .configuration, "A subscription has a topic, and '\(settings.topic ?? "")' is none.",
                remedy: "Say --topic \(Self.allCases.map(\.rawValue).joined(separator: "|")).")
        }
        self = topic
    }
}
