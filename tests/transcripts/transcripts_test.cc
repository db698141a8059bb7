#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/transcripts/player.h"

namespace loam::imap {
namespace {

ServerConfig base_config() {
    ServerConfig config;
    config.session.plaintext = PlaintextPolicy::loopback;
    config.session.login_delay = std::chrono::milliseconds(1);
    config.limits.stop = std::chrono::seconds(5);
    return config;
}

// The servers that a dialogue may ask for with @config.
ServerConfig config_named(const std::string& name) {
    ServerConfig config = base_config();
    if (name == "literal-plus") config.session.literal_plus = true;
    if (name == "rev2-only") config.session.rev2_only = true;
    if (name == "no-plaintext") config.session.plaintext = PlaintextPolicy::tls;
    if (name == "few-connections") config.connections_max = 1;
    if (name == "short-lines") config.limits.line_bytes_max = 200;
    if (name == "few-faults") config.session.faults_max = 2;
    if (name == "impatient") {
        config.limits.before_login = std::chrono::seconds(1);
        config.limits.after_login = std::chrono::seconds(1);
    }
    return config;
}

std::string config_of(const Dialogue& dialogue) {
    for (const Step& step : dialogue.steps) {
        if (step.kind == Step::Kind::directive && step.text.starts_with("config ")) {
            return step.text.substr(7);
        }
    }
    return "base";
}

bool stops(const Dialogue& dialogue) {
    return std::ranges::any_of(dialogue.steps, [](const Step& step) {
        return step.kind == Step::Kind::directive && step.text == "stop";
    });
}

class Transcripts : public testing::TestWithParam<std::filesystem::path> {};

// All dialogues of a file that want the same server share one world, each with a user of its own.
TEST_P(Transcripts, GoAsWritten) {
    const auto dialogues = read_script(GetParam());
    ASSERT_FALSE(dialogues.empty());
    std::map<std::string, std::unique_ptr<World>> worlds;
    for (const Dialogue& dialogue : dialogues) {
        SCOPED_TRACE(dialogue.title);
        const std::string config = config_of(dialogue);
        auto& world = worlds[config];
        if (!world) world = std::make_unique<World>(config_named(config));
        Player(*world, GetParam().filename(), dialogue).play();
        if (stops(dialogue)) worlds.erase(config);
    }
}

std::vector<std::filesystem::path> scripts() {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(LOAM_TRANSCRIPTS)) {
        if (entry.path().extension() == ".transcript") found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
}

std::string name_of(const testing::TestParamInfo<std::filesystem::path>& info) {
    std::string name = info.param.stem();
    std::ranges::replace(name, '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Files, Transcripts, testing::ValuesIn(scripts()), name_of);

}  // namespace
}  // namespace loam::imap
