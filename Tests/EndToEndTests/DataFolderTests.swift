import Foundation
import GRDBSQLite
import Glibc
import Testing

/// Folders as backups, other users, full disks and other programs leave them.
@Suite(.serialized) struct DataFolderTests {
    private func ask(_ data: String, _ words: String...) throws -> Product.Ended {
        try Product.run(words + ["--data", data, "--json"])
    }

    private func sqlite(_ data: String, _ statement: String) throws {
        var connection: OpaquePointer?
        try #require(sqlite3_open(data + "/store.sqlite", &connection) == SQLITE_OK)
        defer { sqlite3_close(connection) }
        try #require(sqlite3_exec(connection, statement, nil, nil, nil) == SQLITE_OK, "\(statement)")
    }

    @Test func `a folder that is none, or is another's, is named as what it is`() throws {
        let network = try RealNetwork()
        try network.order("DAT-1", at: network.northside)
        let file = network.folder + "/file"
        try Data("text".utf8).write(to: URL(fileURLWithPath: file))
        #expect(mkdir(network.folder + "/empty", 0o700) == 0)
        for data in [file, network.folder + "/nowhere", network.folder + "/empty"] {
            let ended = try ask(data, "status")
            #expect(ended.code == 73 && ended.problem == "STORE_MISSING", "\(ended.output)")
        }
        #expect(try ask(file, "hub", "init").code == 73)
        #expect(try ask(network.folder + "/no/where", "hub", "init").code == 73)
        let wrongRole = try Product.run("hub", "run", "--listen", "127.0.0.1:0", "--data", network.northside.data, "--json")
        #expect(wrongRole.code == 73 && wrongRole.problem == "STORE_MISSING", "\(wrongRole.output)")
        let hubAsAgent = try Product.run("agent", "run", "--listen", "127.0.0.1:0", "--data", network.hub.data, "--json")
        #expect(hubAsAgent.code == 5 && hubAsAgent.problem == "NOT_JOINED", "\(hubAsAgent.output)")
        let mixed = try network.copy(of: network.northside, "mixed")
        for name in ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm"] {
            unlink(mixed + "/" + name)
            if FileManager.default.fileExists(atPath: network.hub.data + "/" + name) {
                try FileManager.default.copyItem(atPath: network.hub.data + "/" + name, toPath: mixed + "/" + name)
            }
        }
        let mistaken = try ask(mixed, "status")
        #expect(mistaken.code == 65 && mistaken.problem == "NOT_A_STORE", "\(mistaken.output)")
    }

    @Test func `who may read or write a folder besides its owner keeps it closed`() throws {
        let network = try RealNetwork()
        let open = try network.copy(of: network.northside, "open")
        #expect(chmod(open, 0o777) == 0)
        #expect(try ask(open, "status").code == 77)
        #expect(chmod(open, 0o700) == 0 && chmod(open + "/site.key", 0o644) == 0)
        let readable = try ask(open, "status")
        #expect(readable.code == 77 && readable.output.contains("chmod 600 site.key"), "\(readable.output)")
        #expect(try ask(open, "sync").code == 77)
        let hub = try network.copy(of: network.hub, "openHub")
        #expect(chmod(hub + "/hub.key", 0o640) == 0)
        #expect(try ask(hub, "status").code == 77)
        for data in [network.northside.data, network.hub.data] {
            for name in try FileManager.default.contentsOfDirectory(atPath: data) {
                var status = stat()
                #expect(stat(data + "/" + name, &status) == 0 && status.st_mode & 0o077 == 0, "\(name)")
            }
        }
    }

    @Test func `what is missing or damaged beside the store is named, and nothing is made in its place`() throws {
        let network = try RealNetwork()
        try network.order("DAT-2", at: network.northside)
        let garbled = try network.copy(of: network.northside, "garbled")
        try Data("{".utf8).write(to: URL(fileURLWithPath: garbled + "/agent.json"))
        #expect(try ask(garbled, "status").code == 78)
        let keyless = try network.copy(of: network.northside, "keyless")
        unlink(keyless + "/site.key")
        let missing = try ask(keyless, "status")
        #expect(missing.code == 73 && missing.output.contains("site.key") && missing.output.contains("copy"), "\(missing.output)")
        let noKey = try network.copy(of: network.northside, "noKey")
        try Data("text".utf8).write(to: URL(fileURLWithPath: noKey + "/site.key"))
        #expect(try ask(noKey, "status").code == 78)
        let hub = try network.copy(of: network.hub, "keylessHub")
        unlink(hub + "/hub.key")
        for words in [["status"], ["hub", "run", "--listen", "127.0.0.1:0"]] {
            let ended = try Product.run(words + ["--data", hub, "--json"])
            #expect(ended.code == 73 && ended.output.contains("hub.key"), "\(ended.output)")
        }
        #expect(!FileManager.default.fileExists(atPath: hub + "/hub.key"))
        let unmarked = try network.copy(of: network.northside, "unmarked")
        unlink(unmarked + "/anchor")
        #expect(try ask(unmarked, "log", "verify").code == 0 && FileManager.default.fileExists(atPath: unmarked + "/anchor"))
    }

    @Test func `a store of a newer version, or none, is left as it is`() throws {
        let network = try RealNetwork()
        try network.order("DAT-3", at: network.northside)
        let newer = try network.copy(of: network.northside, "newer")
        try sqlite(newer, "PRAGMA user_version=1000000")
        let refused = try ask(newer, "status")
        #expect(refused.code == 73 && refused.problem == "STORE_NEWER", "\(refused.output)")
        let foreign = try network.copy(of: network.northside, "foreign")
        for name in ["store.sqlite-wal", "store.sqlite-shm"] { unlink(foreign + "/" + name) }
        let noise = Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try noise.write(to: URL(fileURLWithPath: foreign + "/store.sqlite"))
        #expect(try ask(foreign, "status").problem == "NOT_A_STORE")
        #expect(try Data(contentsOf: URL(fileURLWithPath: foreign + "/store.sqlite")) == noise)
    }

    @Test func `a changed event is found by log verify, which names the first and ends with 6`() throws {
        let network = try RealNetwork()
        for number in 1...6 { try network.order("DAT-4\(number)", at: network.northside) }
        #expect(try ask(network.northside.data, "log", "verify").code == 0)
        let flipped = try network.copy(of: network.northside, "flipped")
        for offset in [4, 2] {
            try sqlite(
                flipped,
                "UPDATE event SET record=substr(record,1,20)||x'5a'||substr(record,22) WHERE position=(SELECT position FROM event "
                    + "ORDER BY position LIMIT 1 OFFSET \(offset))")
        }
        let found = try ask(flipped, "log", "verify")
        #expect(found.code == 6 && found.problem == "INTEGRITY_FAILED" && found.output.contains("/3 "), "\(found.output)")
        let said = try Product.run("log", "verify", "--data", flipped)
        #expect(said.code == 6 && said.output.isEmpty && said.errors.contains("/3 "), "\(said.errors)")
    }

    @Test func `a store that lost its tail says so once, goes on as a new incarnation and gets its events back`() throws {
        let network = try RealNetwork()
        for number in 1...3 { try network.order("DAT-5\(number)", at: network.northside) }
        try network.hub.start()
        #expect(try network.on(network.northside, "sync").code == 0)
        let before = try network.northside.status()
        let digest = try #require(before["digest"] as? String)
        for name in ["store.sqlite-wal", "store.sqlite-shm"] { unlink(network.northside.data + "/" + name) }
        let told = try Product.run("status", "--data", network.northside.data)
        #expect(
            told.code == 0 && told.errors.contains("ROLLED_BACK") && told.errors.contains("filmjacket sync"), "\(told.errors)")
        #expect(try network.northside.status()["incarnation"] as? String != before["incarnation"] as? String)
        let synced = try network.on(network.northside, "sync", "--json")
        #expect(synced.code == 0 && synced.json["pulled"] as? Int == 3, "\(synced.output)")
        #expect(try network.northside.status()["digest"] as? String == digest)
        try network.order("DAT-59", at: network.northside)
        #expect(try network.on(network.northside, "sync", "--json").json["confirmed"] as? Int == 1)
        #expect(try ask(network.northside.data, "log", "verify").json["events"] as? Int == 4)
    }

    @Test(.enabled(if: geteuid() == 0, "a disk of its own is mounted by root only"))
    func `on a full disk nothing is half recorded, and what was recorded stays`() throws {
        let network = try RealNetwork()
        try network.order("DAT-6", at: network.northside)
        let script = """
            set -e; cd "$1"; mkdir disk; mount -t tmpfs -o size=2m tmpfs disk; cp -a northside disk/n; ok=1; code=0
            for i in $(seq 1 400); do
              text=$(head -c 9000 /dev/urandom | base64 -w0)
              code=0; "$2" case record comment.added --case DAT-6 --data disk/n --as t --role lead text="$text" >/dev/null 2>&1 || code=$?
              if [ $code = 0 ]; then ok=$((ok+1)); else break; fi
            done
            echo "refused $code"; echo "recorded $ok"
            "$2" log verify --data disk/n --json | grep -o '"events":[0-9]*'
            mount -o remount,ro disk; code=0; "$2" status --data disk/n >/dev/null 2>&1 || code=$?; echo "readonly $code"
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        process.arguments = ["-m", "bash", "-c", script, "bash", network.folder, Product.binary.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let lines = text.split(separator: "\n").map(String.init)
        try #require(lines.count == 4, "\(text)")
        #expect(lines[0] == "refused 75" && lines[3] == "readonly 73", "\(text)")
        #expect(lines[1].split(separator: " ").last == lines[2].split(separator: ":").last, "\(text)")
    }
}
