import Dispatch
public import EventLog
import ImagingCase
public import Problems

/// What came of recomputing every hash of a chain.
public struct AuditVerification: Hashable, Sendable {
    /// The first thing that is wrong.
    public struct Fault: Hashable, Sendable {
        /// The number that the record should have.
        public let sequence: UInt64
        /// The segment's file.
        public let file: String
        /// What was expected and what is there.
        public let what: String
    }

    /// How many records are good, from the first on.
    public var records: UInt64 = 0
    /// Where the good part ends.
    public var head = AuditHead.start
    /// When the last good record was made.
    public var lastAt: Instant?
    /// The first thing that is wrong; nil where the whole chain is as it was written.
    public var fault: Fault?

    /// Recomputes a folder's chain.
    ///
    /// - Parameter witness: a head that was seen before, to be found again: the chain alone cannot show that its end was cut off.
    static func run(_ folder: AuditFolder, witness: AuditHead?) throws(Problem) -> AuditVerification {
        var result = AuditVerification()
        var reader = try AuditReader(folder)
        var last: AuditLine?
        while result.fault == nil, let entry = reader.next() { last = result.check(entry, folder, witness) ?? last }
        if result.fault == nil, let segment = reader.unreadable {
            result.fail("the segment cannot be read", folder.segment(segment))
        }
        if result.fault == nil, let witness, witness.sequence > result.records {
            result.fail("the chain ends, and a head at \(witness.sequence) was seen before", "")
        }
        result.lastAt = last?.record?.at
        return result
    }

    /// Takes the next line; nil where it is wrong.
    private mutating func check(_ entry: AuditReader.Entry, _ folder: AuditFolder, _ witness: AuditHead?) -> AuditLine? {
        let file = folder.segment(entry.segment)
        guard let line = AuditLine(bytes: entry.bytes) else { return fail("its bytes do not fit its hash", file) }
        guard line.sequence == records + 1 else { return fail("the record of number \(line.sequence) is there instead", file) }
        guard line.previous == head.hash else { return fail("it does not follow the record before", file) }
        if let witness, witness.sequence == line.sequence, witness.hash != line.hash {
            return fail("it is another than the one whose head was seen before", file)
        }
        records += 1
        head = line.head
        return line
    }

    @discardableResult private mutating func fail(_ what: String, _ file: String) -> AuditLine? {
        fault = Fault(sequence: records + 1, file: file.split(separator: "/").last.map(String.init) ?? "", what: what)
        return nil
    }
}

extension AuditLog {
    /// Recomputes the whole chain and, where it is good, writes down how far.
    public func verify(witness: AuditHead?) async throws(Problem) -> AuditVerification {
        let (folder, now) = (folder, clock())
        return try await Self.aside { () throws(Problem) in
            let result = try AuditVerification.run(folder, witness: witness)
            if result.fault == nil, result.records > 0 {
                let text = "\(result.head.text) \(Timestamp.text(of: now))\n"
                // Only `doctor` misses it; the verification stands without.
                try? folder.write(Array(text.utf8), to: folder.path + "/verified")
            }
            return result
        }
    }

    /// Runs what reads many bytes off the callers' threads.
    static func aside<Value: Sendable>(
        _ work: @escaping @Sendable () throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        let result: Result<Value, Problem> = await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                do throws(Problem) { continuation.resume(returning: .success(try work())) } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
