#include "tests/imapd/net/client_view.h"

#include <algorithm>
#include <charconv>

namespace loam::testing {
namespace {

std::optional<std::uint64_t> leading_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end == text.data()) return std::nullopt;
    return value;
}

std::set<std::string> words_of(std::string_view text) {
    std::set<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0 && text.substr(0, end) != "\\Recent") words.emplace(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

}  // namespace

std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges_of(std::string_view text) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges;
    while (const auto first = leading_number(text)) {
        const std::size_t end = std::min(text.find(','), text.size());
        const std::size_t colon = text.substr(0, end).find(':');
        const auto last =
            colon == std::string_view::npos ? first : leading_number(text.substr(colon + 1));
        ranges.emplace_back(*first, last.value_or(*first));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return ranges;
}

std::optional<std::uint64_t> number_after(std::string_view text, std::string_view key) {
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos) return std::nullopt;
    return leading_number(text.substr(at + key.size()));
}

void ClientView::forget() {
    messages_.clear();
    uidvalidity_ = 0;
    highest_modseq_ = 0;
}

void ClientView::forget_flags() {
    for (Message& message : messages_)
        message.flags.reset();
}

std::string ClientView::take(std::string_view response, bool may_expunge) {
    if (const auto value = number_after(response, "OK [UIDVALIDITY ")) {
        messages_.resize(uidvalidity_ == 0 ? messages_.size() : 0);
        uidvalidity_ = *value;
    }
    if (const auto value = number_after(response, "OK [HIGHESTMODSEQ ")) {
        if (*value < highest_modseq_) return "HIGHESTMODSEQ falls";
        highest_modseq_ = *value;
    }
    if (response.starts_with("VANISHED (EARLIER) ")) return {};  // numbers do not move
    if (response.starts_with("VANISHED ")) return vanished(response.substr(9), may_expunge);
    const auto number = leading_number(response);
    if (!number) return {};
    const std::string_view rest = response.substr(response.find(' ') + 1);
    if (rest == "EXISTS") return exists(*number);
    if (rest == "EXPUNGE") return expunge(*number, may_expunge);
    if (rest.starts_with("FETCH (")) return fetch(*number, rest.substr(7));
    return {};
}

std::string ClientView::exists(std::uint64_t count) {
    if (count < messages_.size()) return "EXISTS takes messages away";
    messages_.resize(count);
    return {};
}

std::string ClientView::expunge(std::uint64_t number, bool may_expunge) {
    if (qresync_) return "EXPUNGE to a client that enabled QRESYNC";
    if (!may_expunge) return "EXPUNGE while numbers are in use";
    if (number == 0 || number > messages_.size()) return "EXPUNGE of no message";
    messages_.erase(messages_.begin() + static_cast<std::ptrdiff_t>(number - 1));
    return {};
}

std::vector<ClientView::Message>::iterator ClientView::place_of(std::uint32_t uid) {
    const auto known = std::ranges::find(messages_, uid, &Message::uid);
    if (known != messages_.end()) return known;
    // One whose uid was not told: it lies between those that are lower and those that are higher.
    auto from = messages_.begin();
    for (auto at = messages_.begin(); at != messages_.end(); ++at) {
        if (at->uid > uid) break;
        from = at->uid == 0 ? from : at + 1;
    }
    return from != messages_.end() && from->uid == 0 ? from : messages_.end();
}

std::string ClientView::vanished(std::string_view set, bool may_expunge) {
    if (!qresync_) return "VANISHED to a client that did not enable QRESYNC";
    if (!may_expunge) return "VANISHED while numbers are in use";
    for (const auto& [first, last] : ranges_of(set)) {
        for (std::uint32_t uid = first; uid <= last; ++uid) {
            const auto found = place_of(uid);
            if (found == messages_.end())
                return "uid " + std::to_string(uid) + " vanished and was not there";
            messages_.erase(found);
        }
    }
    return {};
}

std::string ClientView::learn_uid(std::size_t at, std::uint32_t uid) {
    Message& message = messages_[at];
    if (message.uid != 0 && message.uid != uid) {
        return "message " + std::to_string(at + 1) + " was uid " + std::to_string(message.uid) +
               " and is uid " + std::to_string(uid);
    }
    message.uid = uid;
    for (std::size_t i = 0; i < messages_.size(); ++i) {
        const std::uint32_t other = messages_[i].uid;
        if (other == 0 || i == at) continue;
        if ((i < at) != (other < uid)) return "uids do not ascend at " + std::to_string(uid);
    }
    return {};
}

std::string ClientView::fetch(std::uint64_t number, std::string_view items) {
    if (number == 0 || number > messages_.size()) return "FETCH of no message";
    Message& message = messages_[number - 1];
    const bool first = items.starts_with("UID ");
    if (const auto uid = number_after(items, first ? "UID " : " UID ")) {
        std::string wrong = learn_uid(number - 1, static_cast<std::uint32_t>(*uid));
        if (!wrong.empty()) return wrong;
    }
    if (const auto modseq = number_after(items, "MODSEQ (")) {
        if (*modseq < message.modseq) return "MODSEQ of a message falls";
        message.modseq = *modseq;
    }
    if (const std::size_t at = items.find("FLAGS ("); at != std::string_view::npos) {
        const std::string_view list = items.substr(at + 7);
        message.flags = words_of(list.substr(0, list.find(')')));
    }
    return {};
}

}  // namespace loam::testing
