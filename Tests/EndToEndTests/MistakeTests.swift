import Foundation
import Testing

/// What people mistype: each mistake is named, to the field or word, with what was probably meant, and nothing is recorded.
@Suite(.serialized) struct MistakeTests {
    /// A command line, how it ends, and what it says on standard error.
    private struct Mistake {
        let words: [String]
        let code: Int32
        let says: [String]

        init(_ line: String, _ code: Int32, _ says: String...) {
            words = line.split(separator: " ").map { $0.replacingOccurrences(of: "~", with: " ") }
            self.code = code
            self.says = says
        }
    }

    private func expect(_ mistakes: [Mistake], on data: String) throws {
        for mistake in mistakes {
            let words = mistake.words + (mistake.words.contains("--data") ? [] : ["--data", data])
            let ended = try Product.run(words, in: (data as NSString).deletingLastPathComponent)
            #expect(ended.code == mistake.code, "\(mistake.words): \(ended.output) \(ended.errors)")
            #expect(ended.output.isEmpty, "\(mistake.words): \(ended.output)")
            for text in mistake.says { #expect(ended.errors.contains(text), "\(mistake.words): \(ended.errors)") }
            let json = try Product.run(words + ["--json"], in: (data as NSString).deletingLastPathComponent)
            #expect(json.code == mistake.code && json.problem != nil && json.errors.isEmpty, "\(mistake.words): \(json.output)")
        }
    }

    @Test func `a word that does not exist is answered with the nearest that does`() throws {
        try expect(
            [
                Mistake("cas show A1", 64, "no 'filmjacket cas'", "filmjacket case"),
                Mistake("case shwo A1", 64, "no 'filmjacket case shwo'", "filmjacket case show"),
                Mistake("hub site lst", 64, "filmjacket hub site list"),
                Mistake("case show A1 --dta x", 64, "no option --dta", "--data"),
                Mistake("sync --dryrun", 64, "no option --dryrun", "--dry-run"),
                Mistake("case show", 64, "Missing expected argument"),
                Mistake("case list --limit many", 64, "--limit"),
                Mistake("agent run --listen nonsense", 64, "--listen"),
                Mistake("case record comment.added text=x --body b --as a --role lead", 64, "--body", "not by both"),
                Mistake("case show A1 --known-to 1 --at 2026-01-01T00:00:00Z", 64, "exclude each other"),
            ], on: "/nonexistent")
    }

    @Test func `a body that says what it may not is refused by its field, and the log stays as it was`() throws {
        let network = try RealNetwork()
        try network.order("MIS-1", at: network.northside)
        try network.order("MIS-12", at: network.northside)
        let order = "case record order.placed --as Dr --role referrer accession.issuer=n accession.value=M"
        let tech = "--case MIS-1 --as tech --role technologist"
        try expect(
            [
                Mistake("case record order.placd --as Dr --role referrer", 65, "Did you mean order.placed?"),
                Mistake("case record zzz --as Dr --role referrer", 65, "UNKNOWN_KIND", "comment.added"),
                Mistake("case record order.placed --as Dr --role referrer acession.issuer=n", 65, "Did you mean accession?"),
                Mistake("\(order) patient.nmae=DOE", 65, "no field 'patient.nmae'", "Did you mean patient.name?"),
                Mistake("\(order) priority=statt", 65, "'priority'", "routine asap urgent stat"),
                Mistake("\(order) patient.birthDate=20260231", 65, "'patient.birthDate'", "1962-04-02"),
                Mistake("\(order) patient.birthDate=2026-02-31", 65, "no day of the calendar"),
                Mistake("case record order.placed --as Dr --role referrer accession.issuer=n", 65, "'accession' has no value"),
                Mistake("case record order.placed --as Dr --role referrer", 65, "neither a person nor an examination"),
                Mistake("case record study.handedOver \(tech) declaredSeries=-1", 65, "'declaredSeries'", "0 or more"),
                Mistake("case record study.handedOver \(tech) declaredSeries=99999999999999999999", 65, "'declaredSeries'"),
                Mistake("case record study.handedOver \(tech) declaredSeries=some", 65, "'declaredSeries'", "whole number"),
                Mistake("case record procedureStep.completed \(tech) series[0].uuid=1", 65, "series[0].uuid", "series[0].uid?"),
                Mistake("case record comment.added \(tech)", 65, "The comment is empty"),
                Mistake("case record comment.added --as t --role technologist text=x", 64, "--case ID"),
                Mistake("case record comment.added \(tech) text=x --at yesterday", 65, "no moment"),
                Mistake("case record comment.added \(tech) text=x --at 2026-02-31T00:00:00Z", 65, "no moment"),
                Mistake("case record comment.added \(tech) text=x --at 2999-01-01T00:00:00Z", 65, "lies ahead"),
                Mistake(
                    "case record comment.added --case MIS-1 --as t --role tecnologist text=x", 65, "Did you mean technologist?"),
                Mistake("case record report.finalSigned \(tech) findings=a impression=b", 77, "NOT_PERMITTED", "radiologist"),
                Mistake("case record comment.added --case MIS-9 --as t --role lead text=x", 65, "UNKNOWN_CASE"),
                Mistake("case record comment.added \(tech) =x", 64, "NAME=VALUE"),
                Mistake("case record comment.added \(tech) text=a text.b=c", 64, "both as a value and in parts"),
            ], on: network.northside.data)
        #expect(try network.northside.status()["head"] as? Int == 2)
    }

    @Test func `a body's file is judged before anything is recorded`() throws {
        let network = try RealNetwork()
        try network.order("MIS-1", at: network.northside)
        let file = network.folder + "/body"
        let words = ["case", "record", "comment.added", "--case", "MIS-1", "--as", "t", "--role", "lead", "--json", "--data"]
        for (body, code, said) in [
            ("not json", "MALFORMED", "is not JSON"), ("[1]", "MALFORMED", "no object"), ("", "BAD_INPUT", "empty"),
            (#"{"text":"a","text":"b"}"#, "DUPLICATE_KEY", "'text' comes twice"),
            (#"{"text":"a","\u0074ext":"b"}"#, "DUPLICATE_KEY", "'text' comes twice"),
            (#"{"text":"a","txet":1}"#, "UNKNOWN_FIELD", "'txet'"), (#"{"text":{"a":1}}"#, "", "text"),
            (#"{"text":"\#(String(repeating: "a", count: 400_000))"}"#, "EVENT_TOO_LARGE", "131072"),
        ] {
            try body.write(toFile: file, atomically: true, encoding: .utf8)
            let ended = try Product.run(words + [network.northside.data, "--body", file])
            #expect(ended.code == 65 && ended.problem != nil && ended.output.contains(said), "\(body.prefix(40)) \(ended.output)")
            if !code.isEmpty { #expect(ended.problem == code, "\(ended.output)") }
        }
        #expect(truncate(file, 70 << 20) == 0)
        for path in [file, network.folder, network.folder + "/nothing"] {
            let ended = try Product.run(words + [network.northside.data, "--body", path])
            #expect(ended.code == 65 && ended.problem != nil, "\(ended.output)")
        }
        let invalid = Data([0x7b, 0x22, 0x74, 0xff, 0x22, 0x7d])
        try invalid.write(to: URL(fileURLWithPath: file))
        #expect(try Product.run(words + [network.northside.data, "--body", file]).problem == "MALFORMED")
        #expect(try network.northside.status()["head"] as? Int == 1)
        let good = try Product.run(words + [network.northside.data, "--body", "-"], input: #"{"text":"from a pipe"}"#)
        #expect(good.code == 0, "\(good.output)")
        #expect(try network.northside.status()["head"] as? Int == 2)
    }

    @Test func `a shortening that fits several cases lists them`() throws {
        let network = try RealNetwork()
        for accession in ["MIS-21", "MIS-22"] { try network.order(accession, at: network.northside) }
        let asked = try network.on(network.northside, "case", "show", "MIS-2", "--json")
        let error = try #require((asked.document as? [String: Any])?["error"] as? [String: Any])
        #expect(asked.code == 65 && error["code"] as? String == "AMBIGUOUS")
        let candidates = try #require(error["candidates"] as? [String], "\(asked.output)")
        #expect(candidates.count == 2 && candidates.allSatisfy { $0.hasPrefix("c-") })
        let said = try network.on(network.northside, "case", "show", "MIS-2")
        #expect(candidates.allSatisfy { said.errors.contains($0) }, "\(said.errors)")
        #expect(try network.on(network.northside, "case", "show", "MIS-21").code == 0)
    }

    @Test func `a conflict is closed once, by one of its own events, with a reason and by whom it belongs to`() throws {
        let network = try RealNetwork()
        try network.finalsApart("MIS-3")
        try network.hub.start()
        #expect(try network.on(network.lakeview, "sync").code == 0)
        #expect(try network.on(network.northside, "sync").code == 3)
        let lead = "--as Dr~Kim --role lead"
        try expect(
            [
                Mistake("conflict resolve MIS-3 --choose northside/2 --reason \(lead)", 64, "--reason"),
                Mistake(
                    "conflict resolve MIS-3 --choose northside/1 --reason compared \(lead)", 65, "none of the conflict's events"),
                Mistake("conflict resolve MIS-3 --choose northside/99 --reason compared \(lead)", 65, "case history"),
                Mistake("conflict resolve MIS-3 --choose northside/2 --reason ~ \(lead)", 65, "No reason"),
                Mistake("conflict resolve MIS-3 --choose northside/2 --reason x --as t --role technologist", 77, "lead"),
                Mistake("conflict resolve kzz --choose northside/2 --reason x \(lead)", 65, "conflict list --all"),
            ], on: network.northside.data)
        let listed = try network.on(network.northside, "conflict", "list", "--json")
        let id = try #require((listed.document as? [[String: Any]])?.first?["id"] as? String)
        let closed = try network.on(
            network.northside, "conflict", "resolve", id, "--choose", "northside/2", "--reason", "compared", "--as", "Dr Kim",
            "--role", "lead")
        #expect(closed.code == 0, "\(closed.errors)")
        try expect(
            [Mistake("conflict resolve \(id) --choose northside/2 --reason again \(lead)", 1, "already")],
            on: network.northside.data)
    }

    @Test func `a site or a join code that is mistyped lets nobody in, and the right code still does`() throws {
        let network = try RealNetwork()
        try network.hub.start()
        try expect(
            [
                Mistake("hub site add Bad_Site --kind imaging", 65, "A site id is"),
                Mistake("hub site add x --kind imaging", 65, "A site id is"),
                Mistake("hub site add ok --kind imagin", 64, "imaging"),
                Mistake("hub site show nobody", 65, "hub site list"),
                Mistake("hub site revoke nobody --reason x", 65, "hub site list"),
                Mistake("hub site revoke northside --reason ~", 65, "No reason"),
                Mistake("hub site list --data northside", 64, "asked of a hub"), Mistake("hub init", 73, "already"),
            ], on: network.hub.data)
        let added = try Product.run("hub", "site", "add", "third", "--kind", "both", "--data", network.hub.data, "--json")
        let code = try #require(added.json["code"] as? String)
        let url = try #require((try network.northside.status()["hub"] as? [String: Any])?["url"] as? String)
        for place in [4, 12, 22, 40, code.count - 1] {
            var wrong = Array(code)
            guard wrong[place] != "-" else { continue }
            wrong[place] = wrong[place] == "0" ? "1" : "0"
            let refused = try Product.run("agent", "join", url, String(wrong), "--data", network.folder + "/third", "--json")
            #expect(refused.code == 5 && refused.problem == "JOIN_CODE_REFUSED", "\(place) \(refused.output)")
        }
        for (address, exit) in [("ftp://hub", Int32(78)), ("http://user:word@127.0.0.1:1", 78), ("http://127.0.0.1:1", 4)] {
            let refused = try Product.run("agent", "join", address, code, "--data", network.folder + "/third", "--json")
            #expect(refused.code == exit && refused.problem != nil, "\(refused.output)")
        }
        let joined = try Product.run(["agent", "join", url, "-", "--data", network.folder + "/third"], input: code + "\n")
        #expect(joined.code == 0, "\(joined.errors)")
        let again = try Product.run("agent", "join", url, code, "--data", network.folder + "/fourth", "--json")
        #expect(again.code == 5 && again.problem == "JOIN_CODE_REFUSED", "\(again.output)")
    }
}
