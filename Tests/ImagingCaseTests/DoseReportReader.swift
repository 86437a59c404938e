import ImagingCase

/// Reads as much of a CT dose report as the tests need: explicit VR, little endian.
///
/// Source: DICOM PS3.5 7.1.2, PS3.16 TID 10011 and 10013.
struct DoseReportReader {
    /// A data element: its bytes, or the items of a sequence.
    private struct Element {
        let tag: UInt32
        let value: ArraySlice<UInt8>
        let items: [[Element]]
    }

    /// What was wrong with a file.
    struct Malformed: Error {}

    private static let lengthUndefined = 0xffff_ffff
    private var bytes: ArraySlice<UInt8>

    /// The irradiations of a report, its SOP instance, study and accumulated dose length product.
    struct Report {
        var dose = DoseRecorded()
        var studyUID = ""
        var totalMilligrayCentimetre = 0.0
    }

    static func read(_ file: [UInt8]) throws -> Report {
        guard file.count > 132, Array(file[128..<132]) == Array("DICM".utf8) else { throw Malformed() }
        var reader = DoseReportReader(bytes: file[132...])
        let root = try reader.elements(until: { $0.bytes.isEmpty })
        var report = Report()
        report.dose.source = "RDSR"
        report.dose.reportUID = text(root, 0x0008_0018)
        report.studyUID = text(root, 0x0020_000d)
        gather(root, into: &report)
        return report
    }

    // MARK: content

    private static func gather(_ item: [Element], into report: inout Report) {
        for child in children(item) {
            switch concept(child) {
            case "113819":
                let length = numbers(child, "113838").first ?? 0
                let volume = numbers(child, "113830").first ?? 0
                let uid = first(child, "113769").map { text($0, 0x0040_a124) } ?? ""
                report.dose.irradiationEvents.append(
                    IrradiationEvent(uid: uid, ctdiVolMilligray: volume, dlpMilligrayCentimetre: length, modality: "CT"))
            case "113813": report.totalMilligrayCentimetre = value(child) ?? 0
            default: gather(child, into: &report)
            }
        }
    }

    private static func children(_ item: [Element]) -> [[Element]] { item.first { $0.tag == 0x0040_a730 }?.items ?? [] }

    private static func concept(_ item: [Element]) -> String {
        item.first { $0.tag == 0x0040_a043 }?.items.first.map { text($0, 0x0008_0100) } ?? ""
    }

    private static func first(_ item: [Element], _ code: String) -> [Element]? {
        for child in children(item) {
            if concept(child) == code { return child }
            if let found = first(child, code) { return found }
        }
        return nil
    }

    private static func numbers(_ item: [Element], _ code: String) -> [Double] {
        children(item).flatMap { child in
            (concept(child) == code ? [value(child)].compactMap { $0 } : []) + numbers(child, code)
        }
    }

    private static func value(_ item: [Element]) -> Double? {
        item.first { $0.tag == 0x0040_a300 }?.items.first.flatMap { Double(text($0, 0x0040_a30a)) }
    }

    private static func text(_ item: [Element], _ tag: UInt32) -> String {
        let value = item.first { $0.tag == tag }?.value ?? []
        return String(decoding: value.prefix { $0 != 0 }, as: UTF8.self).split(separator: " ").first.map(String.init) ?? ""
    }

    // MARK: bytes

    private mutating func elements(until isOver: (DoseReportReader) -> Bool) throws -> [Element] {
        var elements: [Element] = []
        while !isOver(self) { elements.append(try element()) }
        return elements
    }

    private mutating func element() throws -> Element {
        let tag = try tag()
        let representation = String(decoding: try take(2), as: UTF8.self)
        let isLong = ["OB", "OW", "OF", "OD", "OL", "SQ", "UN", "UT", "UC", "UR"].contains(representation)
        if isLong { _ = try take(2) }
        let length = try number(isLong ? 4 : 2)
        guard representation == "SQ" else { return Element(tag: tag, value: try take(length), items: []) }
        return Element(tag: tag, value: [], items: try items(length))
    }

    private mutating func items(_ length: Int) throws -> [[Element]] {
        let rest = bytes.count - length
        var items: [[Element]] = []
        while length == Self.lengthUndefined || bytes.count > rest {
            let tag = try tag()
            let count = try number(4)
            if tag == 0xfffe_e0dd { break }
            guard tag == 0xfffe_e000 else { throw Malformed() }
            if count == Self.lengthUndefined {
                items.append(
                    try elements(until: { $0.bytes.prefix(4).elementsEqual([0xfe, 0xff, 0x0d, 0xe0]) || $0.bytes.isEmpty }))
                _ = try take(8)
            } else {
                let end = bytes.count - count
                items.append(try elements(until: { $0.bytes.count <= end }))
            }
        }
        return items
    }

    private mutating func tag() throws -> UInt32 { UInt32(try number(2)) << 16 | UInt32(try number(2)) }

    private mutating func number(_ count: Int) throws -> Int {
        try take(count).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count <= bytes.count else { throw Malformed() }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }
}
