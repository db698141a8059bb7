#include "imapd/syntax/search_key.h"
#include "imapd/syntax/search_words.h"

namespace loam::imap {
namespace {

void append_quoted(std::string& out, std::string_view text) {
    out += " \"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

void print(std::string& out, const SearchKey& key);

void print_children(std::string& out, const SearchKey& key, std::string_view before) {
    for (const SearchKey& child : key.children) {
        out += before;
        print(out, child);
        before = " ";
    }
}

void print_modseq(std::string& out, const SearchKey& key) {
    if (!key.entry.empty()) {
        append_quoted(out, key.entry);
        out += ' ' + key.entry_type;
    }
    out += ' ' + std::to_string(key.number);
}

void print_arguments(std::string& out, const SearchKey& key, SearchShape shape) {
    switch (shape) {
        case SearchShape::plain:
        case SearchShape::obsolete:
            return;
        case SearchShape::keyword:
        case SearchShape::object_id:
            out += ' ' + key.text;
            return;
        case SearchShape::header:
            append_quoted(out, key.header_name);
            [[fallthrough]];
        case SearchShape::text:
            append_quoted(out, key.text);
            return;
        case SearchShape::date:
            out += ' ' + to_string(key.date);
            return;
        case SearchShape::octets:
        case SearchShape::seconds:
            out += ' ' + std::to_string(key.number);
            return;
        case SearchShape::modseq:
            print_modseq(out, key);
            return;
        case SearchShape::uids:
            out += ' ' + to_string(key.set);
            return;
        case SearchShape::one_key:
        case SearchShape::two_keys:
            print_children(out, key, " ");
            return;
    }
}

void print(std::string& out, const SearchKey& key) {
    if (key.kind == SearchKind::seq) {
        out += to_string(key.set);
    } else if (key.kind == SearchKind::conjunction) {
        print_children(out, key, "(");
        out += ')';
    } else {
        const SearchWord& word = search_word_of(key.kind, key.flag);
        out += word.name;
        print_arguments(out, key, word.shape);
    }
}

}  // namespace

std::string to_string(const SearchKey& key) {
    std::string out;
    print(out, key);
    return out;
}

}  // namespace loam::imap
