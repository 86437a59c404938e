import ArgumentParser
import Foundation
import ImagingCase
import NodeFiles
import Problems
import Web
import Wire

struct FieldKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "field-key", abstract: "Seal names, identifiers and report texts, so that disk, backup and hub hold none.",
        discussion: """
            One key for all sites that read; the hub needs none. It lies wrapped in the data folder and opens with a credential outside of
            it: FILMJACKET_FIELD_CREDENTIAL=FILE, or the systemd credential filmjacket-field. Decide before the first event: what was
            recorded in clear stays so, and a number in clear and the same one sealed name two cases.
            """,
        subcommands: [Create.self, Copy.self, Take.self, Show.self])

    struct Place: ParsableArguments {
        @Option(help: ArgumentHelp("The folder of an agent or a hub.", valueName: "dir")) var data: String
        @Flag(help: "Print exactly one JSON document.") var json = false

        var path: String { data + "/" + FieldKeyFile.fileName }

        /// The file of the folder.
        func held() throws(Problem) -> FieldKeyFile {
            guard let file = try FieldKeyFile(reading: path) else {
                throw Problem(
                    .notFound, "The node has no field key: what it records is readable in its files.",
                    remedy: "Make one: filmjacket field-key create --data \(data).")
            }
            return file
        }

        /// The credential that this command was given.
        func credential() throws(Problem) -> FieldCredential {
            guard let credential = try FieldCredential.given(ProcessInfo.processInfo.environment) else {
                throw Problem(
                    .configuration, "No credential was given for the field key.",
                    remedy:
                        "Make one: openssl rand -base64 32 > FILE; chmod 600 FILE. Then \(FieldCredential.variable)=FILE.")
            }
            return credential
        }

        /// Refuses a folder that has a key, is no node's, is served, or holds events: those would not find what is recorded from now on.
        func requireFresh() async throws(Problem) {
            guard try FieldKeyFile(reading: path) == nil else {
                throw Problem(
                    .configuration, "The node has a field key already; another one would open nothing of what is sealed.",
                    remedy: "See: filmjacket field-key show --data \(data).")
            }
            guard try await DeskClient.running(in: data, pass: Door.Pass()) == nil else {
                throw Problem(
                    .storeInUse, "A process serves the folder.", remedy: "Stop it, take the key in, and start it again.")
            }
            guard try OfflineDesk.countOfEvents(data) == 0 else {
                throw Problem(
                    .configuration, "The node holds events already, and what they say is in clear.",
                    remedy: "Use a new folder: a number in clear and the same one sealed name two cases.")
            }
        }

        func finish(_ id: String, isOpen: Bool, _ text: String) -> Never {
            var json = JSONWriter()
            json.beginObject()
            json.member("key", id)
            json.member("open", isOpen)
            json.endObject()
            Output.finish(DeskAnswer(json: json.text, text: text), json: self.json)
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make the key, at one site, before the first event.")
        @OptionGroup var place: Place

        func run() async throws {
            do throws(Problem) {
                let credential = try place.credential()
                try await place.requireFresh()
                let bytes = FieldKeyFile.draw()
                let id = FieldKey(bytes).id
                try FieldKeyFile(bytes, id: id, under: credential).write(to: place.path)
                place.finish(
                    id, isOpen: true,
                    "Names, identifiers and texts are sealed from now on, under the key \(id).\n"
                        + "Without the credential nobody opens them again: keep a copy of it apart from the backups.\n"
                        + "For each other site: filmjacket field-key copy --to FILE --to-credential FILE --data \(place.data)")
            } catch { Output.fail(error, json: place.json) }
        }
    }

    struct Copy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "copy", abstract: "Write the key for another site, wrapped under that site's credential.")
        @Option(help: ArgumentHelp("Where the copy goes; there must be no such file.", valueName: "file")) var to: String
        @Option(help: ArgumentHelp("The other site's credential; carry the two on different ways.", valueName: "file"))
        var toCredential: String
        @OptionGroup var place: Place

        func run() async throws {
            do throws(Problem) {
                let file = try place.held()
                let bytes = try file.unwrapped(by: try place.credential())
                let other = try FieldCredential(file: toCredential)
                guard !FileManager.default.fileExists(atPath: to) else {
                    throw Problem(.badInput, "There is a file at '\(to)' already.", remedy: "Name another one.")
                }
                try FieldKeyFile(bytes, id: file.id, under: other).write(to: to)
                place.finish(
                    file.id, isOpen: true,
                    "The key \(file.id) for another site. There: filmjacket field-key take FILE --data DIR, with its credential.")
            } catch { Output.fail(error, json: place.json) }
        }
    }

    struct Take: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "take", abstract: "Take in a copy of another site's key, before the first event.")
        @Argument(help: ArgumentHelp("The copy.", valueName: "file")) var file: String
        @OptionGroup var place: Place

        func run() async throws {
            do throws(Problem) {
                let credential = try place.credential()
                guard let copy = try FieldKeyFile(reading: file) else {
                    throw Problem(.notFound, "There is no file at '\(file)'.")
                }
                _ = try copy.unwrapped(by: credential)
                try await place.requireFresh()
                try copy.write(to: place.path)
                place.finish(
                    copy.id, isOpen: true, "Names, identifiers and texts are sealed and opened under the key \(copy.id).")
            } catch { Output.fail(error, json: place.json) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Which key the node has, and whether the credential opens it.")
        @OptionGroup var place: Place

        func run() async throws {
            do throws(Problem) {
                let file = try place.held()
                guard let credential = try FieldCredential.given(ProcessInfo.processInfo.environment) else {
                    place.finish(file.id, isOpen: false, "key \(file.id), closed: no credential was given")
                }
                _ = try file.unwrapped(by: credential)
                place.finish(file.id, isOpen: true, "key \(file.id), open")
            } catch { Output.fail(error, json: place.json) }
        }
    }
}
