import ArgumentParser
import Problems
import Web

extension UserCommand {
    struct Codes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "totp", abstract: "Codes of an authenticator app beside the password.",
            discussion: """
                Shows once what the app reads; it takes effect when a first code is given with --confirm, on standard input. Then ten
                recovery codes are shown, once. You do it for yourself within five minutes of your password; an administrator helps
                others, and takes codes away from whoever lost both with --remove.
                """)
        @OptionGroup var place: Place
        @Flag(help: "Give the first code.") var confirm = false
        @Flag(help: "Ask for codes no more; an administrator does it.") var remove = false

        func validate() throws {
            if confirm, remove { throw ValidationError("--confirm and --remove exclude each other.") }
        }

        func run() async throws {
            let node = place.node
            if remove { await node.finish(.codesRemove(name: place.name)) }
            guard confirm else { await node.finish(.codesBegin(name: place.name)) }
            do throws(Problem) {
                let code = try SecretOptions.asked("Code: ")
                await node.finish(.codesConfirm(name: place.name, code: code))
            } catch { Output.fail(error, json: node.json) }
        }
    }

    struct CodeRoles: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "totp-roles", abstract: "In which roles nothing is signed without codes; set with --role or --none.")
        @Option(help: "A role; given again for several.") var role: [String] = []
        @Flag(help: "In no role.") var none = false
        @OptionGroup var node: NodeOptions

        func validate() throws {
            if none, !role.isEmpty { throw ValidationError("--role and --none exclude each other.") }
        }

        func run() async throws { await node.finish(.codesRequire(roles: none ? [] : role.isEmpty ? nil : role)) }
    }
}
