import ImagingCase

/// A code with its system.
struct FHIRCoding: Hashable, Sendable {
    let system: String
    let code: String
    var display = ""

    init(_ system: String, _ code: String, _ display: String = "") {
        self.system = system
        self.code = code
        self.display = display
    }

    static func dicom(_ code: String, _ display: String) -> FHIRCoding {
        FHIRCoding("http://dicom.nema.org/resources/ontology/DCM", code, display)
    }

    static func loinc(_ code: String, _ display: String) -> FHIRCoding { FHIRCoding("http://loinc.org", code, display) }

    static func snomed(_ code: String, _ display: String) -> FHIRCoding {
        FHIRCoding("http://snomed.info/sct", code, display)
    }

    /// A code of HL7's own terminology.
    static func hl7(_ system: String, _ code: String, _ display: String = "") -> FHIRCoding {
        FHIRCoding("http://terminology.hl7.org/CodeSystem/" + system, code, display)
    }

    /// A word of the case's own JSON.
    static func own(_ system: String, _ word: String) -> FHIRCoding { FHIRCoding("urn:filmjacket:" + system, word) }
}

/// A meaning by codes, by text, or by both.
struct FHIRConcept: Hashable, Sendable {
    var codings: [FHIRCoding]
    var text: String

    init(_ codings: FHIRCoding..., text: String = "") {
        self.codings = codings
        self.text = text
    }

    /// What a source coded; nil where it said nothing.
    init?(_ coded: Coded?) {
        guard let coded, !(coded.code.isEmpty && coded.text.isEmpty) else { return nil }
        codings = coded.code.isEmpty ? [] : [FHIRCoding(FHIRSystem.ofScheme(coded.scheme), coded.code, coded.text)]
        text = coded.text
    }
}

/// What a resource points at.
enum FHIRReference: Hashable, Sendable {
    case to(FHIRType, String)
    /// Somebody by the name that the site knows him by: persons are no resources here.
    case person(String)
    /// Something by words alone.
    case words(String)

    /// The address of what is pointed at within the service; empty for what is no resource.
    var text: String { if case .to(let type, let id) = self { "\(type.rawValue)/\(id)" } else { "" } }
}

/// An outside identifier.
public struct FHIRIdentifier: Hashable, Sendable {
    /// Its namespace as a URI; empty where nobody said who issued it.
    public let system: String
    /// The identifier.
    public let value: String
    /// Who issued it, as it was said.
    public let issuer: String
    /// HL7 table 0203: what kind of identifier it is; empty where the system says that.
    public let type: String

    init(_ issued: IssuedIdentifier, type: String) {
        issuer = issued.issuer
        system = FHIRSystem.ofIssuer(issued.issuer)
        value = issued.value
        self.type = type
    }

    /// A DICOM unique identifier.
    ///
    /// Source: FHIR R4 ImagingStudy 6.2.1 (identifier of the study: `urn:dicom:uid`).
    init(studyUID: String) {
        issuer = ""
        system = "urn:dicom:uid"
        value = "urn:oid:" + studyUID
        type = ""
    }
}

/// Namespaces as URIs.
enum FHIRSystem {
    /// The namespace of an issuer: an OID or URI as such, a local name under this program's own.
    static func ofIssuer(_ issuer: String) -> String { uri(issuer, under: "urn:filmjacket:issuer:") }

    /// The code system of a coding scheme's designator.
    ///
    /// Source: DICOM PS3.16 table 8-1, HL7 table 0396.
    static func ofScheme(_ scheme: String) -> String {
        switch scheme.uppercased() {
        case "LN", "LOINC": "http://loinc.org"
        case "SCT", "SNM", "SNOMED": "http://snomed.info/sct"
        case "DCM": "http://dicom.nema.org/resources/ontology/DCM"
        case "RADLEX", "RPID": "http://radlex.org"
        case "I10": "http://hl7.org/fhir/sid/icd-10"
        case "C4", "CPT", "CPT4": "http://www.ama-assn.org/go/cpt"
        default: uri(scheme, under: "urn:filmjacket:scheme:")
        }
    }

    private static func uri(_ name: String, under prefix: String) -> String {
        guard !name.isEmpty else { return "" }
        if name.contains("."), name.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2e }) { return "urn:oid:" + name }
        let isURI = ["urn:", "http://", "https://"].contains { name.hasPrefix($0) }
        return (isURI ? "" : prefix) + escaped(name)
    }

    /// The name with all that a URI may not have as percent and hexadecimal digits.
    ///
    /// Source: RFC 3986 2.
    private static func escaped(_ name: String) -> String {
        var text: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in name.utf8 {
            switch byte {
            case 0x21, 0x23...0x3b, 0x3d, 0x3f...0x5b, 0x5d, 0x5f, 0x61...0x7a, 0x7e: text.append(byte)
            default: text += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
