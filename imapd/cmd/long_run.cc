#include "imapd/cmd/long_run.h"

#include <chrono>

#include "imapd/wire/encoder.h"

namespace loam::imap {
namespace {

// RFC 9585 section 4 wants 10 to 15.
constexpr std::chrono::seconds kReportEvery{10};

}  // namespace

std::string code_inprogress(std::string_view tag, const SearchProgress& progress) {
    std::string code = "INPROGRESS (";
    code += tag.contains(']') ? "NIL" : '"' + std::string(tag) + '"';
    // More may have come in than was to be read at first.
    if (progress.done < progress.goal) {
        code += ' ' + std::to_string(progress.done) + ' ' + std::to_string(progress.goal) + ')';
    } else {
        code += " NIL NIL)";
    }
    return code;
}

Task<void> report_until(LongRun run, const bool& done, io::Event& ended) {
    io::Loop& loop = run.port.loop();
    while (!done) {
        const io::Loop::TimerId timer =
            loop.call_at(loop.now() + kReportEvery, [&ended] { ended.set(); });
        co_await ended.wait();
        loop.cancel(timer);
        if (done || !run.port.alive()) continue;
        ResponseWriter writer(run.port.out(), run.mode);
        writer.untagged(Condition::ok, code_inprogress(run.tag, run.progress), "still searching");
        // A connection that is lost is not alive, which the work sees.
        static_cast<void>(co_await run.port.flush());
    }
}

}  // namespace loam::imap
