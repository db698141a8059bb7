#include "imapd/tls/stream.h"

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "engine/base/check.h"
#include "engine/io/lent_octets.h"

namespace loam::tls {
namespace {

constexpr std::size_t kRecordBytesMax = SSL3_RT_MAX_PLAIN_LENGTH;
// Sealed and sent at once: some records.
constexpr std::size_t kPieceBytes = 4 * kRecordBytesMax;
// What the peer may make us say of ourselves (answers to KeyUpdate, alerts) while it does not read.
constexpr std::size_t kRepliesBytesMax = kRecordBytesMax;

// Empty for what is no text, and for one with NUL in it, which no name has.
std::string utf8_of(const ASN1_STRING* text) {
    unsigned char* octets = nullptr;
    const int size = ASN1_STRING_to_UTF8(&octets, text);
    if (size < 0) return {};
    const auto free_octets = [](unsigned char* memory) { OPENSSL_free(memory); };
    const std::unique_ptr<unsigned char, decltype(free_octets)> owner(octets, free_octets);
    std::string name(octets, octets + size);
    return name.find('\0') == std::string::npos ? name : std::string();
}

Error fault(const std::string& why) {
    return fail(Errc::closed, "TLS: " + why);
}

}  // namespace

TlsStream::TlsStream(std::unique_ptr<io::Stream> below, std::shared_ptr<const TlsContext> context)
    : context_(std::move(context)), below_(std::move(below)), ssl_(context_->accept(records_)) {}

Task<Status> TlsStream::handshake(Bytes received) {
    io::Received more;
    records_.in = received;
    for (;;) {
        ERR_clear_error();
        const int done = SSL_do_handshake(ssl_.get());
        if (done != 1) note_end(done);
        const Status sent = co_await flush();  // an alert too
        if (!fault_) co_return fail(Errc::invalid, fault_.error().what);
        if (!sent) co_return sent;
        if (done == 1) break;
        LOAM_CO_TRY(more, co_await below_->receive());
        if (more.empty()) co_return fault("the client left during the handshake");
        records_.in = more.bytes();
    }
    early_.assign(records_.in.begin(), records_.in.end());
    records_.in = {};
    co_return Status::good();
}

Task<Result<io::Received>> TlsStream::receive() {
    const ByteVector early = std::exchange(early_, {});
    io::Received sealed;
    records_.in = early;
    for (;;) {
        ByteVector octets = open_records();
        LOAM_CO_TRY_STATUS(co_await send_replies());
        if (!octets.empty()) co_return io::LentOctets::lend(std::move(octets));
        if (ended_) co_return io::Received();
        if (!fault_) co_return fault_.error();
        LOAM_CO_TRY(sealed, co_await below_->receive());
        if (sealed.empty()) co_return fault("the peer left without a word");
        records_.in = sealed.bytes();
    }
}

// Reads all that there is, so that no octets from below are held when receive() returns. What ends
// the stream is noted, for after the octets before it.
ByteVector TlsStream::open_records() {
    ByteVector octets;
    const Bytes in = std::exchange(records_.in, {});
    if (in.empty() || ended_ || !fault_) return octets;
    records_.in = in;
    std::size_t used = 0;
    std::size_t got = 0;
    do {
        used += got;
        octets.resize(used + kRecordBytesMax);
        ERR_clear_error();
    } while (SSL_read_ex(ssl_.get(), octets.data() + used, kRecordBytesMax, &got) == 1);
    octets.resize(used);
    note_end(0);
    records_.in = {};
    return octets;
}

// After a call that did not succeed.
void TlsStream::note_end(int result) {
    const int error = SSL_get_error(ssl_.get(), result);
    if (error == SSL_ERROR_WANT_READ) return;
    if (error == SSL_ERROR_ZERO_RETURN) {
        ended_ = true;
    } else {
        fault_ = fault(ssl_error_text());
    }
}

Task<Status> TlsStream::send(Bytes data) {
    while (!data.empty()) {
        if (!fault_) co_return fault_;
        const Bytes piece = data.first(std::min(data.size(), kPieceBytes));
        std::size_t written = 0;
        ERR_clear_error();
        // The records have room for all of it, so it is all or nothing.
        if (SSL_write_ex(ssl_.get(), piece.data(), piece.size(), &written) != 1) {
            fault_ = fault(ssl_error_text());
            continue;
        }
        LOAM_CHECK(written == piece.size());
        LOAM_CO_TRY_STATUS(co_await flush());
        data = data.subspan(piece.size());
    }
    co_return Status::good();
}

// A reader owes the peer what reading made OpenSSL write. A send under way takes it along.
Task<Status> TlsStream::send_replies() {
    if (records_.out.empty()) co_return Status::good();
    if (!flushing_) co_return co_await flush();
    if (records_.out.size() > kRepliesBytesMax) co_return fault("the peer asks and does not read");
    co_return Status::good();
}

// Below, one send is under way at a time; whoever sends takes along what comes meanwhile. Only a
// sender may find a reader here: see send_replies().
Task<Status> TlsStream::flush() {
    while (flushing_)
        co_await flushed_.wait();
    flushing_ = true;
    Status sent;
    while (sent && !records_.out.empty()) {
        const ByteVector sending = std::exchange(records_.out, {});
        sent = co_await below_->send(sending);
    }
    flushing_ = false;
    flushed_.set();
    co_return sent;
}

Task<Status> TlsStream::close_notify() {
    if (!fault_) co_return fault_;
    ERR_clear_error();
    const int result = SSL_shutdown(ssl_.get());  // 0: the peer has not said so yet, which is fine
    if (result < 0) note_end(result);
    co_return co_await flush();
}

int TlsStream::release() {
    LOAM_CHECK(!flushing_);
    const int socket = below_->release();
    below_.reset();
    return socket;
}

std::string TlsStream::protocol() const {
    return std::string(SSL_get_version(ssl_.get())) + " " + SSL_get_cipher_name(ssl_.get());
}

std::string TlsStream::client_subject() const {
    const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
    if (certificate == nullptr) return {};
    const std::unique_ptr<BIO, decltype(&BIO_free)> text(BIO_new(BIO_s_mem()), BIO_free);
    X509_NAME_print_ex(text.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    char* octets = nullptr;
    const long size = BIO_get_mem_data(text.get(), &octets);
    return {octets, static_cast<std::size_t>(size)};
}

std::string TlsStream::client_common_name() const {
    const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
    if (certificate == nullptr) return {};
    const X509_NAME* subject = X509_get_subject_name(certificate);
    const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0) return {};
    return utf8_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
}

std::string TlsStream::client_email() const {
    const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
    if (certificate == nullptr) return {};
    const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
        static_cast<GENERAL_NAMES*>(
            X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        GENERAL_NAMES_free);
    std::string email;
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type != GEN_EMAIL) continue;
        if (!email.empty()) return {};
        email = utf8_of(name->d.rfc822Name);
    }
    return email;
}

std::string TlsStream::channel_binding() const {
    constexpr std::string_view kLabel = "EXPORTER-Channel-Binding";
    if (SSL_version(ssl_.get()) < TLS1_3_VERSION) return {};
    std::array<unsigned char, 32> octets{};
    LOAM_CHECK(SSL_export_keying_material(ssl_.get(), octets.data(), octets.size(), kLabel.data(),
                                          kLabel.size(), nullptr, 0, 1) == 1);
    return {octets.begin(), octets.end()};
}

bool TlsStream::resumed() const {
    return SSL_session_reused(ssl_.get()) == 1;
}

}  // namespace loam::tls
