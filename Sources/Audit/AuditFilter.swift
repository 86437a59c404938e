import EventLog
public import Problems

/// What somebody looks for in an audit; what is nil fits everything.
public struct AuditFilter: Codable, Equatable, Sendable {
    /// The most records of one answer.
    public static let limitMax = 10_000

    /// Who acted.
    public var person: String?
    /// In which role.
    public var role: String?
    /// The case or other history: its id or a beginning of it. A text that is no id fits records in which it was typed.
    public var stream: String?
    /// One of ``AuditCode``.
    public var code: String?
    /// Not before.
    public var since: Int64?
    /// Before.
    public var until: Int64?
    /// The most records; the newest are given.
    public var limit: Int

    /// Says what is looked for.
    public init(
        person: String? = nil, role: String? = nil, stream: String? = nil, code: String? = nil, since: Int64? = nil,
        until: Int64? = nil, limit: Int = 100
    ) {
        self.person = person
        self.role = role
        self.stream = stream
        self.code = code
        self.since = since
        self.until = until
        self.limit = limit
    }

    /// Whether a record fits; `cloaked` is the cloak of what is looked for as a case.
    func fits(_ record: AuditRecord, cloaked: String?) -> Bool {
        if let person, record.actor.person != person { return false }
        if let role, record.actor.role != role { return false }
        if let code, record.code.rawValue != code { return false }
        if let since, record.at.milliseconds < since { return false }
        if let until, record.at.milliseconds >= until { return false }
        guard let stream else { return true }
        return record.objects.stream?.hasPrefix(stream) == true || record.objects.conflict == stream
            || record.objects.event == stream || cloaked.map { record.query?.contains($0) == true } == true
    }
}

extension AuditLog {
    /// The newest records that fit, oldest first.
    ///
    /// - Throws: `RANGE` for a limit that is none, `AUDIT_UNAVAILABLE` where the folder cannot be read.
    public func search(_ filter: AuditFilter) async throws(Problem) -> [AuditLine] {
        guard (1...AuditFilter.limitMax).contains(filter.limit) else {
            throw Problem(.outOfRange, "A limit of 1 to \(AuditFilter.limitMax) was expected.")
        }
        let cloaked = filter.stream.map(cloak)
        let folder = folder
        return try await Self.aside { () throws(Problem) in
            var found: [AuditLine] = []
            for entry in try AuditReader(folder) {
                guard let line = AuditLine(bytes: entry.bytes), let record = line.record, filter.fits(record, cloaked: cloaked)
                else { continue }
                found.append(line)
                // Only the newest are kept, so that memory is bounded by the limit and not by the audit.
                if found.count >= 2 * filter.limit { found.removeFirst(filter.limit) }
            }
            return found.suffix(filter.limit)
        }
    }

    /// Records after a number in their order, to be carried elsewhere; what fits no hash is passed over, `audit verify` names it.
    public func page(after sequence: UInt64, limit: Int) async throws(Problem) -> [AuditLine] {
        guard (1...AuditFilter.limitMax).contains(limit) else {
            throw Problem(.outOfRange, "A limit of 1 to \(AuditFilter.limitMax) was expected.")
        }
        let folder = folder
        return try await Self.aside { () throws(Problem) in
            var found: [AuditLine] = []
            for entry in try AuditReader(folder, from: sequence + 1) {
                guard let line = AuditLine(bytes: entry.bytes), line.sequence > sequence else { continue }
                found.append(line)
                if found.count == limit { break }
            }
            return found
        }
    }
}
