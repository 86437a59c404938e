import EventLog
import ImagingCase
import Web

/// The site's doors to other systems that are open while the agent runs: each with its lag, its last error and the remedy.
public struct Edges: Sendable {
    /// HL7 v2 over MLLP.
    var mllp: MLLPGauge?
    /// The archive that is followed.
    var orthanc: OrthancGauge?

    /// No door is open.
    public init() {}

    /// Writes one object a door.
    func write(to json: inout JSONWriter) {
        mllp?.write(to: &json)
        orthanc?.write(to: &json)
    }

    /// One line a door.
    var lines: [String] { [mllp?.line, orthanc?.line].compactMap { $0 } }

    /// One check a door.
    func checks(_ now: Instant) -> [DoctorCheck] { [mllp?.check(), orthanc?.check(now: now)].compactMap { $0 } }
}
