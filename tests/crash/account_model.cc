#include "tests/crash/account_model.h"

#include <algorithm>
#include <ranges>

#include "engine/record/rows.h"

namespace loam::testing {

std::uint32_t ModelAccount::find(const std::string& name) const {
    for (const auto& [id, mailbox] : mailboxes) {
        if (mailbox.name == name) return id;
    }
    return 0;
}

namespace {

constexpr std::uint64_t kSmallBytes = 40;
constexpr std::uint64_t kLargeBytes = 150'000;

}  // namespace

std::uint64_t size_of(std::uint64_t token) {
    return (token % 17 == 0 ? kLargeBytes : kSmallBytes) + token;
}

std::uint64_t token_of(std::uint64_t size) {
    return size - (size > kLargeBytes ? kLargeBytes : kSmallBytes);
}

std::string body_of(std::uint64_t token) {
    std::string body = "Subject: " + std::to_string(token) + "\r\n\r\n";
    std::uint64_t state = token;
    while (body.size() < size_of(token)) {
        state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
        body += std::to_string(state) + "\r\n";
    }
    body.resize(size_of(token));
    return body;
}

namespace {

using Effect = std::vector<std::uint32_t>;

Effect add(ModelMailbox& mailbox, ModelMessage message) {
    mailbox.messages[mailbox.uidnext] = message;
    return {mailbox.uidnext++};
}

Effect apply_flags(ModelMailbox& mailbox, const Step& step) {
    Effect changed;
    for (auto& [uid, message] : mailbox.messages) {
        if (!step.uids.contains(Uid{uid}) || message.flags == step.flags) continue;
        message.flags = step.flags;
        changed.push_back(uid);
    }
    return changed;
}

Effect apply_expunge(ModelMailbox& mailbox, const Step& step) {
    Effect gone;
    for (const auto& [uid, message] : mailbox.messages) {
        if (step.uids.contains(Uid{uid}) && (message.flags & kFlagDeleted) != 0)
            gone.push_back(uid);
    }
    for (const std::uint32_t uid : gone)
        mailbox.messages.erase(uid);
    return gone;
}

Effect apply_copy(ModelAccount& account, const Step& step) {
    if (!account.mailboxes.contains(step.target)) return {};
    ModelMailbox& source = account.mailboxes.at(step.mailbox);
    std::map<std::uint32_t, ModelMessage> sources = source.messages;
    std::erase_if(sources, [&](const auto& one) { return !step.uids.contains(Uid{one.first}); });
    Effect effect;
    for (const auto& [uid, message] : sources) {
        if (step.kind == Step::Kind::move) source.messages.erase(uid);
        effect.push_back(add(account.mailboxes.at(step.target), message).front());
    }
    return effect;
}

Effect apply_create(ModelAccount& account, const std::string& name) {
    if (account.find(name) != 0) return {};
    account.mailboxes[account.next_mailbox].name = name;
    return {account.next_mailbox++};
}

Effect apply_rename(ModelAccount& account, const Step& step) {
    if (account.find(step.name) == 0 || account.find(step.to) != 0) return {};
    if (step.name == "INBOX") {
        ModelMailbox& target = account.mailboxes[account.next_mailbox++];
        target.name = step.to;
        ModelMailbox& inbox = account.mailboxes.at(account.find("INBOX"));
        for (const ModelMessage& message : inbox.messages | std::views::values)
            add(target, message);
        inbox.messages.clear();
        return {1};
    }
    account.mailboxes.at(account.find(step.name)).name = step.to;
    for (ModelMailbox& mailbox : account.mailboxes | std::views::values) {
        if (mailbox.name.starts_with(step.name + "/"))
            mailbox.name.replace(0, step.name.size(), step.to);
    }
    return {1};
}

/// Whether the step may have had this effect, so far as its answer tells.
bool agrees(const Step& step, const Effect& effect) {
    switch (step.answer) {
        case Step::Answer::none:
            return true;
        case Step::Answer::refused:
            return effect.empty();
        case Step::Answer::absent:
            return false;
        case Step::Answer::good:
            return step.kind == Step::Kind::deliver ? !effect.empty() : effect == step.effect;
    }
    return false;
}

/// Whether a history without the step is none. That there was nothing to do it to may have been so
/// because of a step that had no answer and is lost.
bool must_have_happened(const Step& step, bool some_may_be_lost) {
    if (step.answer == Step::Answer::none || step.answer == Step::Answer::absent) return false;
    return !some_may_be_lost || step.answer == Step::Answer::good;
}

bool same(const ModelMailbox& a, const ModelMailbox& b) {
    return a.name == b.name && a.uidnext == b.uidnext &&
           std::ranges::equal(a.messages, b.messages, [](const auto& x, const auto& y) {
               return x.first == y.first && x.second.flags == y.second.flags &&
                      x.second.size == y.second.size;
           });
}

bool same(const ModelAccount& a, const ModelAccount& b) {
    return std::ranges::equal(a.mailboxes, b.mailboxes, [](const auto& x, const auto& y) {
        return x.first == y.first && same(x.second, y.second);
    });
}

bool search(const ModelAccount& now, const std::vector<Step>& steps, std::vector<bool>& used,
            const ModelAccount& seen) {
    const bool some_may_be_lost = std::ranges::any_of(
        steps, [](const Step& step) { return step.answer == Step::Answer::none; });
    bool complete = true;
    for (std::size_t i = 0; i < steps.size(); ++i)
        complete = complete && (used[i] || !must_have_happened(steps[i], some_may_be_lost));
    if (complete && same(now, seen)) return true;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (used[i]) continue;
        ModelAccount next = now;
        if (!agrees(steps[i], apply(next, steps[i]))) continue;
        used[i] = true;
        const bool found = search(next, steps, used, seen);
        used[i] = false;
        if (found) return true;
    }
    return false;
}

/// What a client that saw `was` learns to have vanished: RFC 7162 section 3.2.6.
std::string wrong_history(const ModelMailbox& was, const ModelMailbox& is) {
    for (const std::uint32_t uid : is.messages | std::views::keys) {
        if (is.vanished.contains(Uid{uid})) return "a message is there and has vanished";
    }
    if (was.highest_modseq < is.vanished_floor) return {};
    for (const std::uint32_t uid : was.messages | std::views::keys) {
        if (!is.messages.contains(uid) && !is.vanished.contains(Uid{uid}))
            return "nothing tells that uid " + std::to_string(uid) + " has gone";
    }
    return {};
}

std::string wrong_modseqs(const ModelMailbox& was, const ModelMailbox& is) {
    if (is.highest_modseq < was.highest_modseq) return "HIGHESTMODSEQ fell";
    if (is.uidnext < was.uidnext) return "UIDNEXT fell";
    for (const auto& [uid, message] : is.messages) {
        if (message.modseq > is.highest_modseq) return "a modseq above HIGHESTMODSEQ";
        const auto old = was.messages.find(uid);
        const bool fresh = old == was.messages.end();
        const bool changed = fresh || old->second.flags != message.flags;
        const std::uint64_t least = fresh ? was.highest_modseq : old->second.modseq;
        if (message.modseq < least + (changed ? 1 : 0))
            return "the modseq of uid " + std::to_string(uid);
    }
    return {};
}

}  // namespace

std::vector<std::uint32_t> apply(ModelAccount& account, const Step& step) {
    if (step.mailbox != 0 && !account.mailboxes.contains(step.mailbox)) return {};
    switch (step.kind) {
        case Step::Kind::append:
        case Step::Kind::deliver:
            return add(account.mailboxes.at(step.mailbox), {.size = size_of(step.token)});
        case Step::Kind::flags:
            return apply_flags(account.mailboxes.at(step.mailbox), step);
        case Step::Kind::expunge:
            return apply_expunge(account.mailboxes.at(step.mailbox), step);
        case Step::Kind::copy:
        case Step::Kind::move:
            return apply_copy(account, step);
        case Step::Kind::create:
            return apply_create(account, step.name);
        case Step::Kind::remove: {
            const std::uint32_t id = account.find(step.name);
            account.mailboxes.erase(id);
            return id == 0 ? Effect{} : Effect{1};
        }
        case Step::Kind::rename:
            return apply_rename(account, step);
        case Step::Kind::abandon:
        case Step::Kind::erase:
            return {};
    }
    return {};
}

bool explains(const ModelAccount& known, const std::vector<Step>& steps, const ModelAccount& seen) {
    std::vector<bool> used(steps.size());
    return search(known, steps, used, seen);
}

std::string wrong_numbers(const ModelAccount& known, const ModelAccount& seen) {
    for (const auto& [id, is] : seen.mailboxes) {
        if (const auto was = known.mailboxes.find(id); was != known.mailboxes.end()) {
            std::string wrong = wrong_modseqs(was->second, is);
            if (wrong.empty()) wrong = wrong_history(was->second, is);
            if (!wrong.empty()) return wrong;
        }
        const std::uint32_t before = known.find(is.name);
        if (before == 0) continue;
        const std::uint32_t old = known.mailboxes.at(before).uidvalidity;
        if (before == id ? is.uidvalidity < old : is.uidvalidity <= old)
            return "UIDVALIDITY of " + is.name;
    }
    return {};
}

std::string to_string(const ModelAccount& account) {
    std::string text;
    for (const auto& [id, mailbox] : account.mailboxes) {
        text +=
            std::to_string(id) + " " + mailbox.name + " next " + std::to_string(mailbox.uidnext);
        for (const auto& [uid, message] : mailbox.messages) {
            text += " " + std::to_string(uid) + "/" + std::to_string(message.flags) + "/" +
                    std::to_string(message.size);
        }
        text += "\n";
    }
    return text;
}

std::string to_string(const Step& step) {
    std::string text = "step " + std::to_string(static_cast<int>(step.kind)) + " in " +
                       std::to_string(step.mailbox) + " to " + std::to_string(step.target) + " '" +
                       step.name + "' '" + step.to + "' flags " + std::to_string(step.flags) +
                       " size " + std::to_string(size_of(step.token)) + " answer " +
                       std::to_string(static_cast<int>(step.answer)) + " uids";
    for (const Uid uid : step.uids.to_vector())
        text += " " + std::to_string(uid.value);
    text += " effect";
    for (const std::uint32_t one : step.effect)
        text += " " + std::to_string(one);
    return text + "\n";
}

}  // namespace loam::testing
