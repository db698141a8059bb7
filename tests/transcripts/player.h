#pragma once

#include <istream>
#include <map>
#include <memory>
#include <string>

#include "tests/transcripts/client.h"
#include "tests/transcripts/script.h"
#include "tests/transcripts/world.h"

namespace loam::imap {

/// Plays one dialogue against a world, with a new user. A step that goes wrong is a test failure
/// that names file and line, and ends the dialogue.
class Player {
  public:
    Player(World& world, std::string file, const Dialogue& dialogue);
    void play();

  private:
    Client& client(int number);
    void do_step(const Step& step);
    void say(const Step& step);
    void hear(const Step& step, std::string_view pattern);
    void direct(const Step& step);
    void change_world(const std::string& name, std::istream& words);
    void login(int number, const std::string& user, const Step& step);
    void fill(int number, const std::string& mailbox, int count);
    void command(int number, const std::string& text);
    std::string put_captures(std::string_view text) const;
    const std::string& message(const std::string& name) const;
    std::string put_messages(std::string_view text) const;

    World& world_;
    std::string file_;
    const Dialogue& dialogue_;
    std::map<int, std::unique_ptr<Client>> clients_;
    Captures captures_;
    std::map<std::string, std::string> big_;
    int hidden_tags_ = 0;
};

}  // namespace loam::imap
