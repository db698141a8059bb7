#include "engine/api/search_text.h"

#include <algorithm>

#include "engine/mail/casemap.h"
#include "engine/mail/header.h"
#include "engine/mail/match_text.h"
#include "engine/mail/text.h"

namespace loam {

namespace {

bool folded_contains(std::string_view text, const std::string& folded_needle) {
    return mail::casefold(text).find(folded_needle) != std::string::npos;
}

}  // namespace

MessageText::MessageText(Account& account, Cid cid, std::shared_ptr<const MessageInfo> info)
    : account_(account), cid_(cid), info_(std::move(info)) {}

Task<Status> MessageText::read(mail::OctetRange range, const Consume& consume) {
    LOAM_CO_TRY(const auto reader, co_await account_.read_raw(cid_, range.offset, range.bytes));
    for (;;) {
        LOAM_CO_TRY(const Bytes piece, co_await reader->next());
        if (piece.empty() || !consume(as_text(piece))) co_return Status::good();
    }
}

Task<Result<std::string>> MessageText::read_all(mail::OctetRange range) {
    std::string text;
    const Consume append = [&text](std::string_view piece) {
        text.append(piece);
        return true;
    };
    range.bytes = std::min<std::uint64_t>(range.bytes, kHeaderBytesParsedMax);
    LOAM_CO_TRY_STATUS(co_await read(range, append));
    co_return text;
}

Task<Result<bool>> MessageText::header_contains(std::string_view field, std::string_view needle) {
    const mail::Part& root = info_->structure().parts.front();
    LOAM_CO_TRY(const std::string header,
                co_await read_all({root.header_offset, root.header_bytes}));
    const std::string folded = mail::casefold(needle);
    mail::HeaderReader fields(header);
    while (const auto next = fields.next()) {
        if (!mail::equal_nocase(next->name, field)) continue;
        if (folded.empty() || folded_contains(mail::decode_header_text(next->body), folded))
            co_return true;
    }
    co_return false;
}

Task<Result<bool>> MessageText::part_header_contains(const mail::Part& part,
                                                     const std::string& folded) {
    LOAM_CO_TRY(const std::string header,
                co_await read_all({part.header_offset, part.header_bytes}));
    co_return folded_contains(mail::decode_header_block(header), folded);
}

Task<Result<bool>> MessageText::part_body_contains(const mail::Part& part,
                                                   const std::string& folded) {
    mail::PartTextDecoder decoder(part, mail::TextForm::folded);
    mail::SubstringMatcher matcher(folded);
    std::string text;
    const Consume feed = [&](std::string_view piece) {
        text.clear();
        decoder.feed(as_bytes(piece), text);
        return !matcher.feed(text);
    };
    LOAM_CO_TRY_STATUS(co_await read({part.body_offset, part.body_bytes}, feed));
    text.clear();
    decoder.finish(text);
    matcher.feed(text);
    co_return matcher.found();
}

Task<Result<bool>> MessageText::parts_contain(std::string_view needle, bool mime_headers) {
    const std::string folded = mail::casefold(needle);
    if (folded.empty()) co_return true;
    const std::vector<mail::Part>& parts = info_->structure().parts;
    for (const mail::Part& part : parts) {
        const bool nested = part.parent >= 0 && parts[static_cast<std::size_t>(part.parent)].rfc822;
        if ((nested || mime_headers) && part.header_bytes > 0) {
            LOAM_CO_TRY(const bool found, co_await part_header_contains(part, folded));
            if (found) co_return true;
        }
        if (mail::is_searchable(part)) {
            LOAM_CO_TRY(const bool found, co_await part_body_contains(part, folded));
            if (found) co_return true;
        }
    }
    co_return false;
}

Task<Result<bool>> MessageText::body_contains(std::string_view needle) {
    co_return co_await parts_contain(needle, false);
}

Task<Result<bool>> MessageText::text_contains(std::string_view needle) {
    co_return co_await parts_contain(needle, true);
}

}  // namespace loam
