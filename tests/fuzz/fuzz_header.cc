// Header blocks: fields are the whole block, a selection and its opposite share them out, and what
// is read from them is valid UTF-8 and within its limits.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/check.h"
#include "engine/mail/charset.h"
#include "engine/mail/content_fields.h"
#include "engine/mail/digest.h"
#include "engine/mail/header.h"
#include "engine/mail/text.h"

using namespace loam::mail;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view block = loam::as_text(std::as_bytes(std::span(data, size)));
    HeaderReader reader(block);
    std::string joined;
    std::vector<std::string> names;
    while (const auto field = reader.next()) {
        joined += field->raw;
        if (!field->name.empty() && names.size() < 3) names.emplace_back(field->name);
        const std::string text = unfold(field->body);
        LOAM_CHECK(text.find_first_of("\r\n") == std::string::npos);
        LOAM_CHECK(unfold(text) == text);
    }
    LOAM_CHECK(joined + std::string(reader.rest()) == block);
    const std::size_t blank = reader.rest().starts_with("\n")     ? 1
                              : reader.rest().starts_with("\r\n") ? 2
                                                                  : 0;
    const std::size_t some = select_fields(block, names, false).size();
    const std::size_t others = select_fields(block, names, true).size();
    LOAM_CHECK(some + others == joined.size() + 2 * blank);

    Part part;
    read_content_fields(block, (size & 1) != 0, part);
    LOAM_CHECK(!part.type.empty() && part.type.size() <= kTokenBytesMax);
    LOAM_CHECK(part.params.size() <= kParamsMax);
    for (const Param& param : part.params)
        LOAM_CHECK(param.value.size() <= kParamValueBytesMax);
    LOAM_CHECK(valid_utf8(decode_header_block(block)));
    const Digest digest = make_digest(block);
    LOAM_CHECK(digest.base_subject.size() <= kDigestStringBytesMax);
    return 0;
}
