import EventLog
import ImagingCase
import Interop
import Synchronization
import Web

/// How the HL7 door is doing: what `status`, `doctor` and metrics show. One owner, many connections that tell it.
final class MLLPGauge: Sendable {
    /// What was counted since the agent started.
    struct Counts: Sendable {
        var connections = 0
        var strangers = 0
        var accepted = 0
        var refused = 0
        var strayBytes = 0
        var last: Instant?
        /// Whether the newest message was refused.
        var isRefusing = false
        /// The last refusal in words without patient data, and when.
        var refusal: (text: String, at: Instant)?
    }

    /// Where it listens.
    let address: String
    private let counts = Mutex(Counts())

    init(address: String) { self.address = address }

    /// What it is now.
    var current: Counts { counts.withLock { $0 } }

    func tell(_ change: (inout Counts) -> Void) { counts.withLock { change(&$0) } }

    /// Counts a connection; gives whether there is room for it.
    func enter() -> Bool {
        counts.withLock { counts in
            counts.connections += 1
            return counts.connections <= MLLPListener.connectionsMax
        }
    }

    /// Notes what became of a message.
    func took(_ outcome: HL7Outcome, at now: Instant) {
        counts.withLock { counts in
            counts.last = now
            counts.isRefusing = outcome.refusal != nil
            if let problem = outcome.refusal?.problem {
                counts.refused += 1
                let place = problem.location.map { " \($0)" } ?? ""
                counts.refusal = ("\(problem.acknowledgment.rawValue) \(problem.code.rawValue)\(place): \(problem.message)", now)
            } else {
                counts.accepted += 1
            }
        }
    }

    /// Writes the edge as one member of `status`' edges.
    func write(to json: inout JSONWriter) {
        let counts = current
        json.beginObject()
        json.member("edge", "mllp")
        json.member("listen", address)
        json.member("connections", counts.connections)
        json.member("accepted", counts.accepted)
        json.member("refused", counts.refused)
        json.member("strangers", counts.strangers)
        json.member("strayBytes", counts.strayBytes)
        if let last = counts.last { json.moment("last", last) }
        if let refusal = counts.refusal {
            json.member("lastError", refusal.text)
            json.moment("lastErrorAt", refusal.at)
        }
        json.endObject()
    }

    /// The edge in a line of `status`.
    var line: String {
        let counts = current
        let refused = counts.refused > 0 ? ", \(counts.refused) refused" : ""
        return "HL7 at \(address): \(counts.connections) connected, \(counts.accepted) messages taken\(refused)"
    }

    /// The edge as a check: bad while the newest message was refused, so that whoever runs the sender is told once.
    func check() -> DoctorCheck {
        let counts = current
        guard counts.isRefusing, let refusal = counts.refusal else {
            return DoctorCheck(name: "mllp", isGood: true, text: line, remedy: "")
        }
        return DoctorCheck(
            name: "mllp", isGood: false, text: "\(line); the last: \(refusal.text)",
            remedy: "Tell whoever runs the sending system; the answer told it too.")
    }
}
