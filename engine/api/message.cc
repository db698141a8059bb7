#include "engine/api/message.h"

#include <algorithm>

#include "engine/api/account_state.h"
#include "engine/api/message_state.h"
#include "engine/mail/header.h"
#include "engine/mail/render.h"

namespace loam {

Result<std::shared_ptr<const MessageInfo>> MessageInfo::Impl::parse(std::string stored) {
    auto impl = std::make_unique<Impl>();
    impl->stored = std::move(stored);
    LOAM_TRY(impl->halves, keep::split_stored_sidecar(as_bytes(impl->stored)));
    LOAM_TRY(impl->view, mail::view_sidecar(impl->halves.message));
    return std::make_shared<const MessageInfo>(std::move(impl));
}

Status MessageInfo::Impl::decode() {
    if (structure_decoded) return {};
    LOAM_TRY(structure, mail::decode_structure(view.structure));
    LOAM_TRY(layout, decode_blob_layout(halves.layout));
    if (structure.parts.empty()) return fail(Errc::corrupt, "sidecar: no parts");
    structure_decoded = true;
    return {};
}

MessageInfo::MessageInfo(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MessageInfo::~MessageInfo() = default;

std::string_view MessageInfo::envelope() const {
    return impl_->view.envelope;
}
std::string_view MessageInfo::bodystructure() const {
    return impl_->view.bodystructure;
}
std::string MessageInfo::body() const {
    return mail::render_body(structure(), false);
}
bool MessageInfo::same_in_every_mode() const {
    return !impl_->view.mode_dependent;
}
bool MessageInfo::has_nul() const {
    return impl_->view.has_nul;
}

std::string MessageInfo::render_body_basic(bool extended) const {
    return mail::render_body(structure(), extended, mail::GlobalForm::basic);
}

const mail::Structure& MessageInfo::structure() const {
    // A sidecar that does not decode is damage; the message is then shown as one part without
    // anything in it.
    if (!impl_->decode()) {
        impl_->structure = {};
        impl_->structure.parts.emplace_back();
        impl_->structure_decoded = false;
    }
    return impl_->structure;
}

ContentReader::ContentReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ContentReader::~ContentReader() = default;
std::uint64_t ContentReader::size() const {
    return impl_->stream.size();
}
Task<Result<Bytes>> ContentReader::next() {
    auto piece = co_await impl_->stream.next();
    if (!piece && impl_->pin.overtaken()) {
        co_return fail(Errc::expunged, "the message was erased while it was read");
    }
    co_return piece;
}

std::string filter_header(std::string_view header, std::span<const std::string> names,
                          bool negate) {
    return mail::select_fields(header, names, negate);
}

namespace {

/// Reads from the log what the cache does not have, and leaves it there for the next one.
Task<Result<std::string>> sidecar_from_log(Account::Impl& account, Cid cid, ContentRow content) {
    LOAM_CO_TRY(const ByteVector stored,
                co_await keep::read_stored_sidecar(account.thread.log, content));
    std::string text(as_text(stored));
    keep::Keeper& keeper = account.keeper;
    auto work = [&keeper, &account, cid, &text] {
        const std::pair<Cid, std::string_view> entry{cid, text};
        return keeper.index().put_sidecars(account.id, {&entry, 1});
    };
    LOAM_CO_TRY_STATUS(
        co_await io::offload(account.thread.loop, io::Workers::Class::foreground, work));
    co_return text;
}

Task<Result<std::optional<ContentRow>>> content_row(Account::Impl& account, Cid cid) {
    auto query = [&account, cid](const IndexView& view) {
        return view.contents(account.id, {&cid, 1});
    };
    LOAM_CO_TRY(auto rows, co_await account.keeper.read(account.thread.loop, query));
    co_return std::move(rows.front());
}

}  // namespace

Task<Result<std::vector<std::shared_ptr<const MessageInfo>>>> Account::message_infos(
    std::vector<Cid> cids) {
    Impl& account = *impl_;
    std::vector<Cid> sorted = cids;
    std::ranges::sort(sorted);
    sorted.erase(std::ranges::unique(sorted).begin(), sorted.end());
    auto query = [&account, &sorted](const IndexView& view) {
        return view.sidecars(account.id, sorted);
    };
    LOAM_CO_TRY(auto sidecars, co_await account.keeper.read(account.thread.loop, query));

    std::vector<std::shared_ptr<const MessageInfo>> by_sorted(sorted.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (!sidecars[i]) {
            const auto pin = account.keeper.pins().pin(account.id, sorted[i]);
            if (!pin) continue;  // being erased
            LOAM_CO_TRY(auto content, co_await content_row(account, sorted[i]));
            if (!content) continue;  // expunged and erased meanwhile
            auto read = co_await sidecar_from_log(account, sorted[i], std::move(*content));
            if (!read && pin->overtaken()) continue;
            if (!read) co_return std::move(read.error());
            sidecars[i] = *std::move(read);
        }
        LOAM_CO_TRY(by_sorted[i], MessageInfo::Impl::parse(std::move(*sidecars[i])));
    }
    std::vector<std::shared_ptr<const MessageInfo>> infos;
    infos.reserve(cids.size());
    for (const Cid cid : cids) {
        const auto at = std::ranges::lower_bound(sorted, cid);
        infos.push_back(by_sorted[static_cast<std::size_t>(at - sorted.begin())]);
    }
    co_return infos;
}

namespace {

struct Opened {
    keep::ReadPins::Pin pin;
    ContentRow content;
    std::shared_ptr<const MessageInfo> info;
};

Task<Result<Opened>> open_content(Account& account, Cid cid) {
    Account::Impl& impl = account.impl();
    auto pin = impl.keeper.pins().pin(impl.id, cid);
    if (!pin) co_return fail(Errc::expunged, "the message is gone");
    LOAM_CO_TRY(auto content, co_await content_row(impl, cid));
    if (!content) co_return fail(Errc::expunged, "the message is gone");
    LOAM_CO_TRY(auto infos, co_await account.message_infos({cid}));
    if (!infos.front()) co_return fail(Errc::expunged, "the message is gone");
    LOAM_CO_TRY_STATUS(infos.front()->impl().decode());
    co_return Opened{*std::move(pin), std::move(*content), std::move(infos.front())};
}

}  // namespace

Task<Result<std::unique_ptr<ContentReader>>> Account::read_raw(Cid cid, std::uint64_t offset,
                                                               std::uint64_t length) {
    LOAM_CO_TRY(Opened opened, co_await open_content(*this, cid));
    ThreadState& thread = impl_->thread;
    keep::ContentStream stream = keep::ContentStream::raw(
        thread.log, thread.zstd, opened.content, opened.info->impl().layout, offset, length);
    auto impl = std::make_unique<ContentReader::Impl>(std::move(opened.info), std::move(stream),
                                                      std::move(opened.pin));
    co_return std::make_unique<ContentReader>(std::move(impl));
}

Task<Result<std::unique_ptr<ContentReader>>> Account::read_decoded(Cid cid, std::uint32_t part,
                                                                   std::uint64_t offset,
                                                                   std::uint64_t length) {
    LOAM_CO_TRY(Opened opened, co_await open_content(*this, cid));
    const mail::Structure& structure = opened.info->structure();
    if (part >= structure.parts.size()) co_return fail(Errc::invalid, "no such part");
    if (structure.parts[part].transfer == mail::Encoding::unknown) {
        co_return fail(Errc::unknown_cte,
                       "content transfer encoding " + structure.parts[part].encoding);
    }
    ThreadState& thread = impl_->thread;
    keep::ContentStream stream = keep::ContentStream::decoded(
        thread.log, thread.zstd, opened.content, opened.info->impl().layout, structure.parts[part],
        offset, length);
    auto impl = std::make_unique<ContentReader::Impl>(std::move(opened.info), std::move(stream),
                                                      std::move(opened.pin));
    co_return std::make_unique<ContentReader>(std::move(impl));
}

}  // namespace loam
