#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "imapd/admin/perform.h"
#include "imapd/admin/store_import.h"

namespace loam::admin {

/// What a caller sends behind a request.
class CallerInput {
  public:
    CallerInput() = default;
    CallerInput(const CallerInput&) = delete;
    CallerInput& operator=(const CallerInput&) = delete;
    virtual ~CallerInput() = default;

    /// Errors: limit (too long; what comes behind it is the next), closed.
    virtual Task<Result<std::string>> read_line() = 0;
    /// Some octets, `max` at most; valid until the next call. Errors: closed.
    virtual Task<Result<Bytes>> read_octets(std::uint64_t max) = 0;
};

/// The import of one connection: docs/operations.md, "Admin socket". Thread: `here`'s. Lifetime:
/// close() before the destructor.
class ImportRequests {
  public:
    ImportRequests(Store& store, io::Loop& here) : store_(store), here_(here) {}

    /// Errors: as ImportTarget; closed (the caller is gone, or sends what is no message: nothing
    /// can be understood any more).
    Task<Status> perform(Request request, CallerInput& input, Caller& caller);
    Task<void> close();
    bool begun() const { return target_ != nullptr; }

  private:
    Task<Status> open(std::string user);
    Task<Status> take_message(ImportMessage message, CallerInput& input, Caller& caller);
    Task<Status> take_octets(std::uint64_t count, CallerInput& input, Status& taken);
    Task<Status> append(std::string mailbox, Caller& caller);

    Store& store_;
    io::Loop& here_;
    std::unique_ptr<StoreImport> target_;  // null: not begun
};

}  // namespace loam::admin
