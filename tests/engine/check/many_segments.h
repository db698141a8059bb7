#pragma once

#include <map>
#include <string>

#include "engine/index/index.h"
#include "engine/index/state_cursor.h"
#include "tests/engine/check/checked_store.h"

namespace loam::check {

/// A closed store of several small segments, in which every kind of record stands: kim has mail in
/// three mailboxes, moved, copied, flagged and expunged, one message in chunks; lee has one
/// message; mia was deleted.
class ManySegments : public CheckedStore {
  protected:
    static constexpr std::uint64_t kSegmentBytes = 512U << 10;

    void SetUp() override {
        segment_bytes_ = kSegmentBytes;
        CheckedStore::SetUp();
        open();
        fill_kim();
        account("lee");
        ASSERT_TRUE(append("INBOX", "Subject: for lee\r\n\r\nonly\r\n"));
        add_user("mia");
        account("mia");
        ASSERT_TRUE(append("INBOX", "Subject: gone\r\n\r\n"));
        account_ = AccountHandle();
        ASSERT_TRUE(run(store_->delete_user(*reactor_, "mia")));
        close();
        ASSERT_GE(files(".seg").size(), 4U);
        everything_ = everything();
    }

    /// User, mailbox, uid, flags and octets of every message, as a client would see them; for one
    /// that cannot be read, "error" stands in the place of its octets.
    std::map<std::string, std::string> everything() {
        std::map<std::string, std::string> all;
        open();
        if (!store_) return all;
        read_into(all);
        close();
        return all;
    }
    void read_into(std::map<std::string, std::string>& all) {
        for (const char* user : {"kim", "lee"}) {
            account(user);
            for (const NameEntry& entry : account_->names()) {
                if (!entry.mailbox) continue;
                const auto opened = *run(account_->open_mailbox(*entry.mailbox));
                for (const MessageRow& row : opened->messages()) {
                    const std::string which =
                        std::string(user) + "/" + entry.name + "/" + std::to_string(row.uid.value);
                    const std::string octets = read_message(row.cid);
                    all[which] = octets.starts_with("error: ")
                                     ? "error"
                                     : std::to_string(row.flags) + "/" +
                                           std::to_string(row.modseq.value) + "/" + octets;
                }
            }
        }
    }

    std::map<std::string, std::string> everything_;

  private:
    void fill_kim() {
        account("kim");
        for (const char* name : {"Work", "Old", "Old/2025"})
            ASSERT_TRUE(run(account_->create_mailbox(name, "")));
        for (int i = 0; i < 12; ++i) {
            const std::string text = "Subject: " + std::to_string(i) + "\r\n\r\n" +
                                     texts_[1].substr(static_cast<std::size_t>(i) * 1000, 90'000);
            ASSERT_TRUE(append("INBOX", text, i % 2 == 0 ? kFlagSeen : 0));
        }
        std::string large;
        for (int i = 0; i < 3; ++i)
            large += texts_[1];
        ASSERT_TRUE(append("Work", large));
        const auto inbox = open_mailbox("INBOX");
        const auto copied = run(account_->copy(*inbox, uids(1, 6), mailbox("Work")));
        ASSERT_TRUE(copied);
        ASSERT_TRUE(run(account_->move(*inbox, uids(4, 5), mailbox("Old/2025"), nullptr)));
        ASSERT_TRUE(run(inbox->store_flags(
            uids(7, 9), {FlagChange::How::add, kFlagDeleted, {"$Later"}}, std::nullopt, nullptr)));
        ASSERT_TRUE(run(inbox->expunge(uids(7, 8), nullptr)));
        ASSERT_TRUE(run(account_->rename_mailbox("Old", "Older")));
        ASSERT_TRUE(run(account_->set_limits({.octets = 1'000'000'000, .mailboxes = 100})));
    }
    static UidSet uids(std::uint32_t first, std::uint32_t last) {
        return UidSet{{Uid{first}, Uid{last}}};
    }
};

}  // namespace loam::check
