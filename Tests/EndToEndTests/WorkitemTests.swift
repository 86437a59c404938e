import Foundation
import Testing

/// Reading tasks over DICOMweb with a client of another make, against the real hub and a real agent.
struct WorkitemTests {
    /// The client: python3-pydicom and python3-requests of Debian.
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Scripts/workitem-peer.py").path

    @Test func `a workstation of another make claims and gives back at the hub and at a site, under one UID and one secret`()
        throws
    {
        let network = try RealNetwork()
        try network.hub.start()
        try network.northside.start()
        for number in ["A-1", "A-2"] {
            let ordered = try Product.run(
                "case", "record", "order.placed", "--data", network.northside.data, "--as", "dr.reyes", "--role", "referrer",
                "accession.issuer=e2e", "accession.value=\(number)", "patient.issuer=e2e", "patient.id=\(number)",
                "patient.name=DOE^JANE", "modality=CT", "priority=stat", "procedure.code=CTHEAD", "procedure.text=CT Head")
            #expect(ordered.code == 0, "\(ordered.errors)")
            let handed = try Product.run(
                "case", "record", "study.handedOver", "--case", number, "--data", network.northside.data, "--as", "t.lee",
                "--role", "technologist", "declaredSeries=1")
            #expect(handed.code == 0, "\(handed.errors)")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            Self.script, network.url, "http://" + (try #require(network.northside.arguments.last)),
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && text == "good\n", "\(text)")
    }
}
