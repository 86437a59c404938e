/// How far an archive is with a job that it was given.
///
/// Source: Orthanc REST API `/jobs/{id}`, watched at 1.10.1.
public struct OrthancJob: Hashable, Sendable {
    /// How a job stands.
    public enum Status: Hashable, Sendable {
        case underWay
        case done
        /// It ended, with the archive's own words.
        case failed(String)
    }

    /// How it stands.
    public let status: Status
    /// Instances that were to be sent.
    public let instances: Int
    /// Instances that were not.
    public let failed: Int
    /// Bytes of all.
    public let bytes: Int

    /// Reads a job.
    ///
    /// - Throws: ``OrthancRefusal`` that names the field.
    public init(_ json: OrthancJSON) throws(OrthancRefusal) {
        let content = json["Content"]
        instances = Int(clamping: content?["InstancesCount"]?.integer ?? 0)
        failed = Int(clamping: content?["FailedInstancesCount"]?.integer ?? 0)
        bytes = content?["Size"]?.text.flatMap { Int($0) } ?? 0
        switch try json.text("State") {
        case "Success": status = .done
        case "Failure":
            let words = [json["ErrorDescription"]?.text, json["ErrorDetails"]?.text].compactMap { $0 }.filter { !$0.isEmpty }
            status = .failed(DICOMText.value(words.joined(separator: ": ")))
        case "Pending", "Running", "Retry", "Paused": status = .underWay
        default: throw OrthancRefusal("State", expected: "a job's state")
        }
    }
}
