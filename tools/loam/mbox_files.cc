// Messages in an mbox: RFC 4155, with what mail programs add to the headers in it.
#include <algorithm>
#include <array>
#include <ctime>

#include "engine/record/rows.h"
#include "imapd/wire/chars.h"
#include "tools/loam/line_reader.h"
#include "tools/loam/mail_files.h"

namespace loam::tool {

namespace {

/// Of longer lines the rest is not looked at: it may hold keywords at worst.
constexpr std::size_t kLineBytesMax = 8U << 10;
/// Keywords of one message that are looked at.
constexpr std::size_t kKeywordsReadMax = 256;

bool is_space(char c) {
    return c == ' ' || c == '\t';
}

/// Walks the lines of one mbox and closes an item at each From_ line.
class Splitter {
  public:
    Splitter(const MailItem& whole, MailItems& found) : whole_(whole), found_(found) {}

    void run();

  private:
    void open_item(const LineReader& line);
    /// The item ends where the empty line before `end` begins, if there is one.
    void close_item(std::uint64_t end);
    void header_line(std::string_view line);

    const MailItem& whole_;
    MailItems& found_;
    MailItem item_;
    bool open_ = false;
    bool in_header_ = false;
    std::string field_;  // name of the header field that the line before belongs to
    bool after_empty_ = true;
    std::uint64_t empty_bytes_ = 0;  // of the empty line before
};

void Splitter::open_item(const LineReader& line) {
    item_ = whole_;
    item_.mbox = true;
    item_.offset = line.offset() + line.bytes();
    const auto date = from_line_date(line.head());
    item_.date_s = date.value_or(whole_.date_s);
    item_.date_of_file = !date;
    open_ = true;
    in_header_ = true;
    field_.clear();
}

void Splitter::close_item(std::uint64_t end) {
    if (!open_) return;
    // The empty line before a From_ line ends the message before it and is not part of it. It may
    // be all that there is of the message.
    const std::uint64_t separator = after_empty_ ? empty_bytes_ : 0;
    item_.bytes = end - std::min(end, item_.offset + separator);
    found_.items.push_back(std::move(item_));
    open_ = false;
}

void Splitter::header_line(std::string_view line) {
    if (line.empty()) {
        in_header_ = false;
        return;
    }
    if (is_space(line.front())) {
        apply_status_field(field_, line, item_);
        return;
    }
    const std::size_t colon = std::min(line.find(':'), line.size());
    field_ = line.substr(0, colon);
    while (!field_.empty() && is_space(field_.back()))
        field_.pop_back();
    apply_status_field(field_, line.substr(std::min(colon + 1, line.size())), item_);
}

void Splitter::run() {
    LineReader lines(whole_.path, kLineBytesMax);
    const std::size_t before = found_.items.size();
    std::uint64_t end = 0;
    while (lines.next()) {
        const std::string_view line = lines.head();
        end = lines.offset() + lines.bytes();
        const bool from = after_empty_ && line.starts_with("From ");
        if (from) {
            close_item(lines.offset());
            open_item(lines);
        } else if (!open_ && !line.empty()) {
            break;  // something that belongs to no message
        } else if (in_header_) {
            header_line(line);
        }
        after_empty_ = line.empty() && lines.ended();
        empty_bytes_ = lines.bytes();
    }
    close_item(end);
    if (lines.failed()) {
        found_.unreadable.push_back(whole_.path + ": cannot be read to its end");
    } else if (found_.items.size() == before) {
        found_.unreadable.push_back(whole_.path + ": is no mbox (no From_ line at its start)");
    }
}

}  // namespace

void apply_status_field(std::string_view name, std::string_view value, MailItem& item) {
    if (imap::ascii_iequals(name, "X-Keywords")) {
        while (!value.empty() && item.keywords.size() < kKeywordsReadMax) {
            const std::string_view word = value.substr(0, value.find_first_of(" \t"));
            if (!word.empty()) item.keywords.emplace_back(word);
            value.remove_prefix(std::min(word.size() + 1, value.size()));
        }
        return;
    }
    const bool status = imap::ascii_iequals(name, "Status");
    if (!status && !imap::ascii_iequals(name, "X-Status")) return;
    const auto has = [value](char letter) { return value.find(letter) != std::string_view::npos; };
    unsigned flags = item.flags;
    if (has('R')) flags |= status ? kFlagSeen : 0U;
    if (has('A')) flags |= kFlagAnswered;
    if (has('F')) flags |= kFlagFlagged;
    if (has('D')) flags |= kFlagDeleted;
    if (has('T')) flags |= kFlagDraft;
    item.flags = static_cast<std::uint8_t>(flags);
}

std::optional<std::int64_t> from_line_date(std::string_view line) {
    // The sender may hold spaces, so the date is looked for by its weekday.
    static constexpr std::array<std::string_view, 7> kDays{" Mon ", " Tue ", " Wed ", " Thu ",
                                                           " Fri ", " Sat ", " Sun "};
    static constexpr std::array<const char*, 5> kForms{
        "%a %b %d %H:%M:%S %z %Y", "%a %b %d %H:%M:%S %Y %z", "%a %b %d %H:%M:%S %Y",
        "%a %b %d %H:%M:%S %Z %Y", "%a %b %d %H:%M %Y"};
    for (const std::string_view day : kDays) {
        const std::size_t at = line.rfind(day);
        if (at == std::string_view::npos) continue;
        const std::string date(line.substr(at + 1));
        for (const char* form : kForms) {
            std::tm time{};
            if (strptime(date.c_str(), form, &time) == nullptr) continue;
            const std::int64_t offset_s = time.tm_gmtoff;
            return timegm(&time) - offset_s;
        }
    }
    return std::nullopt;
}

MailItems find_mbox(const std::vector<std::string>& paths) {
    MailItems found;
    for (const std::string& path : paths) {
        MailItem whole;
        if (describe_file(path, whole, found)) Splitter(whole, found).run();
    }
    return found;
}

}  // namespace loam::tool
