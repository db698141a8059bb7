#include "bench/load/fetch_items.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace loam::load {

namespace {

std::optional<std::uint32_t> to_number(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// Walks the values of one response from left to right.
class Walker {
  public:
    Walker(std::string_view line, const std::vector<LiteralSpan>& literals, std::size_t at)
        : line_(line), literals_(literals), at_(at) {}

    bool done() const { return at_ == line_.size(); }
    bool take(char c) {
        if (done() || line_[at_] != c) return false;
        ++at_;
        return true;
    }

    /// name := atom ["[" section "]" ["<" number ">"]]; a section may hold spaces.
    std::string_view name() {
        const std::size_t begin = at_;
        bool in_section = false;
        for (; !done(); ++at_) {
            const char c = line_[at_];
            if (c == '[') in_section = true;
            if (c == ']') in_section = false;
            if (!in_section && (c == ' ' || c == ')' || c == '(')) break;
        }
        return line_.substr(begin, at_ - begin);
    }

    /// value := list / quoted / literal / atom
    Result<std::string_view> value() {
        if (done()) return fail(Errc::corrupt, "fetch: value missing");
        if (line_[at_] == '(') return list();
        if (line_[at_] == '"') return quoted();
        if (line_[at_] == '{' || line_.substr(at_, 2) == "~{") return literal();
        const std::size_t begin = at_;
        at_ = std::min(line_.find_first_of(" ()\"{\r", at_), line_.size());
        if (at_ == begin) return fail(Errc::corrupt, "fetch: empty value");
        return line_.substr(begin, at_ - begin);
    }

  private:
    Result<std::string_view> quoted() {
        const std::size_t begin = at_++;
        while (!done() && line_[at_] != '"')
            at_ += line_[at_] == '\\' ? 2 : 1;
        if (at_ >= line_.size()) return fail(Errc::corrupt, "fetch: open quoted string");
        ++at_;
        return line_.substr(begin, at_ - begin);
    }

    Result<std::string_view> literal() {
        while (next_literal_ < literals_.size() && literals_[next_literal_].begin < at_)
            ++next_literal_;
        const std::size_t line_end = line_.find("\r\n", at_);
        if (next_literal_ == literals_.size() || literals_[next_literal_].begin != line_end + 2)
            return fail(Errc::corrupt, "fetch: literal out of place");
        const LiteralSpan span = literals_[next_literal_++];
        at_ = span.begin + span.size_bytes;
        return line_.substr(span.begin, span.size_bytes);
    }

    /// Adjacent lists need no space between them: BODYSTRUCTURE, RFC 9051 section 9.
    Result<std::string_view> list() {
        const std::size_t begin = at_;
        int depth = 0;
        do {
            if (take('(')) {
                ++depth;
            } else if (take(')')) {
                --depth;
            } else if (!take(' ')) {
                LOAM_TRY_STATUS(value());
            }
        } while (depth > 0 && !done());
        if (depth != 0) return fail(Errc::corrupt, "fetch: open list");
        return line_.substr(begin, at_ - begin);
    }

    std::string_view line_;
    const std::vector<LiteralSpan>& literals_;
    std::size_t at_;
    std::size_t next_literal_ = 0;
};

/// Numbers in a sequence set such as `1:3,7`; `*` does not come from a server.
std::size_t count_in_set(std::string_view set) {
    std::size_t count = 0;
    while (!set.empty()) {
        const std::size_t comma = set.find(',');
        const std::string_view range = set.substr(0, comma);
        const std::size_t colon = range.find(':');
        const auto first = to_number(range.substr(0, colon));
        const auto last =
            colon == std::string_view::npos ? first : to_number(range.substr(colon + 1));
        if (first && last) count += std::max(*first, *last) - std::min(*first, *last) + 1;
        set.remove_prefix(comma == std::string_view::npos ? set.size() : comma + 1);
    }
    return count;
}

}  // namespace

std::optional<std::string_view> FetchData::find(std::string_view name) const {
    const auto found = std::ranges::find(items, name, &FetchItem::name);
    if (found == items.end()) return std::nullopt;
    return found->value;
}

Result<std::optional<FetchData>> parse_fetch(const Response& response) {
    constexpr std::string_view kWord = " FETCH ";
    const std::size_t space = response.rest.find(' ');
    if (response.kind != ResponseKind::untagged || space == std::string_view::npos ||
        !response.rest.substr(space).starts_with(kWord))
        return std::optional<FetchData>{};
    const auto number = to_number(response.rest.substr(0, space));
    if (!number || *number == 0) return fail(Errc::corrupt, "fetch: no message number");
    FetchData data{.number = *number, .items = {}};
    const std::size_t begin = response.line.size() - response.rest.size() + space + kWord.size();
    Walker walker(response.line, response.literals, begin);
    if (!walker.take('(')) return fail(Errc::corrupt, "fetch: '(' missing");
    do {
        FetchItem item{.name = walker.name(), .value = {}};
        if (item.name.empty() || !walker.take(' '))
            return fail(Errc::corrupt, "fetch: item name missing");
        LOAM_TRY(item.value, walker.value());
        data.items.push_back(item);
    } while (walker.take(' '));
    if (!walker.take(')') || !walker.done())
        return fail(Errc::corrupt, "fetch: does not end with ')'");
    return std::optional<FetchData>(std::move(data));
}

std::optional<std::uint32_t> number_before(const Response& response, std::string_view word) {
    const std::size_t space = response.rest.find(' ');
    if (response.kind != ResponseKind::untagged || space == std::string_view::npos ||
        response.rest.substr(space + 1) != word)
        return std::nullopt;
    return to_number(response.rest.substr(0, space));
}

std::optional<std::size_t> count_found(const Response& response) {
    if (response.kind != ResponseKind::untagged) return std::nullopt;
    if (response.rest == "SEARCH" || response.rest.starts_with("SEARCH ")) {
        const auto spaces = std::ranges::count(response.rest, ' ');
        return static_cast<std::size_t>(spaces);
    }
    if (!response.rest.starts_with("ESEARCH")) return std::nullopt;
    constexpr std::string_view kAll = " ALL ";
    const std::size_t all = response.rest.find(kAll);
    if (all == std::string_view::npos) return 0;
    const std::string_view set = response.rest.substr(all + kAll.size());
    return count_in_set(set.substr(0, set.find(' ')));
}

}  // namespace loam::load
