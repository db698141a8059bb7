#include "imapd/lmtp/command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "imapd/wire/chars.h"

namespace loam::lmtp {

namespace {

void trim(std::string_view& text) {
    while (text.starts_with(' '))
        text.remove_prefix(1);
    while (text.ends_with(' '))
        text.remove_suffix(1);
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (text.size() < prefix.size() || !imap::ascii_iequals(text.substr(0, prefix.size()), prefix))
        return false;
    text.remove_prefix(prefix.size());
    return true;
}

bool control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

/// A quoted local part, without its quotes; `text` is left behind the closing one.
Result<std::string> take_quoted(std::string_view& text) {
    std::string local;
    text.remove_prefix(1);
    while (!text.empty() && text.front() != '"') {
        if (text.front() == '\\') text.remove_prefix(1);
        if (text.empty() || control(text.front())) break;
        local.push_back(text.front());
        text.remove_prefix(1);
    }
    if (!text.starts_with('"')) return fail(Errc::invalid, "quoted local part is not closed");
    text.remove_prefix(1);
    return local;
}

/// path := "<" [source-route ":"] [local ["@" domain]] ">"      RFC 5321 section 4.1.2
Result<Path> take_path(std::string_view& text) {
    if (!text.starts_with('<'))
        return fail(Errc::invalid, "an address in angle brackets is missing");
    text.remove_prefix(1);
    if (text.starts_with('@')) {
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos)
            return fail(Errc::invalid, "source route without an address");
        text.remove_prefix(colon + 1);
    }
    const std::string_view whole = text;
    Path path;
    if (text.starts_with('"')) {
        LOAM_TRY(path.local, take_quoted(text));
    } else {
        const auto stop = [](char c) {
            return c == '@' || c == '>' || c == ' ' || c == '<' || control(c);
        };
        const auto end = std::ranges::find_if(text, stop);
        path.local.assign(text.begin(), end);
        text.remove_prefix(path.local.size());
    }
    if (text.starts_with('@')) {
        text.remove_prefix(1);
        const auto stop = [](char c) {
            return c == '>' || c == ' ' || c == '<' || c == '@' || control(c);
        };
        const auto end = std::ranges::find_if(text, stop);
        path.domain.assign(text.begin(), end);
        text.remove_prefix(path.domain.size());
        if (path.domain.empty() || path.local.empty())
            return fail(Errc::invalid, "address without a part");
    }
    path.text = whole.substr(0, whole.size() - text.size());
    if (!text.starts_with('>')) return fail(Errc::invalid, "address is not closed by >");
    text.remove_prefix(1);
    if (path.text.size() > kPathBytesMax) return fail(Errc::invalid, "address is too long");
    if (!imap::is_utf8(path.text)) return fail(Errc::invalid, "address is not UTF-8");
    return path;
}

Status take_parameter(std::string_view word, MailArguments& mail) {
    if (take_prefix(word, "SIZE=")) {
        const auto [end, error] =
            std::from_chars(word.data(), word.data() + word.size(), mail.size);
        if (error != std::errc{} || end != word.data() + word.size()) {
            return fail(Errc::invalid, "SIZE is not a number");
        }
        return {};
    }
    if (take_prefix(word, "BODY=")) {
        if (imap::ascii_iequals(word, "7BIT") || imap::ascii_iequals(word, "8BITMIME")) return {};
        return fail(Errc::unsupported, "BODY value not recognised");
    }
    if (imap::ascii_iequals(word, "SMTPUTF8")) {
        mail.smtputf8 = true;
        return {};
    }
    return fail(Errc::unsupported, "parameter not recognised");
}

}  // namespace

Verb parse_verb(std::string_view line, std::string_view& arguments) {
    static constexpr std::array<std::pair<std::string_view, Verb>, 10> kVerbs{
        {{"LHLO", Verb::lhlo},
         {"MAIL", Verb::mail},
         {"RCPT", Verb::rcpt},
         {"DATA", Verb::data},
         {"RSET", Verb::rset},
         {"NOOP", Verb::noop},
         {"QUIT", Verb::quit},
         {"VRFY", Verb::vrfy},
         {"HELP", Verb::help},
         {"STARTTLS", Verb::starttls}}};
    trim(line);
    const std::string_view word = line.substr(0, line.find(' '));
    arguments = line.substr(word.size());
    trim(arguments);
    for (const auto& [name, verb] : kVerbs) {
        if (imap::ascii_iequals(word, name)) return verb;
    }
    return Verb::unknown;
}

Result<MailArguments> parse_mail(std::string_view arguments) {
    if (!take_prefix(arguments, "FROM:")) return fail(Errc::invalid, "MAIL wants FROM:<address>");
    trim(arguments);
    MailArguments mail;
    LOAM_TRY(mail.sender, take_path(arguments));
    while (!arguments.empty()) {
        if (!arguments.starts_with(' ')) return fail(Errc::invalid, "no space before a parameter");
        trim(arguments);
        const std::string_view word = arguments.substr(0, arguments.find(' '));
        LOAM_TRY_STATUS(take_parameter(word, mail));
        arguments.remove_prefix(word.size());
    }
    return mail;
}

Result<Path> parse_rcpt(std::string_view arguments) {
    if (!take_prefix(arguments, "TO:")) return fail(Errc::invalid, "RCPT wants TO:<address>");
    trim(arguments);
    LOAM_TRY(Path path, take_path(arguments));
    trim(arguments);
    if (!arguments.empty()) return fail(Errc::unsupported, "parameter not recognised");
    if (path.local.empty()) return fail(Errc::invalid, "the null address takes no mail");
    return path;
}

}  // namespace loam::lmtp
