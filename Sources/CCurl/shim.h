#pragma once
// Swift imports no variadic functions, so each shape of option and answer that we use has a function of fixed arity here.
#include <curl/curl.h>

typedef size_t (*filmjacket_write_callback)(char *bytes, size_t size, size_t count, void *context);
typedef int (*filmjacket_progress_callback)(
    void *context, curl_off_t receive_total, curl_off_t received, curl_off_t send_total, curl_off_t sent);

static inline CURLcode filmjacket_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode filmjacket_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

// libcurl copies the text; NULL returns the option to "unset".
static inline CURLcode filmjacket_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode filmjacket_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode filmjacket_set_fields(CURL *easy, struct curl_slist *fields) {
    return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields);
}

// libcurl copies the body, so the caller's bytes need not outlive the call.
static inline CURLcode filmjacket_set_body(CURL *easy, const void *bytes, size_t count) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, (const char *)bytes);
}

// libcurl copies the bytes.
static inline CURLcode filmjacket_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return curl_easy_setopt(easy, option, &blob);
}

static inline CURLcode filmjacket_on_write(CURL *easy, filmjacket_write_callback callback, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, callback);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
}

static inline CURLcode filmjacket_on_header(CURL *easy, filmjacket_write_callback callback, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, callback);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
}

static inline CURLcode filmjacket_on_progress(CURL *easy, filmjacket_progress_callback callback, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, callback);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_XFERINFODATA, context);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
}

static inline CURLcode filmjacket_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode filmjacket_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode filmjacket_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, (char **)value);
}

static inline CURLMcode filmjacket_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// The outcome of a finished transfer: the message's union, read as what it holds for CURLMSG_DONE.
static inline CURLcode filmjacket_outcome(const CURLMsg *message) {
    return message->data.result;
}

// A text that libcurl reads piece by piece.
struct filmjacket_text {
    const char *bytes;
    size_t left;
};

static inline size_t filmjacket_read_text(char *buffer, size_t size, size_t count, void *context) {
    struct filmjacket_text *text = (struct filmjacket_text *)context;
    size_t room = size * count;
    size_t taken = text->left < room ? text->left : room;
    for (size_t index = 0; index < taken; index++) buffer[index] = text->bytes[index];
    text->bytes += taken;
    text->left -= taken;
    return taken;
}

// Whoever answers a mail server's dialogue says nothing that is wanted.
static inline size_t filmjacket_ignore(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    (void)context;
    return size * count;
}

// Sends a mail and waits until the server took it or did not; the bytes and the list of recipients are needed during the call only.
static inline CURLcode filmjacket_mail(
    CURL *easy, struct curl_slist *recipients, const char *bytes, size_t count) {
    struct filmjacket_text text = {bytes, count};
    CURLcode code = curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_READFUNCTION, filmjacket_read_text);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_READDATA, &text);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, filmjacket_ignore);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)count);
    return code != CURLE_OK ? code : curl_easy_perform(easy);
}
