#include "engine/mail/tree_builder.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/mail/content_fields.h"
#include "engine/mail/header.h"
#include "engine/mail/render.h"

namespace loam::mail {

namespace {

constexpr std::string_view kEmptyEnvelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";
// Room kept below kMimePartsMax for a nested message's root and the part a multipart must have.
constexpr std::size_t kPartsReserved = 2;

bool only_white_space(std::string_view text) {
    return text.find_first_not_of(" \t") == std::string_view::npos;
}

// RFC 2046 section 5.1.1: a boundary does not end with white space; transport padding may follow
// it.
std::string boundary_of(const Part& part) {
    const std::string* value = find_param(part.params, "boundary");
    if (value == nullptr || !equal_nocase(part.type, "multipart")) return {};
    std::string boundary = *value;
    boundary.resize(boundary.find_last_not_of(" \t") + 1);
    return boundary;
}

std::size_t params_bytes(const std::vector<Param>& params) {
    std::size_t bytes = 0;
    for (const Param& param : params)
        bytes += param.name.size() + param.value.size();
    return bytes;
}

std::size_t string_bytes(const Part& part) {
    std::size_t bytes = params_bytes(part.params) + params_bytes(part.disposition_params);
    for (const auto* text : {&part.content_id, &part.description, &part.md5, &part.location}) {
        bytes += *text ? (*text)->size() : 0;
    }
    for (const std::string& tag : part.language)
        bytes += tag.size();
    return bytes;
}

std::string_view line_end_of(std::string_view run) {
    if (run.ends_with("\r\n")) return "\r\n";
    return run.ends_with('\n') ? "\n" : "";
}

// Offset behind the last NUL, 0 if there is none.
std::size_t nul_end(std::string_view octets) {
    const std::size_t at = octets.find_last_of('\0');
    return at == octets.npos ? 0 : at + 1;
}

// The first loop has no exit, so that the compiler makes it wide; it nearly always decides.
std::size_t eight_bit_end(std::string_view octets) {
    unsigned char all = 0;
    for (const char c : octets)
        all |= static_cast<unsigned char>(c);
    if (all < 0x80) return 0;
    std::size_t end = octets.size();
    while (static_cast<unsigned char>(octets[end - 1]) < 0x80)
        --end;
    return end;
}

}  // namespace

TreeBuilder::TreeBuilder(BodySink& sink) : sink_(sink) {
    start_part();
}

// The innermost boundary wins. A closing delimiter counts only after a part: before one it is part
// of the preamble, so a multipart is never without parts that could be shown.
std::optional<Delimiter> TreeBuilder::match(std::string_view line) const {
    if (!line.starts_with("--")) return std::nullopt;
    line.remove_prefix(2);
    for (std::size_t level = open_.size(); level-- > 0;) {
        const Open& open = open_[level];
        if (open.boundary.empty() || !line.starts_with(open.boundary)) continue;
        const std::string_view rest = line.substr(open.boundary.size());
        if (only_white_space(rest)) return Delimiter{.level = level, .closing = false};
        if (open.children > 0 && rest.starts_with("--") && only_white_space(rest.substr(2))) {
            return Delimiter{.level = level, .closing = true};
        }
    }
    return std::nullopt;
}

void TreeBuilder::header(std::string_view piece) {
    note(piece);
    to_text(piece);
    const std::size_t room = kHeaderBytesParsedMax - header_.size();
    if (piece.size() > room) structure().truncated = true;
    header_ += piece.substr(0, room);
}

void TreeBuilder::blank_line(std::string_view line_end) {
    note(line_end);
    to_text(line_end);
    end_header();
}

void TreeBuilder::body(std::string_view run) {
    release_line_end();
    note(run);
    if (has_boundaries()) {
        held_ = line_end_of(run);
        run.remove_suffix(held_.size());
    }
    content(run);
}

void TreeBuilder::delimiter(Delimiter delimiter, std::string_view line) {
    drop_empty_part(!delimiter.closing && delimiter.level + 1 == open_.size());
    while (state_ == State::header)
        end_header();
    end_bodies(delimiter.level + 1);
    to_text(std::exchange(held_, {}));
    note(line);
    // The line end behind a closing delimiter may belong to the delimiter that follows.
    if (delimiter.closing) held_ = line_end_of(line);
    to_text(line.substr(0, line.size() - held_.size()));
    if (delimiter.closing) {
        open_[delimiter.level].boundary.clear();
        --boundaries_;
        state_ = State::between;
    } else if (structure().parts.size() + kPartsReserved < kMimePartsMax) {
        start_part();
    } else {
        start_rest();
    }
}

ParsedMessage TreeBuilder::finish() {
    drop_empty_part(false);
    while (state_ == State::header)
        end_header();
    release_line_end();
    end_bodies(0);
    message_.raw_bytes = offset_;
    message_.raw_lines = lines_;
    message_.has_nul = nul_end_ > 0;
    for (const Part& done : structure().parts) {
        message_.header_8bit = message_.header_8bit || done.header_8bit;
        message_.mode_dependent = message_.mode_dependent || done.is("message", "global");
    }
    message_.bodystructure = render_body(structure(), true);
    return std::move(message_);
}

std::uint32_t TreeBuilder::add_part(std::int32_t parent) {
    Part added;
    added.parent = parent;
    added.depth = parent < 0 ? 0 : part(static_cast<std::uint32_t>(parent)).depth + 1;
    added.header_offset = added.body_offset = offset_;
    structure().parts.push_back(std::move(added));
    if (!open_.empty()) ++open_.back().children;
    return static_cast<std::uint32_t>(structure().parts.size() - 1);
}

void TreeBuilder::start_part() {
    current_ = add_part(open_.empty() ? -1 : static_cast<std::int32_t>(open_.back().part));
    header_lines_before_ = lines_;
    header_.clear();
    state_ = State::header;
}

// Two delimiters in a row, or one at the very end, as truncated mail has it, enclose nothing. A
// multipart keeps one part, though.
void TreeBuilder::drop_empty_part(bool another_follows) {
    if (state_ != State::header || offset_ != part(current_).header_offset) return;
    if (open_.empty() || !part(open_.back().part).multipart) return;
    if (open_.back().children < 2 && !another_follows) return;
    structure().parts.pop_back();
    --open_.back().children;
    state_ = State::between;
}

// Too many parts: whatever comes is the body of one last part.
void TreeBuilder::start_rest() {
    const std::uint32_t rest = add_part(static_cast<std::int32_t>(open_.back().part));
    part(rest).type = "application";
    part(rest).subtype = "octet-stream";
    part(rest).opaque = true;
    structure().truncated = true;
    for (Open& open : open_)
        open.boundary.clear();
    boundaries_ = 0;
    start_leaf(rest);
}

void TreeBuilder::end_header() {
    Part& done = part(current_);
    done.header_bytes = offset_ - done.header_offset;
    done.body_offset = offset_;
    done.header_lines = lines_ - header_lines_before_;
    done.header_8bit = eight_bit_end_ > done.header_offset;
    read_content_fields(header_, !open_.empty() && open_.back().digest, done);
    std::string boundary = boundary_of(done);
    charge(done);
    keep_envelope(done);
    header_.clear();
    open_body(current_, std::move(boundary));
}

void TreeBuilder::keep_envelope(const Part& done) {
    if (done.parent < 0) {
        message_.envelope = render_envelope(header_);
        message_.digest = make_digest(header_);
        return;
    }
    Part& parent = part(static_cast<std::uint32_t>(done.parent));
    if (!parent.rfc822) return;
    parent.envelope = render_envelope(header_);
    if (string_bytes_ + parent.envelope.size() > kStructureStringBytesMax) {
        parent.envelope = kEmptyEnvelope;
        structure().truncated = true;
    }
    string_bytes_ += parent.envelope.size();
}

void TreeBuilder::charge(Part& done) {
    const std::size_t bytes = string_bytes(done);
    if (string_bytes_ + bytes <= kStructureStringBytesMax) {
        string_bytes_ += bytes;
        return;
    }
    structure().truncated = true;
    done.params.clear();
    done.disposition_params.clear();
    done.language.clear();
    for (auto* text : {&done.content_id, &done.description, &done.md5, &done.location}) {
        text->reset();
    }
}

bool TreeBuilder::may_descend(const Part& done) const {
    return done.depth + 1 < kMimeDepthMax && done.transfer == Encoding::identity &&
           message_.structure.parts.size() + kPartsReserved < kMimePartsMax;
}

void TreeBuilder::open_body(std::uint32_t index, std::string boundary) {
    Part& done = part(index);
    if (equal_nocase(done.type, "multipart")) return open_multipart(index, std::move(boundary));
    const bool message = done.is("message", "rfc822") || done.is("message", "global");
    if (!message || !may_descend(done)) {
        done.opaque = message;
        return start_leaf(index);
    }
    done.rfc822 = true;
    open_.push_back({.part = index, .boundary = {}, .lines_before = lines_});
    start_part();
}

void TreeBuilder::open_multipart(std::uint32_t index, std::string boundary) {
    Part& done = part(index);
    done.multipart = true;
    const bool usable = !boundary.empty() && boundary.size() <= kBoundaryBytesMax;
    const bool deep = done.depth + 1 >= kMimeDepthMax;
    done.malformed = done.malformed || !usable || done.transfer != Encoding::identity;
    open_.push_back({.part = index,
                     .boundary = usable && !deep ? std::move(boundary) : std::string(),
                     .digest = equal_nocase(done.subtype, "digest"),
                     .lines_before = lines_});
    if (open_.back().boundary.empty()) {
        done.opaque = true;
        return start_leaf(add_synthesized(index));
    }
    ++boundaries_;
    state_ = State::preamble;
    meter_.start(Encoding::identity, true);
}

// Stands for a body that cannot be divided, so that a client can show it.
std::uint32_t TreeBuilder::add_synthesized(std::uint32_t multipart) {
    const std::uint32_t index = add_part(static_cast<std::int32_t>(multipart));
    const Part& parent = part(multipart);
    Part& added = part(index);
    added.type = "text";
    added.subtype = "plain";
    added.synthesized = true;
    if (parent.transfer == Encoding::identity) added.encoding = parent.encoding;
    added.header_offset = added.body_offset = parent.body_offset;
    return index;
}

void TreeBuilder::start_leaf(std::uint32_t index) {
    const Part& leaf = part(index);
    current_ = index;
    leaf_lines_before_ = lines_;
    state_ = State::leaf;
    base64_ = leaf.transfer == Encoding::base64;
    if (base64_) sink_.begin_base64(index);
    meter_.start(leaf.transfer, leaf.is_text());
}

void TreeBuilder::end_bodies(std::size_t keep_open) {
    if (state_ == State::leaf) end_leaf();
    while (open_.size() > keep_open) {
        const Open done = std::move(open_.back());
        if (!done.boundary.empty()) --boundaries_;
        end_open(done);
        open_.pop_back();
        state_ = State::between;
    }
}

void TreeBuilder::end_leaf() {
    Part& leaf = part(current_);
    meter_.finish(leaf);
    end_body(leaf, leaf_lines_before_);
    if (base64_) sink_.end_base64(current_);
    base64_ = false;
    state_ = State::between;
}

void TreeBuilder::end_open(const Open& done) {
    if (done.children == 0) {
        Part& whole = part(add_synthesized(done.part));
        meter_.finish(whole);
        end_body(whole, done.lines_before);
        part(done.part).malformed = true;
    }
    Part& container = part(done.part);
    end_body(container, done.lines_before);
    container.decoded_bytes = container.body_bytes;
}

// Bodies end before the line end that is held: it belongs to the delimiter.
void TreeBuilder::end_body(Part& done, std::uint64_t lines_before) const {
    done.body_bytes = offset_ - held_.size() - done.body_offset;
    done.body_lines = lines_ - (held_.empty() ? 0 : 1) - lines_before;
    if (done.body_bytes > 0 && last_ != '\n') ++done.body_lines;
    if (done.body_bytes == 0) done.body_lines = 0;
    done.nul_raw = nul_end_ > done.header_offset;
    done.body_8bit = eight_bit_end_ > done.body_offset;
}

void TreeBuilder::content(std::string_view octets) {
    if (octets.empty()) return;
    if (state_ == State::leaf || state_ == State::preamble) meter_.feed(as_bytes(octets));
    if (!base64_) return to_text(octets);
    last_ = octets.back();
    sink_.base64(as_bytes(octets));
}

void TreeBuilder::to_text(std::string_view octets) {
    if (octets.empty()) return;
    last_ = octets.back();
    sink_.text(as_bytes(octets));
}

void TreeBuilder::release_line_end() {
    content(std::exchange(held_, {}));
}

// Counts octets as they come in, held ones included.
void TreeBuilder::note(std::string_view octets) {
    lines_ += static_cast<std::uint64_t>(std::count(octets.begin(), octets.end(), '\n'));
    if (const std::size_t end = nul_end(octets); end > 0) nul_end_ = offset_ + end;
    if (const std::size_t end = eight_bit_end(octets); end > 0) eight_bit_end_ = offset_ + end;
    offset_ += octets.size();
}

}  // namespace loam::mail
