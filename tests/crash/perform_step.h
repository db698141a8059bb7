#pragma once

#include <string>
#include <vector>

#include "engine/api/store.h"
#include "tests/crash/account_model.h"

namespace loam::testing {

/// INBOX of an account that nothing happened to yet.
Step make_inbox();
/// One message for INBOX. The same one may go to several accounts.
Step delivery_of(std::uint64_t token);

/// Does `step` on the account's own loop and notes the answer in it.
Task<void> perform(Store& store, io::Loop& here, AccountId account, Step& step);

struct Delivered {
    AccountId account;
    Step* step = nullptr;
};
/// Delivers the one message of all these steps to all their accounts.
Task<void> deliver(Store& store, io::Loop& here, std::vector<Delivered> to);

/// Opens every mailbox of the account again and again while others work on it. Returns what does
/// not fit together at one moment, or goes backwards. On the account's own loop.
Task<std::string> watch_account(Store& store, AccountId account, io::Loop& own);

/// What an account holds.
struct Seen {
    ModelAccount account;
    std::string error;  ///< why it could not be read
    std::string wrong;  ///< what does not fit together in it
};
/// On the account's own loop.
Task<Seen> see_account(Store& store, AccountId account, bool read_octets);

}  // namespace loam::testing
