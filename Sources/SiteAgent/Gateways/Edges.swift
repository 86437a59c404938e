import ImagingCase
import Web

/// The site's doors to other systems that are open while the agent runs: each with its lag, its last error and the remedy.
public struct Edges: Sendable {
    /// HL7 v2 over MLLP.
    var mllp: MLLPGauge?

    /// No door is open.
    public init() {}

    /// Writes one object a door.
    func write(to json: inout JSONWriter) {
        mllp?.write(to: &json)
    }

    /// One line a door.
    var lines: [String] { [mllp?.line].compactMap { $0 } }

    /// One check a door.
    var checks: [DoctorCheck] { [mllp?.check()].compactMap { $0 } }
}
