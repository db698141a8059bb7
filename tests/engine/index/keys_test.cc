#include "engine/index/keys.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace loam::index {
namespace {

constexpr AccountId kAccount{7};
constexpr MailboxId kMailbox{3};

TEST(Keys, SayWhatTheyWereMadeOf) {
    struct Case {
        const char* why;
        std::string key;
        ParsedKey want;
    };
    const Case cases[] = {
        {"the position has a log", position_key(), {.type = KeyType::position}},
        {"a user", user_key("ann@example.org"), {.type = KeyType::user, .name = "ann@example.org"}},
        {"a cell", account_key(kAccount), {.type = KeyType::account, .account = kAccount}},
        {"credentials",
         credential_key(kAccount),
         {.type = KeyType::credential, .account = kAccount}},
        {"levels come back as slashes",
         name_key(kAccount, "a/b/\xc3\xa9"),
         {.type = KeyType::name, .account = kAccount, .name = "a/b/\xc3\xa9"}},
        {"a mailbox",
         mailbox_key(kAccount, kMailbox),
         {.type = KeyType::mailbox, .account = kAccount, .mailbox = kMailbox}},
        {"the largest uid",
         message_key(kAccount, kMailbox, Uid{0xffffffff}),
         {.type = KeyType::message,
          .account = kAccount,
          .mailbox = kMailbox,
          .number = 0xffffffff}},
        {"half a chunk",
         chunk_key(KeyType::changing, kAccount, kMailbox, Uid{9}),
         {.type = KeyType::changing, .account = kAccount, .mailbox = kMailbox, .number = 9}},
        {"an expunge",
         vanished_key(kAccount, kMailbox, Modseq{1ULL << 40}),
         {.type = KeyType::vanished,
          .account = kAccount,
          .mailbox = kMailbox,
          .number = 1ULL << 40}},
        {"a content",
         content_key(kAccount, Cid{5}),
         {.type = KeyType::content, .account = kAccount, .number = 5}},
        {"counts name the first of 256 cids",
         counts_key(kAccount, Cid{515}),
         {.type = KeyType::counts, .account = kAccount, .number = 512}},
        {"a chunk of an upload",
         upload_key(kAccount, 11, 2),
         {.type = KeyType::upload, .account = kAccount, .number = 11, .detail = 2}},
        {"a debt",
         erase_key(kAccount, {Lsn{1ULL << 33}, 4}),
         {.type = KeyType::erase, .account = kAccount, .number = 1ULL << 33, .detail = 4}},
    };
    for (const Case& c : cases) {
        const auto parsed = parse_key(c.key);
        ASSERT_TRUE(parsed) << c.why << ": " << parsed.error().what;
        EXPECT_EQ(*parsed, c.want) << c.why;
        EXPECT_FALSE(c.want.type != KeyType::user && c.want.type != KeyType::name &&
                     parse_key(c.key + "x"))
            << c.why << ", with an octet more";
        if (c.key.size() > 2 && c.want.type != KeyType::user && c.want.type != KeyType::name)
            EXPECT_FALSE(parse_key(c.key.substr(0, c.key.size() - 1))) << c.why << ", cut short";
    }
}

TEST(Keys, RefuseWhatCannotBe) {
    EXPECT_FALSE(parse_key("")) << "nothing";
    EXPECT_FALSE(parse_key("!abc")) << "an unknown type";
    EXPECT_FALSE(parse_key(std::string("P\x01", 2))) << "a log that this version does not have";
    EXPECT_FALSE(parse_key("Nabcdefgha/b")) << "a slash inside one level";
    std::string counts = counts_key(kAccount, Cid{0});
    counts[9] = '\xff';
    EXPECT_FALSE(parse_key(counts)) << "cids beyond 64 bits";
}

TEST(Keys, SortAsTheirNumbersDo) {
    EXPECT_LT(message_key(kAccount, kMailbox, Uid{255}), message_key(kAccount, kMailbox, Uid{256}));
    EXPECT_LT(message_key(kAccount, MailboxId{2}, Uid{9}), message_key(kAccount, kMailbox, Uid{1}));
    EXPECT_LT(content_key(AccountId{1}, Cid{99}), content_key(AccountId{2}, Cid{1}));
}

TEST(Keys, ChildrenFollowTheirParent) {
    const char* const kInOrder[] = {"a", "a/b", "a/b/c", "a/z", "a b", "a-b", "ab"};
    std::vector<std::string> keys;
    for (const char* name : kInOrder)
        keys.push_back(name_key(kAccount, name));
    EXPECT_TRUE(std::ranges::is_sorted(keys));
}

TEST(Keys, RangesHoldTheirOwnAndNothingElse) {
    const KeyRange range = all_of(KeyType::message, kAccount, kMailbox);
    const auto holds = [&](const std::string& key) {
        return range.lower <= key && key < range.upper;
    };
    EXPECT_TRUE(holds(message_key(kAccount, kMailbox, Uid{0})));
    EXPECT_TRUE(holds(message_key(kAccount, kMailbox, Uid{0xffffffff})));
    EXPECT_FALSE(holds(message_key(kAccount, MailboxId{4}, Uid{0})));
    EXPECT_FALSE(holds(message_key(kAccount, MailboxId{2}, Uid{0xffffffff})));
    EXPECT_FALSE(holds(chunk_key(KeyType::fixed, kAccount, kMailbox, Uid{1})));

    const KeyRange last = all_of(KeyType::message, AccountId{~0ULL}, MailboxId{~0U});
    const std::string key = message_key(AccountId{~0ULL}, MailboxId{~0U}, Uid{~0U});
    EXPECT_TRUE(last.lower <= key && key < last.upper) << "ranges of ones carry";
    EXPECT_EQ(after_prefix("a\xff"), "b");
}

}  // namespace
}  // namespace loam::index
