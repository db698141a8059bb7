// What is found in Maildirs, mboxes and single files.
#include "tools/loam/mail_files.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "engine/record/rows.h"
#include "tests/support/temp_dir.h"
#include "tools/loam/line_reader.h"

namespace loam::tool {
namespace {

class MailFilesTest : public ::testing::Test {
  protected:
    std::string put(const std::string& name, std::string_view octets) {
        const std::filesystem::path path = dir_ / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << octets;
        return path.string();
    }
    static std::string text_of(const MailItem& item, LineEnds line_ends = LineEnds::keep) {
        std::string text;
        const Status read = read_item(item, line_ends, [&](std::string_view octets) {
            text += octets;
            return Status::good();
        });
        EXPECT_TRUE(read) << read.error().what;
        return text;
    }
    std::vector<std::string> mbox_texts(std::string_view octets) {
        std::vector<std::string> texts;
        for (const MailItem& item : find_mbox({put("mbox", octets)}).items)
            texts.push_back(text_of(item));
        return texts;
    }
    MailItem only(std::string_view mbox) {
        const MailItems found = find_mbox({put("mbox", mbox)});
        EXPECT_EQ(found.items.size(), 1U);
        return found.items.empty() ? MailItem() : found.items.front();
    }

    TempDir dir_;
};

TEST_F(MailFilesTest, MboxIsSplit) {
    using Texts = std::vector<std::string>;
    struct Case {
        const char* why;
        std::string_view mbox;
        Texts texts;
    };
    const Case cases[] = {
        {"two messages",
         "From a\nA: 1\n\nx\n\nFrom b\nB: 2\n\ny\n\n",
         {"A: 1\n\nx\n", "B: 2\n\ny\n"}},
        {"CRLF: the empty line between them goes whole",
         "From a\r\nA: 1\r\n\r\nx\r\n\r\nFrom b\r\nB: 2\r\n\r\ny\r\n\r\n",
         {"A: 1\r\n\r\nx\r\n", "B: 2\r\n\r\ny\r\n"}},
        {"an LF between messages with CRLF",
         "From a\nA: 1\r\n\nFrom b\nB: 2\r\n\n",
         {"A: 1\r\n", "B: 2\r\n"}},
        {"no empty line at the end", "From a\nA: 1\n\nx\n", {"A: 1\n\nx\n"}},
        {"no line end at the end", "From a\nA: 1\n\nx", {"A: 1\n\nx"}},
        {"a CR at the end is no empty line", "From a\nA: 1\n\r", {"A: 1\n\r"}},
        {"From_ without an empty line before is text",
         "From a\nA: 1\n\nx\nFrom b\n\n",
         {"A: 1\n\nx\nFrom b\n"}},
        {"quotes", "From a\nA: 1\n\n>From x\n>>From y\n\n", {"A: 1\n\nFrom x\n>From y\n"}},
        {"one with nothing in it", "From a\n\nFrom b\nB: 2\n\n", {"", "B: 2\n"}},
        {"two empty lines: one is the message's",
         "From a\nA: 1\n\n\nFrom b\nB: 2\n\n",
         {"A: 1\n\n", "B: 2\n"}},
    };
    for (const Case& c : cases)
        EXPECT_EQ(mbox_texts(c.mbox), c.texts) << c.why;
}

TEST_F(MailFilesTest, NoMboxIsTold) {
    const MailItems found = find_mbox({put("x", "Subject: x\n\nFrom a\n\nx\n"), dir_ / "none"});
    EXPECT_TRUE(found.items.empty());
    EXPECT_EQ(found.unreadable,
              (std::vector<std::string>{dir_ / "x" + ": is no mbox (no From_ line at its start)",
                                        dir_ / "none" + ": cannot be read"}));
}

TEST_F(MailFilesTest, MboxFlagsAreThoseOfStatusFields) {
    struct Case {
        const char* why;
        std::string_view header;
        unsigned flags;
        std::vector<std::string> keywords;
    };
    const Case cases[] = {
        {"read", "Status: RO\n", kFlagSeen, {}},
        {"old, not read", "Status: O\n", 0, {}},
        {"all of X-Status",
         "X-Status: AFTD\n",
         kFlagAnswered | kFlagFlagged | kFlagDraft | kFlagDeleted,
         {}},
        {"R is of Status only", "X-Status: R\n", 0, {}},
        {"case of names", "STATUS: R\nx-status:F\n", kFlagSeen | kFlagFlagged, {}},
        {"CRLF", "Status: R\r\nX-Keywords: a b\r\n", kFlagSeen, {"a", "b"}},
        {"keywords, folded",
         "X-Keywords: $Junk  work\n\tlater \nSubject: x\n y\n",
         0,
         {"$Junk", "work", "later"}},
        {"in the body they are text", "Subject: x\n\nStatus: RO\nX-Keywords: a\n", 0, {}},
        {"another field's continuation", "Subject: x\n Status: R\n", 0, {}},
    };
    for (const Case& c : cases) {
        const MailItem item = only("From a\n" + std::string(c.header) + "\nbody\n\n");
        EXPECT_EQ(item.flags, c.flags) << c.why;
        EXPECT_EQ(item.keywords, c.keywords) << c.why;
        EXPECT_TRUE(text_of(item).starts_with(c.header)) << c.why;
    }
}

TEST_F(MailFilesTest, FromLineDates) {
    struct Case {
        const char* why;
        std::string_view line;
        std::optional<std::int64_t> date;
    };
    constexpr Case kCases[] = {
        {"RFC 4155", "From a@b Thu Jan  1 00:01:40 1970", 100},
        {"sender with spaces, and a day in it", "From Sun Ra Thu Jan  1 00:01:40 1970", 100},
        {"an offset before the year", "From a Thu Jan  1 02:01:40 +0200 1970", 100},
        {"an offset behind the year", "From a Thu Jan  1 02:01:40 1970 +0200", 100},
        {"a zone's name is not known: UTC", "From a Thu Jan  1 00:01:40 CET 1970", 100},
        {"no seconds", "From a Thu Jan  1 00:01 1970", 60},
        {"no date", "From a", std::nullopt},
        {"half a date", "From a Thu Jan  1", std::nullopt},
    };
    for (const Case& c : kCases)
        EXPECT_EQ(from_line_date(c.line), c.date) << c.why;
}

TEST_F(MailFilesTest, MboxWithoutADateLeavesItToTheMessage) {
    EXPECT_TRUE(only("From a\nA: 1\n\n").date_of_file);
    const MailItem dated = only("From a Thu Jan  1 00:01:40 1970\nA: 1\n\n");
    EXPECT_FALSE(dated.date_of_file);
    EXPECT_EQ(dated.date_s, 100);
}

TEST_F(MailFilesTest, MaildirFlagsFoldersAndKeywords) {
    put("m/cur/1:2,FRS", "x");
    put("m/cur/.hidden", "x");
    put("m/cur/2:2,abPz", "x");
    put("m/new/3", "x");
    put("m/dovecot-keywords", "1 work\n0 $Junk\nx y\n26 out\n99999999999999999999 huge\n3\n");
    put("m/.Lists.C&AC4-x/cur/4:2,DTac", "x");
    put("m/.Lists.C&AC4-x/dovecot-keywords", "2 third\n");
    const MailItems found = find_maildir({dir_ / "m"});
    EXPECT_TRUE(found.unreadable.empty());
    ASSERT_EQ(found.items.size(), 4U);
    EXPECT_EQ(found.items[0].flags, kFlagFlagged | kFlagAnswered | kFlagSeen);
    EXPECT_EQ(found.items[1].keywords, (std::vector<std::string>{"$Junk", "work", "$Forwarded"}));
    EXPECT_EQ(found.items[2].flags, 0);
    EXPECT_EQ(found.items[3].mailbox, "Lists/C.x");
    EXPECT_EQ(found.items[3].flags, kFlagDraft | kFlagDeleted);
    EXPECT_EQ(found.items[3].keywords, (std::vector<std::string>{"third"}));
}

TEST_F(MailFilesTest, FlagsAreOfTheFileNotOfItsFolder) {
    put("a:2,S/cur/1", "x");
    const MailItems found = find_maildir({dir_ / "a:2,S"});
    ASSERT_EQ(found.items.size(), 1U);
    EXPECT_EQ(found.items[0].flags, 0);
}

TEST_F(MailFilesTest, EmlLosesItsFromLineOnly) {
    put("e/a.eml", "From me Thu Jan  1 00:00:00 1970\nA: 1\n\nFrom you\n");
    put("e/deep/b.eml", "From: me\r\n\r\n\r\r\n");
    const MailItems found = find_eml({dir_ / "e"});
    ASSERT_EQ(found.items.size(), 2U);
    EXPECT_EQ(text_of(found.items[0], LineEnds::crlf), "A: 1\r\n\r\nFrom you\r\n");
    EXPECT_EQ(text_of(found.items[1], LineEnds::crlf), "From: me\r\n\r\n\r\r\n");
}

TEST_F(MailFilesTest, LongLinesAreCountedAndNotKept) {
    const std::string path = put("l", std::string(200'000, 'x') + "\r\nab\r\n\ncd");
    LineReader lines(path, 4);
    ASSERT_TRUE(lines.next());
    EXPECT_EQ(lines.head(), "xxxx");
    EXPECT_FALSE(lines.whole());
    EXPECT_EQ(lines.bytes(), 200'002U);
    ASSERT_TRUE(lines.next());
    EXPECT_EQ(lines.head(), "ab");
    EXPECT_TRUE(lines.whole() && lines.ended());
    EXPECT_EQ(lines.offset(), 200'002U);
    ASSERT_TRUE(lines.next());
    EXPECT_EQ(lines.head(), "");
    EXPECT_EQ(lines.bytes(), 1U);
    ASSERT_TRUE(lines.next());
    EXPECT_EQ(lines.head(), "cd");
    EXPECT_FALSE(lines.ended());
    EXPECT_FALSE(lines.next());
    EXPECT_FALSE(lines.failed());
    LineReader directory(dir_.path(), 4);
    EXPECT_FALSE(directory.next());
    EXPECT_TRUE(directory.failed());
}

}  // namespace
}  // namespace loam::tool
