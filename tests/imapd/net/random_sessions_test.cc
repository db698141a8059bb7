// Sixteen clients say whatever they like, all at once, on a simulated network. What each believes
// of its mailbox from what it was told is held against the rules after every response, and against
// the mailbox itself whenever all are quiet. RFC 9051 sections 2.3.1, 5.2, 7.4 and 7.5.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/io/sim/sim_net.h"
#include "imapd/auth/authenticator.h"
#include "imapd/net/server.h"
#include "tests/crash/sim_store.h"
#include "tests/imapd/net/client_view.h"
#include "tests/imapd/net/sim_client.h"
#include "tests/support/seeds.h"

namespace loam::testing {
namespace {

constexpr const char* kAddress = "127.0.0.1:1143";
constexpr int kClients = 16;
constexpr int kRounds = 3;
constexpr int kSteps = 12;
constexpr const char* kBoxes[] = {"INBOX", "a", "b"};

const std::string& secret() {
    static const std::string made = *imap::make_secret("secret");
    return made;
}

/// One client: what it believes, and which mailbox that is.
struct Person {
    std::unique_ptr<SimClient> client;
    ClientView view;
    std::string selected;  ///< empty: nothing
    bool read_only = false;
    std::string own;  ///< names that nobody else uses begin so
};

class Crowd {
  public:
    explicit Crowd(std::uint64_t seed)
        : machine_(seed), door_(machine_.world), outside_(machine_.world) {}

    /// Returns what is wrong.
    std::string live() {
        SimStore store(machine_, 1);
        const bool ended = store.run(serve(store));
        if (!ended) blame("it did not end");
        const Status closed = store.close();
        if (!closed) blame("close: " + closed.error().what);
        return wrong_;
    }
    std::uint64_t commands() const { return commands_; }
    std::uint64_t comparisons() const { return comparisons_; }

  private:
    std::uint64_t below(std::uint64_t limit) { return machine_.world.random_below(limit); }
    bool chance(std::uint64_t one_in) { return machine_.world.chance(one_in); }
    void blame(std::string what) {
        if (wrong_.empty()) wrong_ = std::move(what);
    }

    /// As in the daemon: a login moves its connection to the loop that owns the account.
    Task<void> serve(SimStore& store) {
        const Status opened = co_await store.open();
        if (!opened) blame("open: " + opened.error().what);
        if (!opened) co_return;
        const auto added = co_await store.store().add_user(store.loop(), {"kim", secret()});
        if (!added) blame("add_user: " + added.error().what);
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
        co_await io::run_on(store.loop(), door_, nothing());
    }
    static Task<bool> nothing() { co_return true; }
    static Task<bool> stop(imap::Server& server) {
        co_await server.stop();
        co_return true;
    }

    Task<bool> run_clients(io::SimNet& net) {
        for (int i = 0; i <= kClients; ++i) {  // the last one only looks on
            auto person = co_await arrive(net, i);
            people_.push_back(std::move(person));
        }
        for (int round = 0; round < kRounds && wrong_.empty(); ++round) {
            io::Gate gate;
            for (int i = 0; i < kClients; ++i)
                gate.spawn(work(*people_[static_cast<std::size_t>(i)]));
            co_await gate.close();
            for (int i = 0; i < kClients && wrong_.empty(); ++i) {
                co_await compare(*people_[static_cast<std::size_t>(i)]);
            }
        }
        people_.clear();
        co_return true;
    }

    Task<std::unique_ptr<Person>> arrive(io::SimNet& net, int number) {
        auto person = std::make_unique<Person>();
        person->own = "own" + std::to_string(number);
        auto stream = co_await net.connect(kAddress);
        if (!stream) blame("connect: " + stream.error().what);
        if (!stream) co_return person;
        person->client = std::make_unique<SimClient>(*std::move(stream));
        const bool greeted = co_await person->client->begin();
        if (!greeted) blame("no greeting");
        co_await say(*person, "LOGIN kim secret");
        if (number == 0) co_await say(*person, "CREATE a");
        if (number == 0) co_await say(*person, "CREATE b");
        if (number % 3 == 1) co_await say(*person, "ENABLE IMAP4rev2");
        if (number % 4 == 1) {
            co_await say(*person, "ENABLE QRESYNC");
            person->view.enable_qresync();
        }
        if (number % 4 == 2) co_await say(*person, "ENABLE CONDSTORE");
        co_return person;
    }

    /// Says it, and takes what is heard. Nothing: the connection ended, which is always wrong.
    Task<std::optional<Answer>> say(Person& person, std::string command) {
        ++commands_;
        auto answer = co_await person.client->command(command);
        co_return judge(person, command, std::move(answer));
    }
    std::optional<Answer> judge(Person& person, const std::string& command,
                                std::optional<Answer> answer) {
        if (!answer) {
            blame(command + ": the connection ended");
            return std::nullopt;
        }
        const bool numbers = command.starts_with("FETCH") || command.starts_with("STORE") ||
                             command.starts_with("SEARCH");
        for (const std::string& response : answer->untagged) {
            const std::string wrong = person.view.take(response, !numbers);
            if (!wrong.empty()) blame(command + ": " + response + ": " + wrong);
        }
        if (answer->tagged.starts_with("BAD")) blame(command + ": " + answer->tagged);
        return answer;
    }

    Task<void> work(Person& person) {
        for (int step = 0; step < kSteps && wrong_.empty(); ++step) {
            if (person.selected.empty() || chance(12)) {
                co_await select(person);
                continue;
            }
            switch (below(4)) {
                case 0:
                    co_await say_something(person);
                    break;
                case 1:
                    co_await append(person);
                    break;
                case 2:
                    co_await look(person);
                    break;
                default:
                    co_await change(person);
            }
        }
    }

    Task<void> select(Person& person) {
        const std::string box = kBoxes[below(std::size(kBoxes))];
        person.read_only = chance(5);
        person.view.forget();
        const auto answer = co_await say(person, (person.read_only ? "EXAMINE " : "SELECT ") + box);
        const bool there = answer && answer->ok();
        if (!there) person.view.forget();
        person.selected = there ? box : "";
    }

    /// Commands that any state allows.
    Task<void> say_something(Person& person) {
        const std::string& own = person.own;
        const std::vector<std::string> words{
            "NOOP",
            "CAPABILITY",
            "ID NIL",
            "NAMESPACE",
            "IDLE\r\nDONE",
            "NOOP",
            "LIST \"\" \"*\" RETURN (STATUS (MESSAGES UNSEEN SIZE HIGHESTMODSEQ))",
            "LIST (SUBSCRIBED) \"\" \"*\"",
            "STATUS INBOX (MESSAGES UIDNEXT DELETED)",
            "STATUS b (MESSAGES UIDVALIDITY)",
            "GETQUOTAROOT INBOX",
            "SUBSCRIBE " + own,
            "UNSUBSCRIBE " + own,
            "CREATE " + own,
            "RENAME " + own + " " + own + "/x",
            "RENAME " + own + "/x " + own,
            "DELETE " + own,
            "CREATE b",
            "ENABLE X-NOTHING"};
        co_await say(person, words[below(words.size())]);
        if (chance(40)) co_await say(person, "DELETE b");
        if (!chance(10)) co_return;
        co_await say(person, chance(2) ? "CLOSE" : "UNSELECT");
        person.selected.clear();
        person.view.forget();
    }

    Task<void> append(Person& person) {
        const std::uint64_t token = ++last_token_;
        const std::string box = kBoxes[below(std::size(kBoxes))];
        const std::string message =
            "Subject: " + std::to_string(token) + "\r\n\r\n" + std::string(below(300), 'x');
        const std::string command = "APPEND " + box + (chance(2) ? " (\\Seen)" : "");
        auto heard =
            co_await person.client->command_with_literal(command, message, chance(2), SIZE_MAX);
        const auto answer = judge(person, command, std::move(heard));
        if (!answer || !answer->ok()) co_return;
        const auto uidvalidity = number_after(answer->tagged, "[APPENDUID ");
        const std::string key = "[APPENDUID " + std::to_string(uidvalidity.value_or(0)) + " ";
        const auto uid = number_after(answer->tagged, key);
        if (!uid) blame("APPEND without APPENDUID: " + answer->tagged);
        know(*uidvalidity, uid.value_or(0), token);
    }
    /// A message never becomes another one: RFC 9051 section 2.3.1.1.
    void know(std::uint64_t uidvalidity, std::uint64_t uid, std::uint64_t token) {
        const auto [found, is_new] = tokens_.emplace(std::pair{uidvalidity, uid}, token);
        if (!is_new && found->second != token)
            blame("uid " + std::to_string(uid) + " is two messages");
    }

    /// A set of numbers that the client knows; empty if it knows none.
    std::string some_numbers(const Person& person) {
        const std::size_t count = person.view.messages().size();
        if (count == 0) return "";
        const std::string first = std::to_string(1 + below(count));
        return chance(2) ? first
                         : first + ":" + (chance(2) ? "*" : std::to_string(1 + below(count)));
    }
    std::string some_uids() {
        const std::string first = std::to_string(1 + below(60));
        return chance(3) ? first : first + ":" + std::to_string(1 + below(60));
    }

    Task<void> look(Person& person) {
        const bool by_uid = chance(2);
        const std::string set = by_uid ? some_uids() : some_numbers(person);
        if (set.empty()) co_return;
        const std::string uid = by_uid ? "UID " : "";
        const std::vector<std::string> words{
            uid + "FETCH " + set + " (UID FLAGS)",
            uid + "FETCH " + set + " (UID RFC822.SIZE INTERNALDATE FLAGS)",
            uid + "FETCH " + set + " (FLAGS UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])",
            uid + "FETCH " + set + " (UID BODY[TEXT]<0.5>)",
            uid + "SEARCH UNSEEN",
            uid + "SEARCH RETURN (SAVE) " + (by_uid ? "UID " : "") + set,
            uid + "SEARCH OR FLAGGED SUBJECT 1",
            uid + "FETCH $ (UID FLAGS)",
        };
        const std::size_t count = person.view.messages().size();
        const auto answer = co_await say(person, words[below(words.size())]);
        if (!answer) co_return;
        for (const std::string& response : answer->untagged) {
            if (response.find("{") != std::string::npos) check_subject(person, response);
            if (!by_uid && response.starts_with("SEARCH ")) check_numbers(response, count);
        }
    }
    void check_numbers(const std::string& response, std::size_t count) {
        for (std::size_t at = 6; at < response.size(); at = response.find(' ', at + 1)) {
            const auto number = number_after(std::string_view(response).substr(at), " ");
            if (number.value_or(0) > count) blame("SEARCH of no message: " + response);
        }
    }
    void check_subject(const Person& person, const std::string& response) {
        const auto token = number_after(response, "Subject: ");
        const auto uid = number_after(response, "UID ");
        if (!token || !uid) return;
        know(person.view.uidvalidity(), *uid, *token);
    }

    Task<void> change(Person& person) {
        const bool by_uid = chance(2);
        const std::string set = by_uid ? some_uids() : some_numbers(person);
        if (set.empty()) co_return;
        const std::string uid = by_uid ? "UID " : "";
        const std::string box = kBoxes[below(std::size(kBoxes))];
        const std::string silent = chance(2) ? ".SILENT" : "";
        const std::vector<std::string> words{
            uid + "STORE " + set + " +FLAGS" + silent + " (\\Flagged)",
            uid + "STORE " + set + " -FLAGS" + silent + " (\\Seen $Junk)",
            uid + "STORE " + set + " FLAGS" + silent + " (\\Deleted $Forwarded)",
            uid + "STORE " + set + " (UNCHANGEDSINCE 5) +FLAGS (\\Answered)",
            uid + "COPY " + set + " " + box,
            uid + "MOVE " + set + " " + box,
            "EXPUNGE",
            "UID EXPUNGE " + some_uids(),
        };
        const std::string& command = words[below(words.size())];
        const auto answer = co_await say(person, command);
        if (!answer) co_return;
        if (person.read_only && !answer->tagged.starts_with("NO [NOPERM]") &&
            command.find("COPY") == std::string::npos) {
            blame(command + " of what is open for reading only: " + answer->tagged);
        }
        if (command.find("SILENT") != std::string::npos) person.view.forget_flags();
    }

    /// All are quiet: after a NOOP a client has been told everything.
    Task<void> compare(Person& person) {
        if (person.selected.empty()) co_return;
        co_await say(person, "NOOP");
        Person& onlooker = *people_.back();
        onlooker.view.forget();
        const auto opened = co_await say(onlooker, "EXAMINE " + person.selected);
        const bool same =
            opened && opened->ok() && onlooker.view.uidvalidity() == person.view.uidvalidity();
        if (same) co_await say(onlooker, "UID FETCH 1:* (FLAGS)");
        ++comparisons_;
        const auto& told = person.view.messages();
        const auto& truth = onlooker.view.messages();
        const std::size_t count = same ? truth.size() : 0;  // another one has the name by now
        if (told.size() != count) {
            blame(person.selected + " has " + std::to_string(count) + " messages, a client knows " +
                  std::to_string(told.size()));
            co_return;
        }
        for (std::size_t i = 0; i < count; ++i) {
            const std::string name = person.selected + " uid " + std::to_string(truth[i].uid);
            if (told[i].uid != 0 && told[i].uid != truth[i].uid) blame(name + ": another uid");
            if (told[i].flags && told[i].flags != truth[i].flags) blame(name + ": other flags");
        }
    }

    SimMachine machine_;
    io::SimLoop door_;
    io::SimLoop outside_;  ///< where the clients are
    std::vector<std::unique_ptr<Person>> people_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> tokens_;  ///< what each uid is
    std::uint64_t last_token_ = 0;
    std::uint64_t commands_ = 0;
    std::uint64_t comparisons_ = 0;
    std::string wrong_;
};

TEST(RandomSessions, EveryClientSeesTheMailboxAsItIs) {
    const std::vector<std::uint64_t> seeds = seeds_to_run(3);
    std::uint64_t commands = 0;
    std::uint64_t comparisons = 0;
    for (const std::uint64_t seed : seeds) {
        Crowd crowd(seed);
        ASSERT_EQ(crowd.live(), "") << "LOAM_SEED=" << seed;
        commands += crowd.commands();
        comparisons += crowd.comparisons();
    }
    EXPECT_GT(commands, seeds.size() * 300);
    EXPECT_GT(comparisons, seeds.size() * 20) << "hardly any client had a mailbox selected";
}

// The rules themselves: a server that breaks one is caught.
TEST(RandomSessions, AViewKnowsWhatMayNotBeSaid) {
    struct Case {
        const char* why;
        std::vector<std::string> said;
        bool may_expunge;
        bool qresync;
    };
    const Case cases[] = {
        {"EXISTS only grows", {"3 EXISTS", "2 EXISTS"}, true, false},
        {"no EXPUNGE of what is not there", {"1 EXISTS", "2 EXPUNGE"}, true, false},
        {"nor while numbers are in use", {"1 EXISTS", "1 EXPUNGE"}, false, false},
        {"VANISHED only with QRESYNC", {"1 EXISTS", "1 FETCH (UID 1)", "VANISHED 1"}, true, false},
        {"then no EXPUNGE", {"1 EXISTS", "1 EXPUNGE"}, true, true},
        {"a message keeps its uid",
         {"1 EXISTS", "1 FETCH (UID 1)", "1 FETCH (UID 2)"},
         true,
         false},
        {"uids ascend", {"2 EXISTS", "1 FETCH (UID 5)", "2 FETCH (UID 4)"}, true, false},
        {"FETCH of no message", {"1 EXISTS", "2 FETCH (FLAGS ())"}, true, false},
        {"a modseq never falls",
         {"1 EXISTS", "1 FETCH (MODSEQ (5))", "1 FETCH (MODSEQ (4))"},
         true,
         false},
    };
    for (const Case& c : cases) {
        ClientView view;
        if (c.qresync) view.enable_qresync();
        std::string wrong;
        for (const std::string& response : c.said) {
            EXPECT_EQ(wrong, "") << c.why;
            wrong = view.take(response, c.may_expunge);
        }
        EXPECT_NE(wrong, "") << c.why;
    }
}

}  // namespace
}  // namespace loam::testing
