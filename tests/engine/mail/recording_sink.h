#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "engine/mail/parser.h"

namespace loam::mail::test {

/// Keeps what it gets, and checks that base64 bodies are bracketed as promised.
class RecordingSink final : public BodySink {
  public:
    void text(Bytes raw) override {
        EXPECT_FALSE(open_.has_value()) << "text inside a base64 body";
        all_ += as_text(raw);
    }
    void begin_base64(std::uint32_t part) override {
        EXPECT_FALSE(open_.has_value()) << "base64 bodies do not nest";
        EXPECT_FALSE(bodies_.contains(part)) << "a body begins once";
        open_ = part;
        bodies_[part].offset = all_.size();
    }
    void base64(Bytes raw) override {
        ASSERT_TRUE(open_.has_value());
        bodies_[*open_].text += as_text(raw);
        all_ += as_text(raw);
    }
    void end_base64(std::uint32_t part) override {
        EXPECT_EQ(open_, part);
        open_.reset();
    }

    struct Body {
        std::uint64_t offset = 0;
        std::string text;
        friend bool operator==(const Body&, const Body&) = default;
    };
    const std::string& all() const { return all_; }
    const std::map<std::uint32_t, Body>& bodies() const { return bodies_; }

  private:
    std::string all_;
    std::map<std::uint32_t, Body> bodies_;
    std::optional<std::uint32_t> open_;
};

}  // namespace loam::mail::test
