import EventLog
import ImagingCase
import Testing

@testable import Interop

/// The table of the standard, cell by cell.
@Suite struct WorkitemChangeTests {
    private func workitem(_ state: Workitem.State) -> Workitem {
        var workitem = Workitem(WorkitemUID(WorkitemStory.stream, after: nil), scheduledAt: WorkitemStory.start)
        workitem.state = state
        return workitem
    }

    private func answer(_ from: Workitem.State, _ to: Workitem.State, _ isOwner: Bool) -> String {
        do throws(WorkitemRefusal) {
            switch try workitem(from).step(to: to, isOwner: isOwner) {
            case .claim: return "claim"
            case .keep: return "keep"
            case .release: return "release"
            case .nothing(let warning): return warning.hasSuffix("\(from.rawValue).") ? "already" : warning
            }
        } catch {
            #expect(!error.message.isEmpty && !error.remedy.isEmpty && !error.warning.isEmpty)
            #expect(error.isTransaction == (error.status == 0xc301))
            return String(error.status, radix: 16)
        }
    }

    // Goal: PS3.4 Table CC.1.1-2, each cell once; rows are what is asked for, columns the state.
    @Test(arguments: [
        (Workitem.State.inProgress, true, ["claim", "keep", "c300", "c300"]),
        (.inProgress, false, ["claim", "c302", "c300", "c300"]),
        (.scheduled, true, ["c303", "c303", "c303", "c303"]),
        (.scheduled, false, ["c303", "c303", "c303", "c303"]),
        (.completed, true, ["c310", "c304", "c300", "already"]),
        (.completed, false, ["c310", "c301", "c301", "c301"]),
        (.canceled, true, ["c310", "release", "already", "c300"]),
        (.canceled, false, ["c310", "c301", "c301", "c301"]),
    ])
    func `each request in each state is answered as the table says`(to: Workitem.State, isOwner: Bool, cells: [String]) {
        let found = [Workitem.State.scheduled, .inProgress, .canceled, .completed].map { answer($0, to, isOwner) }
        #expect(found == cells)
    }

    @Test func `a transaction is kept as a fingerprint of one workitem`() throws {
        let first = WorkitemUID(WorkitemStory.stream, after: nil)
        let anchor = try #require(EventID("northside~0000000000000001/4"))
        let second = WorkitemUID(WorkitemStory.stream, after: anchor)
        let secret = "2.25.123456789012345678901234567890123456"
        let one = try #require(WorkitemTransaction(secret, of: first))
        let other = try #require(WorkitemTransaction(secret, of: second))
        #expect(
            !one.key.contains(secret)
                && one.key.dropFirst(4 + first.description.count) != other.key.dropFirst(4 + second.description.count))
        #expect(one.claimed(one.key) && !one.claimed(other.key) && !one.claimed("") && !one.claimed(one.key + "0"))
        let event = try #require(EventID("a123456789012345678901234567890b~0000000000000001/1099511627775"))
        #expect(one.claimed(one.key(renewing: event)) && one.key(renewing: event).utf8.count <= EventLimits.textBytesMax)
        #expect(one.releaseKey != one.key)
        for text in ["", "x", "1..2", "1.2.", String(repeating: "1", count: 65)] {
            #expect(WorkitemTransaction(text, of: first) == nil, "\(text)")
        }
    }
}
