#include "imapd/lmtp/trace.h"

#include <gtest/gtest.h>

namespace loam::lmtp {
namespace {

// RFC 5321 section 4.4.
TEST(Trace, HasThreeFieldsAndNoControlCharacters) {
    const Trace trace{.sender = "a@b",
                      .recipient = "kim@x",
                      .client = "c\r\nX: y",
                      .peer = "127.0.0.1:5",
                      .host = "mx.example",
                      .wall_us = 1'600'000'000'000'000};
    EXPECT_EQ(trace_header(trace),
              "Return-Path: <a@b>\r\nDelivered-To: kim@x\r\n"
              "Received: from cX: y (127.0.0.1:5)\r\n\tby mx.example with LMTP;\r\n"
              "\tSun, 13 Sep 2020 12:26:40 +0000\r\n");
}

// RFC 3848, RFC 6531 section 4.3.
TEST(Trace, NamesTheProtocol) {
    struct Case {
        bool utf8;
        bool secure;
        const char* want;
    };
    constexpr Case kCases[] = {{false, false, " with LMTP;"},
                               {false, true, " with LMTPS;"},
                               {true, false, " with UTF8LMTP;"},
                               {true, true, " with UTF8LMTPS;"}};
    for (const Case& c : kCases) {
        Trace trace;
        trace.utf8 = c.utf8;
        trace.secure = c.secure;
        EXPECT_NE(trace_header(trace).find(c.want), std::string::npos) << c.want;
    }
}

}  // namespace
}  // namespace loam::lmtp
