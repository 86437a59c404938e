import EventLog
import ImagingCase

/// A record as a syslog message in its frame.
///
/// Source: RFC 5424 6, RFC 5425 4.3 (octet counting), DICOM PS3.15 A.6 (facility 10, severity 5, message id).
public enum SyslogFrame {
    /// authpriv (10) and notice (5).
    private static let priority = 10 * 8 + 5

    /// The frame's bytes; nil for a line of a newer version.
    public static func bytes(of line: AuditLine) -> [UInt8]? {
        guard let record = line.record, let xml = AuditMessage.xml(of: line) else { return nil }
        // A sequenceId has 31 bits and begins at 1. Source: RFC 5424 7.3.1.
        let sequence = (line.sequence - 1) % 2_147_483_647 + 1
        let head =
            "<\(priority)>1 \(Timestamp.text(of: record.at)) \(name(record.actor.site)) filmjacket - DICOM+RFC3881 "
            + "[meta sequenceId=\"\(sequence)\"] "
        let message = Array(head.utf8) + [0xef, 0xbb, 0xbf] + Array(xml.utf8)
        return Array("\(message.count) ".utf8) + message
    }

    /// A host's name: printable ASCII without spaces, at most 255.
    private static func name(_ text: String) -> String {
        let kept = text.unicodeScalars.filter { (0x21...0x7e).contains($0.value) }.prefix(255)
        return kept.isEmpty ? "-" : String(String.UnicodeScalarView(kept))
    }
}
