import EventLog
import Interop
import Testing

@testable import Outbound

/// What a courier makes of receivers that are slow, confused or hostile: never a wrong receipt, never a message given up.
struct HL7CourierTests {
    private func outcome(
        within: Duration = .seconds(10), times: Int = 1, _ script: @escaping FalseReceiver.Script
    ) async throws -> [DeliveryOutcome] {
        let receiver = try await FalseReceiver(script)
        let courier = HL7Courier(
            host: "127.0.0.1", port: receiver.port, outbound: HL7Outbound(facility: "northside"), within: within,
            now: { Chronicle.day })
        var outcomes: [DeliveryOutcome] = []
        for _ in 0..<times { outcomes.append(await courier.test()) }
        await courier.close()
        try await receiver.stop()
        return outcomes
    }

    @Test func `AA to the very message is a receipt; the same connection serves the next`() async throws {
        let outcomes = try await outcome(times: 3) { id in (FalseReceiver.answer("AA", to: id), false) }
        #expect(
            outcomes.allSatisfy { if case .taken(let receipt) = $0 { receipt.hasPrefix("FJ") } else { false } }, "\(outcomes)")
    }

    @Test func `an answer to an earlier message is passed over, and never taken for that of this one`() async throws {
        let late = try await outcome { id in
            (FalseReceiver.answer("AE", to: "FJ-earlier") + FalseReceiver.answer("AA", to: id), false)
        }
        #expect(late.allSatisfy { if case .taken = $0 { true } else { false } }, "\(late)")
        let other = try await outcome(within: .milliseconds(200)) { _ in (FalseReceiver.answer("AA", to: "FJ-earlier"), false) }
        #expect(other.allSatisfy { if case .unreachable(let why) = $0 { why.contains("in time") } else { false } }, "\(other)")
    }

    @Test(arguments: ["AE", "AR"]) func `a refusal is kept with the receiver's words`(_ code: String) async throws {
        let outcomes = try await outcome { id in (FalseReceiver.answer(code, to: id, "204^Unknown key identifier^HL70357"), false)
        }
        #expect(outcomes == [.refused("\(code) 204 What is wrong.")])
        let busy = try await outcome { id in (FalseReceiver.answer(code, to: id, "207^Application internal error^HL70357"), false)
        }
        #expect(busy == [.again("\(code) 207 What is wrong.")])
    }

    @Test func `silence, garbage, a hang-up and a flood are no receipts, and the courier goes on`() async throws {
        let scripts: [FalseReceiver.Script] = [
            { _ in ([], false) }, { _ in (MLLPDecoder.block("no message"), false) }, { _ in ([], true) },
            { _ in ([0x0b] + [UInt8](repeating: 0x41, count: 2 << 20), false) },
            { _ in ([UInt8](repeating: 0x41, count: 2 << 20), false) },
            { _ in (Array(repeatElement(FalseReceiver.answer("AA", to: "x"), count: 300).joined()), false) },
        ]
        for (number, script) in scripts.enumerated() {
            let outcomes = try await outcome(within: .milliseconds(300), times: 2, script)
            #expect(outcomes.allSatisfy { if case .unreachable = $0 { true } else { false } }, "\(number): \(outcomes)")
        }
    }

    @Test func `nobody at the address is said as that`() async {
        let courier = HL7Courier(
            host: "127.0.0.1", port: 1, outbound: HL7Outbound(facility: "northside"), now: { Chronicle.day })
        let outcome = await courier.test()
        #expect(outcome.isUnknown, "\(outcome)")
    }
}
