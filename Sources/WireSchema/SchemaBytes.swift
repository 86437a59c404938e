public import FoundationEssentials

/// Bytes in the type that generated messages use; here, so that the layers above need no Foundation.
public func schemaBytes(_ bytes: [UInt8]) -> Data { Data(bytes) }
