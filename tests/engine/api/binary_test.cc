// Ranges of decoded parts, and what they cost: RFC 9051 section 6.4.5, RFC 3516 section 4.2.
#include <random>

#include <gtest/gtest.h>

#include "engine/api/account_state.h"
#include "tests/engine/api/store_fixture.h"

namespace loam {
namespace {

constexpr std::uint64_t kRangeBytes = 64U << 10;
constexpr std::uint64_t kReadBytesMax = 256U << 10;  // for a range of base64, wherever it lies

class BinaryTest : public StoreFixture {
  protected:
    void SetUp() override {
        open();
        add_user("kim");
        account("kim");
    }
    /// Octets of the log that were read until now.
    std::uint64_t bytes_read() const { return account_->impl().thread.log.bytes_read(); }

    Cid store(const std::string& message) {
        const auto appended = append("INBOX", message);
        EXPECT_TRUE(appended) << appended.error().what;
        return open_mailbox("INBOX")->messages().back().cid;
    }
    std::shared_ptr<const MessageInfo> info(Cid cid) {
        return run(account_->message_infos({cid}))->front();
    }
};

/// Octets that no compression makes less.
std::string noise(std::size_t bytes) {
    std::mt19937_64 random(7);
    std::string octets;
    octets.reserve(bytes + 8);
    while (octets.size() < bytes) {
        const std::uint64_t word = random();
        octets.append(reinterpret_cast<const char*>(&word), sizeof word);
    }
    octets.resize(bytes);
    return octets;
}

std::string base64_lines(std::string_view octets) {
    static constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve(octets.size() / 57 * 78 + 80);
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(octets[i]); };
    for (std::size_t i = 0; i + 3 <= octets.size(); i += 3) {
        const unsigned word = static_cast<unsigned>(at(i)) << 16U |
                              static_cast<unsigned>(at(i + 1)) << 8U | at(i + 2);
        for (const unsigned shift : {18U, 12U, 6U, 0U})
            out.push_back(kAlphabet[word >> shift & 63U]);
        if ((i / 3 + 1) % 19 == 0) out += "\r\n";
    }
    return out + "\r\n";
}

TEST_F(BinaryTest, ARangeOfALargePartReadsOnlyTheFramesItTouches) {
    const std::string octets = noise((50U << 20) / 4 / 3 * 3 * 3);
    std::string message =
        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    message += base64_lines(octets);
    ASSERT_GT(message.size(), 50'000'000U);
    const Cid cid = store(message);
    const mail::Part& part = info(cid)->structure().parts[0];
    EXPECT_EQ(part.decoded_bytes, octets.size());

    std::uint64_t before = bytes_read();
    EXPECT_EQ(info(cid)->structure().parts[0].decoded_bytes, octets.size());
    EXPECT_EQ(bytes_read(), before) << "the size is known without a look at the octets";
    for (const std::uint64_t offset :
         {std::uint64_t{0}, std::uint64_t{(126U << 10) - 1}, std::uint64_t{1'000'001},
          std::uint64_t{20'000'003}, std::uint64_t{octets.size() - kRangeBytes},
          std::uint64_t{octets.size() - 10}}) {
        before = bytes_read();
        const std::string got = read(account_->read_decoded(cid, 0, offset, kRangeBytes));
        EXPECT_TRUE(got == octets.substr(offset, kRangeBytes)) << offset;
        EXPECT_LE(bytes_read() - before, kReadBytesMax) << offset;
    }
    EXPECT_EQ(read(account_->read_decoded(cid, 0, octets.size(), kRangeBytes)), "");
}

// Where a byte of quoted-printable lies is not known: a range is found from the start, a piece at a
// time.
TEST_F(BinaryTest, ARangeOfQuotedPrintableIsFoundFromTheStart) {
    std::string decoded;
    std::string message =
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
    for (int line = 0; decoded.size() < (4U << 20); ++line) {
        const std::string number = std::to_string(line * 7'919);
        decoded += "line " + number + " gr\xC3\xBCn=\r\n";
        message += "line " + number + " gr=C3=\r\n=BCn=3D\r\n";
    }
    const Cid cid = store(message);
    EXPECT_EQ(info(cid)->structure().parts[0].decoded_bytes, decoded.size());
    const std::uint64_t before = bytes_read();
    EXPECT_TRUE(read(account_->read_decoded(cid, 0, 0, kRangeBytes)) ==
                decoded.substr(0, kRangeBytes));
    EXPECT_LE(bytes_read() - before, 2 * kReadBytesMax) << "what follows is not read";
    for (const std::uint64_t offset : {1U, 65'535U, 65'536U, 2'000'001U}) {
        EXPECT_TRUE(read(account_->read_decoded(cid, 0, offset, kRangeBytes)) ==
                    decoded.substr(offset, kRangeBytes))
            << offset;
    }
    EXPECT_EQ(read(account_->read_decoded(cid, 0, decoded.size() - 3, 10)),
              decoded.substr(decoded.size() - 3));
}

TEST_F(BinaryTest, AnEncodingThatNobodyKnowsIsSaid) {
    const Cid cid = store("Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin\r\n");
    const auto refused = run(account_->read_decoded(cid, 0, 0, 10));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::unknown_cte);
    EXPECT_EQ(run(account_->read_decoded(cid, 1, 0, 10)).error().code, Errc::invalid);
}

}  // namespace
}  // namespace loam
