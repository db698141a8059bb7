// Runs a fuzz target over files instead of under libFuzzer: every file below the directories named
// on the command line, and a few inputs that every target must survive. What the target asserts,
// aborts. A directory that does not exist holds no files.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void replay(const std::vector<std::uint8_t>& input) {
    // A copy of exactly this size lets the address sanitizer see a read past its end.
    const std::vector<std::uint8_t> exact(input.begin(), input.end());
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

std::size_t replay_built_in() {
    replay({});
    for (unsigned octet = 0; octet < 256; ++octet)
        replay({static_cast<std::uint8_t>(octet)});
    replay(std::vector<std::uint8_t>(4096, 0x00));
    replay(std::vector<std::uint8_t>(4096, 0xFF));
    return 259;
}

std::vector<std::uint8_t> read_all(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::size_t replay_below(const std::filesystem::path& directory) {
    std::size_t count = 0;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator it(directory, error), end; it != end;
         it.increment(error)) {
        if (!it->is_regular_file()) continue;
        std::printf("%s\n", it->path().c_str());
        std::fflush(stdout);  // if the target aborts, the last line names the input
        replay(read_all(it->path()));
        ++count;
    }
    return count;
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t count = replay_built_in();
    for (int i = 1; i < argc; ++i)
        count += replay_below(argv[i]);
    std::printf("%zu inputs replayed\n", count);
    return 0;
}
