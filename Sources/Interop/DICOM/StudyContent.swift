import EventLog
public import ImagingCase

/// What an archive holds of a study: its series with counts, and a digest of each over what its instances are.
///
/// Two archives that hold the same files come to the same digests, whatever their own identifiers and the order in which the files came:
/// so equal content is recognised wherever it lies.
public struct StudyContent: Hashable, Sendable {
    /// One instance: its UID and what its file is.
    public struct Instance: Hashable, Sendable {
        /// The archive's identifier of the series.
        public let series: String
        /// SOP Instance UID.
        public let uid: String
        /// MD5 of the file in lower-case hexadecimal; where the archive keeps none, `size:` and the number of bytes.
        public let fingerprint: String

        /// Names an instance.
        public init(series: String, uid: String, fingerprint: String) {
            self.series = series
            self.uid = uid
            self.fingerprint = fingerprint
        }
    }

    /// The series, by UID.
    public let series: [Series]
    /// The version that follows from them.
    public var version: String { ContentDigest.version(of: series) }
    /// How many instances.
    public var instances: Int { series.reduce(0) { $0 &+ $1.instances } }

    /// Gathers a study's content; series without an instance are left out.
    ///
    /// A series may come in parts, under several identifiers of the archive: they are one by their UID.
    public init(series told: [OrthancSeries], instances: [Instance]) {
        var files: [String: Set<String>] = [:]
        let names = Dictionary(told.map { ($0.id, $0.uid) }, uniquingKeysWith: { first, _ in first })
        for instance in instances {
            guard let uid = names[instance.series] else { continue }
            files[uid, default: []].insert("\(instance.uid) \(instance.fingerprint)\n")
        }
        var gathered: [Series] = []
        for (uid, lines) in files {
            let first = told.first { $0.uid == uid }
            gathered.append(
                Series(
                    uid: uid, modality: first?.modality ?? "", description: first?.description ?? "", instances: lines.count,
                    digest: Self.digest(lines)))
        }
        series = gathered.sorted { $0.uid < $1.uid }
    }

    /// 32 hexadecimal digits of the SHA-256 over the sorted instances, each as its UID, a space, its fingerprint and a line's end.
    private static func digest(_ lines: Set<String>) -> String {
        var bytes: [UInt8] = []
        for line in lines.sorted() { bytes += Array(line.utf8) }
        let words = EventHash.sha256(bytes).words
        return Hex.text(of: words.0) + Hex.text(of: words.1)
    }

    /// An MD5 as an archive gives it; nil for what is none.
    public static func md5(_ bytes: [UInt8]) -> String? {
        let text = DICOMText.value(String(decoding: bytes, as: UTF8.self))
        guard text.utf8.count == 32,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        return text
    }
}
