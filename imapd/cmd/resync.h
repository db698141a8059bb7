#pragma once

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/uid_set.h"
#include "engine/io/task.h"
#include "imapd/session/session.h"
#include "imapd/syntax/select.h"

/// What a client missed while it was away: RFC 7162 sections 3.2.5, 3.2.5.1 and 3.2.6. A mailbox is
/// selected.
namespace loam::imap {

/// VANISHED (EARLIER) for those of `asked` that were expunged after `since`; for all of them that
/// are not there where the history does not reach back. Messages that this client still counts are
/// left out: their going is news like any other. Goes out before any FETCH. Errors: io.
Task<Status> tell_vanished(Session& session, UidSet asked, Modseq since);

/// VANISHED (EARLIER) and FETCH with flags, as SELECT (QRESYNC ...) is owed once the mailbox has
/// been described. Nothing where UIDVALIDITY is another by now. Errors: io, closed.
Task<Status> resynchronise(Session& session, QresyncParam known);

}  // namespace loam::imap
