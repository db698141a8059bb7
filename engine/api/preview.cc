// A few words of a message: RFC 8970.
#include "engine/mail/preview.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "engine/api/account.h"
#include "engine/api/account_state.h"
#include "engine/api/message.h"

namespace loam {
namespace {

// Of a body that shows nothing for this long, no more is read.
constexpr std::uint64_t kBodyBytesMax = 256U << 10;

Task<Result<std::string>> make_preview(Account& account, Cid cid, const MessageInfo& info) {
    const auto index = mail::preview_part(info.structure());
    if (!index) co_return std::string();
    const mail::Part& part = info.structure().parts[*index];
    LOAM_CO_TRY(
        const auto reader,
        co_await account.read_raw(cid, part.body_offset, std::min(part.body_bytes, kBodyBytesMax)));
    mail::PreviewBuilder builder(part);
    while (!builder.full()) {
        LOAM_CO_TRY(const Bytes raw, co_await reader->next());
        if (raw.empty()) break;
        builder.feed(raw);
    }
    co_return builder.finish();
}

}  // namespace

std::optional<std::string> Account::known_preview(Cid cid) const {
    return impl_->previews.find(cid);
}

Task<Result<std::string>> Account::preview(Cid cid) {
    if (auto known = impl_->previews.find(cid)) co_return *std::move(known);
    LOAM_CO_TRY(const auto infos, co_await message_infos({cid}));
    if (!infos.front()) co_return fail(Errc::expunged, "the message is gone");
    LOAM_CO_TRY(std::string made, co_await make_preview(*this, cid, *infos.front()));
    impl_->previews.keep(cid, made);
    co_return made;
}

}  // namespace loam
