#include "engine/search/terms.h"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "engine/mail/casemap.h"

namespace loam::lookup {
namespace {

/// Code points that fold to themselves, of several scripts; DEL and NUL with them.
const std::vector<std::string> kLetters = {"A",    "B", "C", " ", "\n", std::string(1, '\0'),
                                           "\x7F", "Д", "Ж", "Σ", "漢", "字",
                                           "か",   "ก", "ا", "क", "한", "😀"};

std::string text_of(std::mt19937_64& random, std::size_t letters, std::size_t alphabet) {
    std::string text;
    for (; letters > 0; --letters)
        text += kLetters[random() % alphabet];
    return text;
}

std::vector<Term> terms_of(const std::vector<std::string>& texts, TermCollector& collector) {
    for (const std::string& text : texts) {
        collector.add(text);
        collector.add({&kTextEnd, 1});
    }
    std::vector<Term> terms;
    collector.take(terms);
    std::ranges::sort(terms);
    EXPECT_EQ(std::ranges::adjacent_find(terms), terms.end()) << "each term once";
    return terms;
}

bool may_contain(const std::vector<Term>& terms, const NeedleTerms& needle) {
    switch (needle.kind) {
        case NeedleTerms::Kind::anything:
            return true;
        case NeedleTerms::Kind::range:
            return std::ranges::any_of(
                terms, [&](Term term) { return term >= needle.first && term <= needle.last; });
        case NeedleTerms::Kind::all_of:
            return std::ranges::includes(terms, needle.terms);
    }
    return false;
}

TEST(Terms, NoTextWithTheNeedleIsMissed) {
    std::mt19937_64 random(1);
    TermCollector collector;
    std::size_t hits = 0;
    std::size_t false_hits = 0;
    std::size_t misses = 0;
    for (int round = 0; round < 20'000; ++round) {
        // Small alphabets make hits likely, the whole one mixes the scripts.
        const std::size_t alphabet = round % 2 == 0 ? 3 : kLetters.size();
        std::vector<std::string> texts;
        for (std::size_t count = 1 + random() % 3; count > 0; --count)
            texts.push_back(text_of(random, random() % 12, alphabet));
        const std::string needle = text_of(random, 1 + random() % 4, alphabet);
        const std::vector<Term> terms = terms_of(texts, collector);
        const bool contains = std::ranges::any_of(
            texts, [&](const std::string& text) { return text.find(needle) != text.npos; });
        const NeedleTerms asked = terms_of_needle(needle);
        const bool may = may_contain(terms, asked);
        if (contains) ASSERT_TRUE(may) << "round " << round << ", needle '" << needle << "'";
        if (asked.exact) ASSERT_EQ(may, contains) << "round " << round << ", '" << needle << "'";
        hits += contains ? 1 : 0;
        false_hits += may && !contains ? 1 : 0;
        misses += may ? 0 : 1;
    }
    EXPECT_GT(hits, 3000U);
    EXPECT_GT(misses, 3000U);
    EXPECT_LT(false_hits, 1000U);
}

TEST(Terms, DoNotDependOnWhereTheTextIsCut) {
    std::mt19937_64 random(2);
    TermCollector whole;
    TermCollector pieces;
    for (int round = 0; round < 500; ++round) {
        const std::string text =
            text_of(random, 40, kLetters.size()) + kTextEnd + text_of(random, 40, kLetters.size());
        whole.add(text);
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t bytes = 1 + random() % 5;
            pieces.add(std::string_view(text).substr(at, bytes));
            at += bytes;
        }
        std::vector<Term> want;
        std::vector<Term> have;
        whole.take(want);
        pieces.take(have);
        ASSERT_EQ(have, want) << "round " << round;
    }
}

TEST(Terms, AnswersWithoutALookAtTheMessage) {
    struct Case {
        const char* why;
        std::string needle;
        NeedleTerms::Kind kind;
        bool exact;
    };
    using enum NeedleTerms::Kind;
    const Case kCases[] = {
        {"nothing is in everything", "", anything, false},
        {"what is no UTF-8 has no code points", "A\xC3", anything, false},
        {"one letter begins a range", "A", range, true},
        {"two letters as well", "AB", range, true},
        {"three are one term of their own", "ABC", all_of, true},
        {"four need not stand side by side", "ABCD", all_of, false},
        {"others are hashed", "Д", all_of, false},
        {"and so are mixed ones", "AД", all_of, false},
        {"DEL is no letter", "\x7F", all_of, false},
    };
    for (const Case& one : kCases) {
        const NeedleTerms needle = terms_of_needle(one.needle);
        EXPECT_EQ(needle.kind, one.kind) << one.why;
        EXPECT_EQ(needle.exact, one.exact) << one.why;
    }
}

TEST(Terms, NothingIsFoundAcrossTexts) {
    TermCollector collector;
    const std::vector<Term> terms = terms_of({"XAB", "CDX"}, collector);
    EXPECT_FALSE(may_contain(terms, terms_of_needle("ABC")));
    EXPECT_FALSE(may_contain(terms, terms_of_needle("BC")));
    EXPECT_TRUE(may_contain(terms, terms_of_needle("AB")));
}

}  // namespace
}  // namespace loam::lookup
