import Dispatch
import Foundation
import Synchronization

/// What the demonstration started and made, and must not leave behind however it ends: told to its end, interrupted, its terminal
/// closed, or nobody reading it any more.
final class DemoLeftovers: Sendable {
    /// What ends processes; unchecked because the mutex around it is the only way to it.
    private struct Held: @unchecked Sendable {  // because the mutex around it is the only way to it
        var processes: [Process] = []
        var sources: [any DispatchSourceSignal] = []
        var isCleared = false
    }

    private let folder: String
    private let held = Mutex(Held())

    init(folder: String) { self.folder = folder }

    /// Notes a process to be ended; after the end it is ended at once.
    func note(_ process: Process) {
        let isLate = held.withLock { held in
            held.processes.append(process)
            return held.isCleared
        }
        if isLate { process.terminate() }
    }

    /// Clears up when the process is told to stop, and ends it: the nodes are in process groups of their own, so that no Ctrl-C
    /// reaches them.
    func clearOnSignals() {
        for (number, code) in [(SIGINT, Int32(130)), (SIGTERM, 143), (SIGHUP, 129)] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [self] in
                clear()
                _exit(code)
            }
            source.resume()
            held.withLock { $0.sources.append(source) }
        }
    }

    /// Ends the nodes, the last one first, and removes the folder; once.
    func clear() {
        let processes = held.withLock { held -> [Process] in
            defer { held.isCleared = true }
            return held.isCleared ? [] : held.processes.reversed()
        }
        for process in processes where process.isRunning { process.terminate() }
        for process in processes { process.waitUntilExit() }
        try? FileManager.default.removeItem(atPath: folder)  // what cannot be removed is a temporary folder
    }
}
