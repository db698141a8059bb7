#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/api/account.h"
#include "engine/api/store.h"
#include "engine/io/block_on.h"
#include "engine/io/ring_disk.h"
#include "engine/io/workers.h"
#include "tests/support/temp_dir.h"

namespace loam {

/// A real store in a directory of its own, on one reactor. Tests await everything through run().
class StoreFixture : public ::testing::Test {
  protected:
    StoreFixture() : workers_(2), reactor_(*io::Reactor::create(workers_)), disk_(*reactor_) {
        disk_.set_sync_method(io::SyncMethod::off);  // what is tested here does not depend on it
    }
    ~StoreFixture() override {
        if (store_) close();
    }

    template <typename T>
    T run(Task<T> task) {
        return io::block_on(*reactor_, std::move(task));
    }
    void open() {
        StoreOptions options;
        options.path = dir_.path() + "/store";
        options.create = true;
        options.cache_bytes = 8U << 20;
        options.segment_bytes = segment_bytes_;
        options.inline_bytes_max = std::min(inline_bytes_max_, segment_bytes_ / 4);
        options.chunk_bytes = std::min(options.chunk_bytes, segment_bytes_ / 4);
        options.erase_after = erase_after_;
        auto opened = run(Store::open(options, {{reactor_.get(), &disk_}}));
        ASSERT_TRUE(opened) << opened.error().what;
        store_ = *std::move(opened);
    }
    void close() {
        account_ = AccountHandle();
        const Status closed = run(store_->close());
        EXPECT_TRUE(closed) << closed.error().what;
        store_.reset();
    }
    void reopen() {
        close();
        open();
    }
    Account& account(const std::string& user) {
        const auto info = run(store_->find_user(*reactor_, user));
        EXPECT_TRUE(info) << info.error().what;
        account_ = *run(store_->account(info->account));
        return *account_;
    }
    void add_user(const std::string& user) {
        const auto added = run(store_->add_user(*reactor_, {user, "secret"}));
        ASSERT_TRUE(added) << added.error().what;
    }
    MailboxId mailbox(const std::string& name) {
        return account_->find_mailbox(name).value_or(MailboxId{});
    }

    Result<AppendOutcome> append(const std::string& name, std::string_view message,
                                 std::uint8_t flags = 0, std::vector<std::string> keywords = {}) {
        auto upload = account_->begin_upload(message.size());
        if (!upload) return upload.error();
        if (auto status = run((*upload)->write(as_bytes(message))); !status) return status.error();
        if (auto status = run((*upload)->finish()); !status) return status.error();
        std::vector<AppendItem> items(1);
        items[0].upload = *std::move(upload);
        items[0].flags = flags;
        items[0].keywords = std::move(keywords);
        items[0].internal_date_s = 1'000'000'000;
        items[0].internal_zone_min = 90;
        return run(account_->append(mailbox(name), std::move(items)));
    }
    std::shared_ptr<Mailbox> open_mailbox(const std::string& name) {
        return *run(account_->open_mailbox(mailbox(name)));
    }
    std::string read(Task<Result<std::unique_ptr<ContentReader>>> opening) {
        auto reader = run(std::move(opening));
        if (!reader) return "error: " + reader.error().what;
        std::string text;
        for (;;) {
            const auto piece = run((*reader)->next());
            if (!piece) return "error: " + piece.error().what;
            if (piece->empty()) return text;
            text.append(as_text(*piece));
        }
    }
    std::string read_message(Cid cid) { return read(account_->read_raw(cid, 0, UINT64_MAX)); }

    /// The promise of the engine: counters are the sums of the rows, everywhere.
    void expect_counters_hold() {
        std::uint64_t octets = 0;
        std::uint64_t messages = 0;
        for (const NameEntry& entry : account_->names()) {
            if (!entry.mailbox) continue;
            const auto opened = *run(account_->open_mailbox(*entry.mailbox));
            const MailboxRow& row = opened->row();
            MailboxRow sums;
            for (const MessageRow& message : opened->messages()) {
                ++sums.exists;
                sums.octets += message.size;
                if ((message.flags & kFlagSeen) == 0) {
                    if (sums.unseen++ == 0) sums.first_unseen = message.uid;
                }
                if ((message.flags & kFlagDeleted) != 0) {
                    ++sums.deleted;
                    sums.deleted_octets += message.size;
                }
                EXPECT_LT(message.uid, row.uidnext) << entry.name;
                EXPECT_LE(message.modseq, row.highest_modseq) << entry.name;
            }
            EXPECT_EQ(row.exists, sums.exists) << entry.name;
            EXPECT_EQ(row.octets, sums.octets) << entry.name;
            EXPECT_EQ(row.unseen, sums.unseen) << entry.name;
            EXPECT_EQ(row.first_unseen, sums.first_unseen) << entry.name;
            EXPECT_EQ(row.deleted, sums.deleted) << entry.name;
            EXPECT_EQ(row.deleted_octets, sums.deleted_octets) << entry.name;
            octets += sums.octets;
            messages += sums.exists;
        }
        EXPECT_EQ(account_->cell().used_octets, octets);
        EXPECT_EQ(account_->cell().messages, messages);
    }

    std::chrono::seconds erase_after_ = std::chrono::hours(24);  ///< before open()
    std::size_t inline_bytes_max_ = kInlineBodyBytesMax;
    TempDir dir_;
    std::uint64_t segment_bytes_ = 64U << 20;  ///< of segments made from now on
    io::ThreadWorkers workers_;
    std::unique_ptr<io::Reactor> reactor_;
    io::RingDisk disk_;
    std::unique_ptr<Store> store_;
    AccountHandle account_;
};

}  // namespace loam
