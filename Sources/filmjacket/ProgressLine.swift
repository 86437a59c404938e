import Foundation
import ImagingCase
import Synchronization

/// One line that is redrawn on a terminal at most ten times a second; else a plain line every 30 seconds, or NDJSON.
final class ProgressLine: Sendable {
    /// What is shown.
    struct Numbers: Sendable {
        var done: UInt64
        var total: UInt64
        var received: UInt64
        var receiving: UInt64
        var bytes: Int64
    }

    private struct State {
        var shown = Date.distantPast
        var began = Date()
        var isDrawn = false
        var last: Numbers?
    }

    private let json: Bool
    private let isTerminal: Bool
    private let width: Int
    private let state = Mutex(State())

    init(json: Bool) {
        self.json = json
        let term = ProcessInfo.processInfo.environment["TERM"] ?? "dumb"
        isTerminal = !json && isatty(STDERR_FILENO) == 1 && term != "dumb"
        var size = winsize()
        width = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    func begin(_ title: String) {
        if !json { Output.remark(title) }
    }

    func show(_ numbers: Numbers) {
        state.withLock { state in
            state.last = numbers
            let pause = isTerminal || json ? 0.1 : 30
            guard Date().timeIntervalSince(state.shown) >= pause else { return }
            if state.shown == .distantPast, !isTerminal, !json {
                state.shown = Date()
                return
            }
            state.shown = Date()
            draw(numbers, &state)
        }
    }

    func end() {
        state.withLock { state in
            if let last = state.last, json || isTerminal { draw(last, &state) }
            if state.isDrawn { FileHandle.standardError.write(Data("\n".utf8)) }
        }
    }

    private func draw(_ numbers: Numbers, _ state: inout State) {
        if json {
            var out = JSONWriter()
            out.beginObject()
            out.member("type", "progress")
            out.member("phase", numbers.done < numbers.total ? "send" : "receive")
            out.member("done", numbers.done)
            out.member("total", numbers.total)
            out.member("received", numbers.received)
            out.member("bytes", numbers.bytes)
            out.endObject()
            return Output.line(out.text)
        }
        let seconds = max(0.001, Date().timeIntervalSince(state.began))
        let rate = Double(numbers.done + numbers.received) / seconds
        let left = Double((numbers.total - min(numbers.total, numbers.done)) + numbers.receiving)
        let bar: String =
            width < 60
            ? ""
            : {
                let share = numbers.total == 0 ? 1 : Double(numbers.done) / Double(numbers.total)
                let filled = Int(share * 20)
                return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled) + "]  "
            }()
        var text = "  send \(bar)\(numbers.done)/\(numbers.total)  receive \(numbers.received)  \(Int(rate))/s"
        if left > 0, rate > 0 { text += "  ETA \(Int(left / rate) + 1) s" }
        guard isTerminal else { return Output.remark(text) }
        FileHandle.standardError.write(Data(("\r\u{1B}[K" + String(text.prefix(width - 1))).utf8))
        state.isDrawn = true
    }
}
