#include "tools/loam/password.h"

#include <cstdio>
#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace loam::tool {

namespace {

/// Keeps what is typed off the screen for as long as it lives.
class NoEcho {
  public:
    NoEcho() {
        known_ = tcgetattr(STDIN_FILENO, &before_) == 0;
        termios hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (known_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;
    ~NoEcho() {
        if (known_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }

  private:
    termios before_{};
    bool known_ = false;
};

Result<std::string> read_line() {
    std::string line;
    if (!std::getline(std::cin, line)) return fail(Errc::io, "no password on standard input");
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

Result<std::string> ask(const char* prompt) {
    std::fputs(prompt, stderr);
    const NoEcho hidden;
    auto line = read_line();
    std::fputc('\n', stderr);
    return line;
}

}  // namespace

Result<std::string> read_password() {
    std::string password;
    if (isatty(STDIN_FILENO) != 0) {
        LOAM_TRY(password, ask("New password: "));
        LOAM_TRY(const std::string again, ask("Again: "));
        if (again != password) return fail(Errc::invalid, "the two passwords differ");
    } else {
        LOAM_TRY(password, read_line());
    }
    if (password.empty()) return fail(Errc::invalid, "the password is empty");
    return password;
}

}  // namespace loam::tool
