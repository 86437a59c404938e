import Glibc
import NIOCore

/// Who stands at the other end of a connection, as the kernel says it.
public struct Peer: Hashable, Sendable {
    /// From where: an address, `socket` or `console`.
    public let address: String
    /// The user of the process at the other end of a socket file; nil over the network.
    public let user: UInt32?
    /// The group of that process.
    public let group: UInt32?

    /// Names a peer.
    public init(address: String, user: UInt32? = nil, group: UInt32? = nil) {
        self.address = address
        self.user = user
        self.group = group
    }

    /// A command on the folder itself, which the kernel let it open.
    public static var console: Peer { Peer(address: "console", user: geteuid(), group: getegid()) }

    /// The peer of the connection that is being served; nil in a test that serves none.
    @TaskLocal public static var current: Peer?

    /// Whether it is the owner of this process, or the machine's.
    public var isOwner: Bool { user.map { $0 == geteuid() || $0 == 0 } ?? false }

    /// Whether it stands on this machine and was let through by the folder's modes.
    var isLocal: Bool { address == "socket" || address == "console" }

    /// Whether it stands on this machine, however it came.
    var isOnThisMachine: Bool { isLocal || Loopback.contains(address) }

    /// Whether its user is a member of a group.
    func isMember(of wanted: UInt32) -> Bool {
        guard let user, let group else { return false }
        if group == wanted { return true }
        guard let entry = getpwuid(user), let name = entry.pointee.pw_name else { return false }
        var groups = [gid_t](repeating: 0, count: 256)
        var count = Int32(groups.count)
        guard getgrouplist(name, group, &groups, &count) >= 0 else { return false }
        return groups.prefix(Int(count)).contains(wanted)
    }

    /// The peer of a channel: of a socket file the process that connected, as it was then.
    ///
    /// Source: unix(7), SO_PEERCRED.
    static func of(_ channel: any Channel) async -> Peer {
        guard case .unixDomainSocket? = channel.localAddress, let options = channel as? any SocketOptionProvider else {
            return Peer(address: channel.remoteAddress?.ipAddress ?? "?")
        }
        // A channel that is closed already has no peer, and nobody is let in by it.
        let found: Credentials? = try? await options.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: Credentials.option)
        )
        .get()
        return Peer(address: "socket", user: found?.user, group: found?.group)
    }

    /// `struct ucred`.
    private struct Credentials: Sendable {
        static let option: CInt = 17
        let process: Int32
        let user: UInt32
        let group: UInt32
    }
}
