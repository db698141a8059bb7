#include "imapd/cmd/dispatch.h"

#include <chrono>
#include <string>
#include <utility>

#include "imapd/cmd/capability.h"
#include "imapd/cmd/command.h"
#include "imapd/cmd/command_reader.h"
#include "imapd/cmd/context.h"
#include "imapd/syntax/command.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

bool allowed(When when, Session::State state) {
    switch (when) {
        case When::always:
            return true;
        case When::before_login:
            return state == Session::State::not_authenticated;
        case When::after_login:
            return state != Session::State::not_authenticated;
        case When::selected:
            return state == Session::State::selected;
    }
    LOAM_CHECK(false);
}

std::string_view why_not(When when, Session::State state) {
    if (when == When::before_login) return "already logged in";
    return state == Session::State::not_authenticated ? "log in first" : "no mailbox is selected";
}

// Null row: `refusal` says why.
struct Choice {
    const CommandRow* row = nullptr;
    Reply refusal{};
};
Choice refuse(std::string why) {
    return {nullptr, Reply::bad(std::move(why))};
}
Choice choose(const Session& session, const CommandHead& head) {
    const CommandRow* row = find_command(head.name);
    const bool hidden = row != nullptr && row->administrators_only && !session.administrator();
    if (row == nullptr || hidden || (head.by_uid && !row->uid_form)) {
        return refuse("unknown command");
    }
    if (!row->replaced_by.empty() && !session.rules().obsolete_commands) {
        return refuse("removed in IMAP4rev2, use " + std::string(row->replaced_by));
    }
    if (!allowed(row->when, session.state())) {
        return refuse(std::string(why_not(row->when, session.state())));
    }
    if (session.aware().uid_only && row->by_numbers && !head.by_uid) {
        return {nullptr, Reply::uid_required()};
    }
    return {row, {}};
}

Task<Reply> run_row(Session& session, const CommandRow& row, Command& command) {
    Result<Reply> reply = co_await row.run(session, command);
    co_return reply ? *std::move(reply) : reply_for(reply.error());
}

Task<void> answer(Session& session, const CommandHead& head, const CommandRow* row, Reply reply) {
    if (session.state() == Session::State::selected) {
        const bool holds = row != nullptr && row->holds_numbers && !head.by_uid;
        session.announce(!holds && !session.numbers_given);
        co_await update_contexts(session);
    }
    if (reply.code == "OVERQUOTA") ++session.traffic().over_quota;
    session.writer().tagged(head.tag, reply.condition, reply.code, reply.text);
}

// How a command ended. Null row: there is none of that name.
struct Ended {
    const CommandRow* row = nullptr;
    Condition condition = Condition::bad;
};

// One command, and its answer before the next one is read: RFC 9051 sections 2.2, 2.2.2 and 5.5.
Task<Ended> run_command(Session& session, const CommandText& text) {
    Command command{.lexer = Lexer(text), .context = {}, .pending = text.pending()};
    CommandHead head;
    auto tag = parse_tag(command.lexer);
    if (!tag) {
        session.writer().untagged(Condition::bad, {}, tag.error().what);
        if (command.pending) {
            static_cast<void>(co_await discard_command(session, *command.pending));
        }
        co_return Ended{};
    }
    head.tag = session.tag = *std::move(tag);
    session.numbers_given = false;

    Reply reply;
    Choice choice;
    if (const Status named = parse_command_name(command.lexer, head); !named) {
        reply = Reply::bad(named.error().what);
    } else if (choice = choose(session, head); choice.row == nullptr) {
        reply = std::move(choice.refusal);
    } else {
        command.context = {.mode = session.mode(), .by_uid = head.by_uid};
        reply = co_await run_row(session, *choice.row, command);
    }
    if (command.pending) {
        const Status skipped = co_await discard_command(session, *command.pending);
        if (!skipped) co_return Ended{choice.row};  // the caller sees it again when it reads
    }
    const Condition condition = reply.condition;
    co_await answer(session, head, choice.row, std::move(reply));
    co_return Ended{choice.row, condition};
}

// A command that was too long. Its tag stands at the front, if it has one.
void refuse_too_long(Session& session, const CommandText& text, const Error& error) {
    Lexer lexer(text);
    const auto tag = text.empty() ? Result<std::string>(error) : parse_tag(lexer);
    if (tag) {
        session.writer().tagged(*tag, Condition::bad, "TOOBIG", error.what);
    } else {
        session.writer().untagged(Condition::bad, "TOOBIG", error.what);
    }
}

void say_bye(Session& session, const Error& why) {
    if (why.code == Errc::timeout) {
        session.writer().untagged(Condition::bye, {}, "Autologout; nothing came for too long");
    } else if (why.code == Errc::busy) {
        session.writer().untagged(Condition::bye, "UNAVAILABLE", "the server is going down");
    } else if (why.code == Errc::not_found) {
        session.writer().untagged(Condition::bye, {}, why.what);
    }
}

// The answer is the last that is said without the layer: RFC 9051 section 6.2.1, RFC 4978
// section 3.
Task<Status> begin_layer(Session& session) {
    const Session::Layer layer = std::exchange(session.layer_wanted, Session::Layer::none);
    if (layer == Session::Layer::none) co_return Status::good();
    LOAM_CO_TRY_STATUS(co_await session.port().flush());
    if (layer == Session::Layer::tls) co_return co_await session.port().start_tls();
    session.port().start_compression();
    co_return Status::good();
}

// A client that asks faster than it may waits; what it sends meanwhile waits in its socket.
Task<void> keep_pace(Session& session) {
    const std::uint32_t rate = session.config().commands_per_second;
    if (rate == 0) co_return;
    const std::chrono::nanoseconds period =
        std::chrono::nanoseconds(std::chrono::seconds(1)) / rate;
    io::Loop& loop = session.port().loop();
    const io::Monotonic now = loop.now();
    session.commands.add(now, period);
    const auto wait = session.commands.time_above(rate, now, period);
    if (wait.count() <= 0) co_return;
    ++session.traffic().commands_held_back;
    co_await io::sleep_until(loop, now + wait);
}

// The time is of the loop that the command ended on, as the answer is.
Task<bool> measure_command(Session& session, const CommandText& text, CommandMeter* meter) {
    const io::Monotonic begun = session.port().loop().now();
    const Ended ended = co_await run_command(session, text);
    const io::Loop& loop = session.port().loop();
    if (meter != nullptr) meter->count(loop, ended.row, ended.condition, loop.now() - begun);
    co_return ended.condition == Condition::bad;
}

Task<void> serve_commands(Session& session, CommandMeter* meter) {
    CommandText text;
    std::uint32_t faults = 0;
    while (session.state() != Session::State::logout && session.port().alive()) {
        const Status read = co_await read_command(session, text);
        bool fault = true;
        if (read) {
            co_await keep_pace(session);
            fault = co_await measure_command(session, text, meter);
            const Status begun = co_await begin_layer(session);
            if (!begun) break;
        } else if (read.error().code == Errc::limit) {
            refuse_too_long(session, text, read.error());
        } else {
            say_bye(session, read.error());
            break;
        }
        faults = fault ? faults + 1 : 0;
        if (faults <= session.config().faults_max) continue;
        session.writer().untagged(Condition::bye, "CLIENTBUG", "too many faulty commands");
        break;
    }
}

}  // namespace

Task<void> serve(Session& session, CommandMeter* meter) {
    session.writer().untagged(Condition::ok, code_capability(capability_names(session)),
                              "Loam ready");
    co_await serve_commands(session, meter);
    session.unselect();
    static_cast<void>(co_await session.port().flush());
}

}  // namespace loam::imap
