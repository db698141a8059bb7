#include "engine/base/check.h"
#include "engine/mail/header.h"
#include "engine/mail/render.h"

namespace loam::mail {

namespace {

void append_nstring(std::string& out, const std::optional<std::string>& text) {
    if (text) {
        append_string(out, *text);
    } else {
        out += "NIL";
    }
}

/// Renders the parts in their order; the recursion is as deep as the message, at most
/// kMimeDepthMax and one.
class BodyRenderer {
  public:
    BodyRenderer(const Structure& structure, bool extended, GlobalForm form)
        : parts_(structure.parts), extended_(extended), form_(form) {}

    std::string render() {
        render_part();
        return std::move(out_);
    }

  private:
    void render_part();
    void render_multipart(const Part& part, std::int32_t index);
    void render_single(const Part& part);
    void basic_fields(const Part& part, bool as_octets);
    void message_fields(const Part& part);
    void params(std::span<const Param> list, bool default_charset);
    void disposition(const Part& part);
    void language(const Part& part);
    void extension(const Part& part);
    void skip_descendants(std::int32_t index);
    bool child_follows(std::int32_t parent) const {
        return next_ < parts_.size() && parts_[next_].parent == parent;
    }

    const std::vector<Part>& parts_;
    const bool extended_;
    const GlobalForm form_;
    std::size_t next_ = 0;
    std::string out_;
};

void BodyRenderer::render_part() {
    LOAM_CHECK(next_ < parts_.size());
    const auto index = static_cast<std::int32_t>(next_);
    const Part& part = parts_[next_++];
    out_ += '(';
    if (part.multipart) {
        render_multipart(part, index);
    } else if (part.rfc822 && form_ == GlobalForm::basic && part.is("message", "global")) {
        basic_fields(part, false);
        extension(part);
        skip_descendants(index);
    } else {
        render_single(part);
    }
    out_ += ')';
}

void BodyRenderer::render_multipart(const Part& part, std::int32_t index) {
    LOAM_CHECK(child_follows(index));  // the grammar asks for one part at least
    while (child_follows(index))
        render_part();
    out_ += ' ';
    append_string(out_, part.subtype);
    if (!extended_) return;
    out_ += ' ';
    params(part.params, false);
    out_ += ' ';
    disposition(part);
    out_ += ' ';
    language(part);
    out_ += ' ';
    append_nstring(out_, part.location);
}

void BodyRenderer::render_single(const Part& part) {
    // RFC 9051 section 9 has no form for a message/rfc822 that was not looked into.
    const bool unread_message =
        !part.rfc822 && (part.is("message", "rfc822") || part.is("message", "global"));
    const bool plain_global = form_ == GlobalForm::basic && part.is("message", "global");
    basic_fields(part, unread_message && !plain_global);
    if (part.rfc822) {
        message_fields(part);
    } else if (part.is_text()) {
        out_ += ' ' + std::to_string(part.body_lines);
    }
    extension(part);
}

void BodyRenderer::basic_fields(const Part& part, bool as_octets) {
    append_string(out_, as_octets ? std::string_view("application") : part.type);
    out_ += ' ';
    append_string(out_, as_octets ? std::string_view("octet-stream") : part.subtype);
    out_ += ' ';
    params(part.params, part.is_text());
    out_ += ' ';
    append_nstring(out_, part.content_id);
    out_ += ' ';
    append_nstring(out_, part.description);
    out_ += ' ';
    append_string(out_, part.encoding);
    out_ += ' ' + std::to_string(part.body_bytes);
}

void BodyRenderer::message_fields(const Part& part) {
    out_ += ' ' + part.envelope + ' ';
    render_part();
    out_ += ' ' + std::to_string(part.body_lines);
}

void BodyRenderer::params(std::span<const Param> list, bool default_charset) {
    const bool add_charset = default_charset && find_param(list, "charset") == nullptr;
    if (list.empty() && !add_charset) {
        out_ += "NIL";
        return;
    }
    out_ += '(';
    for (const Param& param : list) {
        if (out_.back() != '(') out_ += ' ';
        // RFC 9051 section 7.5.2: a value that had a charset is shown decoded under "name*".
        append_string(out_, param.extended ? param.name + "*" : param.name);
        out_ += ' ';
        append_string(out_, param.value);
    }
    if (add_charset) out_ += list.empty() ? R"("charset" "us-ascii")" : R"( "charset" "us-ascii")";
    out_ += ')';
}

void BodyRenderer::disposition(const Part& part) {
    if (part.disposition.empty()) {
        out_ += "NIL";
        return;
    }
    out_ += '(';
    append_string(out_, part.disposition);
    out_ += ' ';
    params(part.disposition_params, false);
    out_ += ')';
}

void BodyRenderer::language(const Part& part) {
    if (part.language.empty()) {
        out_ += "NIL";
        return;
    }
    if (part.language.size() == 1) return append_string(out_, part.language.front());
    out_ += '(';
    for (const std::string& tag : part.language) {
        if (out_.back() != '(') out_ += ' ';
        append_string(out_, tag);
    }
    out_ += ')';
}

void BodyRenderer::extension(const Part& part) {
    if (!extended_) return;
    out_ += ' ';
    append_nstring(out_, part.md5);
    out_ += ' ';
    disposition(part);
    out_ += ' ';
    language(part);
    out_ += ' ';
    append_nstring(out_, part.location);
}

void BodyRenderer::skip_descendants(std::int32_t index) {
    const std::uint32_t depth = parts_[static_cast<std::size_t>(index)].depth;
    while (next_ < parts_.size() && parts_[next_].depth > depth)
        ++next_;
}

}  // namespace

std::string render_body(const Structure& structure, bool extended, GlobalForm form) {
    return BodyRenderer(structure, extended, form).render();
}

}  // namespace loam::mail
