#pragma once

#include <memory>
#include <string>

#include "engine/io/ring_net.h"
#include "imapd/admin/import.h"
#include "imapd/admin/store_import.h"
#include "tools/loam/command.h"

namespace loam::tool {

/// An account to import into: of a store that this process opens or, while a server has it open, of
/// that server, through its admin socket. Lifetime: borrows the runtime; close() before the
/// destructor.
class OpenTarget {
  public:
    /// Errors: as open_store(); not_found (no such user).
    static Result<std::unique_ptr<OpenTarget>> open(Runtime& runtime, const Options& options,
                                                    const std::string& user);
    admin::ImportTarget& target() { return *target_; }
    Status close();

  private:
    explicit OpenTarget(Runtime& runtime) : runtime_(runtime), net_(runtime.loop()) {}
    Status open_here(const std::string& user);
    Status open_there(const std::string& store, const std::string& user, const Error& held);

    Runtime& runtime_;
    io::RingNet net_;
    std::unique_ptr<Store> store_;  // null: another process has it
    std::unique_ptr<admin::ImportTarget> target_;
    admin::StoreImport* here_ = nullptr;  // the target, if the store is ours
};

}  // namespace loam::tool
