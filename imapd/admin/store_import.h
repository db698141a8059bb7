#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/api/store.h"
#include "imapd/admin/import.h"

namespace loam::admin {

/// The account in this process. Thread: `here`'s. Lifetime: borrows the store and the loop; close()
/// before the destructor.
class StoreImport final : public ImportTarget {
  public:
    /// Errors: not_found (no such user), io.
    static Task<Result<std::unique_ptr<StoreImport>>> open(Store& store, io::Loop& here,
                                                           std::string user);
    Task<Result<ImportMailbox>> mailbox(std::string name, bool create) override;
    Task<Result<std::optional<ImportedMessage>>> look(std::string mailbox, Uid uid) override;
    Task<Status> begin(ImportMessage message) override;
    Task<Status> write(Bytes octets) override;
    Task<Result<ImportedMessage>> finish() override;
    Task<void> abandon() override;
    Task<Result<std::vector<KeywordsLeftOut>>> append(std::string mailbox) override;
    /// Lets the account go.
    Task<void> close();

  private:
    StoreImport(io::Loop& here, io::Loop& owner) : here_(here), owner_(owner) {}
    template <typename T>
    Task<T> there(Task<T> work) {
        return io::run_on(here_, owner_, std::move(work));
    }
    // On the account's own thread.
    Task<Status> load(Store* store, AccountId id);
    Task<Result<ImportMailbox>> do_mailbox(std::string name, bool create);
    Task<Result<std::optional<ImportedMessage>>> do_look(std::string mailbox, Uid uid);
    Task<Status> do_begin(ImportMessage message);
    Task<Status> do_write(Bytes octets);
    Task<Result<ImportedMessage>> do_finish();
    Task<Result<std::vector<KeywordsLeftOut>>> do_append(std::string mailbox);

    io::Loop& here_;
    io::Loop& owner_;
    AccountHandle account_;
    std::shared_ptr<Mailbox> looked_at_;  // shared: the account's; kept so that it is loaded once
    ImportMessage message_;               // that was begun
    std::unique_ptr<Upload> upload_;      // its octets; null: none
    std::vector<AppendItem> waiting_;
};

/// Takes out of `keywords` what a mailbox that knows `known` cannot keep: what is no keyword of
/// IMAP, and what finds no room. `known` grows by the rest. Returns what was taken out.
std::vector<std::string> fit_keywords(std::vector<std::string>& keywords,
                                      std::vector<std::string>& known);

}  // namespace loam::admin
