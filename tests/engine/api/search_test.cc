// Searches beside a plain scan: seeded messages, seeded queries, the same answer.
#include "engine/api/search.h"

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/api/store_fixture.h"

namespace loam {
namespace {

/// Letters in their two spellings: each folds to one form, and none is a part of another.
struct Letter {
    std::string_view lower;
    std::string_view upper;
};
constexpr Letter kLetters[] = {{"a", "A"}, {"b", "B"}, {"o", "O"}, {"д", "Д"},
                               {"ж", "Ж"}, {"λ", "Λ"}, {" ", " "}};
constexpr std::size_t kBlank = std::size(kLetters) - 1;
using Line = std::vector<std::size_t>;  // of kLetters

/// What a plain scan looks at: lines in lower spelling.
struct PlainMessage {
    std::string subject;
    std::vector<std::string> header;  ///< of the message and its parts, decoded
    std::vector<std::string> body;
    std::uint8_t flags = 0;
    std::uint64_t size = 0;
};

std::string base64(std::string_view text) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += 3) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8 | (at + i < text.size() ? static_cast<std::uint8_t>(text[at + i]) : 0);
        for (std::size_t i = 0; i < 4; ++i)
            out += at + i <= text.size() ? kDigits[bits >> (18 - 6 * i) & 63] : '=';
    }
    return out;
}

/// Every octet written as =XX, a soft line break now and then.
std::string quoted_printable(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    std::size_t column = 0;
    for (const char c : text) {
        if (c == '\r' || c == '\n') {
            out += c;
            column = 0;
            continue;
        }
        if (++column % 20 == 0) out += "=\r\n";
        const auto octet = static_cast<std::uint8_t>(c);
        out += '=';
        out += kHex[octet >> 4];
        out += kHex[octet & 15];
    }
    return out;
}

std::string base64_lines(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += 57)
        out += base64(text.substr(at, 57)) + "\r\n";
    return out;
}

class Mails {
  public:
    explicit Mails(std::uint64_t seed) : random_(seed) {}

    std::size_t below(std::size_t limit) { return random_() % limit; }

    /// One message and what a plain scan has of it. Blanks are never first or last in a line.
    std::string make(PlainMessage& plain, std::size_t lines) {
        const Line subject = line();
        plain.subject = lower(subject);
        std::string mail =
            header(plain, "Subject", "=?utf-8?B?" + base64(spell(subject)) + "?=", plain.subject);
        mail += header(plain, "MIME-Version", "1.0", "1.0");
        if (below(2) == 0) return mail + part(plain, lines);
        const std::string type = "multipart/mixed; boundary=--x";
        mail += header(plain, "Content-Type", type, type) + "\r\n";
        for (std::size_t parts = 1 + below(3); parts > 0; --parts)
            mail += "----x\r\n" + part(plain, lines) + "\r\n";
        return mail + "----x--\r\n";
    }
    Line line() {
        Line made;
        for (std::size_t letters = 3 + below(18); letters > 0; --letters)
            made.push_back(below(std::size(kLetters)));
        if (made.front() == kBlank) made.front() = 0;
        if (made.back() == kBlank) made.back() = 1;
        return made;
    }
    static std::string lower(const Line& line) {
        std::string text;
        for (const std::size_t letter : line)
            text += kLetters[letter].lower;
        return text;
    }
    /// Each letter in one of its spellings.
    std::string spell(const Line& line) {
        std::string text;
        for (const std::size_t letter : line)
            text += below(2) == 0 ? kLetters[letter].lower : kLetters[letter].upper;
        return text;
    }

  private:
    static std::string header(PlainMessage& plain, const std::string& name, const std::string& wire,
                              const std::string& decoded) {
        std::string text = name + ": " + decoded;
        std::ranges::transform(text, text.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        });
        plain.header.push_back(std::move(text));
        return name + ": " + wire + "\r\n";
    }
    std::string part(PlainMessage& plain, std::size_t lines) {
        constexpr std::array<std::string_view, 3> kEncodings = {"8bit", "quoted-printable",
                                                                "base64"};
        std::string text;
        for (; lines > 0; --lines) {
            const Line one = line();
            plain.body.push_back(lower(one));
            text += spell(one) + "\r\n";
        }
        const std::size_t encoding = below(kEncodings.size());
        const std::string name(kEncodings[encoding]);
        std::string mail =
            header(plain, "Content-Type", "text/plain; charset=utf-8", "text/plain; charset=utf-8");
        mail += header(plain, "Content-Transfer-Encoding", name, name) + "\r\n";
        if (encoding == 1) return mail + quoted_printable(text);
        return mail + (encoding == 2 ? base64_lines(text) : text);
    }

    std::mt19937_64 random_;
};

bool any_contains(const std::vector<std::string>& lines, const std::string& needle) {
    return std::ranges::any_of(lines,
                               [&](const auto& line) { return line.find(needle) != line.npos; });
}

/// A query and its needle in lower spelling, for the plain scan.
struct PlainQuery {
    Query query;
    std::string needle;
    std::vector<PlainQuery> children;
};

bool holds(const PlainQuery& query, const PlainMessage& message) {
    const auto child_holds = [&](const PlainQuery& child) { return holds(child, message); };
    switch (query.query.op) {
        case Query::Op::subject:
            return message.subject.find(query.needle) != std::string::npos;
        case Query::Op::body:
            return any_contains(message.body, query.needle);
        case Query::Op::text:
            return any_contains(message.body, query.needle) ||
                   any_contains(message.header, query.needle);
        case Query::Op::flags_set:
            return (message.flags & query.query.number) != 0;
        case Query::Op::larger:
            return message.size > query.query.number;
        case Query::Op::all_of:
            return std::ranges::all_of(query.children, child_holds);
        case Query::Op::any_of:
            return std::ranges::any_of(query.children, child_holds);
        default:
            return !holds(query.children.front(), message);
    }
}

class SearchTest : public StoreFixture {
  protected:
    void SetUp() override {
        open();
        add_user("kim");
        account("kim");
    }
    void fill(std::size_t messages) {
        for (std::size_t i = 0; i < messages; ++i) {
            PlainMessage plain;
            // One is too large to be read whole.
            const std::string mail = mails_.make(plain, i == 7 ? 12'000 : mails_.below(5));
            plain.flags = mails_.below(2) == 0 ? kFlagSeen : 0;
            plain.size = mail.size();
            ASSERT_TRUE(append("INBOX", mail, plain.flags));
            plain_.push_back(std::move(plain));
            // The others are searched without an index.
            if (i == messages * 3 / 4) ASSERT_TRUE(run(account_->build_search_index()));
        }
        inbox_ = open_mailbox("INBOX");
    }
    std::vector<std::uint32_t> found(const Query& query, SearchWant want = {}) {
        const auto uids = run(search(*account_, *inbox_, query, [] { return false; }, want));
        EXPECT_TRUE(uids) << uids.error().what;
        std::vector<std::uint32_t> numbers;
        for (const Uid uid : *uids)
            numbers.push_back(uid.value);
        return numbers;
    }
    std::vector<std::uint32_t> scanned(const PlainQuery& query) const {
        std::vector<std::uint32_t> numbers;
        for (std::size_t i = 0; i < plain_.size(); ++i) {
            if (holds(query, plain_[i])) numbers.push_back(static_cast<std::uint32_t>(i + 1));
        }
        return numbers;
    }
    PlainQuery text_query() {
        constexpr std::array kOps = {Query::Op::subject, Query::Op::body, Query::Op::text};
        Line needle = mails_.line();
        needle.resize(std::min(needle.size(), 1 + mails_.below(6)));
        PlainQuery made;
        made.query.op = kOps[mails_.below(kOps.size())];
        made.query.text = mails_.spell(needle);
        made.needle = Mails::lower(needle);
        return made;
    }
    PlainQuery leaf() {
        const std::size_t dice = mails_.below(8);
        if (dice > 1) return text_query();
        PlainQuery made;
        made.query.op = dice == 0 ? Query::Op::flags_set : Query::Op::larger;
        made.query.number = dice == 0 ? kFlagSeen : 300 + mails_.below(300);
        return made;
    }
    PlainQuery tree(int depth) {
        constexpr std::array kOps = {Query::Op::all_of, Query::Op::any_of, Query::Op::not_of};
        if (depth == 0 || mails_.below(3) == 0) return leaf();
        PlainQuery made;
        made.query.op = kOps[mails_.below(kOps.size())];
        const std::size_t children = made.query.op == Query::Op::not_of ? 1 : 1 + mails_.below(3);
        for (std::size_t i = 0; i < children; ++i) {
            made.children.push_back(tree(depth - 1));
            made.query.children.push_back(made.children.back().query);
        }
        return made;
    }

    Mails mails_{20'260'101};
    std::vector<PlainMessage> plain_;
    std::shared_ptr<Mailbox> inbox_;
};

TEST_F(SearchTest, NeedlesAreFoundWhereAPlainScanFindsThem) {
    fill(80);
    std::size_t hits = 0;
    std::size_t misses = 0;
    for (int round = 0; round < 300; ++round) {
        const PlainQuery query = text_query();
        const auto want = scanned(query);
        ASSERT_EQ(found(query.query), want)
            << "round " << round << ", op " << static_cast<int>(query.query.op) << ", needle '"
            << query.query.text << "'";
        hits += want.size();
        misses += plain_.size() - want.size();
    }
    EXPECT_GT(hits, 1000U) << "the needles are too rare to tell anything";
    EXPECT_GT(misses, 1000U) << "the needles are too common to tell anything";
}

TEST_F(SearchTest, ProgramsOfManyKeysToo) {
    fill(40);
    for (int round = 0; round < 200; ++round) {
        const PlainQuery query = tree(3);
        ASSERT_EQ(found(query.query), scanned(query)) << "round " << round;
    }
}

TEST_F(SearchTest, EndsAreFoundWithoutTheRest) {
    fill(120);
    for (int round = 0; round < 100; ++round) {
        const PlainQuery query = tree(2);
        const auto want = scanned(query);
        const auto least = found(query.query, {.least = 1});
        const auto most = found(query.query, {.least = 0, .most = 1});
        const auto ends = found(query.query, {.least = 1, .most = 1});
        ASSERT_EQ(least.empty(), want.empty()) << "round " << round;
        ASSERT_EQ(most.empty(), want.empty()) << "round " << round;
        if (want.empty()) continue;
        ASSERT_EQ(least.front(), want.front()) << "round " << round;
        ASSERT_EQ(most.back(), want.back()) << "round " << round;
        ASSERT_EQ(ends.front(), want.front()) << "round " << round;
        ASSERT_EQ(ends.back(), want.back()) << "round " << round;
    }
}

TEST_F(SearchTest, SomeFromEitherEndAreFoundWithoutTheRest) {
    fill(200);
    for (std::size_t round = 0; round < 60; ++round) {
        const PlainQuery query = tree(2);
        const auto want = scanned(query);
        const std::size_t least = round % 7;
        const std::size_t most = round % 5 * 20;
        const auto some = found(query.query, {.least = least, .most = most});
        ASSERT_TRUE(std::ranges::includes(want, some)) << "round " << round;
        const std::size_t low = std::min(least, want.size());
        const std::size_t high = std::min(most, want.size());
        ASSERT_GE(some.size(), std::max(low, high)) << "round " << round;
        EXPECT_TRUE(std::ranges::equal(std::span(some).first(low), std::span(want).first(low)))
            << "round " << round;
        EXPECT_TRUE(std::ranges::equal(std::span(some).last(high), std::span(want).last(high)))
            << "round " << round;
    }
}

TEST_F(SearchTest, TheIndexIsThereAfterARestart) {
    fill(20);
    const auto indexed = [this] {
        const auto stats = run(store_->stats(*reactor_));
        EXPECT_TRUE(stats);
        const auto found = std::ranges::find(*stats, "search_messages", &Store::Stat::name);
        return found == stats->end() ? 0 : found->value;
    };
    EXPECT_EQ(indexed(), 16U);
    inbox_.reset();
    reopen();
    account("kim");
    inbox_ = open_mailbox("INBOX");
    EXPECT_EQ(indexed(), 16U);
    for (int round = 0; round < 20; ++round) {
        const PlainQuery query = text_query();
        ASSERT_EQ(found(query.query), scanned(query)) << "round " << round;
    }
    ASSERT_TRUE(run(account_->build_search_index()));
    EXPECT_EQ(indexed(), 20U);
}

TEST_F(SearchTest, ManyMessagesAreIndexedByThemselves) {
    const std::string mail = "Subject: one of many\r\n\r\nneedle in a haystack\r\n";
    for (int i = 0; i < 600; ++i)
        ASSERT_TRUE(append("INBOX", mail));
    inbox_ = open_mailbox("INBOX");
    ASSERT_TRUE(run(account_->build_search_index()));  // waits for what is under way
    Query query;
    query.op = Query::Op::body;
    query.text = "haystack";
    EXPECT_EQ(found(query).size(), 600U);
}

TEST_F(SearchTest, WhatIsExpungedIsNotFound) {
    fill(10);
    Query all;
    all.op = Query::Op::text;
    all.text = "subject";
    EXPECT_EQ(found(all).size(), 10U);
    const UidSet two{{Uid{2}, Uid{3}}};
    const FlagChange change{FlagChange::How::add, kFlagDeleted, {}};
    ASSERT_TRUE(run(inbox_->store_flags(two, change, std::nullopt, nullptr)));
    ASSERT_TRUE(run(inbox_->expunge(two, nullptr)));
    EXPECT_EQ(found(all), (std::vector<std::uint32_t>{1, 4, 5, 6, 7, 8, 9, 10}));
}

TEST_F(SearchTest, GivenUpWhenAsked) {
    fill(3);
    Query query;
    query.op = Query::Op::body;
    query.text = "a";
    const auto uids = run(search(*account_, *inbox_, query, [] { return true; }));
    ASSERT_FALSE(uids);
    EXPECT_EQ(uids.error().code, Errc::closed);
}

}  // namespace
}  // namespace loam
