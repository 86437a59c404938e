import EventLog
import ImagingCase
import Interop
import Problems

/// One page of a search while it is filled.
struct FHIRSearchRun {
    private let desk: CaseDesk
    private let cases: any CaseLibrary
    private let query: FHIRSearchQuery
    private var page = CaseDesk.FHIRPage()
    private var found = 0
    private var read = 0
    private var closed = 0
    /// The histories of what was found.
    private(set) var streams: Set<StreamID> = []

    init(desk: CaseDesk, query: FHIRSearchQuery) {
        self.desk = desk
        cases = desk.library
        self.query = query
    }

    /// Goes through histories that are known to be those, ascending.
    mutating func through(_ listed: [StreamID]) throws(Problem) -> CaseDesk.FHIRPage {
        var start: String?
        if let cursor = query.cursor {
            guard case .after(let id) = cursor else { throw Self.badCursor }
            start = id
        }
        let first = start.flatMap { FHIRResourceID($0)?.stream }
        for stream in listed where first.map({ stream >= $0 }) ?? true {
            guard try desk.isListed(stream) else { continue }
            guard try !isFull(before: stream) else { return page }
            try take(stream, after: stream == first ? start : nil)
            guard page.next == nil else { return page }
        }
        if query.cursor == nil || query.isCount { page.total = found }
        return page
    }

    /// Goes through all histories from the newest on, as far as a page goes.
    mutating func throughAll() throws(Problem) -> CaseDesk.FHIRPage {
        var below: Int64?
        var start: String?
        switch query.cursor {
        case .below(let place): below = place
        case .after(let id):
            guard let stream = FHIRResourceID(id)?.stream, let place = try cases.place(of: stream) else {
                throw Self.badCursor
            }
            (below, start) = (place + 1, id)
        case nil: break
        }
        repeat {
            let places = try cases.places(below: below, max: CaseDesk.fhirPlacesMax)
            for here in places {
                if isEnough {
                    page.next = .below(here.place + 1)
                    return page
                }
                if try isLookedAt(here.stream) { try take(here.stream, after: start) }
                start = nil
                guard page.next == nil else { return page }
                below = here.place
            }
            guard places.count == CaseDesk.fhirPlacesMax else {
                if query.cursor == nil || query.isCount { page.total = found }
                return page
            }
        } while query.isCount
        page.next = below.map { .below($0) }
        return page
    }

    private mutating func isLookedAt(_ stream: StreamID) throws(Problem) -> Bool {
        guard query.type.isOfCases && stream.kind == .imagingCase || query.type.isOfCourses && stream.kind == .course else {
            return false
        }
        let isListed = try desk.isListed(stream)
        if !isListed {
            closed += 1
            try requireCountable()
        }
        return isListed
    }

    private func requireCountable() throws(Problem) {
        guard !query.isCount || read + closed <= CaseDesk.fhirCountMax else {
            throw Problem(
                .outOfRange, "More than \(CaseDesk.fhirCountMax) cases would have to be read to count this.",
                remedy: "Ask with a parameter that finds at once: identifier, patient or based-on.")
        }
    }

    /// Whether no more histories are read for this page.
    private var isEnough: Bool { !query.isCount && (read >= CaseDesk.fhirReadMax || closed >= CaseDesk.fhirClosedMax) }

    private mutating func isFull(before stream: StreamID) throws(Problem) -> Bool {
        guard isEnough else { return false }
        // The history opens to whoever asks: its name may be told.
        page.next = .after(FHIRResourceID(stream, Self.beginning).description)
        return true
    }

    /// No resource has this suffix: a cursor with it goes on with the history's first.
    private static let beginning = "-"

    /// Takes what fits of a history, after a resource of it that was given before.
    private mutating func take(_ stream: StreamID, after given: String?) throws(Problem) {
        read += 1
        try requireCountable()
        let history = CaseHistory(try cases.facts(of: stream))
        guard let last = history.facts.map(\.recordedAt).max()?.instant else { return }
        let whole = try desk.fhirCase(CaseFold.fold(stream, history), history, for: query.type)
        var fitting = whole.resources(query.type).filter { query.fits($0, updated: last) }
        if let given, let index = fitting.firstIndex(where: { $0.id == given }) { fitting.removeFirst(index + 1) }
        guard !fitting.isEmpty else { return }
        streams.insert(stream)
        found += fitting.count
        if query.isCount { return }
        let version = whole.version
        for resource in fitting {
            guard page.entries.count < query.count else {
                page.next = page.last.map { .after($0) }
                return
            }
            let own = whole.version(of: resource, version)
            page.entries.append(
                FHIRBundle.Entry(
                    address: "\(resource.type.rawValue)/\(resource.id)",
                    json: resource.json(own, isGlassBroken: FHIRAPI.isGlassBroken), version: own))
        }
    }

    private static var badCursor: Problem { Problem(.badCursor, "The cursor of the page is none that this search gave.") }
}

extension CaseDesk.FHIRPage {
    /// The id of the last resource of the page.
    fileprivate var last: String? { entries.last?.address.split(separator: "/").last.map(String.init) }
}
