#pragma once

#include <string>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/index/view.h"
#include "engine/log/format.h"

namespace loam::keep {

/// The messages of an account that have a content, for people: "INBOX uid 2, Work uid 7"; empty:
/// none has it. Reads all of the account's rows. Errors: io, corrupt.
Result<std::string> name_messages(const IndexView& view, AccountId account, Cid cid);

/// Who misses the payload of a record if it is not what was written, for people: "account 1
/// content 7 (INBOX uid 2)"; empty: nobody, so it may be anything, as what is erased is zeros.
/// `view` was taken after the payload was read. Errors: io, corrupt.
Result<std::string> who_misses(const IndexView& view, const RecordHeader& record,
                               const Place& payload);

}  // namespace loam::keep
