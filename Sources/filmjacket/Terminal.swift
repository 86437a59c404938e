import Foundation
import Synchronization

/// What is written to a person's terminal or a pipe.
enum Terminal {
    /// What is done last; in a struct, because a bare closure in a mutex is wrapped again by each look at it.
    private struct Deed: Sendable {
        let perform: @Sendable () -> Void
    }

    private static let lastDeed = Mutex<Deed?>(nil)

    /// What is done before the process ends because nobody reads it any more.
    static func whenNobodyReads(_ body: @escaping @Sendable () -> Void) { lastDeed.withLock { $0 = Deed(perform: body) } }

    /// Writes a text whole. When nobody reads it any more, the process ends quietly: what it did is done.
    static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                written += count
            } else if errno == EPIPE {
                lastDeed.withLock { $0 }?.perform()
                _exit(0)
            } else if errno == EAGAIN {
                usleep(1000)
            } else if errno != EINTR {
                return
            }
        }
    }

    /// Whether a descriptor is a terminal on which colours are welcome.
    ///
    /// Source: no-color.org.
    static func isColoured(_ descriptor: Int32) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        if environment["NO_COLOR"]?.isEmpty == false { return false }
        return isatty(descriptor) == 1 && environment["TERM"] != "dumb"
    }

    /// A text that cannot move a terminal's cursor or change its colours: control characters but line ends are left out. Names of
    /// persons come from anywhere.
    static func safe(_ text: String) -> String {
        guard
            text.utf8.contains(where: { $0 < 0x20 && $0 != 0x0a || $0 == 0x7f })
                || text.unicodeScalars.contains(where: { (0x80..<0xa0).contains($0.value) })
        else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0a: result.unicodeScalars.append(scalar)
            case 0x00..<0x20, 0x7f..<0xa0: continue
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The same with what needs somebody first in bold. A word or mark says it already; the weight only helps to find it.
    static func emphasised(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let starts = line.drop { $0 == " " }
            let isUrgent = ["! ", "^ ", "FAIL", "STOPPED", "AE ", "AR "].contains { starts.hasPrefix($0) }
            return isUrgent ? "\u{1B}[1m\(line)\u{1B}[0m" : String(line)
        }.joined(separator: "\n")
    }
}
