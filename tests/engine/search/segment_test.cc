// Segments beside plain documents: build, merge, ask, and damage.
#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "engine/search/candidates.h"
#include "engine/search/segment_builder.h"
#include "engine/search/segment_merger.h"

namespace loam::lookup {
namespace {

using Blocks = std::map<BlockName, std::string>;

/// A message as a plain scan sees it.
struct Plain {
    std::array<std::string, kFields> texts;
    std::array<std::string, kColumns> values;
};

struct Segment {
    SegmentHead head;
    Blocks blocks;
};

BlockSink sink_into(Blocks& blocks) {
    return [&blocks](BlockName name, ByteVector block) {
        EXPECT_FALSE(blocks.contains(name));
        blocks[name] = std::string(as_text(block));
        return Status::good();
    };
}

Result<std::string> load_one(const Blocks& blocks, BlockName name) {
    const auto found = blocks.find(name);
    if (found == blocks.end()) return fail(Errc::corrupt, "not there");
    return found->second;
}

LoadBlocks loader(const Blocks& blocks) {
    return [&blocks](std::span<const BlockName> names) -> Result<std::vector<std::string>> {
        std::vector<std::string> loaded;
        for (const BlockName name : names) {
            LOAM_TRY(loaded.emplace_back(), load_one(blocks, name));
        }
        return loaded;
    };
}

class SegmentTest : public ::testing::Test {
  protected:
    std::string word() {
        static const std::vector<std::string> kSyllables = {"KA", "LO", "MI", "ДА", "漢", "E"};
        std::string made;
        for (std::size_t i = 1 + random_() % 3; i > 0; --i)
            made += kSyllables[random_() % kSyllables.size()];
        return made;
    }
    std::string text(std::size_t words) {
        std::string made;
        for (; words > 0; --words)
            made += word() + ' ';
        return made + kTextEnd;
    }
    Segment build(std::size_t messages) {
        SegmentBuilder builder;
        for (std::size_t i = 0; i < messages; ++i) {
            Plain plain;
            plain.texts = {text(3), text(random_() % 40)};
            for (std::string& value : plain.values)
                value = random_() % 50 == 0 ? std::string(kColumnValueBytesMax + 1, 'X') : word();
            const Cid cid{next_cid_++};
            Document document{.cid = cid, .terms = {}, .values = plain.values, .text_bytes = 100};
            for (std::size_t field = 0; field < kFields; ++field) {
                collector_.add(plain.texts[field]);
                collector_.take(document.terms[field]);
            }
            builder.add(document);
            plain_.emplace(cid, std::move(plain));
        }
        Segment segment;
        segment.head = *builder.write(zstd_, sink_into(segment.blocks));
        return segment;
    }
    Segment merge(const std::vector<Segment>& segments) {
        std::vector<MergeSource> sources;
        for (const Segment& segment : segments) {
            std::vector<bool> keep;
            for (const Cid cid : segment.head.cids)
                keep.push_back(plain_.contains(cid));
            sources.push_back(
                {segment.head,
                 [&segment](BlockName name) { return load_one(segment.blocks, name); }, keep});
        }
        Segment merged;
        auto head = merge_segments(sources, 1, zstd_, sink_into(merged.blocks));
        EXPECT_TRUE(head) << head.error().what;
        merged.head = *std::move(head);
        return merged;
    }
    void forget_some() {
        std::erase_if(plain_, [this](const auto&) { return random_() % 4 == 0; });
    }
    /// Nothing that has the needle is missing, and nothing but that where the answer is exact.
    std::size_t check(const Segment& segment, const std::string& needle) {
        const NeedleTerms terms = terms_of_needle(needle);
        std::size_t wrong = 0;
        for (const Field field : {Field::header, Field::body}) {
            const auto found = find_candidates(segment.head, loader(segment.blocks), field, terms);
            if (!found) {
                ADD_FAILURE() << found.error().what;
                continue;
            }
            EXPECT_TRUE(std::ranges::is_sorted(found->docs));
            for (Doc doc = 0; doc < segment.head.docs(); ++doc) {
                const Plain& plain = plain_.at(segment.head.cids[doc]);
                const std::string& text = plain.texts[static_cast<std::size_t>(field)];
                const bool contains = text.find(needle) != std::string::npos;
                const bool candidate = found->all || std::ranges::binary_search(found->docs, doc);
                EXPECT_TRUE(candidate || !contains) << "'" << needle << "' is missed";
                if (found->exact) EXPECT_EQ(candidate, contains) << "'" << needle << "'";
                wrong += candidate && !contains ? 1 : 0;
            }
        }
        return wrong;
    }
    void check_values(const Segment& segment) {
        for (std::size_t column = 0; column < kColumns; ++column) {
            Doc next = 0;
            const auto use = [&](Doc doc, std::optional<std::string_view> value) {
                EXPECT_EQ(doc, next++);
                const std::string& want = plain_.at(segment.head.cids[doc]).values[column];
                if (want.size() > kColumnValueBytesMax) {
                    EXPECT_FALSE(value);
                } else {
                    EXPECT_EQ(value, want);
                }
            };
            const Status scanned = scan_column(segment.head, loader(segment.blocks),
                                               static_cast<Column>(column), zstd_, use);
            EXPECT_TRUE(scanned) << scanned.error().what;
            EXPECT_EQ(next, segment.head.docs());
        }
    }

    std::mt19937_64 random_{7};
    ZstdContext zstd_;
    TermCollector collector_;
    std::uint64_t next_cid_ = 1;
    std::map<Cid, Plain> plain_;
};

TEST_F(SegmentTest, AnswersAsAPlainScanDoes) {
    const Segment segment = build(300);
    std::size_t wrong = 0;
    for (int round = 0; round < 200; ++round)
        wrong += check(segment, round % 3 == 0 ? word() : word() + ' ' + word());
    for (const char* needle :
         {"A", "K", "KA", "AK", "Q", " ", "Д", "漢", "漢漢", "E漢", "漢E", "KAL"})
        wrong += check(segment, needle);
    EXPECT_LT(wrong, 300U * 400U / 10U) << "an index that lets everything through is none";
    check_values(segment);
}

TEST_F(SegmentTest, MergedSegmentsAnswerTheSame) {
    std::vector<Segment> segments;
    for (const std::size_t messages : {100U, 1U, 57U, 200U})
        segments.push_back(build(messages));
    forget_some();
    const Segment merged = merge(segments);
    EXPECT_EQ(merged.head.docs(), plain_.size());
    EXPECT_EQ(merged.head.level, 1);
    for (int round = 0; round < 100; ++round)
        check(merged, word());
    check_values(merged);
    for (const auto& [name, block] : merged.blocks)
        EXPECT_FALSE(block.empty());
}

TEST_F(SegmentTest, NothingOfTheForgottenIsLeft) {
    std::vector<Segment> segments;
    segments.push_back(build(20));
    const std::uint64_t secret_cid = next_cid_;
    segments.push_back(build(1));
    plain_.erase(Cid{secret_cid});
    const Segment merged = merge(segments);
    const Segment alone = merge({segments[0]});
    EXPECT_EQ(merged.blocks, alone.blocks);
    EXPECT_EQ(encode_head(merged.head), encode_head(alone.head));
}

TEST_F(SegmentTest, HeadsComeBackAndDamagedOnesAreRefused) {
    const Segment segment = build(50);
    const ByteVector encoded = encode_head(segment.head);
    const auto again = decode_head(encoded);
    ASSERT_TRUE(again) << again.error().what;
    EXPECT_EQ(*again, segment.head);
    for (std::size_t at = 0; at < encoded.size(); ++at) {
        ByteVector damaged = encoded;
        damaged[at] ^= std::byte{1};
        EXPECT_FALSE(decode_head(damaged)) << "octet " << at;
        EXPECT_FALSE(decode_head(Bytes(encoded).first(at))) << "cut after " << at;
    }
}

TEST_F(SegmentTest, DamagedBlocksAreErrorsAndNoAnswers) {
    const Segment segment = build(50);
    for (const auto& [name, block] : segment.blocks) {
        Blocks damaged = segment.blocks;
        std::string& octets = damaged.at(name);
        octets[random_() % octets.size()] ^= 4;
        bool refused = false;
        if (name.kind == 0) {
            NeedleTerms all{
                .kind = NeedleTerms::Kind::range, .first = 0, .last = kTermsEnd - 1, .terms = {}};
            for (const Field field : {Field::header, Field::body})
                refused |= !find_candidates(segment.head, loader(damaged), field, all);
        } else {
            refused =
                !scan_column(segment.head, loader(damaged), static_cast<Column>(name.kind - 1),
                             zstd_, [](Doc, std::optional<std::string_view>) {});
        }
        EXPECT_TRUE(refused) << "kind " << int{name.kind} << ", block " << name.number;
        damaged.erase(name);
        const MergeSource source{segment.head,
                                 [&](BlockName wanted) { return load_one(damaged, wanted); },
                                 std::vector<bool>(50, true)};
        Blocks merged;
        EXPECT_FALSE(merge_segments({&source, 1}, 1, zstd_, sink_into(merged)));
    }
}

}  // namespace
}  // namespace loam::lookup
