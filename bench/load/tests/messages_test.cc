#include "bench/load/messages.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace loam::load {
namespace {

TEST(Messages, GetCrlfLineEnds) {
    EXPECT_EQ(with_crlf("a\nb\r\nc\rd\n\n"), "a\r\nb\r\nc\rd\r\n\r\n");
    EXPECT_EQ(with_crlf(""), "");
    EXPECT_EQ(with_crlf("\n"), "\r\n");
}

TEST(Messages, AreDotStuffedForDelivery) {
    EXPECT_EQ(dot_stuffed(".a\r\n..\r\nb.\r\n"), "..a\r\n...\r\nb.\r\n.\r\n");
    EXPECT_EQ(dot_stuffed("no end"), "no end\r\n.\r\n");
    EXPECT_EQ(dot_stuffed(""), ".\r\n");
}

TEST(Messages, AreLoadedInOrderOfTheirPaths) {
    const std::filesystem::path folder =
        std::filesystem::path(testing::TempDir()) / "loam_load_messages_test";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder / "b");
    EXPECT_FALSE(load_messages(folder).ok());
    std::ofstream(folder / "b" / "1") << "second\n";
    std::ofstream(folder / "a") << "first\r\n";
    const auto messages = load_messages(folder);
    ASSERT_TRUE(messages.ok());
    EXPECT_EQ(*messages, (std::vector<std::string>{"first\r\n", "second\r\n"}));
    std::ofstream(folder / "c", std::ios::binary) << std::string(1, '\0');
    const auto refused = load_messages(folder);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Errc::invalid);
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace loam::load
