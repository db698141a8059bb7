#include "imapd/ops/logging.h"

#include <nlohmann/json.hpp>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace loam::ops {

namespace {

/// The message as a JSON string: whatever octets a client brought into it, the line stays one valid
/// line.
class JsonMessage final : public spdlog::custom_flag_formatter {
  public:
    void format(const spdlog::details::log_msg& message, const std::tm& /*time*/,
                spdlog::memory_buf_t& out) override {
        const std::string text(message.payload.data(), message.payload.size());
        const std::string quoted =
            nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
        out.append(quoted.data(), quoted.data() + quoted.size());
    }
    std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<JsonMessage>();
    }
};

/// The message with control characters shown, so that nobody forges a log line.
class PlainMessage final : public spdlog::custom_flag_formatter {
  public:
    void format(const spdlog::details::log_msg& message, const std::tm& /*time*/,
                spdlog::memory_buf_t& out) override {
        for (const char c : message.payload) {
            const auto octet = static_cast<unsigned char>(c);
            if (octet >= 0x20 && octet != 0x7F) {
                out.push_back(c);
            } else {
                out.push_back('?');
            }
        }
    }
    std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<PlainMessage>();
    }
};

}  // namespace

void start_logging(const Config& config) {
    auto logger = std::make_shared<spdlog::logger>(
        "loamd", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    if (config.log_format == LogFormat::json) {
        formatter->add_flag<JsonMessage>('*').set_pattern(
            R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","message":%*})");
    } else {
        formatter->add_flag<PlainMessage>('*').set_pattern("%Y-%m-%d %H:%M:%S.%e %l %*");
    }
    logger->set_formatter(std::move(formatter));
    logger->set_level(spdlog::level::from_str(config.log_level));
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
}

}  // namespace loam::ops
