import ArgumentParser
import Problems
import SiteAgent

/// Which Orthanc a site's agent follows.
struct OrthancOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Follow the Orthanc at this address, such as http://127.0.0.1:8042.", valueName: "url"))
    var orthanc: String?
    @Option(help: ArgumentHelp("Who signs in there.", valueName: "name"))
    var orthancUser: String?
    @Option(help: ArgumentHelp("A file with his password, for its owner alone.", valueName: "file"))
    var orthancPasswordFile: String?
    @Option(help: ArgumentHelp("A PEM file of the authorities to believe for it.", valueName: "file"))
    var orthancAuthority: String?
    @Option(help: ArgumentHelp("Who issues its accession numbers and patient identifiers.", valueName: "name"))
    var orthancIssuer: String?
    @Option(help: ArgumentHelp("Seconds between two looks at all its studies.", valueName: "seconds"))
    var orthancSweep: Int64 = 300

    @Option(help: ArgumentHelp("Keep its modality worklist's files in this folder.", valueName: "dir"))
    var worklistFolder: String?

    func validate() throws {
        if orthanc == nil, orthancUser ?? orthancPasswordFile ?? orthancAuthority ?? orthancIssuer ?? worklistFolder != nil {
            throw ValidationError("The other --orthanc options and --worklist-folder belong to --orthanc URL, and none is named.")
        }
        guard (1...86_400).contains(orthancSweep) else {
            throw ValidationError("--orthanc-sweep: expected 1 to 86400 seconds, got \(orthancSweep).")
        }
    }

    /// What was asked for; nil where nothing was.
    func configuration() throws(Problem) -> OrthancConfiguration? {
        guard let orthanc else { return nil }
        var configuration = try OrthancConfiguration(
            url: orthanc, user: orthancUser ?? "", passwordFile: orthancPasswordFile)
        configuration.authorityFile = orthancAuthority
        configuration.issuer = orthancIssuer ?? ""
        configuration.sweepSeconds = orthancSweep
        configuration.worklistFolder = worklistFolder
        return configuration
    }
}
