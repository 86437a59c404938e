import ArgumentParser
import ImagingCase
import Problems
import Web

/// `filmjacket user`: the accounts of a node.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "The accounts of a node, and who looked at what without a relation to it.",
        discussion: """
            From the first account on, people sign in before they see or record anything. It is opened by whoever owns the folder, with the
            role siteAdmin or hubAdmin. Passwords are read from standard input or a file, never from the command line.
            """,
        subcommands: [
            Add.self, List.self, Show.self, Disable.self, Enable.self, Password.self, Roles.self, WhoIs.self, BreakGlass.self,
            OpenID.self, Codes.self, CodeRoles.self,
        ])

    /// Which account, where.
    struct Place: ParsableArguments {
        @Argument(help: "The account's name.") var name: String
        @OptionGroup var node: NodeOptions
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: "Open an account.")
        @OptionGroup var place: Place
        @Option(help: "A role; given again for several.") var role: [String]
        @Flag(help: "Without a password: for who signs in with an identity provider alone.") var withoutPassword = false
        @OptionGroup var secret: SecretOptions

        func run() async throws {
            let password = withoutPassword ? nil : try secret.password("Password for \(place.name): ")
            await place.node.finish(.add(name: place.name, roles: role, password: password))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Every account.")
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.list) }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "One account.")
        @OptionGroup var place: Place

        func run() async throws { await place.node.finish(.show(name: place.name)) }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "disable", abstract: "Let an account be used no more; its sessions end at once.")
        @OptionGroup var place: Place

        func run() async throws { await place.node.finish(.stand(name: place.name, isActive: false)) }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "enable", abstract: "Let an account be used again.")
        @OptionGroup var place: Place

        func run() async throws { await place.node.finish(.stand(name: place.name, isActive: true)) }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "password", abstract: "Give an account another password; its sessions end.",
            discussion:
                "With --own: your own, after the old one; on standard input the old one is the first line, the new one the second."
        )
        @OptionGroup var place: Place
        @Flag(help: "Change your own, signed in.") var own = false
        @OptionGroup var secret: SecretOptions

        func run() async throws {
            guard own else {
                let new = try secret.password("New password for \(place.name): ")
                await place.node.finish(.password(name: place.name, new: new, old: nil))
            }
            let lines = try InputFile.text(secret.passwordFile ?? "-").split(separator: "\n").map(String.init)
            guard lines.count == 2 else {
                throw Problem(
                    .badInput, "Two lines were expected: the old password and the new one.",
                    remedy: "Give both on standard input.")
            }
            await place.node.finish(.password(name: place.name, new: lines[1], old: lines[0]))
        }
    }

    struct Roles: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "role", abstract: "Give an account exactly these roles; its sessions end.")
        @OptionGroup var place: Place
        @Option(help: "A role; given again for several.") var role: [String]

        func run() async throws { await place.node.finish(.roles(name: place.name, roles: role)) }
    }

    struct WhoIs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "whoami", abstract: "Who is signed in, until when.")
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.whoIs) }
    }

    struct BreakGlass: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "break-glass", abstract: "Who looked at a case without a relation to it, and why.",
            subcommands: [List.self, Review.self])

        struct List: AsyncParsableCommand {
            static let configuration = CommandConfiguration(commandName: "list", abstract: "What waits for review.")
            @Flag(help: "What was reviewed too.") var all = false
            @OptionGroup var node: NodeOptions

            func run() async throws { await node.finish(.glassList(all: all)) }
        }

        struct Review: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "review", abstract: "Note that entries were reviewed; all where none is named.")
            @Argument(help: "Numbers of entries.") var numbers: [Int] = []
            @OptionGroup var node: NodeOptions

            func run() async throws { await node.finish(.glassReview(numbers: numbers)) }
        }
    }
}

extension UserCommand {
    struct OpenID: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "oidc", abstract: "The identity provider that vouches for people who have an account here.",
            subcommands: [Set.self, Show.self])

        struct Set: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "set", abstract: "Believe an identity provider: by code and PKCE, as a public client.",
                discussion:
                    "Register at the provider the address https://NODE/v1/session/oidc/callback, and give it as --redirect.")
            @Option(help: ArgumentHelp("The provider's address.", valueName: "url")) var issuer: String
            @Option(help: ArgumentHelp("As whom this node is known there.", valueName: "id")) var clientId: String
            @Option(help: ArgumentHelp("Where the provider sends people back.", valueName: "url")) var redirect: String
            @Option(help: "The claim that names the account: preferred_username, email, upn or sub.")
            var claim = "preferred_username"
            @Option(
                help: ArgumentHelp(
                    "A PEM file of the authorities to believe for the provider; the system's where left out.", valueName: "file"))
            var authority: String?
            @OptionGroup var node: NodeOptions

            func run() async throws {
                await node.finish(
                    .openIDSet(issuer: issuer, client: clientId, redirect: redirect, claim: claim, authorityFile: authority))
            }
        }

        struct Show: AsyncParsableCommand {
            static let configuration = CommandConfiguration(commandName: "show", abstract: "Which identity provider is believed.")
            @OptionGroup var node: NodeOptions

            func run() async throws { await node.finish(.openIDShow) }
        }
    }
}

/// `filmjacket role`: what people can be.
struct RoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "What people can be.", subcommands: [List.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "The roles, and how far each sees.")
        @Flag(help: "Print one JSON document.") var json = false

        func run() {
            let rows = Role.allCases.filter { $0 != .system }.map { role in
                (role.rawValue, "\(CaseReading.reach(of: role))", CaseReading.mayBreakGlass(role))
            }
            guard json else {
                let width = rows.map(\.0.count).max() ?? 0
                for row in rows {
                    let name = row.0 + String(repeating: " ", count: width - row.0.count)
                    Output.line("\(name)  sees \(row.1)\(row.2 ? "" : ", breaks no glass")")
                }
                return
            }
            var writer = JSONWriter()
            writer.beginArray()
            for row in rows {
                writer.beginObject()
                writer.member("role", row.0)
                writer.member("sees", row.1)
                writer.key("mayBreakGlass")
                writer.flag(row.2)
                writer.endObject()
            }
            writer.endArray()
            Output.line(writer.text)
        }
    }
}
