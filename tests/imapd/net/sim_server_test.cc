// Seeded runs of the IMAP server on a simulated network and disk: octets come in pieces of any
// size, clients reset their connections, the power goes. What was answered OK is there afterwards.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/io/sim/sim_net.h"
#include "imapd/auth/authenticator.h"
#include "imapd/net/server.h"
#include "tests/crash/sim_store.h"
#include "tests/imapd/net/sim_client.h"
#include "tests/support/seeds.h"

namespace loam::testing {
namespace {

constexpr const char* kAddress = "127.0.0.1:1143";
constexpr int kClients = 4;

std::string message_of(std::uint64_t token) {
    std::string text = "Subject: " + std::to_string(token) + "\r\n\r\n";
    const std::size_t size = token % 9 == 0 ? 120'000 : 30 + token % 1500;
    for (std::uint64_t state = token; text.size() < size;) {
        state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
        text += std::to_string(state) + "\r\n";
    }
    return text;
}

/// The password costs its CPU once.
const std::string& secret() {
    static const std::string made = *imap::make_secret("secret");
    return made;
}

/// The number behind `key`, 0 if there is none.
std::uint32_t number_behind(std::string_view text, std::string_view key) {
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos) return 0;
    return static_cast<std::uint32_t>(
        std::strtoul(std::string(text.substr(at + key.size(), 12)).c_str(), nullptr, 10));
}

/// APPENDUID: RFC 4315 section 3.
std::uint32_t appended_uid(const std::string& tagged) {
    const std::size_t at = tagged.find("[APPENDUID ");
    if (at == std::string::npos) return 0;
    return number_behind(std::string_view(tagged).substr(at + 11), " ");
}

struct Known {
    std::uint64_t token = 0;
    bool flagged = false;     ///< answered OK, or seen
    bool flag_asked = false;  ///< perhaps
};

/// One account over several lives of the server.
class History {
  public:
    explicit History(std::uint64_t seed)
        : machine_(seed), door_(machine_.world), outside_(machine_.world) {}

    /// One life. Returns what is wrong.
    std::string live() {
        SimStore store(machine_, 1);
        over_ = false;
        io::SimFaults& faults = machine_.media.faults;
        faults.crash_at(faults.operations() + 20 + machine_.world.random_below(200));
        const bool ended = store.run(serve(store));
        if (ended && store.power()) {
            faults.crash_at(UINT64_MAX);
            const Status closed = store.close();
            if (!closed) blame("close: " + closed.error().what);
        } else {
            over_ = true;
            store.crash({});
        }
        return wrong_;
    }
    std::uint64_t acknowledged() const { return acknowledged_; }
    std::uint64_t looks() const { return looks_; }

  private:
    void blame(std::string what) {
        if (machine_.media.faults.power() && !over_ && wrong_.empty()) wrong_ = std::move(what);
    }
    /// False ends a client. Without power every answer is possible but a false one.
    bool expect(const std::optional<Answer>& answer, const std::string& what) {
        if (!answer) blame(what + ": the connection ended");
        if (answer && !answer->ok()) blame(what + ": " + answer->tagged);
        return answer && answer->ok();
    }

    /// The daemon from start to end, on the store's loop, which owns the account; another loop
    /// accepts, so that every login moves its connection.
    Task<void> serve(SimStore& store) {
        const Status opened = co_await store.open();
        if (!opened) blame("open: " + opened.error().what);
        if (!opened) co_return;
        const bool has_user = co_await make_user(store);
        if (!has_user) co_return;
        io::SimNetwork network(machine_.world);
        io::SimNet door_net(door_, network);
        io::SimNet store_net(store.loop(), network);
        io::SimNet outside_net(outside_, network);
        imap::Authenticator authenticator(store.store());
        imap::ServerConfig config;
        config.session.plaintext = imap::PlaintextPolicy::loopback;
        imap::ServerGroup group;
        imap::Server inner(store.loop(), store_net, store.store(), authenticator, config, group);
        imap::Server outer(door_, door_net, store.store(), authenticator, config, group);
        group.servers = {&inner, &outer};
        const Status listening = co_await io::run_on(store.loop(), door_, outer.listen({kAddress}));
        if (!listening) blame("listen: " + listening.error().what);
        co_await io::run_on(store.loop(), outside_, run_clients(outside_net));
        co_await io::run_on(store.loop(), door_, stop(outer));
        co_await stop(inner);
        // A server that stops tells the others, which must be there to hear it.
        co_await io::run_on(store.loop(), door_, nothing());
    }
    static Task<bool> nothing() { co_return true; }
    static Task<bool> stop(imap::Server& server) {
        co_await server.stop();
        co_return true;
    }
    Task<bool> make_user(SimStore& store) {
        const auto found = co_await store.store().find_user(store.loop(), "kim");
        if (found) co_return true;
        if (found.error().code != Errc::not_found) co_return false;
        if (has_user_) blame("the user is lost");
        const auto added = co_await store.store().add_user(store.loop(), {"kim", secret()});
        has_user_ = added.ok();
        co_return added.ok();
    }

    Task<bool> run_clients(io::SimNet& net) {
        const bool good = co_await look(net);
        if (!good) co_return false;
        io::Gate gate;
        for (int i = 0; i < kClients; ++i)
            gate.spawn(work(net));
        co_await gate.close();
        co_return co_await look(net);
    }

    Task<std::unique_ptr<SimClient>> log_in(io::SimNet& net) {
        auto stream = co_await net.connect(kAddress);
        if (!stream) blame("connect: " + stream.error().what);
        if (!stream) co_return nullptr;
        auto client = std::make_unique<SimClient>(*std::move(stream));
        const bool greeted = co_await client->begin();
        if (!greeted) blame("no greeting");
        if (!greeted) co_return nullptr;
        const auto login = co_await client->command("LOGIN kim secret");
        if (!expect(login, "LOGIN")) co_return nullptr;
        const auto select = co_await client->command("SELECT INBOX");
        if (!expect(select, "SELECT")) co_return nullptr;
        if (!select->tells(" EXISTS")) blame("SELECT without EXISTS");
        co_return client;
    }

    /// A client that works for a while, then logs out or resets.
    Task<void> work(io::SimNet& net) {
        const auto client = co_await log_in(net);
        if (!client) co_return;
        for (std::uint64_t steps = machine_.world.random_below(6); steps > 0; --steps) {
            const bool done = co_await step(*client);
            if (!done) co_return;
        }
        if (machine_.world.chance(3)) {
            client->reset();
            co_return;
        }
        const auto bye = co_await client->command("LOGOUT");
        if (expect(bye, "LOGOUT") && !bye->tells("BYE")) blame("LOGOUT without BYE");
    }

    /// APPEND, then flags on what was appended. False: this client is done.
    Task<bool> step(SimClient& client) {
        const std::uint64_t token = ++last_token_;
        const std::string message = message_of(token);
        const bool resets = machine_.world.chance(8);
        const std::size_t octets =
            resets ? machine_.world.random_below(message.size()) : message.size();
        // A message that was cut short must never be there.
        if (!resets) under_way_.insert(token);
        const bool synchronizing = message.size() > 4096 || machine_.world.chance(2);
        const auto appended =
            co_await client.command_with_literal("APPEND INBOX", message, synchronizing, octets);
        if (resets || !expect(appended, "APPEND")) co_return false;
        const std::uint32_t uid = appended_uid(appended->tagged);
        if (uid == 0) blame("APPEND without APPENDUID: " + appended->tagged);
        under_way_.erase(token);
        ++acknowledged_;
        if (!known_.emplace(uid, Known{token}).second) blame("a uid was given twice");
        if (machine_.world.chance(2)) co_return true;
        known_[uid].flag_asked = true;
        const auto stored =
            co_await client.command("UID STORE " + std::to_string(uid) + " +FLAGS (\\Flagged)");
        if (!expect(stored, "STORE")) co_return false;
        if (!stored->tells("\\Flagged")) blame("STORE without FETCH");
        known_[uid].flagged = true;
        co_return true;
    }

    /// Holds the mailbox, as a client sees it, against what is known.
    Task<bool> look(io::SimNet& net) {
        const auto client = co_await log_in(net);
        if (!client) co_return false;
        const auto fetched = co_await client->command("UID FETCH 1:* (UID FLAGS BODY.PEEK[])");
        if (!expect(fetched, "FETCH")) co_return false;
        std::set<std::uint32_t> seen;
        for (const std::string& response : fetched->untagged) {
            if (response.find(" FETCH (") == std::string::npos) continue;
            const std::uint32_t uid = number_behind(response, "UID ");
            seen.insert(uid);
            look_at(uid, response);
        }
        for (const auto& [uid, known] : known_) {
            if (!seen.contains(uid)) blame("uid " + std::to_string(uid) + " is lost");
        }
        under_way_.clear();  // what did not come until now never does
        ++looks_;
        co_return wrong_.empty();
    }
    void look_at(std::uint32_t uid, const std::string& response) {
        const std::string name = "uid " + std::to_string(uid);
        const std::size_t body = response.find("Subject: ");
        if (body == std::string::npos) return blame(name + " has no octets");
        const std::uint64_t token = number_behind(response, "Subject: ");
        if (response.substr(body, response.size() - body - 1) != message_of(token))
            blame("the octets of " + name);
        const auto found = known_.find(uid);
        if (found == known_.end() && under_way_.erase(token) == 0)
            blame(name + " is nothing that was sent, or is there twice");
        Known& known = known_[uid];
        if (found != known_.end() && known.token != token) blame(name + " is another message");
        const bool flagged = response.substr(0, body).find("\\Flagged") != std::string::npos;
        if (known.flagged && !flagged) blame("the flag of " + name + " is lost");
        if (flagged && !known.flag_asked) blame("nobody flagged " + name);
        known = {token, flagged, flagged};
    }

    SimMachine machine_;
    io::SimLoop door_;
    io::SimLoop outside_;                   ///< where the clients are
    std::map<std::uint32_t, Known> known_;  ///< by uid
    std::set<std::uint64_t> under_way_;     ///< sent whole, without an answer
    bool has_user_ = false;
    bool over_ = false;  ///< the power was cut: from here on errors are no news
    std::uint64_t last_token_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::uint64_t looks_ = 0;
    std::string wrong_;
};

TEST(SimServer, WhatClientsWereAnsweredHoldsOverResetsAndPowerCuts) {
    const std::vector<std::uint64_t> seeds = seeds_to_run(25);
    std::uint64_t acknowledged = 0;
    std::uint64_t looks = 0;
    for (const std::uint64_t seed : seeds) {
        History history(seed);
        for (int life = 0; life < 6; ++life)
            ASSERT_EQ(history.live(), "") << "LOAM_SEED=" << seed << " life " << life;
        acknowledged += history.acknowledged();
        looks += history.looks();
    }
    EXPECT_GT(acknowledged, seeds.size() * 5) << "hardly any client came as far as an answer";
    EXPECT_GT(looks, seeds.size() * 3) << "hardly any life came as far as looking";
}

}  // namespace
}  // namespace loam::testing
