#include "engine/api/message_batch.h"

#include <algorithm>
#include <optional>

#include "engine/api/account_state.h"
#include "engine/codec/blob_layout.h"
#include "engine/io/gate.h"
#include "engine/keep/content_stream.h"
#include "engine/keep/read_pins.h"
#include "engine/keep/stored_sidecar.h"
#include "engine/mail/parsed_message.h"

namespace loam {

namespace {

/// A payload up to this many octets is read whole, with whatever else than text is in it.
constexpr std::uint64_t kWholePayloadBytesMax = 256U << 10;

struct Shape {
    mail::Structure structure;
    BlobLayout layout;
    Bytes digest;
};

Result<Shape> shape_of(Bytes stored_sidecar) {
    LOAM_TRY(const keep::StoredSidecar halves, keep::split_stored_sidecar(stored_sidecar));
    LOAM_TRY(const mail::SidecarView view, mail::view_sidecar(halves.message));
    Shape shape;
    LOAM_TRY(shape.structure, mail::decode_structure(view.structure));
    LOAM_TRY(shape.layout, decode_blob_layout(halves.layout));
    if (shape.structure.parts.empty()) return fail(Errc::corrupt, "sidecar: no parts");
    shape.digest = view.digest;
    return shape;
}

Task<Status> load_pieces(LogReader& log, const ContentRow& content, LoadedMessage& out) {
    LOAM_CO_TRY(out.octets, co_await keep::read_stored_sidecar(log, content));
    LOAM_CO_TRY(const Shape shape, shape_of(out.octets));
    const auto ranges = lookup::text_ranges(shape.structure);
    std::uint64_t text_bytes = 0;
    for (const mail::OctetRange& range : ranges)
        text_bytes += range.bytes;
    if (text_bytes > kBatchTextBytesMax) {
        out.state = LoadedMessage::State::large;
        co_return Status::good();
    }
    for (const mail::OctetRange& range : ranges) {
        const StoredRange stored = BlobReader::raw(shape.layout, range.offset, range.bytes).whole();
        LOAM_CO_TRY(ByteVector octets, co_await keep::read_stored(log, content, stored));
        out.pieces.push_back({stored, std::move(octets)});
    }
    co_return Status::good();
}

Task<void> load_one(LogReader& log, const ContentRow& content, LoadedMessage& out) {
    out.state = LoadedMessage::State::ready;
    out.sidecar_bytes = content.sidecar_bytes;
    const bool whole = content.places.size() == 1 &&
                       content.places.front().length <= kWholePayloadBytesMax &&
                       content.sidecar_bytes <= content.places.front().length;
    if (!whole) {
        out.status = co_await load_pieces(log, content, out);
        co_return;
    }
    const Place place = content.places.front();
    auto octets = co_await log.read_part(place, 0, place.length);
    if (octets) {
        out.octets = *std::move(octets);
    } else {
        out.status = octets.error();
    }
}

/// The octets of a frame, empty if they were not read.
Bytes stored_octets(const LoadedMessage& message, StoredRange range) {
    const auto within = [&range](std::uint64_t offset, Bytes octets) -> Bytes {
        if (range.offset < offset) return {};
        const std::uint64_t skip = range.offset - offset;
        if (skip > octets.size() || range.bytes > octets.size() - skip) return {};
        return octets.subspan(skip, range.bytes);
    };
    const Bytes blob = Bytes(message.octets).subspan(message.sidecar_bytes);
    const Bytes inside = within(0, blob);
    if (!inside.empty()) return inside;
    for (const LoadedMessage::Piece& piece : message.pieces) {
        const Bytes found = within(piece.range.offset, piece.octets);
        if (!found.empty()) return found;
    }
    return {};
}

}  // namespace

Task<Result<std::vector<LoadedMessage>>> load_messages(Account::Impl& account,
                                                       std::vector<Cid> cids) {
    std::vector<std::optional<keep::ReadPins::Pin>> pins;
    pins.reserve(cids.size());
    for (const Cid cid : cids)
        pins.push_back(account.keeper.pins().pin(account.id, cid));
    auto query = [&account, &cids](const IndexView& view) {
        return view.contents(account.id, cids);
    };
    LOAM_CO_TRY(const auto contents, co_await account.keeper.read(account.thread.loop, query));
    std::vector<LoadedMessage> messages(cids.size());
    io::Gate gate;
    for (std::size_t i = 0; i < cids.size(); ++i) {
        messages[i].cid = cids[i];
        if (pins[i] && contents[i])
            gate.spawn(load_one(account.thread.log, *contents[i], messages[i]));
    }
    co_await gate.close();
    for (const LoadedMessage& message : messages) {
        if (!message.status && message.status.error().code == Errc::io)
            co_return message.status.error();
    }
    co_return messages;
}

Status unpack(const LoadedMessage& message, ZstdContext& zstd, UnpackedMessage& out) {
    if (message.octets.size() < message.sidecar_bytes)
        return fail(Errc::corrupt, "sidecar: cut short");
    LOAM_TRY(Shape shape, shape_of(Bytes(message.octets).first(message.sidecar_bytes)));
    out.structure = std::move(shape.structure);
    out.digest = shape.digest;
    out.raw.clear();
    std::size_t used = 0;
    for (const mail::OctetRange& range : lookup::text_ranges(out.structure)) {
        if (used == out.plain.size()) out.plain.emplace_back();
        ByteVector& plain = out.plain[used++];
        plain.clear();
        auto reader = BlobReader::raw(shape.layout, range.offset, range.bytes);
        while (const auto stored = reader.next()) {
            const Bytes octets = stored_octets(message, *stored);
            if (octets.empty()) return fail(Errc::corrupt, "blob: places end before the frames do");
            LOAM_TRY_STATUS(reader.feed(zstd, octets, plain));
        }
        out.raw.add(range.offset, as_text(plain));
    }
    return Status::good();
}

}  // namespace loam
