// SASL exchanges: SCRAM-SHA-256 and -PLUS (RFC 5802, RFC 7677, RFC 9266), EXTERNAL (RFC 4422).
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "imapd/auth/authenticator.h"
#include "tests/imapd/auth/scram_client.h"
#include "tests/imapd/auth/user_store.h"

namespace loam::imap {
namespace {

using Words = std::vector<std::string>;

const std::string kBinding(32, '\x5A');
const std::string kPlus = "p=tls-exporter,,";

AuthChannel channel() {
    return {.allowed = true, .password_allowed = true, .binding = {}, .certificate_user = {}};
}
AuthChannel bound() {
    AuthChannel made = channel();
    made.binding = kBinding;
    return made;
}

TEST(ScramVectors, AreThoseOfTheRfcs) {
    struct Vector {
        const char* source;
        ScramClient::Settings settings;
        const char* server_first;
        const char* client_last;
        const char* server_last;
    };
    const Vector vectors[] = {
        {"RFC 5802 section 5",
         {.digest = "SHA1",
          .user = "user",
          .password = "pencil",
          .nonce = "fyko+d2lbbFgONRv9qkxdawL"},
         "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
         "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
         "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="},
        {"RFC 7677 section 3",
         {.user = "user", .password = "pencil"},
         "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
         "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
         "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
         "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="},
    };
    for (const Vector& vector : vectors) {
        ScramClient client(vector.settings);
        EXPECT_EQ(client.last(vector.server_first), vector.client_last) << vector.source;
        EXPECT_EQ(client.server_last(), vector.server_last) << vector.source;
    }
}

class Exchanges : public ::testing::Test {
  protected:
    Exchanges() {
        users_.add("kim", *make_secret("sesame"));
        users_.add("a,b=c", *make_secret("sesame"));
        users_.add("locked", "");
    }

    /// What the server says to `says`, and "in: NAME" or an error's code at the end.
    Words talk(const std::string& mechanism, const AuthChannel& over, const Words& says) {
        Words heard;
        auto exchange = authenticator_.begin(mechanism, over);
        if (!exchange) return {std::string(to_string(exchange.error().code))};
        for (const std::string& words : says) {
            auto step = users_.run((*exchange)->step(users_.loop(), words));
            if (!step) {
                heard.emplace_back(to_string(step.error().code));
                break;
            }
            heard.push_back(step->challenge);
            if (step->user) heard.push_back("in: " + step->user->credentials.name);
        }
        return heard;
    }

    /// The verdict on a whole SCRAM exchange; "in: NAME" only with the server's own proof.
    std::string scram(const std::string& mechanism, const AuthChannel& over,
                      ScramClient::Settings settings) {
        ScramClient client(std::move(settings));
        auto exchange = authenticator_.begin(mechanism, over);
        if (!exchange) return std::string(to_string(exchange.error().code));
        auto first = users_.run((*exchange)->step(users_.loop(), client.first()));
        if (!first) return "at once: " + std::string(to_string(first.error().code));
        server_first_ = first->challenge;
        auto last = users_.run((*exchange)->step(users_.loop(), client.last(first->challenge)));
        if (!last) return std::string(to_string(last.error().code));
        if (!last->user) return "no verdict";
        if (last->challenge != client.server_last()) return "a false proof of the server";
        return "in: " + last->user->credentials.name;
    }

    UserStore users_;
    std::string server_first_;

  private:
    Authenticator authenticator_{users_.store()};
};

TEST_F(Exchanges, ScramKnowsTheRightPassword) {
    struct Case {
        const char* why;
        ScramClient::Settings settings;
        const char* want;
    };
    const Case cases[] = {
        {"right", {.user = "kim", .password = "sesame"}, "in: kim"},
        {"wrong", {.user = "kim", .password = "open"}, "auth_failed"},
        {"nobody", {.user = "lee", .password = "sesame"}, "auth_failed"},
        {"no secret, no login", {.user = "locked", .password = ""}, "auth_failed"},
        {"comma and equals sign are written otherwise",
         {.user = "a=2Cb=3Dc", .password = "sesame"},
         "in: a,b=c"},
        {"no name", {.user = "", .password = "sesame"}, "at once: invalid"},
        {"a name longer than names are",
         {.user = std::string(300, 'k'), .password = "sesame"},
         "auth_failed"},
        {"for oneself", {.user = "kim", .password = "sesame", .gs2_header = "n,a=kim,"}, "in: kim"},
        {"for another",
         {.user = "kim", .password = "sesame", .gs2_header = "n,a=lee,"},
         "auth_failed"},
        {"no support for binding, and none is needed",
         {.user = "kim", .password = "sesame", .gs2_header = "y,,"},
         "in: kim"},
        {"binding without -PLUS",
         {.user = "kim", .password = "sesame", .gs2_header = kPlus, .binding = kBinding},
         "auth_failed"},
    };
    for (const Case& c : cases)
        EXPECT_EQ(scram("SCRAM-SHA-256", channel(), c.settings), c.want) << c.why;
}

TEST_F(Exchanges, ScramPlusIsBoundToTheChannel) {
    struct Case {
        const char* why;
        const char* mechanism;
        std::string gs2_header;
        std::string binding;
        const char* want;
    };
    const Case cases[] = {
        {"bound", "SCRAM-SHA-256-PLUS", kPlus, kBinding, "in: kim"},
        {"to another channel", "SCRAM-SHA-256-PLUS", kPlus, std::string(32, '\x5B'), "auth_failed"},
        {"to nothing", "SCRAM-SHA-256-PLUS", kPlus, "", "auth_failed"},
        {"to more", "SCRAM-SHA-256-PLUS", kPlus, kBinding + "x", "auth_failed"},
        {"by tls-unique", "SCRAM-SHA-256-PLUS", "p=tls-unique,,", kBinding, "at once: auth_failed"},
        {"by what nobody knows", "SCRAM-SHA-256-PLUS", "p=x,,", kBinding, "at once: auth_failed"},
        {"unbound", "SCRAM-SHA-256-PLUS", "n,,", "", "at once: auth_failed"},
        {"a client that cannot bind", "SCRAM-SHA-256", "n,,", "", "in: kim"},
        {"somebody took -PLUS out of our list", "SCRAM-SHA-256", "y,,", "", "at once: auth_failed"},
    };
    for (const Case& c : cases) {
        const ScramClient::Settings settings{
            .user = "kim", .password = "sesame", .gs2_header = c.gs2_header, .binding = c.binding};
        EXPECT_EQ(scram(c.mechanism, bound(), settings), c.want) << c.why;
    }
}

TEST_F(Exchanges, UnknownUsersHaveASaltThatStays) {
    const auto salt_of = [this](const std::string& user) {
        EXPECT_EQ(scram("SCRAM-SHA-256", channel(), {.user = user, .password = "x"}),
                  "auth_failed");
        return server_first_.substr(server_first_.find(",s="));
    };
    const std::string lee = salt_of("lee");
    EXPECT_EQ(salt_of("lee"), lee);
    EXPECT_NE(salt_of("lea"), lee);
    EXPECT_EQ(salt_of("kim").size(), lee.size()) << "as long as a stored one, with as many rounds";
    users_.reopen();
    Authenticator again(users_.store());
    const auto exchange = *again.begin("SCRAM-SHA-256", channel());
    const auto step = users_.run(exchange->step(users_.loop(), "n,,n=lee,r=abc"));
    ASSERT_TRUE(step);
    EXPECT_EQ(step->challenge.substr(step->challenge.find(",s=")), lee) << "after a restart";
}

TEST_F(Exchanges, ScramTakesTheStepsOfTheRfcOnly) {
    const auto scram_says = [this](const Words& says) {
        return talk("SCRAM-SHA-256", channel(), says);
    };
    EXPECT_EQ(scram_says({""}), Words{""}) << "no initial response: go on";
    EXPECT_EQ(scram_says({"kim"}), Words{"invalid"});
    EXPECT_EQ(scram_says({"n,,r=abc"}), Words{"invalid"});
    EXPECT_EQ(scram_says({std::string("n,,n=k\0m,r=abc", 14)}), Words{"invalid"});
    const Words half = scram_says({"n,,n=kim,r=abc", "c=biws"});
    ASSERT_EQ(half.size(), 2U);
    EXPECT_TRUE(half[0].starts_with("r=abc")) << half[0];
    EXPECT_EQ(half[1], "invalid");
    const std::string proof = ",p=" + std::string(43, 'A') + "=";
    const Words other_nonce = scram_says({"n,,n=kim,r=abc", "c=biws,r=abc" + proof});
    ASSERT_EQ(other_nonce.size(), 2U);
    EXPECT_EQ(other_nonce[1], "auth_failed");
}

TEST_F(Exchanges, ExternalTakesWhomTheCertificateNames) {
    AuthChannel kim = channel();
    kim.certificate_user = "kim";
    EXPECT_EQ(talk("EXTERNAL", kim, {""}), (Words{"", "in: kim"}));
    EXPECT_EQ(talk("EXTERNAL", kim, {"kim"}), (Words{"", "in: kim"}));
    EXPECT_EQ(talk("EXTERNAL", kim, {"lee"}), Words{"auth_failed"});
    EXPECT_EQ(talk("EXTERNAL", kim, {std::string("k\0m", 3)}), Words{"invalid"});
    AuthChannel other = channel();
    other.certificate_user = "lee";
    EXPECT_EQ(talk("EXTERNAL", other, {""}), Words{"auth_failed"}) << "not a user";
    other.certificate_user = "locked";
    EXPECT_EQ(talk("EXTERNAL", other, {""}), Words{"auth_failed"}) << "may not log in";
}

TEST_F(Exchanges, OnlyWhatWorksIsOffered) {
    const Words all_names{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "EXTERNAL", "PLAIN"};
    const auto offered = [&](const AuthChannel& over) {
        const auto names = Authenticator::mechanisms(over);
        for (const std::string& name : all_names) {
            const bool refused = talk(name, over, {}) == Words{"unsupported"};
            EXPECT_NE(refused, std::ranges::find(names, name) != names.end()) << name;
        }
        return Words(names.begin(), names.end());
    };
    EXPECT_EQ(offered({}), Words{});
    AuthChannel all = bound();
    all.certificate_user = "kim";
    EXPECT_EQ(offered(all), all_names);
    all.password_allowed = false;
    EXPECT_EQ(offered(all), (Words{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "EXTERNAL"}));
    all.allowed = false;
    EXPECT_EQ(offered(all), Words{});
    EXPECT_EQ(offered(channel()), (Words{"SCRAM-SHA-256", "PLAIN"}));
}

}  // namespace
}  // namespace loam::imap
