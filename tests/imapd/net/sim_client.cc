#include "tests/imapd/net/sim_client.h"

#include <algorithm>
#include <cstdlib>

namespace loam::testing {

namespace {

/// Octets of the literal that the line announces; nothing if there is none.
std::optional<std::size_t> literal_of(std::string_view line) {
    const std::size_t brace = line.rfind('{');
    if (!line.ends_with('}') || brace == std::string_view::npos) return std::nullopt;
    return std::strtoull(line.data() + brace + 1, nullptr, 10);
}

}  // namespace

bool Answer::tells(std::string_view text) const {
    return std::ranges::any_of(untagged,
                               [&](const auto& each) { return each.find(text) != each.npos; });
}

Task<bool> SimClient::read_more() {
    const auto received = co_await stream_->receive();
    if (!received || received->empty()) co_return false;
    input_ += as_text(received->bytes());
    co_return true;
}

Task<std::optional<std::string>> SimClient::read_response() {
    std::size_t from = 0;  // of the line that may end the response
    for (;;) {
        const std::size_t end = input_.find("\r\n", from);
        std::size_t needed = input_.size() + 1;
        if (end != std::string::npos) {
            const auto literal = literal_of(std::string_view(input_).substr(from, end - from));
            if (!literal) {
                std::string response = input_.substr(0, end);
                input_.erase(0, end + 2);
                co_return response;
            }
            from = end + 2 + *literal;
            needed = from;
        }
        while (input_.size() < needed) {
            const bool more = co_await read_more();
            if (!more) co_return std::nullopt;
        }
    }
}

Task<std::optional<Answer>> SimClient::read_answer(std::string tag, Answer answer) {
    for (;;) {
        auto response = co_await read_response();
        if (!response) co_return std::nullopt;
        if (response->starts_with(tag)) {
            answer.tagged = response->substr(tag.size());
            co_return answer;
        }
        if (response->starts_with("* ")) answer.untagged.push_back(response->substr(2));
    }
}

Task<bool> SimClient::begin() {
    const auto greeting = co_await read_response();
    co_return greeting && greeting->starts_with("* OK");
}

Task<std::optional<Answer>> SimClient::command(std::string text) {
    const std::string tag = "t" + std::to_string(++last_tag_) + " ";
    const std::string line = tag + text + "\r\n";
    const Status sent = co_await stream_->send(as_bytes(line));
    if (!sent) co_return std::nullopt;
    co_return co_await read_answer(tag, {});
}

Task<std::optional<Answer>> SimClient::command_with_literal(std::string text, std::string literal,
                                                            bool synchronizing,
                                                            std::size_t octets_sent) {
    const std::string tag = "t" + std::to_string(++last_tag_) + " ";
    const std::string end = synchronizing ? "}\r\n" : "+}\r\n";
    const std::string line = tag + text + " {" + std::to_string(literal.size()) + end;
    const Status begun = co_await stream_->send(as_bytes(line));
    if (!begun) co_return std::nullopt;
    Answer answer;
    while (synchronizing) {
        auto response = co_await read_response();
        if (!response) co_return std::nullopt;
        if (response->starts_with("+")) break;
        if (response->starts_with(tag)) {
            answer.tagged = response->substr(tag.size());
            co_return answer;
        }
        if (response->starts_with("* ")) answer.untagged.push_back(response->substr(2));
    }
    const bool whole = octets_sent >= literal.size();
    literal = whole ? literal + "\r\n" : literal.substr(0, octets_sent);
    const Status sent = co_await stream_->send(as_bytes(literal));
    if (!whole) reset();
    if (!sent || !whole) co_return std::nullopt;
    co_return co_await read_answer(tag, std::move(answer));
}

}  // namespace loam::testing
