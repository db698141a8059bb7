#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "imapd/cmd/fetch_content.h"
#include "imapd/cmd/fetch_line.h"
#include "imapd/cmd/fetch_plan.h"
#include "imapd/cmd/resync.h"
#include "imapd/cmd/runners.h"
#include "imapd/session/vanished.h"

namespace loam::imap {
namespace {

// Messages looked up and answered at a time; between two batches other sessions have their turn.
constexpr std::size_t kFetchBatch = 256;
// Fewer where octets are read: \Seen is set for a whole batch before its first octet goes out.
constexpr std::size_t kContentBatch = 32;

using Infos = std::vector<std::shared_ptr<const MessageInfo>>;

// One FETCH under way.
struct FetchRun {
    Session& session;
    SelectedView& view;
    const FetchPlan plan;
    const std::optional<Modseq> changed_since;
    std::vector<std::uint32_t> batch{};  ///< message numbers
    Infos infos{};                       ///< of the batch, if the plan needs them
    UidSet seen_now{};                   ///< of the batch, those this FETCH made \Seen
    RowCursor cursor{};
    std::optional<Error> fault{};  ///< the first item that could not be answered
    bool lost = false;             ///< a message was expunged

    const MessageRow* row(std::uint32_t number) {
        return cursor.find(view.mailbox().messages(), view.uid_at(number));
    }
    void note(const Error& error) {
        if (!fault) fault = error;
    }
    // CHANGEDSINCE leaves it out: RFC 7162 section 3.1.4.1.
    bool skips(std::uint32_t number) {
        if (!changed_since) return false;
        const MessageRow* message = row(number);
        return message != nullptr && message->modseq <= *changed_since;
    }
    bool is_recent(Uid uid) const { return session.rules().recent && view.is_recent(uid); }
};

// A section that does not exist in some message is no fault of the command's form.
Reply fetch_refusal(const Error& fault) {
    if (fault.code == Errc::not_found) return Reply::no(fault.what);
    return reply_for(fault);
}

// The \Seen that reading brings: RFC 9051 section 6.4.5. One change for the batch.
Task<Status> mark_seen(FetchRun& run) {
    run.seen_now = {};
    if (!run.plan.sets_seen || run.view.read_only()) co_return Status::good();
    UidSet unseen;
    for (const std::uint32_t number : run.batch) {
        const MessageRow* row = run.row(number);
        if (row != nullptr && (row->flags & kFlagSeen) == 0) unseen.add(row->uid);
    }
    if (unseen.empty()) co_return Status::good();
    FlagChange change{.how = FlagChange::How::add, .flags = kFlagSeen, .keywords = {}};
    LOAM_CO_TRY_STATUS(co_await run.view.mailbox().store_flags(unseen, std::move(change),
                                                               std::nullopt, run.view.watch()));
    run.seen_now = std::move(unseen);
    co_return Status::good();
}

// One by one, of the messages of a batch in which some are damaged; those leave it.
Task<Status> load_readable(FetchRun& run, const std::vector<Cid>& cids) {
    std::vector<std::uint32_t> kept;
    for (std::size_t at = 0; at < cids.size(); ++at) {
        auto one = co_await run.session.account().message_infos({cids[at]});
        if (!one && one.error().code != Errc::corrupt) co_return one.error();
        if (!one) {
            run.note(one.error());
            continue;
        }
        kept.push_back(run.batch[at]);
        run.infos.push_back(std::move(one->front()));
    }
    run.batch = std::move(kept);
    co_return Status::good();
}

Task<Status> load_infos(FetchRun& run) {
    if (!run.plan.needs_info) co_return Status::good();
    std::vector<std::uint32_t> kept;
    std::vector<Cid> cids;
    for (const std::uint32_t number : run.batch) {
        const MessageRow* row = run.row(number);
        if (row == nullptr) {
            run.lost = true;
            continue;
        }
        kept.push_back(number);
        cids.push_back(row->cid);
    }
    run.batch = std::move(kept);
    auto infos = co_await run.session.account().message_infos(cids);
    if (!infos && infos.error().code == Errc::corrupt) co_return co_await load_readable(run, cids);
    if (!infos) co_return infos.error();
    run.infos = *std::move(infos);
    co_return Status::good();
}

// What the \Seen that this line brought owes the client: RFC 9051 section 6.4.5, RFC 7162 section
// 3.2.4.
void tell_seen(FetchRun& run, const FetchSubject& subject) {
    std::string& out = run.session.out();
    if (!run.plan.tells_flags) append_flags_item(run.session, subject, false);
    if (!run.session.aware().condstore) return;
    if (!run.plan.tells_uid) out += " UID " + std::to_string(subject.row->uid.value);
    if (run.plan.tells_modseq) return;
    out += ' ';
    run.view.append_modseq(out, *subject.row);
}

void begin_line(FetchRun& run, const FetchSubject& subject) {
    ResponseWriter writer = run.session.writer();
    run.view.begin_fetch(writer, subject.number, subject.row->uid);
}

void end_line(FetchRun& run, const FetchSubject& subject) {
    if (run.seen_now.contains(subject.row->uid)) tell_seen(run, subject);
    run.session.writer().close().end();
}

// A line whose items are all at hand. An item that fails is left out, and the line with it if
// nothing is left.
void write_plain_line(FetchRun& run, const FetchSubject& subject) {
    const std::size_t start = run.session.out().size();
    begin_line(run, subject);
    bool first = true;
    for (const FetchPlan::Step& step : run.plan.steps) {
        if (const Status done = append_item(run.session, step, subject, first); done) {
            first = false;
        } else {
            run.note(done.error());
        }
    }
    if (first) {
        run.session.out().resize(start);
    } else {
        end_line(run, subject);
    }
}

// The same, with items that may have to wait. As long as nothing of the line was written but its
// beginning, nothing of it was sent.
Task<Status> stream_line(FetchRun& run, FetchSubject subject) {
    const MessageRow row = *subject.row;  // the view's own may go while we wait
    subject.row = &row;
    const std::size_t start = run.session.out().size();
    begin_line(run, subject);
    bool first = true;
    for (const FetchPlan::Step& step : run.plan.steps) {
        Status done;
        if (reads_octets(step.item.kind)) {
            done = co_await stream_item(run.session, step, subject, first);
        } else {
            done = append_item(run.session, step, subject, first);
        }
        if (!run.session.port().alive()) co_return fail(Errc::closed, "connection lost");
        if (done) {
            first = false;
        } else {
            run.note(done.error());
        }
    }
    if (first) {
        run.session.out().resize(start);
    } else {
        end_line(run, subject);
    }
    co_return Status::good();
}

Task<Status> write_batch(FetchRun& run) {
    for (std::size_t at = 0; at < run.batch.size(); ++at) {
        const std::uint32_t number = run.batch[at];
        const MessageRow* row = run.row(number);
        const MessageInfo* info = run.plan.needs_info ? run.infos[at].get() : nullptr;
        if (row == nullptr || (run.plan.needs_info && info == nullptr)) {
            run.lost = true;
            continue;
        }
        const FetchSubject subject{
            .number = number, .row = row, .info = info, .recent = run.is_recent(row->uid)};
        if (run.plan.needs_content) {
            LOAM_CO_TRY_STATUS(co_await stream_line(run, subject));
        } else {
            write_plain_line(run, subject);
        }
        if (run.session.out().size() < kOutputBytesSoftMax) continue;
        LOAM_CO_TRY_STATUS(co_await run.session.port().flush());
    }
    co_return Status::good();
}

Task<Status> run_batch(FetchRun& run) {
    LOAM_CO_TRY_STATUS(co_await mark_seen(run));
    LOAM_CO_TRY_STATUS(co_await load_infos(run));
    LOAM_CO_TRY_STATUS(co_await write_batch(run));
    run.batch.clear();
    run.infos.clear();
    co_await io::yield(run.session.port().loop());
    co_return Status::good();
}

Task<Status> run_all(FetchRun& run, const NumSet& numbers) {
    const std::size_t batch_max = run.plan.needs_content ? kContentBatch : kFetchBatch;
    for (const NumRange& range : numbers.ranges()) {
        for (std::uint32_t number = range.first; number <= range.last; ++number) {
            if (run.skips(number)) continue;
            run.batch.push_back(number);
            if (run.batch.size() < batch_max) continue;
            LOAM_CO_TRY_STATUS(co_await run_batch(run));
        }
    }
    if (run.batch.empty()) co_return Status::good();
    co_return co_await run_batch(run);
}

// The uids that a client asks about; "*" reaches beyond the messages that are left.
UidSet asked_uids(const SequenceSet& set, const SelectedView& view) {
    if (set.is_saved()) return view.saved();
    const Uid next = view.mailbox().row().uidnext;
    return uids_between(set.resolve(next.value - 1), Uid{0}, next);
}

// RFC 7162 sections 3.1.4 and 3.2.6.
Status admit_modseq(Session& session, FetchArgs& args) {
    if (args.vanished && !session.aware().qresync) {
        return fail(Errc::invalid, "VANISHED before ENABLE QRESYNC");
    }
    if (args.changed_since && !args.has(FetchKind::modseq)) {
        args.items.push_back({.kind = FetchKind::modseq});
    }
    if (args.has(FetchKind::modseq)) session.enable_condstore();
    return Status::good();
}

}  // namespace

/// FETCH: RFC 9051 section 6.4.5. UID FETCH: section 6.4.9, PARTIAL: RFC 9394 section 3.3,
/// UIDFETCH: RFC 9586 section 3.3. What cannot be answered is left out of its line and ends the
/// command with NO; everything else has been sent by then.
Task<Result<Reply>> run_fetch(Session& session, FetchArgs args) {
    LOAM_CO_TRY_STATUS(admit_modseq(session, args));
    SelectedView& view = *session.view();
    LOAM_CO_TRY(NumSet numbers, view.resolve(args.set, args.by_uid));
    if (args.range) {  // first of all: RFC 9394 section 3.4
        const auto [begin, end] = args.range->places_in(numbers.count());
        numbers = numbers.slice(begin, end);
    }
    const bool by_uid = args.by_uid;
    std::optional<Modseq> since;
    if (args.changed_since) since = Modseq{*args.changed_since};
    if (args.vanished) {
        LOAM_CO_TRY_STATUS(co_await tell_vanished(session, asked_uids(args.set, view), *since));
    }
    FetchRun run{.session = session,
                 .view = view,
                 .plan = make_plan(std::move(args), session.aware().uid_only),
                 .changed_since = since};
    LOAM_CO_TRY_STATUS(co_await run_all(run, numbers));
    if (run.fault) co_return fetch_refusal(*run.fault);
    // A uid that is gone is no error; a message that still has its number here was lost.
    if (run.lost && !by_uid) co_return Reply::ok("EXPUNGEISSUED", "some messages are gone");
    co_return Reply::ok("fetched");
}

}  // namespace loam::imap
