import EventLog
import Problems
import Replication
public import Testing
import Wire

/// One clause of a contract: a sentence, and what a store must do for it to hold.
public struct Clause<Subject>: Sendable, CustomTestStringConvertible {
    /// The sentence.
    public let sentence: String
    private let body: @Sendable (Subject) throws -> Void

    init(_ sentence: String, _ body: @escaping @Sendable (Subject) throws -> Void) {
        self.sentence = sentence
        self.body = body
    }

    /// Holds a store to it.
    public func hold(_ subject: Subject) throws { try body(subject) }

    /// The sentence, as test reports show it.
    public var testDescription: String { sentence }
}

extension Segment {
    /// The events' ids, in order.
    var ids: [EventID] { events.map(\.id) }

    /// Expects that every event's hash follows from its bytes and the hashes that come along, and that the wire changes nothing.
    func expectWhole(sourceLocation: SourceLocation = #_sourceLocation) throws {
        var known = outside
        for event in events {
            let hashes = event.event.parents.compactMap { disputed[event.id]?[$0] ?? known[$0] }
            guard hashes.count == event.event.parents.count else {
                Issue.record("\(event.id) comes without a parent's hash", sourceLocation: sourceLocation)
                return
            }
            #expect(CanonicalEvent.hash(event.event, parentHashes: hashes) == event.hash, sourceLocation: sourceLocation)
            known[event.id] = event.hash
        }
        guard !events.isEmpty else { return }
        let zstd = Zstd()
        let read = try SegmentCoding.decode(SegmentCoding.encode(self, using: zstd), using: zstd)
        #expect(read.events.map(\.hash) == events.map(\.hash), sourceLocation: sourceLocation)
        #expect(read.ids == ids && read.outside == outside, sourceLocation: sourceLocation)
    }
}

/// The code with which something is refused; nil where it is not.
func refusal<T>(_ body: () throws -> T) -> ProblemCode? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? SyncRefusal)?.problem.code ?? (error as? Problem)?.code
    }
}
