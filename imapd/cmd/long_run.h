#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/api/search.h"
#include "engine/io/event.h"
#include "engine/io/gate.h"
#include "engine/io/task.h"
#include "imapd/session/port.h"
#include "imapd/wire/mode.h"

/// Work that a client may have to wait for: RFC 9585. Every ten seconds it is told how far the work
/// is; where that cannot be sent, the connection is lost and port.alive() false, by which the work
/// knows that nobody waits any more.
namespace loam::imap {

/// The command that works.
struct LongRun {
    Port& port;
    Mode mode = Mode::r1;
    std::string_view tag;
    const SearchProgress& progress;
};

/// "INPROGRESS (...)": RFC 9585 section 5.
std::string code_inprogress(std::string_view tag, const SearchProgress& progress);

/// Reports until `done`, which is set before `ended` is.
Task<void> report_until(LongRun run, const bool& done, io::Event& ended);

/// Does `work` and reports meanwhile. Nobody else writes to the port.
template <typename T>
Task<T> with_reports(LongRun run, Task<T> work) {
    std::optional<T> result;
    bool done = false;
    io::Event ended;
    io::Gate gate;
    const auto finish = [](Task<T> task, std::optional<T>& out, bool& is_done,
                           io::Event& event) -> Task<void> {
        out.emplace(co_await std::move(task));
        is_done = true;
        event.set();
    };
    gate.spawn(finish(std::move(work), result, done, ended));
    co_await report_until(run, done, ended);
    co_await gate.close();
    co_return *std::move(result);
}

}  // namespace loam::imap
