import EventLog
import Testing
import Wire

/// What a client certificate names is written and read alike at both ends.
struct CertificateNameTests {
    @Test func `a name is read as it was written, and nothing else is one`() throws {
        let site = try #require(SiteID("northside"))
        let key = CertificateName.fingerprint(of: Array(0..<32))
        let name = CertificateName(site: site, key: key)
        #expect(name.description == "filmjacket:site/northside/key/\(key)" && key.utf8.count == 16)
        #expect(CertificateName(name.description) == name)
        for other in [
            "", "filmjacket:site/", "filmjacket:site/northside", "filmjacket:site/NORTH/key/\(key)",
            "filmjacket:site/northside/key/",
            "filmjacket:site/northside/of/\(key)", "filmjacket:site/northside/key/\(key)/more", "https://northside/key/\(key)",
            "filmjacket:site/northside/key/\(key)0",
        ] { #expect(CertificateName(other) == nil, "\(other)") }
    }
}
