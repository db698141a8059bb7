// How fast the codecs are. Rates count the octets that a client would see: raw mail, or encoded
// text.
#include <random>

#include <benchmark/benchmark.h>

#include "engine/codec/base64.h"
#include "engine/codec/base64_lines.h"
#include "engine/codec/blob_reader.h"
#include "engine/codec/blob_writer.h"
#include "engine/codec/checksum.h"
#include "engine/codec/quoted_printable.h"
#include "engine/codec/varint.h"

namespace loam {
namespace {

constexpr std::size_t kBodyBytes = 1 << 20;

ByteVector noise(std::size_t size) {
    std::mt19937_64 random(1);
    ByteVector out(size);
    for (std::byte& octet : out)
        octet = static_cast<std::byte>(random() & 0xFF);
    return out;
}

// Text with the skewed word frequencies of prose.
ByteVector prose(std::size_t size) {
    std::mt19937_64 random(2);
    std::vector<ByteVector> words;
    for (std::size_t i = 0; i < 2000; ++i) {
        ByteVector word;
        const std::size_t length = 2 + random() % 8;
        while (word.size() < length)
            word.push_back(static_cast<std::byte>('a' + random() % 26));
        word.push_back(std::byte{' '});
        words.push_back(word);
    }
    ByteVector out;
    while (out.size() < size) {
        const std::size_t reach = 1 + random() % words.size();
        const ByteVector& word = words[random() % reach];
        out.insert(out.end(), word.begin(), word.end());
        if (random() % 12 == 0) ByteWriter(out).bytes(as_bytes("\r\n"));
    }
    out.resize(size);
    return out;
}

ByteVector lines_of(Bytes plain) {
    ByteVector out;
    const Base64Recipe recipe;
    append_base64_lines(recipe, plain, 0, 0, recipe.raw_bytes(plain.size()), out);
    return out;
}

void count(benchmark::State& state, std::size_t bytes) {
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void crc(benchmark::State& state) {
    const ByteVector data = noise(kBodyBytes);
    for (auto _ : state)
        benchmark::DoNotOptimize(crc32c(data));
    count(state, data.size());
}
BENCHMARK(crc);

void xxh3(benchmark::State& state) {
    const ByteVector data = noise(kBodyBytes);
    for (auto _ : state)
        benchmark::DoNotOptimize(xxh3_64(data));
    count(state, data.size());
}
BENCHMARK(xxh3);

void message_sha256(benchmark::State& state) {
    const ByteVector data = noise(kBodyBytes);
    for (auto _ : state)
        benchmark::DoNotOptimize(sha256(data));
    count(state, data.size());
}
BENCHMARK(message_sha256);

void encode_base64(benchmark::State& state) {
    const ByteVector plain = noise(kBodyBytes);
    ByteVector chars(base64_chars(plain.size()));
    for (auto _ : state) {
        base64_encode(plain, chars);
        benchmark::ClobberMemory();
    }
    count(state, chars.size());
}
BENCHMARK(encode_base64);

void decode_base64_canonical(benchmark::State& state) {
    const ByteVector plain = noise(kBodyBytes);
    ByteVector chars(base64_chars(plain.size()));
    base64_encode(plain, chars);
    ByteVector out(base64_plain_max(chars.size()));
    for (auto _ : state)
        benchmark::DoNotOptimize(base64_decode_canonical(chars, out));
    count(state, chars.size());
}
BENCHMARK(decode_base64_canonical);

void decode_base64_mail(benchmark::State& state) {
    const ByteVector body = lines_of(noise(kBodyBytes));
    ByteVector out;
    for (auto _ : state) {
        out.clear();
        Base64Decoder decoder;
        decoder.feed(body, out);
        decoder.finish(out);
    }
    count(state, body.size());
}
BENCHMARK(decode_base64_mail);

void read_base64_lines(benchmark::State& state) {
    const ByteVector body = lines_of(noise(kBodyBytes));
    ByteVector out;
    for (auto _ : state) {
        out.clear();
        Base64LineReader lines;
        benchmark::DoNotOptimize(lines.feed(body, out));
    }
    count(state, body.size());
}
BENCHMARK(read_base64_lines);

void render_base64_lines(benchmark::State& state) {
    const ByteVector plain = noise(kBase64FrameBytes);
    const Base64Recipe recipe;
    const std::uint64_t raw_bytes = recipe.raw_bytes(plain.size());
    ByteVector out;
    for (auto _ : state) {
        out.clear();
        append_base64_lines(recipe, plain, 0, 0, raw_bytes, out);
    }
    count(state, raw_bytes);
}
BENCHMARK(render_base64_lines);

void decode_quoted_printable(benchmark::State& state) {
    ByteVector encoded;
    quoted_printable_encode(prose(kBodyBytes), encoded);
    ByteVector out;
    for (auto _ : state) {
        out.clear();
        QuotedPrintableDecoder decoder;
        decoder.feed(encoded, out);
        decoder.finish(out);
    }
    count(state, encoded.size());
}
BENCHMARK(decode_quoted_printable);

void read_varints(benchmark::State& state) {
    ByteVector in;
    ByteWriter writer(in);
    std::mt19937_64 random(3);
    for (int i = 0; i < 10'000; ++i)
        writer.varint(random() >> (random() % 64));
    for (auto _ : state) {
        ByteReader reader(in);
        while (!reader.at_end())
            benchmark::DoNotOptimize(reader.varint());
    }
    count(state, in.size());
}
BENCHMARK(read_varints);

class CountingSink final : public FrameSink {
  public:
    void frame(Bytes stored) override { benchmark::DoNotOptimize(stored.data()); }
};

void write_text_blob(benchmark::State& state) {
    const ByteVector mail = prose(static_cast<std::size_t>(state.range(0)));
    ZstdContext zstd;
    CountingSink sink;
    for (auto _ : state) {
        BlobWriter writer(zstd, sink);
        writer.text(mail);
        benchmark::DoNotOptimize(writer.finish());
    }
    count(state, mail.size());
}
BENCHMARK(write_text_blob)->Arg(1000)->Arg(4000)->Arg(16'000)->Arg(kBodyBytes);

void write_attachment_blob(benchmark::State& state) {
    const ByteVector body = lines_of(noise(8 * kBodyBytes));
    ZstdContext zstd;
    CountingSink sink;
    for (auto _ : state) {
        BlobWriter writer(zstd, sink);
        writer.begin_base64();
        writer.base64(body);
        benchmark::DoNotOptimize(writer.end_base64());
        benchmark::DoNotOptimize(writer.finish());
    }
    count(state, body.size());
}
BENCHMARK(write_attachment_blob);

void read_blob(benchmark::State& state, bool base64) {
    const ByteVector message = base64 ? lines_of(noise(kBodyBytes)) : prose(kBodyBytes);
    ZstdContext zstd;
    ByteVector stored;
    BufferSink sink(stored);
    BlobWriter writer(zstd, sink);
    writer.begin_base64();  // prose is no base64 and stays verbatim
    writer.base64(message);
    benchmark::DoNotOptimize(writer.end_base64());
    const BlobLayout layout = writer.finish();
    ByteVector out;
    for (auto _ : state) {
        auto reader = BlobReader::raw(layout, 0, layout.raw_bytes);
        while (const auto range = reader.next()) {
            out.clear();
            const Status status =
                reader.feed(zstd, Bytes(stored).subspan(range->offset, range->bytes), out);
            if (!status) state.SkipWithError("corrupt");
        }
    }
    count(state, message.size());
}
BENCHMARK_CAPTURE(read_blob, text, false);
BENCHMARK_CAPTURE(read_blob, attachment, true);

}  // namespace
}  // namespace loam
