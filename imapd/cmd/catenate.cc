#include "imapd/cmd/catenate.h"

#include <optional>
#include <string>
#include <utility>

#include "imapd/cmd/section_content.h"
#include "imapd/syntax/imap_url.h"

namespace loam::imap {
namespace {

// A message on its way. The mailbox of the last URL stays open: the next one mostly names it too.
struct Catenation {
    AppendInput& input;
    const MessageRoom room;
    std::unique_ptr<Upload> upload;
    std::shared_ptr<Mailbox> mailbox;
    std::size_t parts = 0;

    Account& account() const { return input.session().account(); }
};

Error none(std::string_view what) {
    return {Errc::not_found, std::string(what)};
}

// Errors: not_found.
Task<Result<MessageRow>> find_message(Catenation& to, const ImapUrl& url) {
    const auto id = to.account().find_mailbox(url.mailbox);
    if (!id) co_return none("the URL's mailbox is not here");
    const MailboxRow* row = to.account().mailbox_row(*id);
    if (url.uidvalidity && row->uidvalidity != *url.uidvalidity) {
        co_return none("the URL's UIDVALIDITY is not the mailbox's");
    }
    if (!to.mailbox || to.mailbox->id() != *id) {
        LOAM_CO_TRY(to.mailbox, co_await to.account().open_mailbox(*id));
    }
    const MessageRow* message = to.mailbox->find(Uid{url.uid});
    if (message == nullptr) co_return none("the URL's message is not here");
    co_return *message;
}

// Content that is gone by now was expunged.
Task<Status> copy_range(Catenation& to, Cid cid, mail::OctetRange range) {
    LOAM_CO_TRY(const auto reader, co_await to.account().read_raw(cid, range.offset, range.bytes));
    for (;;) {
        LOAM_CO_TRY(const Bytes piece, co_await reader->next());
        if (piece.empty()) co_return Status::good();
        LOAM_CO_TRY_STATUS(co_await to.upload->write(piece));
    }
}

Task<Status> copy_fields(Catenation& to, Cid cid, mail::OctetRange header, const ImapUrl& url) {
    LOAM_CO_TRY(const std::string fields,
                co_await read_fields(to.account(), cid, header, url.section));
    const mail::OctetRange wanted = cut({0, fields.size()}, url.partial);
    LOAM_CO_TRY_STATUS(to.room.check(to.account(), to.upload->size() + wanted.bytes));
    const Bytes octets = as_bytes(fields).subspan(wanted.offset, wanted.bytes);
    co_return co_await to.upload->write(octets);
}

Task<Status> copy_part(Catenation& to, const ImapUrl& url) {
    LOAM_CO_TRY(const MessageRow message, co_await find_message(to, url));
    LOAM_CO_TRY(const auto infos, co_await to.account().message_infos({message.cid}));
    if (!infos.front()) co_return none("the URL's message is not here");
    const auto octets = section_octets(infos.front()->structure(), url.section);
    if (!octets) co_return none("the URL's part is not in the message");
    if (picks_fields(url.section)) {
        co_return co_await copy_fields(to, message.cid, *octets, url);
    }
    const mail::OctetRange wanted = cut(*octets, url.partial);
    LOAM_CO_TRY_STATUS(to.room.check(to.account(), to.upload->size() + wanted.bytes));
    co_return co_await copy_range(to, message.cid, wanted);
}

Task<Status> copy_url(Catenation& to, std::string_view text) {
    const auto url = parse_imap_url(text);
    if (!url) co_return none(url.error().what);
    co_return co_await copy_part(to, *url);
}

// What is wrong with a URL is told with the URL; what is wrong here is not.
Task<Status> add_url(Catenation& to, std::string text) {
    Status copied = co_await copy_url(to, text);
    if (!copied &&
        (copied.error().code == Errc::not_found || copied.error().code == Errc::expunged)) {
        to.input.bad_url = badurl_text(text);
    }
    co_return copied;
}

Task<Status> add_text(Catenation& to, const CatenatePart& part) {
    LOAM_CO_TRY_STATUS(admit_literal(to.input.session(), *part.literal, part.utf8));
    const std::uint64_t size = to.upload->size() + part.literal->size_bytes;
    LOAM_CO_TRY_STATUS(to.room.check(to.account(), size));
    Status stored;
    LOAM_CO_TRY_STATUS(co_await to.input.take_literal(*to.upload, stored));
    co_return stored;
}

Task<Status> add_part(Catenation& to, CatenatePart part) {
    if (++to.parts > kCatenatePartsMax) co_return fail(Errc::limit, "too many parts");
    if (!part.url) co_return co_await add_text(to, part);
    if (part.literal) {
        LOAM_CO_TRY(part.address, co_await to.input.take_argument());
    }
    co_return co_await add_url(to, std::move(part.address));
}

}  // namespace

Task<Result<std::unique_ptr<Upload>>> take_parts(AppendInput& input, MessageRoom room) {
    Catenation to{.input = input, .room = room, .upload = nullptr, .mailbox = nullptr};
    LOAM_CO_TRY(to.upload, room.begin(to.account(), 0));
    LOAM_CO_TRY(auto part, parse_catenate_part(input.lexer(), nullptr));
    while (part) {
        const CatenatePart added = *part;
        LOAM_CO_TRY_STATUS(co_await add_part(to, added));
        LOAM_CO_TRY(part, parse_catenate_part(input.lexer(), &added));
    }
    co_return std::move(to.upload);
}

}  // namespace loam::imap
