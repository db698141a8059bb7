// SEARCH over the corpora beside a plain scan: seeded needles, the same answer. LOAM_ROUNDS says
// how many needles.
#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/api/search.h"
#include "engine/codec/base64.h"
#include "engine/codec/quoted_printable.h"
#include "engine/mail/casemap.h"
#include "engine/mail/charset.h"
#include "engine/mail/encoded_word.h"
#include "engine/mail/header.h"
#include "engine/mail/parser.h"
#include "tests/engine/api/store_fixture.h"
#include "tests/support/corpus.h"
#include "tests/support/seeds.h"

namespace loam {
namespace {

constexpr std::size_t kTortureMessages = 160;
constexpr std::size_t kRealMessages = 140;
constexpr std::size_t kMessageBytesMax = 64U << 10;

/// A message as a plain scan sees it: texts as people read them, folded or not.
struct PlainMessage {
    std::vector<std::string> header;
    std::vector<std::string> body;
    std::vector<std::pair<std::string, std::string>> fields;
};

std::string decoded_body(const mail::Part& part, std::string_view raw) {
    ByteVector octets;
    if (part.transfer == mail::Encoding::base64) {
        Base64Decoder decoder;
        decoder.feed(as_bytes(raw), octets);
        decoder.finish(octets);
    } else if (part.transfer == mail::Encoding::quoted_printable) {
        QuotedPrintableDecoder decoder;
        decoder.feed(as_bytes(raw), octets);
        decoder.finish(octets);
    } else {
        octets.assign(as_bytes(raw).begin(), as_bytes(raw).end());
    }
    return mail::to_utf8(as_text(octets), mail::charset_of(part));
}

PlainMessage plain_of(const std::string& raw) {
    const mail::Structure structure = mail::parse_message(as_bytes(raw)).structure;
    PlainMessage plain;
    for (const mail::Part& part : structure.parts) {
        const bool root = part.parent < 0;
        const bool nested = !root && structure.parts[static_cast<std::size_t>(part.parent)].rfc822;
        const std::string header = raw.substr(part.header_offset, part.header_bytes);
        std::string text;
        mail::HeaderReader reader(header);
        while (const auto field = reader.next()) {
            const std::string value = mail::decode_encoded_words(mail::unfold(field->body));
            if (root) plain.fields.emplace_back(field->name, value);
            if (!field->name.empty()) text += mail::to_utf8(field->name, "") + ": ";
            text += value + "\n";
        }
        if (part.header_bytes > 0) (nested ? plain.body : plain.header).push_back(text);
        const bool readable =
            mail::equal_nocase(part.type, "text") || mail::equal_nocase(part.type, "message");
        if (part.leaf() && readable)
            plain.body.push_back(decoded_body(part, raw.substr(part.body_offset, part.body_bytes)));
    }
    return plain;
}

PlainMessage folded(PlainMessage plain) {
    for (auto* texts : {&plain.header, &plain.body}) {
        for (std::string& text : *texts)
            text = mail::casefold(text);
    }
    for (auto& [name, value] : plain.fields)
        value = mail::casefold(value);
    return plain;
}

bool any_has(const std::vector<std::string>& texts, const std::string& needle) {
    return std::ranges::any_of(
        texts, [&](const std::string& text) { return text.find(needle) != std::string::npos; });
}

bool holds(const Query& query, const PlainMessage& plain) {
    const std::string needle = mail::casefold(query.text);
    const auto field_has = [&](std::string_view name) {
        return std::ranges::any_of(plain.fields, [&](const auto& field) {
            return mail::equal_nocase(field.first, name) &&
                   field.second.find(needle) != std::string::npos;
        });
    };
    switch (query.op) {
        case Query::Op::body:
            return needle.empty() || any_has(plain.body, needle);
        case Query::Op::text:
            return needle.empty() || any_has(plain.body, needle) || any_has(plain.header, needle);
        case Query::Op::subject:
            return field_has("Subject");
        case Query::Op::from:
            return field_has("From");
        case Query::Op::to:
            return field_has("To");
        default:
            return !query.name.empty() && field_has(query.name);
    }
}

class SearchCorpusTest : public StoreFixture {
  protected:
    void SetUp() override {
        if (!test::corpus_dir()) GTEST_SKIP() << "the corpora are not here: set LOAM_CORPUS";
        open();
        add_user("kim");
        account("kim");
        take("torture", kTortureMessages);
        take("real", kRealMessages);
        ASSERT_GT(readable_.size(), 200U);
        inbox_ = open_mailbox("INBOX");
        // A tail that no segment has stays, and holes.
        const UidSet some{{Uid{3}, Uid{5}}, {Uid{200}, Uid{200}}};
        const FlagChange deleted{FlagChange::How::add, kFlagDeleted, {}};
        ASSERT_TRUE(run(inbox_->store_flags(some, deleted, std::nullopt, nullptr)));
        ASSERT_TRUE(run(inbox_->expunge(some, nullptr)));
    }
    void take(const char* which, std::size_t count) {
        std::vector<std::string> messages;
        for (const test::CorpusFile& file : test::corpus_files(which)) {
            std::string text = test::with_crlf(test::read_file(file.path));
            if (!file.mbox) {
                messages.push_back(std::move(text));
                continue;
            }
            for (std::string& one : test::split_mbox(text))
                messages.push_back(std::move(one));
        }
        std::erase_if(messages, [](const std::string& one) {
            return one.empty() || one.size() > kMessageBytesMax;
        });
        std::ranges::shuffle(messages, random_);
        messages.resize(std::min(messages.size(), count));
        for (const std::string& message : messages) {
            if (readable_.size() == 250) ASSERT_TRUE(run(account_->build_search_index()));
            ASSERT_TRUE(append("INBOX", message));
            readable_.push_back(plain_of(message));
            folded_.push_back(folded(readable_.back()));
        }
    }

    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }
    /// A piece of a text, at borders of code points or, as a client may, between any octets of it
    /// that make valid UTF-8.
    std::string piece(const std::string& text) {
        static constexpr std::size_t kLengths[] = {1, 2, 3, 4, 6, 9, 16, 40};
        const auto inside = [&text](std::size_t at) {
            return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
        };
        std::size_t begin = below(text.size());
        while (begin > 0 && inside(begin))
            --begin;
        std::size_t end = std::min(text.size(), begin + kLengths[below(std::size(kLengths))]);
        while (inside(end))
            ++end;
        return text.substr(begin, end - begin);
    }
    static std::string word(const std::string& text, std::size_t at) {
        const std::size_t begin = text.find_last_of(" \r\n\t", at);
        const std::size_t from = begin == std::string::npos ? 0 : begin + 1;
        return text.substr(from,
                           std::min<std::size_t>(text.find_first_of(" \r\n\t", from) - from, 60));
    }
    const std::string& any_text(const PlainMessage& message) {
        static const std::string kNothing;
        const auto& texts = below(3) == 0 || message.body.empty() ? message.header : message.body;
        return texts.empty() ? kNothing : texts[below(texts.size())];
    }
    std::string needle() {
        const PlainMessage& message = readable_[below(readable_.size())];
        const std::string& text = any_text(message);
        switch (below(8)) {
            case 0:  // a word, in other letters
                return mail::casefold(word(text, below(text.size())));
            case 1: {  // across two texts: mostly nowhere
                const std::string& other = any_text(message);
                const std::string head = piece(text);
                return head + piece(other);
            }
            case 2: {  // a word with a letter changed
                std::string changed = word(text, below(text.size()));
                if (!changed.empty() && static_cast<unsigned char>(changed.front()) < 0x80)
                    changed.front() = static_cast<char>('a' + below(26));
                return changed;
            }
            default:
                return piece(text);
        }
    }
    Query query() {
        Query made;
        static constexpr Query::Op kOps[] = {Query::Op::body, Query::Op::text, Query::Op::body,
                                             Query::Op::text, Query::Op::header};
        made.op = kOps[below(std::size(kOps))];
        made.text = needle();
        if (made.op != Query::Op::header) return made;
        const auto& fields = readable_[below(readable_.size())].fields;
        if (fields.empty()) return made;
        const auto& [name, value] = fields[below(fields.size())];
        made.name = name.empty() ? "X-None" : name;
        made.text = below(5) == 0 ? needle() : piece(value);
        static constexpr std::pair<std::string_view, Query::Op> kNamed[] = {
            {"subject", Query::Op::subject}, {"from", Query::Op::from}, {"to", Query::Op::to}};
        for (const auto& [key, op] : kNamed) {
            if (mail::equal_nocase(key, name) && below(2) == 0) made.op = op;
        }
        return made;
    }
    std::vector<std::uint32_t> found(const Query& query) {
        const auto uids = run(search(*account_, *inbox_, query, [] { return false; }));
        EXPECT_TRUE(uids) << uids.error().what;
        std::vector<std::uint32_t> numbers;
        for (const Uid uid : *uids)
            numbers.push_back(uid.value);
        return numbers;
    }
    std::vector<std::uint32_t> scanned(const Query& query) const {
        std::vector<std::uint32_t> numbers;
        for (const MessageRow& row : inbox_->messages()) {
            if (holds(query, folded_[row.uid.value - 1])) numbers.push_back(row.uid.value);
        }
        return numbers;
    }

    std::mt19937_64 random_{42};
    std::vector<PlainMessage> readable_;
    std::vector<PlainMessage> folded_;
    std::shared_ptr<Mailbox> inbox_;
};

TEST_F(SearchCorpusTest, EveryNeedleIsFoundWhereAPlainScanFindsIt) {
    std::size_t hits = 0;
    std::size_t nowhere = 0;
    const std::vector<std::uint64_t> seeds = testing::seeds_to_run(5000);
    for (const std::uint64_t seed : seeds) {
        random_.seed(seed);
        const Query asked = query();
        const auto want = scanned(asked);
        ASSERT_EQ(found(asked), want)
            << "seed " << seed << ", op " << static_cast<int>(asked.op) << ", field '" << asked.name
            << "', needle '" << asked.text << "'";
        hits += want.size();
        nowhere += want.empty() ? 1 : 0;
    }
    if (seeds.size() < 1000) return;
    EXPECT_GT(hits, seeds.size()) << "the needles are too rare to tell anything";
    EXPECT_GT(nowhere, seeds.size() / 50) << "the needles are too common to tell anything";
}

}  // namespace
}  // namespace loam
