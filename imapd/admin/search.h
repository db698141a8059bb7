#pragma once

#include "imapd/admin/perform.h"

namespace loam::admin {

/// Mailbox and uid of each message of a user that has some text. Thread: `here`'s. Errors:
/// not_found (user, mailbox), closed, io.
Task<Status> search(Store& store, io::Loop& here, Request request, Caller& caller);

}  // namespace loam::admin
