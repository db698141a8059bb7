// RingDisk against the file system that the tests run on.
#include "engine/io/ring_disk.h"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "engine/io/block_on.h"
#include "engine/io/sync_probe.h"
#include "engine/io/workers.h"
#include "tests/support/temp_dir.h"

namespace loam::io {
namespace {

constexpr SyncMethod kMethods[] = {SyncMethod::fdatasync_linked, SyncMethod::dsync,
                                   SyncMethod::off};

class RingDiskTest : public testing::Test {
  protected:
    void SetUp() override {
        auto made = Reactor::create(workers_);
        ASSERT_TRUE(made) << made.error().what;
        reactor_ = *std::move(made);
        disk_ = std::make_unique<RingDisk>(*reactor_);
    }
    template <typename T>
    T run(Task<T> task) {
        return block_on(*reactor_, std::move(task));
    }
    std::unique_ptr<File> open(const std::string& path, OpenMode mode) {
        auto file = run(disk_->open(path, mode));
        EXPECT_TRUE(file) << file.error().what;
        return file ? *std::move(file) : nullptr;
    }
    static std::string contents(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }
    std::string read_text(File& file, std::uint64_t offset, std::size_t size) {
        std::string out(size, '?');
        const auto got = run(file.read(offset, std::as_writable_bytes(std::span(out))));
        EXPECT_TRUE(got) << got.error().what;
        out.resize(got.value_or(0));
        return out;
    }

    TempDir dir_;
    ThreadWorkers workers_{2};
    std::unique_ptr<Reactor> reactor_;
    std::unique_ptr<RingDisk> disk_;
};

TEST_F(RingDiskTest, WritesAndReadsBuffered) {
    const auto file = open(dir_ / "a", OpenMode::create);
    ASSERT_TRUE(run(file->write(3, as_bytes("hello"))));
    ASSERT_TRUE(run(file->sync()));
    EXPECT_EQ(contents(dir_ / "a"), std::string("\0\0\0hello", 8));
    EXPECT_EQ(read_text(*file, 4, 3), "ell");
    EXPECT_EQ(read_text(*file, 6, 100), "lo") << "fewer octets at the end of the file";
    EXPECT_EQ(read_text(*file, 8, 10), "");
    EXPECT_EQ(run(file->size()).value_or(0), 8U);
}

TEST_F(RingDiskTest, NewFilesAndDirectoriesAreTheOwnersAlone) {
    open(dir_ / "a", OpenMode::create);
    ASSERT_TRUE(run(disk_->make_dir(dir_ / "d")));
    struct stat about{};
    ASSERT_EQ(stat((dir_ / "a").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600U);
    ASSERT_EQ(stat((dir_ / "d").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0700U);
}

TEST_F(RingDiskTest, WriteDurableByEveryMethod) {
    AlignedBuffer data(16384);
    const auto file = open(dir_ / "seg", OpenMode::create_direct);
    ASSERT_TRUE(run(file->allocate(1 << 20)));
    std::uint64_t offset = 0;
    for (const SyncMethod method : kMethods) {
        disk_->set_sync_method(method);
        std::fill_n(data.data(), data.size(), static_cast<std::byte>('a' + offset / data.size()));
        const Status written = run(file->write_durable(offset, data.span()));
        ASSERT_TRUE(written) << written.error().what;
        offset += data.size();
    }
    const std::string found = contents(dir_ / "seg");
    ASSERT_EQ(found.size(), 1U << 20);
    EXPECT_EQ(found.substr(0, 3 * 16384),
              std::string(16384, 'a') + std::string(16384, 'b') + std::string(16384, 'c'));
    EXPECT_EQ(found.find_first_not_of('\0', 3 * 16384), std::string::npos);
}

TEST_F(RingDiskTest, ADirectFileMayBeReadInOddPieces) {
    AlignedBuffer data(8192);
    for (std::size_t i = 0; i < data.size(); ++i)
        data.data()[i] = static_cast<std::byte>(i % 251);
    const auto file = open(dir_ / "seg", OpenMode::create_direct);
    ASSERT_TRUE(run(file->write(0, data.span())));
    ByteVector out(4000);
    ASSERT_EQ(run(file->read(3000, out)).value_or(0), 4000U);
    EXPECT_TRUE(std::equal(out.begin(), out.end(), data.data() + 3000));
    ASSERT_EQ(run(file->read(8000, out)).value_or(0), 192U);
    EXPECT_TRUE(std::equal(out.begin(), out.begin() + 192, data.data() + 8000));
    EXPECT_EQ(run(file->read(8192, out)).value_or(9), 0U);
    EXPECT_EQ(run(file->read(8200, out)).value_or(9), 0U) << "beyond the end, inside its page";
}

TEST_F(RingDiskTest, ADirectFileOfOddSizeIsReadToItsEnd) {
    std::ofstream(dir_ / "odd", std::ios::binary) << std::string(5000, 'x');
    const auto file = open(dir_ / "odd", OpenMode::write_direct);
    AlignedBuffer out(16384);
    EXPECT_EQ(run(file->read(0, out.span())).value_or(0), 5000U);
}

TEST_F(RingDiskTest, WhereDirectIsRefusedItIsBuffered) {
    // Older kernels refuse O_DIRECT on tmpfs; newer ones take it. Both must work.
    const bool may_write = ::access("/dev/shm", W_OK) == 0;
    const TempDir shm(may_write ? "/dev/shm" : testing::TempDir());
    AlignedBuffer data(4096);
    const auto file = open(shm / "seg", OpenMode::create_direct);
    ASSERT_NE(file, nullptr);
    EXPECT_TRUE(run(file->write_durable(0, data.span())));
    EXPECT_EQ(run(disk_->open(shm / "seg", OpenMode::create_direct)).error().code, Errc::exists);
}

TEST_F(RingDiskTest, ErrorsHaveCodesAndNameThePath) {
    open(dir_ / "a", OpenMode::create);
    const auto missing = run(disk_->open(dir_ / "missing", OpenMode::read));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Errc::not_found);
    EXPECT_EQ(missing.error().what, "open " + dir_ / "missing" + ": No such file or directory");
    for (const OpenMode mode : {OpenMode::create, OpenMode::create_direct}) {
        EXPECT_EQ(run(disk_->open(dir_ / "a", mode)).error().code, Errc::exists);
    }
    EXPECT_EQ(run(disk_->unlink(dir_ / "missing")).error().code, Errc::not_found);
    EXPECT_EQ(run(disk_->rename(dir_ / "missing", dir_ / "b")).error().code, Errc::not_found);
    EXPECT_EQ(run(disk_->make_dir(dir_ / "a")).error().code, Errc::exists);
    EXPECT_EQ(run(disk_->make_dir(dir_ / "x/y")).error().code, Errc::not_found);
    EXPECT_EQ(run(disk_->list(dir_ / "missing")).error().code, Errc::not_found);
    EXPECT_EQ(run(disk_->sync_dir(dir_ / "missing")).error().code, Errc::not_found);
    EXPECT_EQ(run(disk_->free_bytes(dir_ / "missing")).error().code, Errc::not_found);
    const auto file = open(dir_ / "a", OpenMode::read);
    EXPECT_EQ(run(file->write(0, as_bytes("x"))).error().code, Errc::io) << "opened for reading";
}

TEST_F(RingDiskTest, NoRoomIsSaidAsSuch) {
    const auto file = open("/dev/full", OpenMode::write);
    EXPECT_EQ(run(file->write(0, as_bytes("x"))).error().code, Errc::no_room);
    EXPECT_EQ(run(file->write_durable(0, as_bytes("x"))).error().code, Errc::io)
        << "a durable write that failed is final, whatever the cause";
}

TEST_F(RingDiskTest, AShortDurableWriteIsAnError) {
    // The file size limit cuts a write short, as a full disk may.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit small{.rlim_cur = 4096, .rlim_max = before.rlim_max};
    AlignedBuffer data(16384);
    for (const SyncMethod method : {SyncMethod::fdatasync_linked, SyncMethod::dsync}) {
        disk_->set_sync_method(method);
        const auto file = open(dir_ / std::to_string(static_cast<int>(method)), OpenMode::create);
        ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
        const Status written = run(file->write_durable(0, data.span()));
        ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
        ASSERT_FALSE(written);
        EXPECT_EQ(written.error().code, Errc::io);
        EXPECT_NE(written.error().what.find("4096 of 16384"), std::string::npos)
            << written.error().what;
    }
}

TEST_F(RingDiskTest, AllocateReservesAndKeepsContents) {
    const auto file = open(dir_ / "a", OpenMode::create);
    ASSERT_TRUE(run(file->write(0, as_bytes("kept"))));
    ASSERT_TRUE(run(file->allocate(1 << 20)));
    EXPECT_EQ(run(file->size()).value_or(0), 1U << 20);
    EXPECT_EQ(read_text(*file, 0, 6), std::string("kept\0\0", 6));
    struct stat about{};
    ASSERT_EQ(stat((dir_ / "a").c_str(), &about), 0);
    EXPECT_GE(about.st_blocks * 512, 1 << 20);
    EXPECT_EQ(run(file->allocate(1ULL << 60)).ok(), false);
}

TEST_F(RingDiskTest, PunchedRoomReadsAsZerosAndIsGivenBack) {
    const auto file = open(dir_ / "a", OpenMode::create);
    const std::string text(1 << 20, 'x');
    ASSERT_TRUE(run(file->write(0, as_bytes(text))));
    ASSERT_TRUE(run(file->sync()));
    struct stat before{};
    ASSERT_EQ(stat((dir_ / "a").c_str(), &before), 0);
    ASSERT_TRUE(run(file->punch(64, (1 << 20) - 128)));
    ASSERT_TRUE(run(file->sync()));
    std::string want(1 << 20, '\0');
    std::fill_n(want.begin(), 64, 'x');
    std::fill_n(want.end() - 64, 64, 'x');
    EXPECT_EQ(contents(dir_ / "a"), want);
    struct stat after{};
    ASSERT_EQ(stat((dir_ / "a").c_str(), &after), 0);
    EXPECT_LT(after.st_blocks, before.st_blocks);
    EXPECT_EQ(after.st_size, before.st_size);
}

TEST_F(RingDiskTest, NamesComeAndGo) {
    ASSERT_TRUE(run(disk_->make_dir(dir_ / "d")));
    open(dir_ / "d/b", OpenMode::create);
    open(dir_ / "d/a", OpenMode::create);
    open(dir_ / "d/.c", OpenMode::create);
    ASSERT_TRUE(run(disk_->sync_dir(dir_ / "d")));
    using Names = std::vector<std::string>;
    EXPECT_EQ(run(disk_->list(dir_ / "d")).value_or({}), (Names{".c", "a", "b"}));
    ASSERT_TRUE(run(disk_->rename(dir_ / "d/a", dir_ / "d/b")));
    ASSERT_TRUE(run(disk_->unlink(dir_ / "d/.c")));
    EXPECT_EQ(run(disk_->list(dir_ / "d")).value_or({}), (Names{"b"}));
    EXPECT_GT(run(disk_->free_bytes(dir_.path())).value_or(0), 0U);
}

Task<void> write_piece(File& file, std::uint64_t offset, Bytes data, int& failures) {
    const Status written = co_await file.write(offset, data);
    if (!written) ++failures;
}

Task<void> write_pieces(File& file, const std::string& text, int& failures) {
    Gate gate;
    for (std::size_t i = 0; i < text.size(); i += 64) {
        gate.spawn(write_piece(file, i, as_bytes(text).subspan(i, 64), failures));
    }
    co_await gate.close();
}

TEST_F(RingDiskTest, MoreOperationsAtOnceThanTheRingHolds) {
    std::string text(64 * 6000, ' ');
    for (std::size_t i = 0; i < text.size(); ++i)
        text[i] = static_cast<char>('a' + i / 64 % 26);
    const auto file = open(dir_ / "many", OpenMode::create);
    int failures = 0;
    block_on(*reactor_, write_pieces(*file, text, failures));
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(contents(dir_ / "many"), text);
}

TEST_F(RingDiskTest, TheProbeChoosesOneAndLeavesNothing) {
    disk_->set_sync_method(SyncMethod::off);
    std::ofstream(dir_ / "sync-probe.tmp") << "left by a crash";
    const auto best = run(probe_sync(*disk_, dir_.path(), *reactor_));
    ASSERT_TRUE(best) << best.error().what;
    EXPECT_NE(*best, SyncMethod::off);
    EXPECT_EQ(disk_->sync_method(), SyncMethod::off) << "setting it is the caller's";
    EXPECT_TRUE(run(disk_->list(dir_.path())).value_or({"?"}).empty());
    EXPECT_EQ(run(probe_sync(*disk_, dir_ / "missing", *reactor_)).error().code, Errc::not_found);
}

}  // namespace
}  // namespace loam::io
