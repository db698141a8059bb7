#include "imapd/admin/client.h"

#include <memory>
#include <utility>

#include "imapd/wire/input_buffer.h"

namespace loam::admin {
namespace {

Task<Result<AnswerLine>> read_line(io::Stream& stream, imap::InputBuffer& input) {
    for (;;) {
        if (auto line = input.take_line()) {
            if (!*line) co_return line->error();
            co_return parse_answer(**line);
        }
        LOAM_CO_TRY(const io::Received received, co_await stream.receive());
        if (received.empty())
            co_return fail(Errc::closed, "the server went away before it had answered");
        input.append(received.bytes());
    }
}

}  // namespace

Task<Status> ask(io::Stream& stream, Request request, const std::function<void(const Row&)>& take) {
    LOAM_CO_TRY(std::string line, print_request(request));
    line += "\n";
    LOAM_CO_TRY_STATUS(co_await stream.send(as_bytes(line)));
    co_return co_await read_answer(stream, take);
}

Task<Status> read_answer(io::Stream& stream, const std::function<void(const Row&)>& take) {
    imap::InputBuffer input(kAnswerBytesMax);
    for (;;) {
        LOAM_CO_TRY(const AnswerLine answer, co_await read_line(stream, input));
        if (!answer.row) co_return answer.end;
        take(*answer.row);
    }
}

}  // namespace loam::admin
