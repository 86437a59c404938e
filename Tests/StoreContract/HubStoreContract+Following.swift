import EventLog
import ImagingCase
import Replication
import Testing

extension HubStoreContract {
    // MARK: - What is known of a person

    private static let person = StreamID.sample(5, kind: .person)
    private static let course = StreamID.sample(6, kind: .course)

    /// An order, a merge, or words on a course about persons; the issuer is always the same one.
    private static func order(_ id: String, issuer: String = "MPI") -> CaseEvent {
        .orderPlaced(OrderPlaced(patient: Patient(issuer: issuer, id: id)))
    }

    private static func merged(_ one: String, _ other: String, issuer: String = "MPI") -> CaseEvent {
        .person(
            .merged(
                PersonMerged(
                    survivor: IssuedIdentifier(issuer: issuer, value: one),
                    retired: IssuedIdentifier(issuer: issuer, value: other))))
    }

    private static func treated(_ id: String) -> CaseEvent {
        .patientArrived(PatientArrived(patient: Patient(issuer: "MPI", id: id)))
    }

    static let following: [Clause<HubStoreContract>] = joining + limits

    private static let joining: [Clause<HubStoreContract>] = [
        Clause("who takes part in a case gets what is known of its person, the past first, and what comes") { contract in
            var north = Author("northside")
            north.say(order("A"), on: .sample(1))
            var west = Author("westside")
            west.say(merged("A", "B"), on: person)
            west.say(merged("C", "A"), on: person, after: [west.last])
            var south = Author("southside")
            south.comment(on: .sample(1), after: [north.last])
            try contract.use(feeds: ["southside", "eastside"]) { hub throws in
                _ = try hub.accept(north.run(1...1))
                _ = try hub.accept(west.run(1...2))
                #expect(try hub.feed(of: "southside").ids.isEmpty)
                _ = try hub.accept(south.run(1...1))
                #expect(try hub.feed(of: "southside").ids == [north.last.id] + west.events.map(\.id))
            }
            try contract.use { hub throws in
                west.comment(on: person, after: [west.last])
                _ = try hub.accept(west.run(3...3))
                #expect(try hub.feed(of: "southside").ids == [north.last.id] + west.events.map(\.id))
                #expect(try hub.feed(of: "eastside").ids.isEmpty)
            }
        },
        Clause("who a case is routed to gets it too, in the commit that routes") { contract in
            var west = Author("westside")
            west.say(merged("A", "B"), on: person)
            var north = Author("northside")
            north.say(order("B"), on: .sample(1))
            north.route(.sample(1), to: Author("southside").site, after: [north.last])
            try contract.use(feeds: ["southside"]) { hub throws in
                _ = try hub.accept(west.run(1...1))
                _ = try hub.accept(north.run(1...2))
                let ids = try hub.feed(of: "southside").ids
                #expect(ids.count == 3 && Set(ids) == Set([west.last.id] + north.events.map(\.id)))
                #expect(
                    try hub.page(
                        for: Author("southside").site, after: .start(of: hub.generation()), eventsMax: 9, bytesMax: 1 << 20)?
                        .segment.events.count == 3)
            }
        },
        Clause("a case that gets its person later, and a person that gets an identifier later, join all the same") { contract in
            var west = Author("westside")
            west.say(merged("A", "B"), on: person)
            var south = Author("southside")
            south.comment(on: .sample(1))
            south.say(order("C"), on: .sample(2))
            try contract.use(feeds: ["southside"]) { hub throws in
                _ = try hub.accept(west.run(1...1))
                _ = try hub.accept(south.run(1...2))
                #expect(try hub.feed(of: "southside").ids.isEmpty)
                south.say(order("B"), on: .sample(1), after: [south.events[0]])
                _ = try hub.accept(south.run(3...3))
                #expect(try hub.feed(of: "southside").ids == [west.last.id])
            }
            var east = Author("eastside")
            east.say(merged("D", "E"), on: .sample(7, kind: .person))
            try contract.use(feeds: ["southside"]) { hub throws in
                _ = try hub.accept(east.run(1...1))
                #expect(try hub.feed(of: "southside").events.count == 1)
                east.say(merged("C", "D"), on: .sample(7, kind: .person), after: [east.last])
                _ = try hub.accept(east.run(2...2))
                #expect(try hub.feed(of: "southside").ids == [west.last.id] + east.events.map(\.id))
            }
        },
        Clause(
            "a course reaches who takes part in a case of its person, and who takes part in it gets what is known of the person"
        ) {
            contract in
            var west = Author("westside")
            west.say(treated("A"), on: course)
            west.comment(on: course, after: [west.last])
            var mpi = Author("mpi")
            mpi.say(merged("A", "B"), on: person)
            var south = Author("southside")
            south.say(order("A"), on: .sample(1))
            try contract.use(feeds: ["southside", "westside", "eastside"]) { hub throws in
                for (author, last) in [(west, 2), (south, 1), (mpi, 1)] as [(Author, UInt64)] {
                    _ = try hub.accept(author.run(1...last))
                }
                #expect(try hub.feed(of: "southside").ids == west.events.map(\.id) + [mpi.last.id])
                #expect(try hub.feed(of: "westside").ids == [mpi.last.id], "a course leads to no case")
                #expect(try hub.feed(of: "eastside").ids.isEmpty)
            }
        },
        Clause("a feed that is opened later, or has every case, has each event once") { contract in
            var north = Author("northside")
            north.say(order("A"), on: .sample(1))
            north.say(treated("A"), on: course)
            north.say(merged("A", "B"), on: person)
            north.route(.sample(1), to: Author("southside").site, after: [north.events[0]])
            try contract.use { hub throws in _ = try hub.accept(north.run(1...4)) }
            try contract.use(feeds: ["southside", "eastside"]) { hub throws in
                for site in ["southside", "eastside"] {
                    if site == "eastside" { try hub.grantAllCases(to: Author(site).site) }
                    let ids = try hub.feed(of: site).ids
                    #expect(ids.count == 4 && Set(ids) == Set(north.events.map(\.id)), "\(site)")
                }
                try hub.grantAllCases(to: Author("southside").site)
                north.comment(on: person, after: [north.events[2]])
                _ = try hub.accept(north.run(5...5))
                #expect(try hub.feed(of: "southside").events.count == 5 && hub.feed(of: "eastside").events.count == 5)
            }
        },
    ]

    private static let limits: [Clause<HubStoreContract>] = [
        Clause("what is known of a person brings none of his other cases, courses or histories") { contract in
            var north = Author("northside")
            north.say(order("A"), on: .sample(1))
            north.say(order("B"), on: .sample(2))
            north.say(order("A"), on: .sample(3))
            north.say(treated("B"), on: course)
            north.say(merged("A", "B"), on: person)
            north.say(merged("B", "C"), on: .sample(7, kind: .person))
            var south = Author("southside")
            south.comment(on: .sample(1), after: [north.events[0]])
            var east = Author("eastside")
            east.comment(on: person, after: [north.events[4]])
            try contract.use(feeds: ["southside", "eastside"]) { hub throws in
                _ = try hub.accept(north.run(1...6))
                _ = try hub.accept(south.run(1...1))
                _ = try hub.accept(east.run(1...1))
                #expect(try hub.feed(of: "southside").ids == [north.events[0].id, north.events[4].id, east.last.id])
                #expect(try hub.feed(of: "eastside").ids == [north.events[4].id], "a person leads nowhere")
            }
        },
        Clause("another issuer's identifier of the same value is another person's, and one without issuer is nobody's") {
            contract in
            var north = Author("northside")
            north.say(merged("A", "B", issuer: "OTHER"), on: person)
            north.say(treated("C"), on: course)
            var south = Author("southside")
            for (number, id) in ["A", "B"].enumerated() { south.say(order(id), on: .sample(UInt64(number))) }
            for (number, id) in ["A", "B", "C"].enumerated() { south.say(order(id, issuer: ""), on: .sample(UInt64(number + 5))) }
            try contract.use(feeds: ["southside"]) { hub throws in
                _ = try hub.accept(north.run(1...2))
                _ = try hub.accept(south.run(1...5))
                #expect(try hub.feed(of: "southside").ids.isEmpty)
            }
        },
    ]
}
