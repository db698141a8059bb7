#pragma once

#include <memory>

#include "engine/base/bytes.h"

struct bio_st;
struct bio_method_st;

namespace loam::tls {

/// What passes between one SSL object and the socket: TLS records, sealed.
struct Records {
    Bytes in;        ///< received and not read yet; whoever sets it keeps the octets
    ByteVector out;  ///< written and not sent yet
};

/// Lets SSL objects read and write Records instead of a socket. Unlike OpenSSL's memory BIOs it
/// copies nothing that comes in, and holds no memory while a connection is quiet.
/// Thread: any; a BIO belongs to the thread of its SSL object. Lifetime: outlives its BIOs.
class RecordBio {
  public:
    RecordBio();

    /// A BIO over `records`, which outlives it. The caller owns it, or gives it to SSL_set_bio().
    bio_st* make(Records& records) const;

  private:
    struct Free {
        void operator()(bio_method_st* method) const;
    };
    std::unique_ptr<bio_method_st, Free> method_;
};

}  // namespace loam::tls
