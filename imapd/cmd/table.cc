#include <algorithm>
#include <array>

#include "imapd/cmd/command_table.h"
#include "imapd/cmd/runners.h"
#include "imapd/syntax/command.h"

namespace loam::imap {
namespace {

// A command with arguments: parse, then run.
template <auto Parse, auto Runner>
Task<Result<Reply>> with(Session& session, Command& command) {
    LOAM_CO_TRY(auto args, Parse(command.lexer, command.context));
    co_return co_await Runner(session, std::move(args));
}

// A command without arguments.
template <auto Runner>
Task<Result<Reply>> plain(Session& session, Command& command) {
    LOAM_CO_TRY_STATUS(parse_no_arguments(command.lexer));
    co_return co_await Runner(session);
}

constexpr CommandRow kCommands[] = {
    {"APPEND", run_append, When::after_login},
    {"AUTHENTICATE", run_authenticate, When::before_login},
    {"CANCELUPDATE", with<parse_cancelupdate, run_cancelupdate>, When::selected},
    {"CAPABILITY", plain<run_capability>},
    {"CHECK", plain<run_noop>, When::selected, false, false, false, "NOOP"},
    {"CLOSE", plain<run_close>, When::selected},
    {"COMPRESS", with<parse_compress, run_compress>, When::after_login},
    {"COPY", with<parse_copy, run_copy>, When::selected, true, true},
    {"CREATE", with<parse_create, run_create>, When::after_login},
    {"DELETE", with<parse_delete, run_delete>, When::after_login},
    {"ENABLE", with<parse_enable, run_enable>, When::after_login},
    {"ESEARCH", with<parse_esearch, run_esearch>, When::after_login, true},
    {"EXAMINE", with<parse_select, run_examine>, When::after_login},
    {"EXPUNGE", with<parse_expunge, run_expunge>, When::selected, true},
    {"FETCH", with<parse_fetch, run_fetch>, When::selected, true, true, true},
    {"GETQUOTA", with<parse_getquota, run_getquota>, When::after_login},
    {"GETQUOTAROOT", with<parse_getquotaroot, run_getquotaroot>, When::after_login},
    {"ID", with<parse_id, run_id>},
    {"IDLE", run_idle, When::after_login},
    {"LANGUAGE", with<parse_language, run_language>},
    {"LIST", with<parse_list, run_list>, When::after_login},
    {"LOGIN", with<parse_login, run_login>, When::before_login},
    {"LOGOUT", plain<run_logout>},
    {"LSUB", with<parse_lsub, run_lsub>, When::after_login, false, false, false,
     "LIST (SUBSCRIBED)"},
    {"MOVE", with<parse_copy, run_move>, When::selected, true, true},
    {"NAMESPACE", plain<run_namespace>, When::after_login},
    {"NOOP", plain<run_noop>},
    {"RENAME", with<parse_rename, run_rename>, When::after_login},
    {"REPLACE", run_replace, When::selected, true, true},
    {"SEARCH", with<parse_search, run_search>, When::selected, true, true, true},
    {"SELECT", with<parse_select, run_select>, When::after_login},
    {"SETQUOTA",
     with<parse_setquota, run_setquota>,
     When::after_login,
     false,
     false,
     false,
     {},
     true},
    {"SORT", with<parse_sort, run_sort>, When::selected, true, true, true},
    {"STARTTLS", plain<run_starttls>, When::before_login},
    {"STATUS", with<parse_status, run_status>, When::after_login},
    {"STORE", with<parse_store, run_store>, When::selected, true, true, true},
    {"SUBSCRIBE", with<parse_subscribe, run_subscribe>, When::after_login},
    {"THREAD", with<parse_thread, run_thread>, When::selected, true, true, true},
    {"UNAUTHENTICATE", plain<run_unauthenticate>, When::after_login},
    {"UNSELECT", plain<run_unselect>, When::selected},
    {"UNSUBSCRIBE", with<parse_subscribe, run_unsubscribe>, When::after_login},
};
static_assert(std::ranges::is_sorted(kCommands, {}, &CommandRow::name));

}  // namespace

std::span<const CommandRow> command_table() {
    return kCommands;
}

const CommandRow* find_command(std::string_view name) {
    const auto* found = std::ranges::lower_bound(kCommands, name, {}, &CommandRow::name);
    return found != std::end(kCommands) && found->name == name ? found : nullptr;
}

}  // namespace loam::imap
