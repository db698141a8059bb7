#include "tests/corpus/gmime_view.h"

#include <gmime/gmime.h>
#include <memory>

namespace loam::corpus {

namespace {

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using Ref = std::unique_ptr<T, Unref>;

std::string text_or_empty(const char* text) {
    return text == nullptr ? "" : text;
}

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return text;
}

std::string encoding_name(GMimeContentEncoding encoding) {
    switch (encoding) {
        case GMIME_CONTENT_ENCODING_BASE64:
            return "base64";
        case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
            return "quoted-printable";
        case GMIME_CONTENT_ENCODING_UUENCODE:
            return "unknown";
        default:
            return "identity";
    }
}

std::string type_of(GMimeObject* object) {
    GMimeContentType* type = g_mime_object_get_content_type(object);
    return lower(text_or_empty(g_mime_content_type_get_media_type(type)) + "/" +
                 text_or_empty(g_mime_content_type_get_media_subtype(type)));
}

void read_leaf(GMimeObject* object, EntityView& entity) {
    GMimePart* part = GMIME_PART(object);
    entity.encoding = encoding_name(g_mime_part_get_content_encoding(part));
    GMimeDataWrapper* content = g_mime_part_get_content(part);
    if (content == nullptr) return;
    GMimeStream* raw = g_mime_data_wrapper_get_stream(content);
    entity.body_offset = static_cast<std::uint64_t>(raw->bound_start);
    entity.body_bytes = static_cast<std::uint64_t>(g_mime_stream_length(raw));
    const Ref<GMimeStream> out(g_mime_stream_mem_new());
    g_mime_data_wrapper_write_to_stream(content, out.get());
    const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(out.get()));
    entity.decoded.assign(reinterpret_cast<const char*>(bytes->data), bytes->len);
}

void walk(GMimeObject* object, std::uint32_t depth, MessageView& view) {
    if (object == nullptr) return;
    view.entities.push_back(
        {.depth = depth, .type = type_of(object), .encoding = {}, .decoded = {}});
    if (GMIME_IS_MULTIPART(object)) {
        GMimeMultipart* multipart = GMIME_MULTIPART(object);
        for (int i = 0; i < g_mime_multipart_get_count(multipart); ++i) {
            walk(g_mime_multipart_get_part(multipart, i), depth + 1, view);
        }
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        GMimeMessage* inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
        if (inner != nullptr) walk(g_mime_message_get_mime_part(inner), depth + 1, view);
    } else if (GMIME_IS_PART(object)) {
        read_leaf(object, view.entities.back());
    }
}

void append_addresses(InternetAddressList* list, std::string& out) {
    for (int i = 0; list != nullptr && i < internet_address_list_length(list); ++i) {
        InternetAddress* address = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_GROUP(address)) {
            append_addresses(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)),
                             out);
            continue;
        }
        if (!out.empty()) out += ", ";
        out += text_or_empty(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)));
    }
}

}  // namespace

void init_gmime() {
    g_mime_init();
}

MessageView view_by_gmime(std::string_view raw) {
    MessageView view;
    const Ref<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(raw.data(), raw.size()));
    const Ref<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    g_mime_parser_set_persist_stream(parser.get(), TRUE);
    GMimeMessage* parsed = g_mime_parser_construct_message(parser.get(), nullptr);
    if (parsed == nullptr) return view;
    const Ref<GMimeMessage> message(parsed);
    walk(g_mime_message_get_mime_part(message.get()), 0, view);
    view.subject = text_or_empty(g_mime_message_get_subject(message.get()));
    append_addresses(g_mime_message_get_from(message.get()), view.from);
    append_addresses(g_mime_message_get_to(message.get()), view.to);
    append_addresses(g_mime_message_get_cc(message.get()), view.cc);
    if (GDateTime* date = g_mime_message_get_date(message.get())) {
        view.date_seconds = g_date_time_to_unix(date);
    }
    return view;
}

}  // namespace loam::corpus
