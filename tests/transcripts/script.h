#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace loam::imap {

/// What both sides of some connections say, in the order in which it happens. A file holds several
/// dialogues:
///
///     == the title of a dialogue; it has a user of its own, $(user), whose password is "secret"
///     # a comment
///     == [r1 u8 r2] title    the same as three dialogues, one a session mode: @login enables it,
///     and
///                            a line "r1,u8| S1: ..." is heard in those modes alone
///     @login 1 2             clients 1 and 2 connect, are greeted, log in
///     @user kim              another user, $(kim); "@login-as kim 2" logs client 2 in as that one
///     @administrator         $(user) is one from now on: who logs in later may set limits
///     @enable 1 IMAP4rev2    client 1 says ENABLE
///     @do 1 SELECT INBOX     client 1 says this, and hears OK; what else it hears is passed over
///     @fill 1 INBOX 3        client 1 appends three small messages
///     @limits 0 10 0         $(user)'s limits: octets, messages, mailboxes
///     @damage 2              what is kept about the second message of $(user)'s INBOX is damaged
///     @config NAME           the server of this dialogue: see kConfigs in transcripts_test.cc
///     @greater A B           the number captured as A is above that captured as B
///     @big NAME 1000         a message of that many lines
///     @hangup 1              client 1 closes its connection
///     @stop                  the servers stop
///     @message NAME          the lines up to "@end" are a message, with CRLF
///     C1: a1 NOOP            client 1 sends the line; "C1> ..." without CRLF
///     S1: a1 OK...           client 1 hears this; "S1: <eof>" is the end
///
/// In both, \r \n \xHH are octets, $(NAME) is what was captured, $[NAME] is the message as a
/// literal (a client sends "{n}", waits for "+" and goes on; $+[NAME] does not wait). In what is
/// heard, "..." matches anything, $(NAME) captures a word the first time and must be equal later.
struct Step {
    enum class Kind { say, say_raw, hear, directive };
    Kind kind = Kind::say;
    int client = 0;
    std::string text;
    int line = 0;
    std::string modes;  ///< "r1,u8": only in these; empty: always
};

struct Dialogue {
    std::string title;
    std::string mode;  ///< of a title with modes: the one that @login enables
    std::vector<Step> steps;
    std::map<std::string, std::string> messages;
};

/// Stops the process at a fault in the file, naming it.
std::vector<Dialogue> read_script(const std::filesystem::path& path);

/// \r, \n and \xHH become octets.
std::string unescape(std::string_view text);

using Captures = std::map<std::string, std::string>;
/// `pattern` has its $[NAME] replaced. New captures are kept only when it matches.
bool matches_script(std::string_view pattern, std::string_view text, Captures& captures);

}  // namespace loam::imap
