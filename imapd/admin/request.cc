#include "imapd/admin/request.h"

#include <algorithm>
#include <array>
#include <optional>

#include <nlohmann/json.hpp>

#include "engine/record/rows.h"

namespace loam::admin {
namespace {

using Json = nlohmann::ordered_json;

/// Which keys belong together.
enum Group : unsigned { kName = 1, kSecret = 2, kLimits = 4, kSearch = 8 };

struct VerbForm {
    std::string_view word;
    Verb verb;
    unsigned groups;
};
constexpr std::array<VerbForm, 9> kVerbs{{
    {"user add", Verb::user_add, kName | kSecret},
    {"user list", Verb::user_list, 0},
    {"user passwd", Verb::user_passwd, kName | kSecret},
    {"user delete", Verb::user_delete, kName},
    {"user quota", Verb::user_quota, kName | kLimits},
    {"user admin", Verb::user_admin, kName},
    {"user no-admin", Verb::user_no_admin, kName},
    {"stats", Verb::stats, 0},
    {"search", Verb::search, kName | kSearch},
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

Status set_build(const Json& value, Request& request) {
    const auto* flag = value.get_ptr<const bool*>();
    if (flag == nullptr) return fail(Errc::invalid, "wants true or false");
    request.search.build = *flag;
    return {};
}

struct Key {
    std::string_view word;
    Group group;
    Status (*set)(const Json&, Request&);
};
constexpr std::array<Key, 9> kKeys{{
    {"name", kName, [](const Json& v, Request& r) { return set_text(v, r.name); }},
    {"secret", kSecret, [](const Json& v, Request& r) { return set_text(v, r.secret); }},
    {"octets", kLimits, [](const Json& v, Request& r) { return set_limit(v, r.limits.octets); }},
    {"messages", kLimits,
     [](const Json& v, Request& r) { return set_limit(v, r.limits.messages); }},
    {"mailboxes", kLimits,
     [](const Json& v, Request& r) { return set_limit(v, r.limits.mailboxes); }},
    {"text", kSearch, [](const Json& v, Request& r) { return set_text(v, r.search.text); }},
    {"in", kSearch, [](const Json& v, Request& r) { return set_text(v, r.search.place); }},
    {"mailbox", kSearch, [](const Json& v, Request& r) { return set_text(v, r.search.mailbox); }},
    {"build", kSearch, set_build},
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
    if ((form.groups & kSearch) != 0) {
        json["text"] = request.search.text;
        json["in"] = request.search.place;
        json["mailbox"] = request.search.mailbox;
        json["build"] = request.search.build;
    }
    try {
        std::string line = json.dump();
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
    return request;
}

}  // namespace loam::admin
