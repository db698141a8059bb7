#include "imapd/cmd/append_input.h"

#include <algorithm>

#include "imapd/cmd/command_reader.h"

namespace loam::imap {

LiteralSuffix AppendInput::ask() {
    const LiteralSuffix literal = command_.pending.value();
    command_.pending.reset();
    if (!literal.non_sync) session_.writer().continuation("send it");
    return literal;
}

Task<Status> AppendInput::read_line() {
    LOAM_CO_TRY(const std::string line, co_await session_.port().read_line());
    text_.clear();
    LOAM_CO_TRY(command_.pending, text_.add_line(line));
    lexer_ = &own_lexer_.emplace(text_);
    co_return Status::good();
}

Task<Status> AppendInput::take_literal(Upload& upload, Status& stored) {
    const LiteralSuffix literal = ask();
    std::uint64_t left = literal.size_bytes;
    while (left > 0) {
        LOAM_CO_TRY(const Bytes bytes, co_await session_.port().read_some(left));
        left -= bytes.size();
        if (!literal.binary && std::ranges::find(bytes, std::byte{0}) != bytes.end() && stored) {
            stored = fail(Errc::invalid, "NUL in a literal that is not literal8");
        }
        if (stored) stored = co_await upload.write(bytes);
    }
    co_return co_await read_line();
}

Task<Result<std::string>> AppendInput::take_argument() {
    const LiteralSuffix& announced = command_.pending.value();
    LOAM_CO_TRY_STATUS(check_argument_literal(session_, announced, text_.size_bytes()));
    const LiteralSuffix literal = ask();
    LOAM_CO_TRY(std::string octets, co_await read_argument(session_.port(), literal.size_bytes));
    LOAM_CO_TRY_STATUS(co_await read_line());
    co_return octets;
}

}  // namespace loam::imap
