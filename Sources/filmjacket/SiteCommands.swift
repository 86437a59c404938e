import ArgumentParser
import Web

/// `filmjacket hub site`: the sites that may sync.
struct SiteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "site", abstract: "The sites that may sync.",
        subcommands: [
            Add.self, List.self, Show.self, Approve.self, Suspend.self, Resume.self, Retire.self, Revoke.self,
        ])

    /// Which site, at which hub.
    struct Place: ParsableArguments {
        @Argument(help: "The site.") var site: String
        @OptionGroup var node: NodeOptions
    }

    /// On which site something is done, and why.
    struct Act: ParsableArguments {
        @OptionGroup var place: Place
        @Option(help: "Why.") var reason: String
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Let a site join: prints its one-time join code.")
        @Argument(help: "The site's id: a lower-case letter, then letters, digits or hyphens.") var site: String
        @Option(help: ArgumentHelp("What it does: imaging, reading or both.", valueName: "kind")) var kind: String
        @Flag(help: "It takes part in every case, as a reading group does.") var allCases = false
        @Option(help: "Its name, for people.") var label = ""
        @Flag(help: "After it has joined it waits until somebody has compared the check digits and approves it.")
        var approval = false
        @OptionGroup var node: NodeOptions

        func run() async throws {
            await node.finish(
                .siteAdd(id: site, kind: kind, allCases: allCases, label: label.isEmpty ? site : label, approval: approval))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Every site and when it was heard last.")
        @OptionGroup var node: NodeOptions

        func run() async throws { await node.finish(.siteList) }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "One site.")
        @OptionGroup var place: Place

        func run() async throws { await place.node.finish(.siteShow(id: place.site)) }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "approve", abstract: "Let a waiting site in, after comparing the check digits that both sides print.")
        @OptionGroup var place: Place

        func run() async throws { await place.node.finish(.siteApprove(id: place.site)) }
    }

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "suspend", abstract: "Give a site nothing for now, and keep aside what it sends until it is resumed.")
        @OptionGroup var act: Act

        func run() async throws { await act.place.node.finish(.siteSuspend(id: act.place.site, reason: act.reason)) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resume", abstract: "Let a suspended site sync again; what was kept aside comes in, in its order.")
        @OptionGroup var place: Place

        func run() async throws { await place.node.finish(.siteResume(id: place.site)) }
    }

    struct Retire: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retire", abstract: "End a site in order: its log is sealed at its signed head and stays readable.")
        @OptionGroup var act: Act

        func run() async throws { await act.place.node.finish(.siteRetire(id: act.place.site, reason: act.reason)) }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Refuse a site from now on; what it shared stays, and what was kept aside stays out."
        )
        @OptionGroup var act: Act
        @Option(
            help: ArgumentHelp(
                "Take what came to the hub since then out of every state, such as 2026-11-24T09:30:00Z.", valueName: "time"))
        var since: String?

        func run() async throws {
            await act.place.node.finish(.siteRevoke(id: act.place.site, reason: act.reason, since: since))
        }
    }
}
