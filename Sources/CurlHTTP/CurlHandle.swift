import CCurl

/// One libcurl easy handle and its header list: freed exactly once, when the owner ends.
///
/// A handle belongs to the thread that uses it; nothing here is shared.
@safe
struct CurlHandle: ~Copyable {
    private let easy: UnsafeMutableRawPointer
    private var fields: UnsafeMutablePointer<curl_slist>?

    /// A fresh handle; nil when there is no memory for one.
    init?() {
        guard let easy = unsafe curl_easy_init() else { return nil }
        unsafe self.easy = easy
        unsafe fields = nil
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        unsafe curl_slist_free_all(fields)
    }

    /// Sets a number or a switch.
    func set(_ option: CURLoption, _ value: Int) throws(TransportError) {
        try Self.check(unsafe filmjacket_set_long(easy, option, value))
    }

    /// Sets a number of bytes.
    func set(_ option: CURLoption, bytes value: Int) throws(TransportError) {
        try Self.check(unsafe filmjacket_set_offset(easy, option, curl_off_t(value)))
    }

    /// Sets a text, which libcurl copies; nil is "unset", also where the library's build had a default.
    func set(_ option: CURLoption, _ value: String?) throws(TransportError) {
        try Self.check(unsafe filmjacket_set_text(easy, option, value))
    }

    /// Sets the body, which libcurl copies.
    func set(body: [UInt8]) throws(TransportError) {
        let code = unsafe body.withUnsafeBytes { bytes in unsafe filmjacket_set_body(easy, bytes.baseAddress, bytes.count) }
        try Self.check(code)
    }

    /// Sets bytes, which libcurl copies.
    func set(_ option: CURLoption, copied bytes: [UInt8]) throws(TransportError) {
        let code = unsafe bytes.withUnsafeBytes { bytes in
            unsafe filmjacket_set_blob(easy, option, bytes.baseAddress, bytes.count)
        }
        try Self.check(code)
    }

    /// Sets the header lines, kept for as long as the handle.
    mutating func set(fieldLines: [String]) throws(TransportError) {
        for line in fieldLines {
            guard let longer = unsafe curl_slist_append(fields, line) else {
                throw .other(code: Int32(CURLE_OUT_OF_MEMORY.rawValue))
            }
            unsafe fields = longer
        }
        try Self.check(unsafe filmjacket_set_fields(easy, fields))
    }

    /// Sends a mail to a server whose address is set, and waits for it.
    func sendMail(_ bytes: [UInt8], to recipients: [String]) throws(TransportError) {
        var list: UnsafeMutablePointer<curl_slist>?
        defer { unsafe curl_slist_free_all(list) }
        for recipient in recipients {
            guard let longer = unsafe curl_slist_append(list, recipient) else {
                throw .other(code: Int32(CURLE_OUT_OF_MEMORY.rawValue))
            }
            unsafe list = longer
        }
        let code = unsafe bytes.withUnsafeBytes { bytes in
            unsafe filmjacket_mail(easy, list, bytes.bindMemory(to: CChar.self).baseAddress, bytes.count)
        }
        try Self.check(code)
    }

    /// Names who is called with each header line, with body bytes and, where asked for, with progress.
    ///
    /// The context is not kept alive: its owner must outlive the transfer, and the handle must leave the multi handle first.
    func call(_ transfer: Transfer, withProgress: Bool) throws(TransportError) {
        let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
        try Self.check(unsafe filmjacket_set_pointer(easy, CURLOPT_PRIVATE, context))
        try Self.check(unsafe filmjacket_on_header(easy, receiveHeaderLine, context))
        try Self.check(unsafe filmjacket_on_write(easy, receiveBodyBytes, context))
        if withProgress {
            try Self.check(unsafe filmjacket_on_progress(easy, receiveProgress, context))
        }
    }

    /// A number that libcurl knows of the transfer; 0 where it does not.
    func long(_ info: CURLINFO) -> Int {
        var value = 0
        return unsafe filmjacket_get_long(easy, info, &value) == CURLE_OK ? value : 0
    }

    /// A number of bytes that libcurl knows of the transfer; 0 where it does not.
    func bytes(_ info: CURLINFO) -> Int64 {
        var value: curl_off_t = 0
        return unsafe filmjacket_get_offset(easy, info, &value) == CURLE_OK ? Int64(value) : 0
    }

    /// Hands the transfer to a multi handle, which starts it.
    func start(on multi: UnsafeMutableRawPointer) -> Bool {
        unsafe curl_multi_add_handle(multi, easy) == CURLM_OK
    }

    /// Takes the transfer from a multi handle; a connection in the middle of an exchange is closed, an idle one kept.
    func leave(_ multi: UnsafeMutableRawPointer) {
        unsafe curl_multi_remove_handle(multi, easy)
    }

    private static func check(_ code: CURLcode) throws(TransportError) {
        guard code == CURLE_OK else { throw .other(code: Int32(code.rawValue)) }
    }
}

private func receiveHeaderLine(
    bytes: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
    guard let context = unsafe context else { return 0 }
    let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    return unsafe transfer.take(headerLine: line) ? size * count : 0
}

private func receiveBodyBytes(
    bytes: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
    guard let context = unsafe context else { return 0 }
    let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let body = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    return unsafe transfer.take(bodyBytes: body) ? size * count : 0
}

private func receiveProgress(
    context: UnsafeMutableRawPointer?, receiveTotal: curl_off_t, received: curl_off_t, sendTotal: curl_off_t, sent: curl_off_t
) -> Int32 {
    guard let context = unsafe context else { return 0 }
    unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().tell(sent: Int64(sent), received: Int64(received))
    return 0
}
