#pragma once

#include "engine/api/store.h"
#include "engine/base/result.h"
#include "engine/io/task.h"
#include "imapd/admin/answer.h"
#include "imapd/admin/request.h"

namespace loam::admin {

/// Who asked: loam in its own process, or at the other end of a socket.
class Caller {
  public:
    Caller() = default;
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;
    virtual ~Caller() = default;

    /// Takes one row of the answer. Errors: closed (nobody listens any more).
    virtual Task<Status> put(Row row) = 0;
    /// Nobody waits for the answer: what only reads may end. Thread: any.
    virtual bool gone() const = 0;
    /// Whoever is logged in there is told BYE. Thread: any.
    virtual void end_sessions(AccountId account) = 0;
};

/// Does what is asked, but for imports (import_requests.h). The same in a server and in a process
/// that opened the store by itself. Thread: `here`'s. Errors: not_found, exists, invalid, io,
/// closed, as the store has them.
Task<Status> perform(Store& store, io::Loop& here, Request request, Caller& caller);

}  // namespace loam::admin
