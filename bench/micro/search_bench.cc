// What the search index costs: folding, finding, terms, segments, and how much of real mail it is.
#include <algorithm>
#include <map>
#include <random>

#include <benchmark/benchmark.h>

#include "engine/base/check.h"
#include "engine/mail/casemap.h"
#include "engine/mail/match_text.h"
#include "engine/mail/parser.h"
#include "engine/mail/text.h"
#include "engine/search/candidates.h"
#include "engine/search/folded_message.h"
#include "engine/search/segment_builder.h"
#include "engine/search/segment_merger.h"
#include "tests/support/corpus.h"

namespace loam::lookup {
namespace {

/// Words of real mail, or made ones where the corpus is not there.
struct Mails {
    std::vector<std::string> raw;
    std::vector<mail::Structure> structures;
};

std::vector<std::string> raw_messages(std::string_view which, std::size_t most) {
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
    std::mt19937_64 random(1);
    std::ranges::shuffle(messages, random);
    messages.resize(std::min(messages.size(), most));
    return messages;
}

const Mails& mails(const std::string& which) {
    static std::map<std::string, Mails> all;
    const auto [found, fresh] = all.try_emplace(which);
    if (!fresh) return found->second;
    Mails& made = found->second;
    made.raw = raw_messages(which, 40'000);
    for (const std::string& raw : made.raw)
        made.structures.push_back(mail::parse_message(as_bytes(raw)).structure);
    return made;
}

/// Texts of a corpus, folded, `most` octets of them.
std::string folded_text(std::size_t most) {
    std::string text;
    FoldedMessage folded;
    const Mails& real = mails("real");
    for (std::size_t i = 0; i < real.raw.size() && text.size() < most; ++i) {
        RawMessage raw;
        raw.add(0, real.raw[i]);
        folded.open(real.structures[i], raw);
        text += folded.text(Field::body);
    }
    return text;
}

void count(benchmark::State& state, std::size_t bytes) {
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void fold_text(benchmark::State& state) {
    const std::string text = folded_text(4U << 20);
    std::string out;
    for (auto _ : state) {
        out.clear();
        mail::CaseFolder folder;
        for (std::size_t at = 0; at < text.size(); at += 64U << 10)
            folder.feed(std::string_view(text).substr(at, 64U << 10), out);
        folder.finish(out);
    }
    count(state, text.size());
}
BENCHMARK(fold_text);

void find_needle(benchmark::State& state, const char* needle) {
    std::string text = folded_text(4U << 20);
    std::erase(text, '\x01');
    const mail::FoldedNeedle folded(std::string(needle) + '\x01');  // never found
    const mail::FoldedNeedle plain{std::string(needle) + "QZ~"};
    for (auto _ : state) {
        benchmark::DoNotOptimize(folded.in(text));
        benchmark::DoNotOptimize(plain.in(text));
    }
    count(state, 2 * text.size());
}
BENCHMARK_CAPTURE(find_needle, word, "MERGE");

/// Headers and text parts of real messages: decoded, folded, looked through. Octets are decoded
/// text.
void verify_messages(benchmark::State& state) {
    const Mails& real = mails("real");
    const mail::FoldedNeedle needle("NOWHERE TO BE FOUND");
    FoldedMessage folded;
    std::size_t bytes = 0;
    std::size_t i = 0;
    for (auto _ : state) {
        RawMessage raw;
        raw.add(0, real.raw[i]);
        folded.open(real.structures[i], raw);
        const std::string_view text = folded.text(Field::body);
        benchmark::DoNotOptimize(needle.in(text));
        bytes += text.size();
        i = (i + 1) % real.raw.size();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(verify_messages);

void collect_terms(benchmark::State& state) {
    const std::string text = folded_text(4U << 20);
    TermCollector collector;
    std::vector<Term> terms;
    for (auto _ : state) {
        for (std::size_t at = 0; at < text.size(); at += 4000) {
            collector.add(std::string_view(text).substr(at, 4000));
            collector.take(terms);
        }
    }
    count(state, text.size());
}
BENCHMARK(collect_terms);

using Blocks = std::map<BlockName, std::string>;

struct Segment {
    SegmentHead head;
    Blocks blocks;
};

BlockSink sink_into(Blocks& blocks) {
    return [&blocks](BlockName name, const ByteVector& block) {
        blocks[name] = std::string(as_text(block));
        return Status::good();
    };
}

LoadBlocks loader(const Blocks& blocks) {
    return [&blocks](std::span<const BlockName> names) -> Result<std::vector<std::string>> {
        std::vector<std::string> loaded;
        for (const BlockName name : names)
            loaded.push_back(blocks.at(name));
        return loaded;
    };
}

Document document_of(const Mails& from, std::size_t i, FoldedMessage& folded,
                     TermCollector& collector) {
    RawMessage raw;
    raw.add(0, from.raw[i]);
    folded.open(from.structures[i], raw);
    Document document{.cid = Cid{i + 1}, .terms = {}, .values = {}};
    for (const Field field : {Field::header, Field::body}) {
        const std::string_view text = folded.text(field);
        collector.add(text);
        collector.take(document.terms[static_cast<std::size_t>(field)]);
        document.text_bytes += text.size();
    }
    document.values[1] = folded.field_text("Subject");
    document.values[2] = folded.field_text("From");
    document.values[3] = folded.field_text("To");
    document.values[4] = folded.field_text("Cc");
    return document;
}

Segment build(const Mails& from, std::size_t first, std::size_t end, ZstdContext& zstd) {
    SegmentBuilder builder;
    FoldedMessage folded;
    TermCollector collector;
    for (std::size_t i = first; i < end; ++i)
        builder.add(document_of(from, i, folded, collector));
    Segment segment;
    segment.head = *builder.write(zstd, sink_into(segment.blocks));
    return segment;
}

/// Octets are decoded text, headers included.
void build_segment(benchmark::State& state) {
    const Mails& real = mails("real");
    ZstdContext zstd;
    std::uint64_t bytes = 0;
    for (auto _ : state)
        bytes += build(real, 0, std::min<std::size_t>(512, real.raw.size()), zstd).head.text_bytes;
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(build_segment)->Unit(benchmark::kMillisecond);

Segment merge(const std::vector<Segment>& segments, ZstdContext& zstd) {
    std::vector<MergeSource> sources;
    for (const Segment& segment : segments) {
        sources.push_back(
            {segment.head,
             [&segment](BlockName name) -> Result<std::string> { return segment.blocks.at(name); },
             std::vector<bool>(segment.head.docs(), true)});
    }
    Segment merged;
    merged.head = *merge_segments(sources, level_of(40'000), zstd, sink_into(merged.blocks));
    return merged;
}

/// All of a corpus in one segment.
const Segment& whole_segment(const std::string& which) {
    static std::map<std::string, Segment> all;
    const auto [found, fresh] = all.try_emplace(which);
    if (!fresh) return found->second;
    ZstdContext zstd;
    const Mails& from = mails(which);
    std::vector<Segment> parts;
    std::uint64_t small_bytes = 0;
    for (std::size_t at = 0; at < from.raw.size(); at += 512) {
        parts.push_back(build(from, at, std::min(at + 512, from.raw.size()), zstd));
        small_bytes += parts.back().head.block_bytes;
    }
    found->second = merge(parts, zstd);
    found->second.head.level = 0;
    found->second.blocks[{.kind = 255, .number = 0}] = std::to_string(small_bytes);
    return found->second;
}

/// How much the index takes of the text, in segments of 512 messages and as one.
void index_size(benchmark::State& state, const char* which) {
    for (auto _ : state)
        benchmark::DoNotOptimize(whole_segment(which));
    const Segment& whole = whole_segment(which);
    const auto text = static_cast<double>(whole.head.text_bytes);
    std::uint64_t columns = 0;
    std::uint64_t raw = 0;
    for (const auto& [name, block] : whole.blocks) {
        if (name.kind > 0 && name.kind < 255) columns += block.size();
    }
    for (const std::string& one : mails(which).raw)
        raw += one.size();
    const double small = std::stod(whole.blocks.at({.kind = 255, .number = 0}));
    state.counters["messages"] = whole.head.docs();
    state.counters["raw_MB"] = static_cast<double>(raw) / 1e6;
    state.counters["text_MB"] = text / 1e6;
    state.counters["of_512_pct"] = small / text * 100;
    state.counters["whole_pct"] = static_cast<double>(whole.head.block_bytes) / text * 100;
    state.counters["columns_pct"] = static_cast<double>(columns) / text * 100;
}
BENCHMARK_CAPTURE(index_size, real, "real")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(index_size, spam, "spamassassin")->Iterations(1)->Unit(benchmark::kMillisecond);

/// Words of the corpus's bodies, each once.
std::vector<std::string> words_of(const Mails& from, std::size_t count) {
    std::mt19937_64 random(5);
    std::vector<std::string> words;
    FoldedMessage folded;
    while (words.size() < count) {
        const std::size_t i = random() % from.raw.size();
        RawMessage raw;
        raw.add(0, from.raw[i]);
        folded.open(from.structures[i], raw);
        const std::string text(folded.text(Field::body));
        if (text.size() < 40) continue;
        const std::size_t begin = text.find(' ', random() % text.size());
        if (begin == std::string::npos) continue;
        const std::size_t end = text.find_first_of(" \r\n", begin + 1);
        if (end == std::string::npos || end - begin < 7 || end - begin > 13) continue;
        words.push_back(text.substr(begin + 1, end - begin - 1));
    }
    return words;
}

/// Messages named though they lack the needle, of those that lack it; and what a query takes.
void false_positives(benchmark::State& state, const char* which, bool absent) {
    const Segment& whole = whole_segment(which);
    const Mails& from = mails(which);
    std::vector<std::string> words = words_of(from, 20);
    for (std::size_t i = 0; absent && i < words.size(); ++i)
        words[i][words[i].size() / 2] = "QXZJKVW"[i % 7];
    std::uint64_t asked = 0;
    for (auto _ : state) {
        const NeedleTerms needle = terms_of_needle(words[asked++ % words.size()]);
        const auto found = find_candidates(whole.head, loader(whole.blocks), Field::body, needle);
        LOAM_CHECK(found);
    }
    std::uint64_t named = 0;
    std::uint64_t hits = 0;
    FoldedMessage folded;
    std::vector<std::vector<Doc>> lists;
    for (const std::string& word : words) {
        lists.push_back(
            find_candidates(whole.head, loader(whole.blocks), Field::body, terms_of_needle(word))
                ->docs);
        named += lists.back().size();
    }
    for (std::size_t i = 0; i < from.raw.size(); ++i) {
        RawMessage raw;
        raw.add(0, from.raw[i]);
        folded.open(from.structures[i], raw);
        const std::string_view text = folded.text(Field::body);
        for (const std::string& word : words)
            hits += mail::FoldedNeedle(word).in(text) ? 1 : 0;
    }
    const double lacking = static_cast<double>(from.raw.size() * words.size() - hits);
    state.counters["false_pct"] = static_cast<double>(named - hits) / lacking * 100;
    state.counters["hit_pct"] =
        static_cast<double>(hits) / static_cast<double>(from.raw.size() * words.size()) * 100;
}
BENCHMARK_CAPTURE(false_positives, real_words, "real", false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(false_positives, real_absent, "real", true)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace loam::lookup
