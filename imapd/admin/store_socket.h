#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/result.h"

namespace loam::admin {

/// Where the admin socket of a store lies: the name ADMIN in the store's directory. An open
/// directory is what both sides go by, since a socket's address holds no path of any length.
class StoreSocket {
  public:
    /// Errors: io (no such directory, no right to look into it).
    static Result<std::unique_ptr<StoreSocket>> open(const std::string& store_path);
    StoreSocket(const StoreSocket&) = delete;
    StoreSocket& operator=(const StoreSocket&) = delete;
    ~StoreSocket();

    /// For io::Net, of this process, while this object lives.
    std::string address() const;
    /// Whose store it is.
    std::uint32_t owner() const { return owner_; }
    /// Takes the name away; a name that is gone is no error.
    void remove();

  private:
    StoreSocket(int directory, std::uint32_t owner) : directory_(directory), owner_(owner) {}
    int directory_;
    std::uint32_t owner_;
};

}  // namespace loam::admin
