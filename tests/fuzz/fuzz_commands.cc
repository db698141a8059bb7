// Every command whose arguments fit in one command, in every mode: what is taken keeps its bounds,
// and printed again it is taken as the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/check.h"
#include "imapd/syntax/authenticate.h"
#include "imapd/syntax/cancel_update.h"
#include "imapd/syntax/command.h"
#include "imapd/syntax/copy.h"
#include "imapd/syntax/create.h"
#include "imapd/syntax/delete.h"
#include "imapd/syntax/enable.h"
#include "imapd/syntax/expunge.h"
#include "imapd/syntax/id.h"
#include "imapd/syntax/language.h"
#include "imapd/syntax/login.h"
#include "imapd/syntax/lsub.h"
#include "imapd/syntax/quota.h"
#include "imapd/syntax/rename.h"
#include "imapd/syntax/select.h"
#include "imapd/syntax/status.h"
#include "imapd/syntax/store.h"
#include "imapd/syntax/subscribe.h"
#include "imapd/wire/encoder.h"
#include "tests/imapd/wire/command_of.h"

namespace loam::imap {
namespace {

/// The arguments of one command as a session of this mode would write them.
class Printer {
  public:
    explicit Printer(Mode mode) : writer_(wire_, mode) {}
    Printer& mailbox(const MailboxArg& arg) {
        LOAM_CHECK(!arg.name.empty());
        writer_.sp().mailbox(arg.name);
        return *this;
    }
    Printer& astring(std::string_view text) {
        writer_.sp().astring(text);
        return *this;
    }
    Printer& raw(std::string_view text) {
        writer_.raw(text);
        return *this;
    }
    const std::string& wire() const { return wire_; }

  private:
    std::string wire_;
    ResponseWriter writer_;
};

template <auto Parse>
auto again(const Printer& printed, const ParseContext& context) {
    const auto text = command_of(printed.wire());
    LOAM_CHECK(text.ok());
    Lexer lexer(*text);
    auto args = Parse(lexer, context);
    LOAM_CHECK(args.ok());
    return *std::move(args);
}

/// A name printed for a session is the same name there; how it was spelled is not kept.
bool same(const MailboxArg& one, const MailboxArg& other) {
    return one.name == other.name;
}

void check_create(Lexer& lexer, const ParseContext& context) {
    const auto args = parse_create(lexer, context);
    if (!args || args->unknown_use) return;
    Printer printed(context.mode);
    printed.mailbox(args->mailbox);
    if (args->uses != 0) {
        printed.raw(" (USE (");
        std::string_view before;
        for (unsigned bit = 0; bit < 7; ++bit) {
            if ((args->uses >> bit & 1U) == 0) continue;
            printed.raw(before).raw(to_string(static_cast<SpecialUse>(1U << bit)));
            before = " ";
        }
        printed.raw("))");
    }
    const CreateArgs back = again<parse_create>(printed, context);
    LOAM_CHECK(same(back.mailbox, args->mailbox) && back.uses == args->uses);
}

void check_copy(Lexer& lexer, const ParseContext& context) {
    const auto args = parse_copy(lexer, context);
    if (!args) return;
    Printer printed(context.mode);
    printed.raw(" " + to_string(args->set)).mailbox(args->mailbox);
    const CopyArgs back = again<parse_copy>(printed, context);
    LOAM_CHECK(back.set == args->set && same(back.mailbox, args->mailbox));
}

void check_rename(Lexer& lexer, const ParseContext& context) {
    const auto args = parse_rename(lexer, context);
    if (!args) return;
    Printer printed(context.mode);
    printed.mailbox(args->from).mailbox(args->to);
    const RenameArgs back = again<parse_rename>(printed, context);
    LOAM_CHECK(same(back.from, args->from) && same(back.to, args->to));
}

void check_status(Lexer& lexer, const ParseContext& context) {
    const auto args = parse_status(lexer, context);
    if (!args) return;
    LOAM_CHECK(!args->items.empty());
    Printer printed(context.mode);
    printed.mailbox(args->mailbox).raw(" (");
    std::string_view before;
    for (const StatusItem item : kStatusItems) {
        if (!args->items.has(item)) continue;
        printed.raw(before).raw(to_string(item));
        before = " ";
    }
    printed.raw(")");
    const StatusArgs back = again<parse_status>(printed, context);
    LOAM_CHECK(same(back.mailbox, args->mailbox) && back.items == args->items);
}

void check_store(Lexer& lexer, const ParseContext& context) {
    const auto args = parse_store(lexer, context);
    if (!args) return;
    Printer printed(context.mode);
    printed.raw(" " + to_string(args->set));
    if (args->unchanged_since)
        printed.raw(" (UNCHANGEDSINCE " + std::to_string(*args->unchanged_since) + ")");
    constexpr const char* kSigns[] = {" ", " +", " -"};
    printed.raw(kSigns[static_cast<std::size_t>(args->change)]);
    printed.raw(args->silent ? "FLAGS.SILENT " : "FLAGS ").raw(to_string(args->flags));
    const StoreArgs back = again<parse_store>(printed, context);
    LOAM_CHECK(back.set == args->set && back.change == args->change);
    LOAM_CHECK(back.silent == args->silent && back.flags == args->flags);
    LOAM_CHECK(back.unchanged_since == args->unchanged_since);
}

void check_select(Lexer& lexer, const ParseContext& context) {
    const auto args = parse_select(lexer, context);
    if (!args) return;
    Printer printed(context.mode);
    printed.mailbox(args->mailbox);
    if (args->qresync) {
        const QresyncParam& param = *args->qresync;
        printed.raw(" (QRESYNC (" + std::to_string(param.uidvalidity) + " " +
                    std::to_string(param.modseq));
        if (param.known_uids) printed.raw(" " + to_string(*param.known_uids));
        if (param.match) {
            LOAM_CHECK(param.match->seqs.count() == param.match->uids.count());
            printed.raw(" (" + to_string(param.match->seqs) + " " + to_string(param.match->uids) +
                        ")");
        }
        printed.raw("))");
    }
    const SelectArgs back = again<parse_select>(printed, context);
    LOAM_CHECK(same(back.mailbox, args->mailbox) && back.qresync == args->qresync);
}

void check_setquota(Lexer& lexer, const ParseContext& context) {
    const auto args = parse_setquota(lexer, context);
    if (!args) return;
    LOAM_CHECK(args->limits.size() <= kQuotaResourcesMax);
    Printer printed(context.mode);
    printed.astring(args->root).raw(" (");
    std::string_view before;
    for (const SetQuotaArgs::Limit& limit : args->limits) {
        printed.raw(before).raw(limit.resource + " " + std::to_string(limit.limit));
        before = " ";
    }
    printed.raw(")");
    const SetQuotaArgs back = again<parse_setquota>(printed, context);
    LOAM_CHECK(back.root == args->root && back.limits == args->limits);
}

void check_login(Lexer& lexer, const ParseContext& context) {
    const auto args = parse_login(lexer, context);
    if (!args) return;
    const LoginArgs back = again<parse_login>(
        Printer(context.mode).astring(args->user).astring(args->password), context);
    LOAM_CHECK(back.user == args->user && back.password == args->password);
}

/// Commands that keep little: what they take has its bounds.
void check_small(std::string_view name, Lexer& lexer, const ParseContext& context) {
    if (name == "DELETE") {
        const auto args = parse_delete(lexer, context);
        LOAM_CHECK(!args || !args->mailbox.name.empty());
    } else if (name == "SUBSCRIBE") {
        const auto args = parse_subscribe(lexer, context);
        LOAM_CHECK(!args || !args->mailbox.name.empty());
    } else if (name == "GETQUOTA") {
        LOAM_CHECK(!parse_getquota(lexer, context) || lexer.at_end());
    } else if (name == "GETQUOTAROOT") {
        const auto args = parse_getquotaroot(lexer, context);
        LOAM_CHECK(!args || !args->mailbox.name.empty());
    } else if (name == "EXPUNGE") {
        const auto args = parse_expunge(lexer, context);
        LOAM_CHECK(!args || args->uids.has_value() == context.by_uid);
    } else if (name == "ENABLE") {
        const auto args = parse_enable(lexer, context);
        LOAM_CHECK(!args || !args->capabilities.empty());
    } else if (name == "LSUB") {
        const auto args = parse_lsub(lexer, context);
        LOAM_CHECK(!args || !args->wants_separator || !args->pattern);
    } else if (name == "AUTHENTICATE") {
        const auto args = parse_authenticate(lexer, context);
        LOAM_CHECK(!args || !args->mechanism.empty());
    } else if (name == "LANGUAGE") {
        const auto args = parse_language(lexer, context);
        LOAM_CHECK(!args || args->ranges.size() <= kLanguageRangesMax);
    } else if (name == "CANCELUPDATE") {
        const auto args = parse_cancelupdate(lexer, context);
        LOAM_CHECK(!args || (!args->tags.empty() && args->tags.size() <= kCancelTagsMax));
    } else if (name == "ID") {
        LOAM_CHECK(!parse_id(lexer, context) || lexer.at_end());
    } else {
        LOAM_CHECK(!parse_no_arguments(lexer) || lexer.at_end());
    }
}

void check(std::string_view octets, Mode mode) {
    const auto text = command_of(octets);
    if (!text) return;
    Lexer lexer(*text);
    const auto head = parse_command_head(lexer);
    if (!head) return;
    const ParseContext context{.mode = mode, .by_uid = head->by_uid};
    const std::string_view name = head->name;
    if (name == "CREATE") return check_create(lexer, context);
    if (name == "COPY") return check_copy(lexer, context);
    if (name == "RENAME") return check_rename(lexer, context);
    if (name == "STATUS") return check_status(lexer, context);
    if (name == "STORE") return check_store(lexer, context);
    if (name == "SELECT") return check_select(lexer, context);
    if (name == "SETQUOTA") return check_setquota(lexer, context);
    if (name == "LOGIN") return check_login(lexer, context);
    check_small(name, lexer, context);
}

}  // namespace
}  // namespace loam::imap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view octets(reinterpret_cast<const char*>(data), size);
    for (const auto mode : {loam::imap::Mode::r1, loam::imap::Mode::u8, loam::imap::Mode::r2})
        loam::imap::check(octets, mode);
    return 0;
}
