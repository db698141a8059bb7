#include "tests/transcripts/player.h"

#include <sstream>

#include <gtest/gtest.h>

namespace loam::imap {
namespace {

// \r, \n and octets beyond ASCII as one can read them.
std::string shown(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 2000)) {
        if (c == '\r') {
            out += "\\r";
        } else if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out;
}

int faults() {
    return testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count();
}

std::string next_user() {
    static int number = 0;
    return "demo" + std::to_string(++number);
}

std::string sample_message(int number) {
    return "From: kim@example.com\r\nTo: demo@example.com\r\nSubject: sample " +
           std::to_string(number) + "\r\nDate: Mon, 1 Feb 2021 10:00:00 +0000\r\n\r\nhello\r\n";
}

// Lines that differ, so that octets out of place are seen.
std::string big_message(std::size_t lines) {
    std::string octets = "Subject: big\r\n\r\n";
    for (std::size_t i = 0; i < lines; ++i) {
        octets += "line " + std::to_string(i) + " of many, which differ by their number\r\n";
    }
    return octets;
}

}  // namespace

Player::Player(World& world, std::string file, const Dialogue& dialogue)
    : world_(world), file_(std::move(file)), dialogue_(dialogue) {
    captures_["user"] = next_user();
    world_.add_user(captures_["user"], "secret");
}

void Player::play() {
    const int before = faults();
    for (const Step& step : dialogue_.steps) {
        SCOPED_TRACE(file_ + ":" + std::to_string(step.line) + ": " + step.text);
        do_step(step);
        if (faults() != before) return;  // the sides no longer talk about the same thing
    }
}

Client& Player::client(int number) {
    auto& client = clients_[number];
    if (!client) client = std::make_unique<Client>(world_.address());
    return *client;
}

void Player::do_step(const Step& step) {
    switch (step.kind) {
        case Step::Kind::say:
            return say(step);
        case Step::Kind::say_raw:
            return client(step.client).send(unescape(put_captures(step.text)));
        case Step::Kind::hear:
            return hear(step, unescape(put_messages(step.text)));
        case Step::Kind::directive:
            return direct(step);
    }
}

// Each message in the line is announced, waited for unless it says "$+[", and sent.
void Player::say(const Step& step) {
    std::string_view rest = step.text;
    for (;;) {
        const std::size_t at = std::min(rest.find("$["), rest.find("$+["));
        const std::string before = unescape(put_captures(rest.substr(0, at)));
        if (at == std::string_view::npos) return client(step.client).send(before + "\r\n");
        const bool wait = rest[at + 1] == '[';
        const std::size_t name_at = at + (wait ? 2 : 3);
        const std::size_t close = rest.find(']', name_at);
        const std::string& octets = message(std::string(rest.substr(name_at, close - name_at)));
        client(step.client)
            .send(before + "{" + std::to_string(octets.size()) + (wait ? "}\r\n" : "+}\r\n"));
        const int faults_before = faults();
        if (wait) hear(step, "+ ...");
        if (faults() != faults_before) return;
        client(step.client).send(octets);
        rest = rest.substr(close + 1);
    }
}

void Player::hear(const Step& step, std::string_view pattern) {
    const std::string response = client(step.client).read_response();
    EXPECT_TRUE(matches_script(pattern, response, captures_))
        << "heard:  " << shown(response) << "\nwanted: " << shown(pattern);
}

void Player::command(int number, const std::string& text) {
    const std::string tag = "hidden" + std::to_string(++hidden_tags_);
    client(number).send(tag + " " + text + "\r\n");
    for (;;) {
        const std::string response = client(number).read_response();
        if (response.starts_with("* ")) continue;
        EXPECT_TRUE(response.starts_with(tag + " OK")) << text << ": " << shown(response);
        return;
    }
}

void Player::login(int number, const std::string& user, const Step& step) {
    Step greeting = step;
    greeting.client = number;
    const int before = faults();
    hear(greeting, "* OK [CAPABILITY ...] ...");
    if (faults() != before) return;
    command(number, "LOGIN " + captures_[user] + " secret");
    if (dialogue_.mode == "u8") command(number, "ENABLE UTF8=ACCEPT");
    if (dialogue_.mode == "r2") command(number, "ENABLE IMAP4rev2");
}

void Player::fill(int number, const std::string& mailbox, int count) {
    for (int i = 1; i <= count; ++i) {
        const std::string octets = sample_message(i);
        command(number, "APPEND " + mailbox + " \"01-Feb-2021 10:00:0" + std::to_string(i % 10) +
                            " +0000\" {" + std::to_string(octets.size()) + "+}\r\n" + octets);
    }
}

void Player::direct(const Step& step) {
    std::istringstream words(step.text);
    std::string name;
    words >> name;
    int number = 0;
    if (name == "login") {
        while (words >> number)
            login(number, "user", step);
    } else if (name == "login-as") {
        std::string who;
        words >> who >> number;
        login(number, who, step);
    } else if (name == "enable") {
        std::string what;
        words >> number >> what;
        command(number, "ENABLE " + what);
    } else if (name == "fill") {
        std::string mailbox;
        int count = 0;
        words >> number >> mailbox >> count;
        fill(number, mailbox, count);
    } else if (name == "do") {
        words >> number;
        std::string text;
        std::getline(words >> std::ws, text);
        command(number, put_captures(text));
    } else if (name == "big") {
        std::string message;
        std::size_t lines = 0;
        words >> message >> lines;
        big_[message] = big_message(lines);
    } else if (name == "greater") {
        std::string larger;
        std::string smaller;
        words >> larger >> smaller;
        EXPECT_GT(std::stoull(captures_[larger]), std::stoull(captures_[smaller]));
    } else if (name == "hangup") {
        words >> number;
        clients_.erase(number);
    } else {
        change_world(name, words);
    }
}

void Player::change_world(const std::string& name, std::istream& words) {
    if (name == "user") {
        std::string who;
        words >> who;
        captures_[who] = next_user();
        world_.add_user(captures_[who], "secret");
    } else if (name == "administrator") {
        world_.make_administrator(captures_["user"]);
    } else if (name == "limits") {
        std::uint64_t octets = 0;
        std::uint64_t messages = 0;
        std::uint64_t mailboxes = 0;
        words >> octets >> messages >> mailboxes;
        world_.set_limits(captures_["user"], octets, messages, mailboxes);
    } else if (name == "damage") {
        std::size_t number = 0;
        words >> number;
        world_.damage_message(captures_["user"], number);
    } else if (name == "stop") {
        world_.stop_servers();
    } else {
        EXPECT_EQ(name, "config") << "no such directive";
    }
}

std::string Player::put_captures(std::string_view text) const {
    std::string out;
    while (!text.empty()) {
        const std::size_t close = text.find(')');
        if (text.starts_with("$(") && close != std::string_view::npos) {
            const auto found = captures_.find(std::string(text.substr(2, close - 2)));
            EXPECT_NE(found, captures_.end()) << "nothing was captured as " << text.substr(2);
            if (found != captures_.end()) out += found->second;
            text.remove_prefix(close + 1);
        } else {
            out += text[0];
            text.remove_prefix(1);
        }
    }
    return out;
}

const std::string& Player::message(const std::string& name) const {
    static const std::string none;
    if (const auto big = big_.find(name); big != big_.end()) return big->second;
    const auto found = dialogue_.messages.find(name);
    EXPECT_NE(found, dialogue_.messages.end()) << "no message " << name;
    return found == dialogue_.messages.end() ? none : found->second;
}

std::string Player::put_messages(std::string_view text) const {
    std::string out(text);
    for (std::size_t at = 0; (at = out.find("$[", at)) != std::string::npos;) {
        const std::size_t close = out.find(']', at);
        const std::string& octets = message(out.substr(at + 2, close - at - 2));
        const std::string literal = "{" + std::to_string(octets.size()) + "}\r\n" + octets;
        out.replace(at, close + 1 - at, literal);
        at += literal.size();
    }
    return out;
}

}  // namespace loam::imap
