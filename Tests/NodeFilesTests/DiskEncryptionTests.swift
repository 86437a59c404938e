import Testing

@testable import NodeFiles

struct DiskEncryptionTests {
    /// A made-up `/sys`: files with their content; folders are what files lie in.
    private func look(_ device: String, _ files: [String: String]) -> DiskEncryption {
        DiskEncryption(
            device: device, text: { files[$0] },
            list: { folder in
                let names = Set(
                    files.keys.filter { $0.hasPrefix(folder + "/") }.compactMap {
                        $0.dropFirst(folder.count + 1).split(separator: "/").first.map(String.init)
                    })
                return names.isEmpty ? nil : names.sorted()
            })
    }

    @Test func `a device under dm-crypt is encrypted, directly or below a logical volume`() {
        #expect(look("/d", ["/d/dm/uuid": "CRYPT-LUKS2-0f\n"]) == .encrypted)
        #expect(look("/d", ["/d/dm/uuid": "LVM-ab\n", "/d/slaves/dm-0/dm/uuid": "CRYPT-LUKS2-0f\n"]) == .encrypted)
    }

    @Test func `a plain disk, a plain logical volume and one that lies on both kinds are not`() {
        #expect(look("/d", ["/d/size": "1"]) == .plain)
        #expect(look("/d", ["/d/dm/uuid": "LVM-ab\n", "/d/slaves/sda1/size": "1"]) == .plain)
        let mixed = ["/d/slaves/a/dm/uuid": "CRYPT-PLAIN-\n", "/d/slaves/b/size": "1"]
        #expect(look("/d", mixed) == .plain)
    }

    @Test func `what is no block device is unknown, and so is a ring of devices`() {
        #expect(look("/d", [:]) == .unknown)
        let ring = DiskEncryption(device: "/d", text: { _ in nil }, list: { _ in ["x"] })
        #expect(ring != .encrypted)
    }

    @Test func `a folder of this machine has an answer, and one that is not there is unknown`() {
        #expect(DiskEncryption(at: "/nowhere/at/all") == .unknown)
        #expect(!DiskEncryption(at: "/").sentence.isEmpty)
    }
}
