#include "imapd/admin/request.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/record/rows.h"
#include "imapd/wire/flags.h"

namespace loam::admin {
namespace {

using Json = nlohmann::ordered_json;

/// Which keys belong together.
enum Group : unsigned {
    kName = 1,
    kSecret = 2,
    kLimits = 4,
    kSearch = 8,
    kMailbox = 16,
    kCreate = 32,
    kUid = 64,
    kMessage = 128,
};

struct VerbForm {
    std::string_view word;
    Verb verb;
    unsigned groups;
};
constexpr std::array<VerbForm, 14> kVerbs{{
    {"user add", Verb::user_add, kName | kSecret},
    {"user list", Verb::user_list, 0},
    {"user passwd", Verb::user_passwd, kName | kSecret},
    {"user delete", Verb::user_delete, kName},
    {"user quota", Verb::user_quota, kName | kLimits},
    {"user admin", Verb::user_admin, kName},
    {"user no-admin", Verb::user_no_admin, kName},
    {"stats", Verb::stats, 0},
    {"search", Verb::search, kName | kSearch | kMailbox},
    {"import", Verb::import_begin, kName},
    {"import mailbox", Verb::import_mailbox, kMailbox | kCreate},
    {"import look", Verb::import_look, kMailbox | kUid},
    {"import message", Verb::import_message, kMessage},
    {"import append", Verb::import_append, kMailbox},
}};

const VerbForm& form_of(Verb verb) {
    return *std::ranges::find(kVerbs, verb, &VerbForm::verb);
}

Status set_text(const Json& value, std::string& to) {
    const auto* text = value.get_ptr<const std::string*>();
    if (text == nullptr) return fail(Errc::invalid, "wants text");
    to = *text;
    return {};
}

/// Null: no limit. A number: so many and no more.
Status set_limit(const Json& value, std::optional<std::uint64_t>& to) {
    if (value.is_null()) {
        to = 0;
        return {};
    }
    const auto* number = value.get_ptr<const std::uint64_t*>();
    to = number == nullptr ? std::nullopt : limit_of(*number, 1);
    if (!to) return fail(Errc::invalid, "wants null or a number of 63 bits");
    return {};
}

Status set_flag(const Json& value, bool& to) {
    const auto* flag = value.get_ptr<const bool*>();
    if (flag == nullptr) return fail(Errc::invalid, "wants true or false");
    to = *flag;
    return {};
}

Status set_size(const Json& value, Request& request) {
    const auto* number = value.get_ptr<const std::uint64_t*>();
    if (number == nullptr) return fail(Errc::invalid, "wants a number");
    request.import.message.size = *number;
    return {};
}

Status set_uid(const Json& value, Request& request) {
    const auto* number = value.get_ptr<const std::uint64_t*>();
    if (number == nullptr || *number == 0 || *number > UINT32_MAX)
        return fail(Errc::invalid, "wants a number of 32 bits");
    request.import.uid = Uid{static_cast<std::uint32_t>(*number)};
    return {};
}

/// Seconds since 1970.
Status set_date(const Json& value, Request& request) {
    const auto* unsigned_value = value.get_ptr<const std::uint64_t*>();
    const auto* number = value.get_ptr<const std::int64_t*>();
    if (number == nullptr || (unsigned_value != nullptr && *unsigned_value > INT64_MAX))
        return fail(Errc::invalid, "wants a number of seconds");
    request.import.message.date_s = *number;
    return {};
}

Status set_texts(const Json& value, std::vector<std::string>& to) {
    if (!value.is_array()) return fail(Errc::invalid, "wants a list");
    to.clear();
    for (const Json& one : value) {
        LOAM_TRY_STATUS(set_text(one, to.emplace_back()));
    }
    return {};
}

Status set_flags(const Json& value, Request& request) {
    std::vector<std::string> names;
    LOAM_TRY_STATUS(set_texts(value, names));
    imap::FlagNames flags;
    for (const std::string& name : names) {
        LOAM_TRY_STATUS(imap::add_flag(flags, name));
    }
    if (!flags.keywords.empty()) return fail(Errc::invalid, "wants system flags");
    request.import.message.flags = flags.system;
    return {};
}

struct Key {
    std::string_view word;
    Group group;
    Status (*set)(const Json&, Request&);
};
constexpr std::array<Key, 16> kKeys{{
    {"name", kName, [](const Json& v, Request& r) { return set_text(v, r.name); }},
    {"secret", kSecret, [](const Json& v, Request& r) { return set_text(v, r.secret); }},
    {"octets", kLimits, [](const Json& v, Request& r) { return set_limit(v, r.limits.octets); }},
    {"messages", kLimits,
     [](const Json& v, Request& r) { return set_limit(v, r.limits.messages); }},
    {"mailboxes", kLimits,
     [](const Json& v, Request& r) { return set_limit(v, r.limits.mailboxes); }},
    {"text", kSearch, [](const Json& v, Request& r) { return set_text(v, r.search.text); }},
    {"in", kSearch, [](const Json& v, Request& r) { return set_text(v, r.search.place); }},
    {"build", kSearch, [](const Json& v, Request& r) { return set_flag(v, r.search.build); }},
    {"mailbox", kMailbox, [](const Json& v, Request& r) { return set_text(v, r.mailbox); }},
    {"create", kCreate, [](const Json& v, Request& r) { return set_flag(v, r.import.create); }},
    {"uid", kUid, set_uid},
    {"size", kMessage, set_size},
    {"flags", kMessage, set_flags},
    {"keywords", kMessage,
     [](const Json& v, Request& r) { return set_texts(v, r.import.message.keywords); }},
    {"date", kMessage, set_date},
    {"date_of_field", kMessage,
     [](const Json& v, Request& r) { return set_flag(v, r.import.message.date_of_field); }},
}};

Status set_key(std::string_view word, const Json& value, unsigned groups, Request& request) {
    const auto* key = std::ranges::find(kKeys, word, &Key::word);
    if (key == kKeys.end() || (key->group & groups) == 0)
        return fail(Errc::invalid, "admin request: a key that does not belong there");
    if (const Status set = key->set(value, request); !set)
        return fail(Errc::invalid, "admin request: " + std::string(word) + " " + set.error().what);
    return {};
}

Json limit_json(std::uint64_t limit) {
    return limit == 0 ? Json(nullptr) : Json(allowed_of(limit));
}

void put_limits(const LimitsChange& limits, Json& to) {
    if (limits.octets) to["octets"] = limit_json(*limits.octets);
    if (limits.messages) to["messages"] = limit_json(*limits.messages);
    if (limits.mailboxes) to["mailboxes"] = limit_json(*limits.mailboxes);
}

void put_search(const Request& request, Json& to) {
    to["text"] = request.search.text;
    to["in"] = request.search.place;
    to["build"] = request.search.build;
}

void put_message(const ImportMessage& message, Json& to) {
    Json flags = Json::array();
    for (unsigned bit = 1; bit <= imap::kSystemFlagsAll; bit <<= 1U) {
        if ((message.flags & bit) != 0)
            flags.push_back(imap::system_flag_name(static_cast<imap::SystemFlag>(bit)));
    }
    to["size"] = message.size;
    to["flags"] = std::move(flags);
    to["keywords"] = message.keywords;
    to["date"] = message.date_s;
    to["date_of_field"] = message.date_of_field;
}

}  // namespace

std::string_view name_of(Verb verb) {
    return form_of(verb).word;
}

Result<std::string> print_request(const Request& request) {
    const VerbForm& form = form_of(request.verb);
    Json json{{"do", form.word}};
    if ((form.groups & kName) != 0) json["name"] = request.name;
    if ((form.groups & kSecret) != 0) json["secret"] = request.secret;
    if ((form.groups & kLimits) != 0) put_limits(request.limits, json);
    if ((form.groups & kSearch) != 0) put_search(request, json);
    if ((form.groups & kMailbox) != 0) json["mailbox"] = request.mailbox;
    if ((form.groups & kCreate) != 0) json["create"] = request.import.create;
    if ((form.groups & kUid) != 0) json["uid"] = request.import.uid.value;
    if ((form.groups & kMessage) != 0) put_message(request.import.message, json);
    try {
        // Keywords that are not UTF-8 are no keywords either, and told so.
        const auto handler = (form.groups & kMessage) != 0 ? Json::error_handler_t::replace
                                                           : Json::error_handler_t::strict;
        std::string line = json.dump(-1, ' ', false, handler);
        if (line.size() > kRequestBytesMax) return fail(Errc::invalid, "the request is too long");
        return line;
    } catch (const Json::exception&) {  // the library's only way to tell
        return fail(Errc::invalid, "a running server takes UTF-8 only");
    }
}

Result<Request> parse_request(std::string_view line) {
    if (line.size() > kRequestBytesMax) return fail(Errc::invalid, "admin request: too long");
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object()) return fail(Errc::invalid, "admin request: no JSON object");
    const auto verb = json.find("do");
    const auto* word = verb == json.end() ? nullptr : verb->get_ptr<const std::string*>();
    const auto* form =
        word == nullptr ? kVerbs.end() : std::ranges::find(kVerbs, *word, &VerbForm::word);
    if (form == kVerbs.end()) return fail(Errc::invalid, "admin request: nothing known to do");
    Request request{.verb = form->verb};
    for (const auto& [key, value] : json.items()) {
        if (key != "do") LOAM_TRY_STATUS(set_key(key, value, form->groups, request));
    }
    if ((form->groups & kName) != 0 && request.name.empty())
        return fail(Errc::invalid, "admin request: name is missing");
    if ((form->groups & kSecret) != 0 && request.secret.empty())
        return fail(Errc::invalid, "admin request: secret is missing");
    if ((form->groups & kUid) != 0 && request.import.uid.value == 0)
        return fail(Errc::invalid, "admin request: uid is missing");
    return request;
}

}  // namespace loam::admin
