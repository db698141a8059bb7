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
            before_last_ = text_;
            last_.clear();
        }
        if (space) text_ += ' ';
        text_ += word;
        last_ += word;
    }
    bool empty() const { return text_.empty(); }
    bool several_words() const { return !before_last_.empty(); }
    std::string take() { return std::exchange(*this, Phrase()).text_; }
    const std::string& before_last() const { return before_last_; }
    /// The last word as a local part: without white space around dots.
    const std::string& last() const { return last_; }

  private:
    std::string text_;
    std::string before_last_;
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
    void read_entry();
    void finish_bare(Phrase phrase, std::optional<Address> bare);
    void read_angle(Phrase phrase);
    void start_group(Phrase phrase);
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
    Phrase phrase;
    std::optional<Address> bare;  // "local@domain" without angle brackets
    while (true) {
        const std::size_t before = lexer_.position();
        lexer_.skip_cfws();
        const bool space = lexer_.position() != before;
        if (lexer_.at_end() || lexer_.peek() == ',' || lexer_.peek() == ';') {
            return finish_bare(std::move(phrase), std::move(bare));
        }
        if (lexer_.take('<')) return read_angle(std::move(phrase));
        if (lexer_.peek() == ':' && !in_group_ && !bare) return start_group(std::move(phrase));
        if (lexer_.peek() == '"') {
            phrase.add(lexer_.quoted_string(), space);
        } else if (lexer_.peek() == '@' && !bare) {
            bare.emplace();
            bare->name = non_empty(phrase.before_last());  // the brackets were forgotten
            bare->mailbox = phrase.last();
            read_domains(*bare);
            phrase.add("@" + bare->host.value_or(""), false);
        } else if (const auto word = lexer_.run_until(kWordEnds); !word.empty()) {
            phrase.add(word, space);
        } else {
            lexer_.skip();  // a special that means nothing here
        }
    }
}

// Several words without an address are a name of somebody, one word is a local part.
void AddressReader::finish_bare(Phrase phrase, std::optional<Address> bare) {
    Address address;
    if (bare) {
        address = std::move(*bare);
    } else if (phrase.several_words()) {
        address.name = phrase.take();
        address.mailbox = "";
    } else if (!phrase.empty()) {
        address.mailbox = phrase.take();
    } else {
        return;
    }
    if (!address.name) address.name = non_empty(lexer_.comment());
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

void AddressReader::start_group(Phrase phrase) {
    lexer_.skip();
    in_group_ = true;
    addresses_.push_back({.kind = Address::Kind::group_start, .mailbox = phrase.take()});
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

void AddressReader::skip_to_separator() {
    while (true) {
        lexer_.skip_cfws();
        if (lexer_.at_end() || lexer_.peek() == ',' || lexer_.peek() == ';') return;
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
