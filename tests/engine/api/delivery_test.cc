// One message for several accounts: RFC 2033 section 4.2 wants an answer for each.
#include "engine/api/delivery.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/api/store_fixture.h"

namespace loam {
namespace {

constexpr std::string_view kMail = "From: Ada <ada@example.org>\r\nSubject: all\r\n\r\nHello.\r\n";

class DeliveryTest : public StoreFixture {
  protected:
    void SetUp() override {
        open();
        for (const char* user : {"kim", "lee", "max"})
            add_user(user);
    }
    AccountId id_of(const std::string& user) {
        return run(store_->find_user(*reactor_, user))->account;
    }
    static std::string trace_of(const std::string& user) {
        return "Delivered-To: " + user + "\r\n";
    }
    Status add(Delivery& delivery, const std::string& user, std::uint64_t size = 0) {
        return run(delivery.add(id_of(user), "INBOX", trace_of(user), size));
    }
    void limit(const std::string& user, std::uint64_t octets) {
        ASSERT_TRUE(run(account(user).set_limits({.octets = octets})));
    }
    /// The octets of all messages in a user's INBOX, one after another.
    std::string inbox_of(const std::string& user) {
        account(user);
        std::string all;
        const auto inbox = open_mailbox("INBOX");
        for (const MessageRow& row : inbox->messages())
            all += read_message(row.cid);
        expect_counters_hold();
        return all;
    }
};

TEST_F(DeliveryTest, EachRecipientGetsACopyUnderATraceOfItsOwn) {
    Delivery delivery(*store_, *reactor_);
    ASSERT_TRUE(add(delivery, "kim"));
    ASSERT_TRUE(add(delivery, "lee", kMail.size()));
    EXPECT_EQ(delivery.recipients(), 2U);
    for (const char& octet : kMail)
        run(delivery.write(as_bytes({&octet, 1})));
    const std::vector<Status> statuses = run(delivery.finish());
    ASSERT_EQ(statuses.size(), 2U);
    for (const Status& status : statuses)
        EXPECT_TRUE(status) << status.error().what;
    reopen();
    EXPECT_EQ(inbox_of("kim"), trace_of("kim").append(kMail));
    EXPECT_EQ(inbox_of("lee"), trace_of("lee").append(kMail));
    EXPECT_EQ(inbox_of("max"), "");
}

TEST_F(DeliveryTest, WhoCannotBeARecipientIsNone) {
    limit("max", 10);
    Delivery delivery(*store_, *reactor_);
    const Status unknown = run(delivery.add(AccountId{4711}, "INBOX", "", 0));
    EXPECT_EQ(unknown.error().code, Errc::not_found);
    const Status nowhere = run(delivery.add(id_of("kim"), "Nowhere", "", 0));
    EXPECT_EQ(nowhere.error().code, Errc::not_found);
    EXPECT_EQ(add(delivery, "max", kMail.size()).error().code, Errc::over_quota);
    EXPECT_EQ(delivery.recipients(), 0U);
    ASSERT_TRUE(add(delivery, "lee"));
    run(delivery.write(as_bytes(kMail)));
    EXPECT_EQ(run(delivery.finish()).size(), 1U) << "one answer, for the one recipient";
    EXPECT_EQ(inbox_of("lee"), trace_of("lee").append(kMail));
    EXPECT_EQ(inbox_of("kim"), "");
    EXPECT_EQ(inbox_of("max"), "");
}

TEST_F(DeliveryTest, OneThatRunsOverItsQuotaDoesNotHinderTheOthers) {
    limit("lee", kMail.size());  // no room for the trace beside it
    Delivery delivery(*store_, *reactor_);
    ASSERT_TRUE(add(delivery, "kim"));
    ASSERT_TRUE(add(delivery, "lee")) << "how large it will be is not known yet";
    ASSERT_TRUE(add(delivery, "max"));
    run(delivery.write(as_bytes(kMail)));
    const std::vector<Status> statuses = run(delivery.finish());
    ASSERT_EQ(statuses.size(), 3U);
    EXPECT_TRUE(statuses[0]);
    ASSERT_FALSE(statuses[1]);
    EXPECT_EQ(statuses[1].error().code, Errc::over_quota);
    EXPECT_TRUE(statuses[2]);
    EXPECT_EQ(inbox_of("kim"), trace_of("kim").append(kMail));
    EXPECT_EQ(inbox_of("lee"), "");
    EXPECT_EQ(inbox_of("max"), trace_of("max").append(kMail));
}

TEST_F(DeliveryTest, ALargeMessageReachesAllWhoHaveRoom) {
    std::string large(kMail);
    for (std::uint64_t state = 1; large.size() < 3'000'000;) {
        state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
        large += std::to_string(state) + "\r\n";
    }
    limit("max", 2'000'000);
    Delivery delivery(*store_, *reactor_);
    for (const char* user : {"kim", "max", "lee"})
        ASSERT_TRUE(add(delivery, user));
    for (std::size_t at = 0; at < large.size(); at += 100'000)
        run(delivery.write(as_bytes(std::string_view(large).substr(at, 100'000))));
    const std::vector<Status> statuses = run(delivery.finish());
    ASSERT_EQ(statuses.size(), 3U);
    EXPECT_TRUE(statuses[0]);
    EXPECT_FALSE(statuses[1]);
    EXPECT_TRUE(statuses[2]);
    reopen();
    EXPECT_TRUE(inbox_of("kim") == trace_of("kim") + large);
    EXPECT_TRUE(inbox_of("lee") == trace_of("lee") + large);
    EXPECT_EQ(inbox_of("max"), "");
}

TEST_F(DeliveryTest, AbandonedIsAsIfItHadNotBegun) {
    Delivery delivery(*store_, *reactor_);
    ASSERT_TRUE(add(delivery, "kim"));
    ASSERT_TRUE(add(delivery, "lee"));
    run(delivery.write(as_bytes(kMail)));
    run(delivery.abandon());
    EXPECT_EQ(delivery.recipients(), 0U);
    EXPECT_EQ(inbox_of("kim"), "");
    EXPECT_EQ(inbox_of("lee"), "");
    ASSERT_TRUE(add(delivery, "kim")) << "the next transaction may begin";
    run(delivery.write(as_bytes(kMail)));
    EXPECT_TRUE(run(delivery.finish()).front());
    EXPECT_EQ(inbox_of("kim"), trace_of("kim").append(kMail));
}

}  // namespace
}  // namespace loam
