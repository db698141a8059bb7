#include "tests/crash/crash_history.h"

#include <algorithm>
#include <iterator>

#include "tests/crash/log_octets.h"
#include "tests/crash/perform_step.h"

namespace loam::testing {

namespace {

const char* const kNames[] = {"INBOX", "a", "b", "a/x"};

std::string user_name(std::size_t number) {
    return "user" + std::to_string(number);
}

}  // namespace

void CrashHistory::blame(std::string what) {
    if (machine_.media.faults.power() && !over_ && wrong_.empty()) wrong_ = std::move(what);
}

void CrashHistory::blame_error(std::string what) {
    if (!faulty_) blame(std::move(what));
}

std::string CrashHistory::live() {
    if (std::string wrong = wrong_octets(machine_); !wrong.empty()) return wrong;
    SimStore store(machine_, 2);
    store.erase_after = std::chrono::hours(machine_.world.chance(2) ? 0 : 24);
    if (machine_.world.chance(2)) store.segment_bytes = 1U << 20;
    io::SimFaults& faults = machine_.media.faults;
    over_ = false;
    faulty_ = machine_.world.chance(4);
    const std::uint64_t when = faults.operations() + below(150);
    if (faulty_) {
        faults.fail_at(when, machine_.world.chance(2) ? Errc::io : Errc::no_room);
    } else {
        faults.crash_at(when);
    }
    const bool ended = store.run(work(store, std::nullopt));
    if (ended && store.power() && !faulty_ && machine_.world.chance(2)) {
        faults.crash_at(UINT64_MAX);
        const Status closed = store.close();
        if (!closed) blame("close: " + closed.error().what);
        machine_.media.crash();  // what ended well has synced what it needs
        return wrong_;
    }
    over_ = true;
    // What a failed sync dropped is in no later one: only another mount shows what is left.
    const bool power_cut = faulty_ || machine_.world.chance(2);
    using Kind = io::CrashPlan::Kind;
    store.crash({.kind = power_cut ? Kind::random : Kind::process});
    return wrong_;
}

std::string CrashHistory::play(std::vector<Burst> script, std::uint64_t crash_at,
                               io::CrashPlan plan) {
    if (std::string wrong = wrong_octets(machine_); !wrong.empty()) return wrong;
    SimStore store(machine_, 1);
    store.erase_after = std::chrono::hours(0);
    store.segment_bytes = 128U << 10;
    over_ = false;
    faulty_ = false;
    machine_.media.faults.crash_at(crash_at);
    static_cast<void>(store.run(work(store, std::move(script))));
    over_ = true;
    unsynced_ = machine_.media.unsynced();
    store.crash(plan);
    return wrong_;
}

Task<void> CrashHistory::work(SimStore& store, std::optional<std::vector<Burst>> script) {
    const Status opened = co_await store.open();
    if (!opened) blame_error("open: " + opened.error().what);
    if (!opened) co_return;
    const bool found = co_await find_users(store.store(), store.loop());
    if (!found) co_return;
    bool good = co_await look_at_all(store.store(), store.loop(), true);
    bursts_from_ = operations();
    std::uint64_t deleted = 0;
    const std::size_t bursts = script ? script->size() : below(7);
    for (std::size_t i = 0; good && i < bursts; ++i) {
        good =
            co_await run_burst(store.store(), store.loop(), script ? (*script)[i] : random_burst());
        if (!good) co_return;
        good = co_await look_at_all(store.store(), store.loop(), false);
        const std::uint64_t now = co_await count_deleted(store.store(), store.loop());
        segments_deleted_ += now - std::min(now, deleted);
        deleted = std::max(now, deleted);
    }
}

/// By this process, as far as it can tell.
Task<std::uint64_t> CrashHistory::count_deleted(Store& store, io::Loop& here) {
    const auto stats = co_await store.stats(here);
    if (!stats) co_return 0;
    const auto found = std::ranges::find(*stats, "segments_deleted", &Store::Stat::name);
    co_return found == stats->end() ? 0 : found->value;
}

Task<bool> CrashHistory::find_users(Store& store, io::Loop& here) {
    for (std::size_t i = 0; i < accounts_.size(); ++i) {
        User& user = accounts_[i];
        const auto found = co_await store.find_user(here, user_name(i));
        if (found) {
            user.id = found->account;
            user.exists = true;
            continue;
        }
        if (found.error().code != Errc::not_found) co_return false;
        if (user.exists) blame("a user is lost");
        const auto added = co_await store.add_user(here, {user_name(i), ""});
        if (!added) blame_error("add_user: " + added.error().what);
        if (!added) co_return false;
        user.id = *added;
        user.exists = true;
    }
    co_return true;
}

Task<bool> CrashHistory::look_at_all(Store& store, io::Loop& here, bool read_octets) {
    for (User& user : accounts_) {
        const bool good = co_await settle(store, here, user, read_octets);
        if (!good) co_return false;
    }
    ++checks_;
    co_return true;
}

Task<bool> CrashHistory::settle(Store& store, io::Loop& here, User& user, bool read_octets) {
    const Seen seen =
        co_await io::run_on(here, store.owner(user.id), see_account(store, user.id, read_octets));
    if (!seen.wrong.empty()) blame(seen.wrong);
    if (!seen.error.empty()) blame_error(seen.error);
    if (!seen.wrong.empty() || !seen.error.empty()) co_return false;
    ModelAccount known = user.known;
    if (known.mailboxes.empty()) static_cast<void>(apply(known, make_inbox()));
    if (!explains(known, user.steps, seen.account)) {
        std::string steps;
        for (const Step& step : user.steps)
            steps += to_string(step);
        blame("nothing explains what is there\n" + to_string(known) + steps +
              to_string(seen.account));
        co_return false;
    }
    const std::string numbers = wrong_numbers(user.known, seen.account);
    if (!numbers.empty()) blame(numbers);
    user.known = seen.account;
    user.steps.clear();
    co_return numbers.empty();
}

Task<void> CrashHistory::watch(Store& store, io::Loop& here, AccountId account) {
    io::Loop& own = store.owner(account);
    std::string wrong = co_await io::run_on(here, own, watch_account(store, account, own));
    if (!wrong.empty()) blame(std::move(wrong));
}

Task<bool> CrashHistory::run_burst(Store& store, io::Loop& here, Burst burst) {
    std::vector<Delivered> delivered;
    for (auto& [number, step] : burst)
        accounts_[number].steps.push_back(std::move(step));
    io::Gate gate;
    for (User& user : accounts_) {
        for (Step& step : user.steps) {
            ++steps_;
            if (step.kind == Step::Kind::deliver) {
                delivered.push_back({.account = user.id, .step = &step});
            } else {
                gate.spawn(perform(store, here, user.id, step));
            }
        }
    }
    gate.spawn(deliver(store, here, std::move(delivered)));
    for (const User& user : accounts_) {
        if (!user.steps.empty()) gate.spawn(watch(store, here, user.id));
    }
    co_await gate.close();
    bool answered = true;
    for (const User& user : accounts_) {
        for (const Step& step : user.steps) {
            if (step.answer != Step::Answer::none) continue;
            blame_error("no answer: " + to_string(step));
            answered = false;
        }
    }
    for (User& user : accounts_) {  // what nobody can see explains nothing
        std::erase_if(user.steps, [](const Step& step) {
            return step.kind == Step::Kind::abandon || step.kind == Step::Kind::erase;
        });
    }
    // What memory says of a step without an answer is not what the next life will find.
    co_return answered && !over_;
}

CrashHistory::Burst CrashHistory::random_burst() {
    Burst burst;
    for (std::size_t i = 0; i < accounts_.size(); ++i) {
        for (std::uint64_t left = below(4); left > 0; --left)
            burst.emplace_back(i, random_step(accounts_[i].known));
    }
    if (machine_.world.chance(2)) {
        const Step step = delivery_of(++last_token_);
        for (std::size_t i = 0; i < accounts_.size(); ++i)
            burst.emplace_back(i, step);
    }
    return burst;
}

Step CrashHistory::random_step(const ModelAccount& account) {
    using enum Step::Kind;
    static constexpr Step::Kind kKinds[] = {append,  append, append,  flags, flags,  flags,
                                            expunge, copy,   copy,    move,  create, create,
                                            remove,  rename, abandon, erase};
    Step step;
    step.kind = kKinds[below(std::size(kKinds))];
    const auto any = [&] {
        return std::next(account.mailboxes.begin(),
                         static_cast<std::ptrdiff_t>(below(account.mailboxes.size())));
    };
    step.name = kNames[step.kind == rename ? below(4) : 1 + below(3)];
    step.to = kNames[1 + below(2)];
    if (step.kind == abandon) step.token = ++last_token_;
    if (step.kind == create || step.kind == remove) return step;
    if (step.kind == abandon || step.kind == erase) return step;
    // A mailbox below another would go along with it, and below itself it cannot go.
    if (step.kind == rename) {
        if (step.name == "a") step.name = "b";
        return step;
    }
    const auto mailbox = any();
    step.mailbox = mailbox->first;
    step.target = any()->first;
    if (step.kind == append) step.token = ++last_token_;
    for (const auto& [uid, message] : mailbox->second.messages) {
        if (machine_.world.chance(2)) step.uids.add(Uid{uid});
    }
    step.flags = static_cast<std::uint8_t>(machine_.world.chance(2) ? kFlagDeleted : below(16));
    return step;
}

}  // namespace loam::testing
