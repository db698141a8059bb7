#include "engine/mail/address.h"

#include <utility>

#include "engine/mail/field_lexer.h"

namespace loam::mail {

namespace {

constexpr std::string_view kWordEnds = "<>,;:@\"(";

std::optional<std::string> non_empty(std::string text) {
    if (text.empty()) return std::nullopt;
    return text;
}

// Words up to a special, with one space where white space or a comment stood between two of them.
class Phrase {
  public:
    void add(std::string_view word, bool space_before) {
        const bool space = space_before && !text_.empty();
        // obs-local-part has white space around its dots; elsewhere it divides words.
        if (space && !text_.ends_with('.') && !word.starts_with('.')) {
            before_last_bytes_ = text_.size();
            last_.clear();
        }
        if (space) text_ += ' ';
        text_ += word;
        last_ += word;
    }
    bool empty() const { return text_.empty(); }
    bool several_words() const { return before_last_bytes_ > 0; }
    std::string take() { return std::exchange(*this, Phrase()).text_; }
    std::string before_last() const { return text_.substr(0, before_last_bytes_); }
    /// The last word as a local part: without white space around dots.
    const std::string& last() const { return last_; }

  private:
    std::string text_;
    std::size_t before_last_bytes_ = 0;  // words without the last one
    std::string last_;
};

class AddressReader {
  public:
    explicit AddressReader(std::string_view body) : lexer_(body) {}

    std::vector<Address> read() {
        while (addresses_.size() < kAddressesMax) {
            lexer_.skip_cfws();
            if (lexer_.at_end()) break;
            if (lexer_.take(',')) continue;
            if (lexer_.take(';')) {
                end_group();
                continue;
            }
            lexer_.forget_comment();
            read_entry();
        }
        end_group();
        return std::move(addresses_);
    }

  private:
    struct Entry {
        Phrase phrase;
        std::optional<Address> bare = std::nullopt;  // "local@domain" without angle brackets
        Phrase after_bare;                           // and what came after it
        void add(std::string_view word, bool space_before) {
            phrase.add(word, space_before);
            if (bare) after_bare.add(word, space_before);
        }
    };
    void read_entry();
    void read_bare(Entry& entry);
    void finish(Entry& entry);
    void read_angle(Phrase phrase);
    void start_group(std::string name);
    void end_group();
    void read_route(Address& address);
    void read_mailbox(Address& address);
    std::string read_local();
    std::string read_domain();
    void read_domains(Address& address);
    void skip_to_separator();

    FieldLexer lexer_;
    std::vector<Address> addresses_;
    bool in_group_ = false;
};

// One entry begins as a phrase, and only what follows tells what it is: "<" makes it a display
// name, ":" a group's name, "@" or the end a local part.
void AddressReader::read_entry() {
    Entry entry;
    while (true) {
        const std::size_t before = lexer_.position();
        lexer_.skip_cfws();
        const bool space = lexer_.position() != before;
        if (lexer_.at_end() || lexer_.peek() == ',' || lexer_.peek() == ';') return finish(entry);
        if (lexer_.take('<')) return read_angle(std::move(entry.phrase));
        const bool named = !entry.phrase.empty() && !entry.bare;
        if (lexer_.peek() == ':' && !in_group_ && named) return start_group(entry.phrase.take());
        if (lexer_.peek() == '@' && (!entry.bare || !entry.after_bare.empty())) {
            read_bare(entry);
        } else if (lexer_.peek() == '"') {
            entry.add(lexer_.quoted_string(), space);
        } else if (const auto word = lexer_.run_until(kWordEnds); !word.empty()) {
            entry.add(word, space);
        } else {
            lexer_.skip();  // a special that means nothing here
        }
    }
}

// At the @ of an address without angle brackets. If there was one already, it is done: only the
// comma is missing.
void AddressReader::read_bare(Entry& entry) {
    if (entry.bare) {
        Phrase words = std::move(entry.after_bare);
        finish(entry);
        entry = Entry{.phrase = std::move(words), .bare = std::nullopt, .after_bare = {}};
    }
    Address address;
    address.name = non_empty(entry.phrase.before_last());  // the brackets were forgotten
    address.mailbox = entry.phrase.last();
    read_domains(address);
    entry.phrase.add("@" + address.host.value_or(""), false);
    entry.bare = std::move(address);
}

// Several words without an address are a name of somebody, one word is a local part.
void AddressReader::finish(Entry& entry) {
    Address address;
    if (entry.bare) {
        address = *std::move(entry.bare);
    } else if (entry.phrase.several_words()) {
        address.name = entry.phrase.take();
        address.mailbox = "";
    } else if (!entry.phrase.empty()) {
        address.mailbox = entry.phrase.take();
    } else {
        return;
    }
    if (!address.name) address.name = non_empty(lexer_.comment());
    lexer_.forget_comment();
    addresses_.push_back(std::move(address));
}

void AddressReader::read_angle(Phrase phrase) {
    Address address;
    read_route(address);
    read_mailbox(address);
    address.name = non_empty(phrase.take());
    skip_to_separator();
    if (!address.name) address.name = non_empty(lexer_.comment());
    addresses_.push_back(std::move(address));
}

void AddressReader::start_group(std::string name) {
    lexer_.skip();
    in_group_ = true;
    addresses_.push_back({.kind = Address::Kind::group_start, .mailbox = std::move(name)});
}

void AddressReader::end_group() {
    if (!in_group_) return;
    in_group_ = false;
    addresses_.push_back({.kind = Address::Kind::group_end});
}

// obs-route = "@" domain *("," "@" domain) ":". Without the colon it is no route.
void AddressReader::read_route(Address& address) {
    lexer_.skip_cfws();
    if (lexer_.peek() != '@') return;
    const std::size_t start = lexer_.position();
    std::string route;
    while (!lexer_.at_end() && lexer_.peek() != '>') {
        lexer_.skip_cfws();
        if (lexer_.take(':')) {
            address.route = std::move(route);
            return;
        }
        if (lexer_.at_end() || lexer_.peek() == '>') break;
        route += lexer_.peek();
        lexer_.skip();
    }
    lexer_.go_to(start);
}

void AddressReader::read_mailbox(Address& address) {
    address.mailbox = read_local();
    if (lexer_.peek() == '@') read_domains(address);
    while (!lexer_.at_end() && lexer_.peek() != '>')
        lexer_.skip();
    lexer_.take('>');
}

// Within angle brackets: words, quoted or not, with the white space between them taken out.
std::string AddressReader::read_local() {
    std::string local;
    while (true) {
        lexer_.skip_cfws();
        if (lexer_.at_end() || lexer_.peek() == '@' || lexer_.peek() == '>') return local;
        if (lexer_.peek() == '"') {
            local += lexer_.quoted_string();
            continue;
        }
        local += lexer_.peek();
        lexer_.skip();
    }
}

// Of several @ the last one divides.
void AddressReader::read_domains(Address& address) {
    while (lexer_.take('@')) {
        if (address.host) *address.mailbox += "@" + *address.host;
        address.host = read_domain();
        lexer_.skip_cfws();
    }
}

std::string AddressReader::read_domain() {
    std::string domain;
    while (true) {
        const std::size_t before = lexer_.position();
        lexer_.skip_cfws();
        // White space may stand around the dots only.
        const bool goes_on = domain.empty() || domain.ends_with('.') || lexer_.peek() == '.';
        const std::string_view word =
            lexer_.position() == before || goes_on ? lexer_.run_until(kWordEnds) : "";
        domain += word;
        if (word.empty() && lexer_.peek() == ':' && domain.starts_with('[')) {
            domain += ':';  // an IPv6 domain literal
            lexer_.skip();
        } else if (word.empty()) {
            return domain;
        }
    }
}

// Words behind the bracket say nothing, unless another bracket follows: then the comma is missing.
void AddressReader::skip_to_separator() {
    const std::size_t start = lexer_.position();
    while (true) {
        lexer_.skip_cfws();
        if (lexer_.at_end() || lexer_.peek() == ',' || lexer_.peek() == ';') return;
        if (lexer_.peek() == '<') return lexer_.go_to(start);
        if (lexer_.peek() == '"') {
            lexer_.quoted_string();
        } else {
            lexer_.skip();
        }
    }
}

}  // namespace

std::vector<Address> parse_addresses(std::string_view body) {
    return AddressReader(body).read();
}

}  // namespace loam::mail
