#include "engine/index/index.h"

#include <atomic>
#include <filesystem>
#include <functional>

#include <gtest/gtest.h>

#include "engine/index/chunk.h"
#include "engine/index/keys.h"
#include "engine/index/kv.h"
#include "engine/index/memory_kv.h"
#include "engine/index/state_cursor.h"
#include "engine/record/row_codec.h"
#include "tests/support/temp_dir.h"

namespace loam {
namespace {

constexpr AccountId kAccount{2};
constexpr MailboxId kMailbox{1};

IndexOptions small_options() {
    return {.cache_bytes = 8U << 20, .write_buffer_bytes = 256U << 10};
}

/// A group that gives mailbox 1 of account 2 the messages `first` to `last`.
Status append(Index& index, std::uint64_t lsn, std::uint32_t first, std::uint32_t last) {
    CopyRecord copy;
    copy.target = kMailbox;
    copy.target_row.name = "INBOX";
    for (std::uint32_t uid = first; uid <= last; ++uid) {
        MessageRow row;
        row.uid = Uid{uid};
        row.cid = Cid{uid};
        row.modseq = Modseq{uid};
        copy.rows.push_back(row);
    }
    const Record record = std::move(copy);
    GroupToApply group{.group = Lsn{lsn}, .end = Lsn{lsn + 64}, .chain = {}, .records = {}};
    group.records.push_back(
        {.account = kAccount, .cid = {}, .record = &record, .payload = {}, .sidecar = {}});
    return index.apply(group);
}

/// The same for one message that is appended, so that its content is known.
Status append_content(Index& index, std::uint64_t lsn, std::uint32_t uid) {
    AppendRecord append;
    append.mailbox = kMailbox;
    append.row.uid = Uid{uid};
    append.row.cid = Cid{uid};
    append.row.modseq = Modseq{uid};
    const Record record = std::move(append);
    GroupToApply group{.group = Lsn{lsn}, .end = Lsn{lsn + 64}, .chain = {}, .records = {}};
    group.records.push_back(
        {.account = kAccount, .cid = Cid{uid}, .record = &record, .payload = {}, .sidecar = {}});
    return index.apply(group);
}

std::unique_ptr<Index> open_or_die(const std::string& path, IndexOptions options) {
    auto index = Index::open(path, std::move(options));
    EXPECT_TRUE(index) << (index ? "" : index.error().what);
    return index ? *std::move(index) : nullptr;
}

TEST(Index, StartsEmpty) {
    const TempDir dir;
    const auto index = open_or_die(dir / "db", small_options());
    const IndexView view = index->view(ReadTier::may_block);
    EXPECT_EQ(*view.applied(), Applied{});
    EXPECT_TRUE(view.accounts()->empty());
    EXPECT_TRUE(view.rows(kAccount, kMailbox)->empty());
    EXPECT_EQ(view.load_account(kAccount).error().code, Errc::not_found);
    EXPECT_EQ(view.load_mailbox(kAccount, kMailbox).error().code, Errc::not_found);
    EXPECT_EQ(*view.name(kAccount, std::string_view("a\0b", 3)), std::nullopt);
    EXPECT_TRUE(view.contents(kAccount, {})->empty());
    EXPECT_TRUE(view.counts(kAccount, {})->empty());
    EXPECT_TRUE(view.sidecars(kAccount, {})->empty());
}

TEST(Index, ReadOnlyWantsAnIndexThatIsThere) {
    const TempDir dir;
    IndexOptions options = small_options();
    options.read_only = true;
    const auto index = Index::open(dir / "db", options);
    ASSERT_FALSE(index);
    EXPECT_EQ(index.error().code, Errc::not_found);
    EXPECT_FALSE(std::filesystem::exists(dir / "db")) << "and it makes nothing";
}

TEST(Index, ReadOnlyTouchesNoFile) {
    const TempDir dir;
    ASSERT_TRUE(append(*open_or_die(dir / "db", small_options()), 64, 1, 600));
    const auto files = [&] {
        std::map<std::string, std::filesystem::file_time_type> found;
        for (const auto& entry : std::filesystem::directory_iterator(dir / "db"))
            found[entry.path()] = entry.last_write_time();
        return found;
    };
    const auto before = files();
    IndexOptions options = small_options();
    options.read_only = true;
    {
        const auto index = open_or_die(dir / "db", options);
        ASSERT_TRUE(append(*index, 128, 601, 1200));
        ASSERT_TRUE(index->flush());
        EXPECT_EQ(index->view(ReadTier::may_block).rows(kAccount, kMailbox)->size(), 1200U);
    }
    EXPECT_EQ(files(), before);
}

TEST(Index, AViewStaysAsItWas) {
    const TempDir dir;
    const auto index = open_or_die(dir / "db", small_options());
    ASSERT_TRUE(append(*index, 64, 1, 10));
    const IndexView before = index->view(ReadTier::may_block);
    ASSERT_TRUE(append(*index, 128, 11, 800));
    EXPECT_EQ(before.load_mailbox(kAccount, kMailbox)->rows.size(), 10U);
    EXPECT_EQ(before.applied()->end, Lsn{128});
    const IndexView after = index->view(ReadTier::may_block);
    EXPECT_EQ(after.load_mailbox(kAccount, kMailbox)->rows.size(), 800U);
    EXPECT_EQ(after.load_mailbox(kAccount, kMailbox)->position.end, Lsn{192});
}

TEST(Index, CacheOnlyIsBusyUntilSomebodyHasWaited) {
    const TempDir dir;
    ASSERT_TRUE(append(*open_or_die(dir / "db", small_options()), 64, 1, 1000));
    const auto index = open_or_die(dir / "db", small_options());
    const auto cold = index->view(ReadTier::cache_only).load_mailbox(kAccount, kMailbox);
    ASSERT_FALSE(cold);
    EXPECT_EQ(cold.error().code, Errc::busy);
    ASSERT_TRUE(index->view(ReadTier::may_block).load_mailbox(kAccount, kMailbox));
    const auto warm = index->view(ReadTier::cache_only).load_mailbox(kAccount, kMailbox);
    ASSERT_TRUE(warm) << warm.error().what;
    EXPECT_EQ(warm->rows.size(), 1000U);
}

TEST(Index, FlushSaysUpToWhereAllIsDurable) {
    const TempDir dir;
    IndexOptions options = small_options();
    options.flush_on_close = false;
    {
        const auto index = open_or_die(dir / "db", options);
        ASSERT_TRUE(append(*index, 64, 1, 100));
        EXPECT_GT(index->bytes_since_flush(), 1000U);
        const auto flushed = index->flush();
        ASSERT_TRUE(flushed);
        EXPECT_EQ(flushed->end, Lsn{128});
        EXPECT_EQ(index->bytes_since_flush(), 0U);
        ASSERT_TRUE(append(*index, 128, 101, 200));
    }
    const auto index = open_or_die(dir / "db", options);
    EXPECT_EQ(index->view(ReadTier::may_block).applied()->end, Lsn{128});
    EXPECT_EQ(index->view(ReadTier::may_block).rows(kAccount, kMailbox)->size(), 100U);
}

TEST(Index, SidecarsComeFromTheCacheOrNot) {
    const TempDir dir;
    const auto index = open_or_die(dir / "db", small_options());
    ASSERT_TRUE(append_content(*index, 64, 3));
    ASSERT_TRUE(append_content(*index, 128, 300));
    const std::pair<Cid, std::string_view> kept[] = {{Cid{3}, "three"}, {Cid{300}, "far away"}};
    ASSERT_TRUE(index->put_sidecars(kAccount, kept));
    const IndexView view = index->view(ReadTier::may_block);
    const std::vector<Cid> near = {Cid{2}, Cid{3}, Cid{4}};
    EXPECT_EQ(*view.sidecars(kAccount, near),
              (std::vector<std::optional<std::string>>{{}, "three", {}}));
    const std::vector<Cid> far = {Cid{3}, Cid{300}};
    EXPECT_EQ(*view.sidecars(kAccount, far),
              (std::vector<std::optional<std::string>>{"three", "far away"}));
    EXPECT_EQ(*view.sidecars(AccountId{3}, far), (std::vector<std::optional<std::string>>{{}, {}}))
        << "another account's are another's";
}

TEST(Index, ASidecarThatComesAfterTheExpungeStaysOut) {
    const TempDir dir;
    const auto index = open_or_die(dir / "db", small_options());
    ASSERT_TRUE(append_content(*index, 64, 3));
    ASSERT_TRUE(append_content(*index, 128, 4));
    const std::pair<Cid, std::string_view> late[] = {{Cid{3}, "secret"}, {Cid{4}, "kept"}};
    ExpungeRecord expunge;
    expunge.mailbox = kMailbox;
    expunge.modseq = Modseq{9};
    expunge.counts = {{Cid{3}, 0}};
    const Record record = expunge;
    GroupToApply group{.group = Lsn{192}, .end = Lsn{256}, .chain = {}, .records = {}};
    group.records.push_back(
        {.account = kAccount, .cid = {}, .record = &record, .payload = {}, .sidecar = {}});
    ASSERT_TRUE(index->apply(group));
    ASSERT_TRUE(index->put_sidecars(kAccount, late));
    const std::vector<Cid> both = {Cid{3}, Cid{4}};
    EXPECT_EQ(*index->view(ReadTier::may_block).sidecars(kAccount, both),
              (std::vector<std::optional<std::string>>{{}, "kept"}));
}

TEST(Index, AnErrorInTheBackgroundIsHeardOf) {
    const TempDir dir;
    std::atomic<int> fatal = 0;
    IndexOptions options = small_options();
    options.on_fatal = [&](std::string_view) { ++fatal; };
    const auto index = open_or_die(dir / "db", options);
    ASSERT_TRUE(append(*index, 64, 1, 100));
    std::filesystem::rename(dir / "db", dir / "elsewhere");
    EXPECT_FALSE(index->flush());
    EXPECT_GE(fatal, 1);
    EXPECT_FALSE(append(*index, 128, 101, 200)) << "and no more is taken";
}

/// Damage is written under the index, and every reader that meets it says so.
class Damaged : public testing::Test {
  protected:
    void SetUp() override { ASSERT_TRUE(append(*index_, 64, 1, 640)); }

    void write(std::string key, std::optional<std::string> value) {
        index::Batch batch;
        batch.state[std::move(key)] = std::move(value);
        ASSERT_TRUE(index::make_memory_kv(store_)->write(std::move(batch)));
    }
    Errc rows_error() {
        const auto rows = index_->view(ReadTier::may_block).rows(kAccount, kMailbox);
        EXPECT_FALSE(rows);
        return rows ? Errc::invalid : rows.error().code;
    }
    /// The walk of fsck meets it too.
    bool walk_fails() {
        const IndexView view = index_->view(ReadTier::may_block);
        StateCursor cursor(view);
        for (;;) {
            const auto entry = cursor.next();
            if (!entry) return true;
            if (!*entry) return false;
        }
    }
    std::string chunk(index::KeyType type, std::uint32_t first) {
        return index::chunk_key(type, kAccount, kMailbox, Uid{first});
    }

    index::MemoryStore store_;
    std::unique_ptr<Index> index_ = Index::open_memory(store_);
};

TEST_F(Damaged, OneHalfOfAChunkIsMissing) {
    write(chunk(index::KeyType::changing, 257), std::nullopt);
    EXPECT_EQ(rows_error(), Errc::corrupt);
    EXPECT_TRUE(walk_fails());
    FlagsRecord flags;
    flags.mailbox = kMailbox;
    flags.modseq = Modseq{9999};
    flags.runs.push_back({.uids = {{Uid{300}, Uid{300}}}, .flags = 1, .keywords = 0});
    const Record record = std::move(flags);
    GroupToApply group{.group = Lsn{128}, .end = Lsn{192}, .chain = {}, .records = {}};
    group.records.push_back(
        {.account = kAccount, .cid = {}, .record = &record, .payload = {}, .sidecar = {}});
    const Status status = index_->apply(group);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, Errc::corrupt);
    EXPECT_EQ(index_->view(ReadTier::may_block).applied()->end, Lsn{128}) << "nothing got in";
}

TEST_F(Damaged, AChunkOfGarbage) {
    write(chunk(index::KeyType::fixed, 257), "garbage");
    EXPECT_NE(rows_error(), Errc::invalid);
    EXPECT_TRUE(walk_fails());
}

TEST_F(Damaged, ARowUnderTheKeyOfAnother) {
    MessageRow row;
    row.uid = Uid{5000};
    row.modseq = Modseq{1};
    write(index::message_key(kAccount, kMailbox, Uid{4000}), std::string(as_text(encode_row(row))));
    EXPECT_EQ(rows_error(), Errc::corrupt);
}

TEST_F(Damaged, AnUnknownKey) {
    write("Qwhat", "ever");
    EXPECT_TRUE(walk_fails());
    EXPECT_TRUE(index_->view(ReadTier::may_block).rows(kAccount, kMailbox));
}

TEST(Describe, SaysWhatAPersonLooksFor) {
    ContentRow content{.sha256 = {}, .size = 10, .sidecar_bytes = 3, .places = {}};
    content.places.push_back(
        {.group = Lsn{(7ULL << 32) + 2}, .record = 1, .offset = 4096, .length = 9, .xxh3 = 0});
    const std::string text =
        describe({.type = index::KeyType::content}, as_text(encode_row(content)));
    EXPECT_TRUE(text.contains("size=10 sidecar_bytes=3")) << text;
    EXPECT_TRUE(text.contains("places=7:128#1+4096/9")) << text;
    CredentialRow credentials{.name = "a\"\n", .secret = "hush"};
    EXPECT_EQ(describe({.type = index::KeyType::credential}, as_text(encode_row(credentials))),
              "name=\"a\\\"\\x0a\" secret_bytes=4")
        << "never the secret";
    EXPECT_TRUE(describe({.type = index::KeyType::mailbox}, "\x01").starts_with("unreadable: "));
    EXPECT_EQ(describe(*index::parse_key(index::erase_key(kAccount, {Lsn{1ULL << 32}, 3}))),
              "erase account=2 group=1:0 record=3");
}

}  // namespace
}  // namespace loam
