#include "imapd/tls/record_bio.h"

#include <algorithm>
#include <span>

#include <openssl/bio.h>

#include "engine/base/check.h"

namespace loam::tls {
namespace {

Records& records_of(BIO* bio) {
    return *static_cast<Records*>(BIO_get_data(bio));
}

int read_records(BIO* bio, char* to, int size) {
    Records& records = records_of(bio);
    BIO_clear_retry_flags(bio);
    if (records.in.empty()) {
        BIO_set_retry_read(bio);
        return -1;
    }
    const auto room = std::as_writable_bytes(std::span(to, static_cast<std::size_t>(size)));
    const Bytes piece = records.in.first(std::min(room.size(), records.in.size()));
    std::ranges::copy(piece, room.begin());
    records.in = records.in.subspan(piece.size());
    return static_cast<int>(piece.size());
}

int write_records(BIO* bio, const char* from, int size) {
    BIO_clear_retry_flags(bio);
    const auto octets = std::as_bytes(std::span(from, static_cast<std::size_t>(size)));
    ByteVector& out = records_of(bio).out;
    out.insert(out.end(), octets.begin(), octets.end());
    return size;
}

long control(BIO*, int command, long, void*) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

}  // namespace

void RecordBio::Free::operator()(bio_method_st* method) const {
    BIO_meth_free(method);
}

RecordBio::RecordBio()
    : method_(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "loam records")) {
    LOAM_CHECK(method_ != nullptr);
    BIO_meth_set_read(method_.get(), read_records);
    BIO_meth_set_write(method_.get(), write_records);
    BIO_meth_set_ctrl(method_.get(), control);
}

bio_st* RecordBio::make(Records& records) const {
    BIO* bio = BIO_new(method_.get());
    LOAM_CHECK(bio != nullptr);
    BIO_set_data(bio, &records);
    BIO_set_init(bio, 1);
    return bio;
}

}  // namespace loam::tls
