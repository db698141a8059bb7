#pragma once

#include "imapd/cmd/command.h"
#include "imapd/syntax/cancel_update.h"
#include "imapd/syntax/compress.h"
#include "imapd/syntax/copy.h"
#include "imapd/syntax/create.h"
#include "imapd/syntax/delete.h"
#include "imapd/syntax/enable.h"
#include "imapd/syntax/esearch.h"
#include "imapd/syntax/expunge.h"
#include "imapd/syntax/fetch.h"
#include "imapd/syntax/id.h"
#include "imapd/syntax/language.h"
#include "imapd/syntax/list.h"
#include "imapd/syntax/login.h"
#include "imapd/syntax/lsub.h"
#include "imapd/syntax/quota.h"
#include "imapd/syntax/rename.h"
#include "imapd/syntax/search.h"
#include "imapd/syntax/select.h"
#include "imapd/syntax/sort.h"
#include "imapd/syntax/status.h"
#include "imapd/syntax/store.h"
#include "imapd/syntax/subscribe.h"

/// What each command does; each is in the file of its name. They write untagged responses into
/// session.out() and return the tagged one. `session` outlives every command.
namespace loam::imap {

Task<Result<Reply>> run_capability(Session& session);
Task<Result<Reply>> run_noop(Session& session);
Task<Result<Reply>> run_logout(Session& session);
Task<Result<Reply>> run_id(Session& session, IdArgs args);
Task<Result<Reply>> run_language(Session& session, LanguageArgs args);
Task<Result<Reply>> run_enable(Session& session, EnableArgs args);

Task<Result<Reply>> run_starttls(Session& session);
Task<Result<Reply>> run_compress(Session& session, CompressArgs args);
Task<Result<Reply>> run_login(Session& session, LoginArgs args);
Task<Result<Reply>> run_authenticate(Session& session, Command& command);
Task<Result<Reply>> run_unauthenticate(Session& session);

Task<Result<Reply>> run_select(Session& session, SelectArgs args);
Task<Result<Reply>> run_examine(Session& session, SelectArgs args);
Task<Result<Reply>> run_close(Session& session);
Task<Result<Reply>> run_unselect(Session& session);

Task<Result<Reply>> run_list(Session& session, ListArgs args);
Task<Result<Reply>> run_lsub(Session& session, LsubArgs args);
Task<Result<Reply>> run_namespace(Session& session);
Task<Result<Reply>> run_status(Session& session, StatusArgs args);
Task<Result<Reply>> run_create(Session& session, CreateArgs args);
Task<Result<Reply>> run_delete(Session& session, DeleteArgs args);
Task<Result<Reply>> run_rename(Session& session, RenameArgs args);
Task<Result<Reply>> run_subscribe(Session& session, SubscribeArgs args);
Task<Result<Reply>> run_unsubscribe(Session& session, SubscribeArgs args);
Task<Result<Reply>> run_getquota(Session& session, GetQuotaArgs args);
Task<Result<Reply>> run_getquotaroot(Session& session, GetQuotaRootArgs args);
Task<Result<Reply>> run_setquota(Session& session, SetQuotaArgs args);

Task<Result<Reply>> run_append(Session& session, Command& command);
Task<Result<Reply>> run_replace(Session& session, Command& command);
Task<Result<Reply>> run_idle(Session& session, Command& command);

Task<Result<Reply>> run_fetch(Session& session, FetchArgs args);
Task<Result<Reply>> run_store(Session& session, StoreArgs args);
Task<Result<Reply>> run_copy(Session& session, CopyArgs args);
Task<Result<Reply>> run_move(Session& session, CopyArgs args);
Task<Result<Reply>> run_expunge(Session& session, ExpungeArgs args);
Task<Result<Reply>> run_search(Session& session, SearchArgs args);
Task<Result<Reply>> run_esearch(Session& session, EsearchArgs args);
Task<Result<Reply>> run_cancelupdate(Session& session, CancelUpdateArgs args);
Task<Result<Reply>> run_sort(Session& session, SortArgs args);
Task<Result<Reply>> run_thread(Session& session, ThreadArgs args);

}  // namespace loam::imap
