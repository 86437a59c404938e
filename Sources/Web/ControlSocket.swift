public import Hummingbird
public import Logging
public import Problems

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A socket file over which the command line speaks to a running process, open to its owner alone (mode 0600), or to a group too (0660).
public struct ControlSocket: Sendable {
    /// The file's path.
    public let path: String
    /// The group whose members may connect too; nil for the owner alone.
    private let group: UInt32?

    /// Claims a path: a file that a dead process left is removed, a file on which somebody answers is left alone.
    ///
    /// - Throws: `storeInUse` when a process answers there, `storeNotWritable` when something else than a socket is there or it
    ///   cannot be removed, `configuration` when the path does not fit a socket's address.
    public init(claiming path: String, group: UInt32? = nil) throws(Problem) {
        guard !path.isEmpty, !path.utf8.contains(0), path.utf8.count + 1 < MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        else {
            throw Problem(
                .configuration, "A socket file's path of 1 to 106 bytes was expected, and \(path.utf8.count) came.",
                remedy: "Use a data folder with a shorter path.")
        }
        self.path = path
        self.group = group
        try removeStale()
    }

    /// The file's name until it can be connected to by those who may.
    private var preparing: String { path + "~" }
}

extension ControlSocket {
    /// Serves on the file until the surrounding task is cancelled or shut down, then removes the file.
    ///
    /// The file has its name once somebody listens and its mode is set: whoever sees it can connect to it or may not, and never meets one
    /// that is only made.
    /// - Parameters:
    ///   - responder: What answers, usually the same routes as on the network.
    ///   - limits: The bounds on each connection.
    ///   - logger: Where the server logs.
    ///   - onReady: Called once the file can be connected to.
    /// - Throws: Whatever ends the server: the file cannot be made or its mode not be set.
    public func serve<Responder: HTTPResponder>(
        _ responder: Responder, limits: ServerLimits, logger: Logger, onReady: @escaping @Sendable () async -> Void = {}
    ) async throws where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        unlink(preparing)  // of a process that ended in the middle
        let application = Application(
            responder: responder, server: .guarded(limits),
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: preparing)),
            onServerRunning: { channel in
                if open() {
                    await onReady()
                } else {
                    logger.error("control socket closed: its mode and name cannot be set", metadata: ["errno": "\(errno)"])
                    channel.close(promise: nil)
                }
            }, logger: logger)
        defer {
            unlink(preparing)
            unlink(path)
        }
        try await application.run()
    }

    /// Opens the file to its owner, and to the members of the group where there is one, and gives it its name.
    private func open() -> Bool { setMode() && rename(preparing, path) == 0 }

    private func setMode() -> Bool {
        guard let group else { return chmod(preparing, S_IRUSR | S_IWUSR) == 0 }
        return chown(preparing, uid_t.max, group) == 0 && chmod(preparing, S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP) == 0
    }

    /// The number of a group.
    ///
    /// - Throws: `CONFIGURATION` for a name that no group has.
    public static func group(named name: String) throws(Problem) -> UInt32 {
        guard let entry = getgrnam(name) else {
            throw Problem(
                .configuration, "There is no group '\(name)' on this machine.", remedy: "Make it: groupadd \(name).")
        }
        return entry.pointee.gr_gid
    }

    /// Removes the file when nobody answers on it.
    private func removeStale() throws(Problem) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else {
                throw notWritable("The folder of the control socket was expected, and it cannot be looked into")
            }
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw notWritable("A socket or nothing was expected at the control socket's path, and another file is there")
        }
        let code = connectOnce()
        guard code != 0 else {
            throw Problem(.storeInUse, "Nobody was expected on the control socket, and a process answers there.")
        }
        guard code == ECONNREFUSED, unlink(path) == 0 else {
            throw notWritable("An abandoned control socket was expected to be removable, and it is not")
        }
    }

    /// Tries to connect; 0 when somebody listens, else the error's number.
    private func connectOnce() -> Int32 {
        #if os(Linux)
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return outcome == 0 ? 0 : errno
    }

    private func notWritable(_ message: String) -> Problem {
        Problem(
            .storeNotWritable, "\(message) (error \(errno)).",
            remedy: "Look at the file and its folder, and remove what is in the way.")
    }
}
