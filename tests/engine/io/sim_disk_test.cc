// SimDisk: what a power cut may take and what it may not, and every fault that can be asked for.
#include "engine/io/sim/sim_disk.h"

#include <memory>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "engine/io/sim/sim_run.h"

namespace loam::io {
namespace {

constexpr CrashPlan kNone{.kind = CrashPlan::Kind::none};
constexpr CrashPlan kAll{.kind = CrashPlan::Kind::all};
constexpr CrashPlan kRandom{.kind = CrashPlan::Kind::random};

/// A world with one loop and one drive; crash() starts over with a new disk.
struct Machine {
    explicit Machine(std::uint64_t seed) : world(seed), loop(world), media(world) {
        disk = std::make_unique<SimDisk>(loop, media);
    }
    template <typename T>
    T run(Task<T> task) {
        return run_sim(loop, std::move(task));
    }
    void crash(CrashPlan plan) {
        file.reset();
        media.crash(plan);
        world.run_until_idle();
        disk = std::make_unique<SimDisk>(loop, media);
    }
    Status open(const std::string& path, OpenMode mode) {
        auto opened = run(disk->open(path, mode));
        if (!opened) return opened.error();
        file = *std::move(opened);
        return Status::good();
    }
    std::string read(std::size_t size = 100'000) {
        std::string out(size, '?');
        const auto got = run(file->read(0, std::as_writable_bytes(std::span(out))));
        if (!got) return got.error().what;
        out.resize(*got);
        return out;
    }
    /// Creates `path` with its name durable.
    void create_durable(const std::string& path) {
        ASSERT_TRUE(open(path, OpenMode::create));
        ASSERT_TRUE(run(disk->sync_dir("/")));
    }
    /// What is there after a restart: the contents, or the error's code.
    std::string after(CrashPlan plan, const std::string& path) {
        crash(plan);
        const Status opened = open(path, OpenMode::read);
        return opened ? read() : std::string(to_string(opened.error().code));
    }
    SimWorld world;
    SimLoop loop;
    SimMedia media;
    std::unique_ptr<SimDisk> disk;
    std::unique_ptr<File> file;
};

TEST(SimDisk, WhatWasSyncedStays) {
    Machine m(1);
    m.create_durable("/a");
    ASSERT_TRUE(m.run(m.file->write(0, as_bytes("hello"))));
    ASSERT_TRUE(m.run(m.file->sync()));
    EXPECT_EQ(m.read(), "hello");
    EXPECT_EQ(m.after(kNone, "/a"), "hello");
}

TEST(SimDisk, WhatWasNotSyncedMayGoOrStay) {
    for (const CrashPlan plan : {kNone, kAll}) {
        Machine m(1);
        m.create_durable("/a");
        ASSERT_TRUE(m.run(m.file->write(0, as_bytes("hello"))));
        EXPECT_EQ(m.after(plan, "/a"), plan.kind == CrashPlan::Kind::all ? "hello" : "");
    }
}

TEST(SimDisk, ANameIsDurableOnlyWithItsDirectory) {
    Machine m(1);
    ASSERT_TRUE(m.open("/a", OpenMode::create));
    ASSERT_TRUE(m.run(m.file->write(0, as_bytes("hello"))));
    ASSERT_TRUE(m.run(m.file->sync()));
    EXPECT_EQ(m.after(kNone, "/a"), "not_found") << "the file's own sync does not save its name";
}

TEST(SimDisk, WriteDurableSavesItselfAndNothingElse) {
    Machine m(1);
    m.create_durable("/a");
    ASSERT_TRUE(m.run(m.file->allocate(8192)));
    ASSERT_TRUE(m.run(m.file->sync()));
    ASSERT_TRUE(m.run(m.file->write(0, as_bytes(std::string(512, 'x')))));
    ASSERT_TRUE(m.run(m.file->write_durable(4096, as_bytes(std::string(4096, 'y')))));
    EXPECT_EQ(m.after(kNone, "/a"), std::string(4096, '\0') + std::string(4096, 'y'));
}

TEST(SimDisk, TornWritesComeInSectors) {
    std::set<std::string> outcomes;
    const std::string before(2048, 'a');
    const std::string after(2048, 'b');
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Machine m(seed);
        m.create_durable("/a");
        ASSERT_TRUE(m.run(m.file->write(0, as_bytes(before))));
        ASSERT_TRUE(m.run(m.file->sync()));
        ASSERT_TRUE(m.run(m.file->write(0, as_bytes(after))));
        const std::string found = m.after(kRandom, "/a");
        ASSERT_EQ(found.size(), 2048U);
        for (std::size_t i = 0; i < 2048; i += 512) {
            ASSERT_TRUE(found.compare(i, 512, before, i, 512) == 0 ||
                        found.compare(i, 512, after, i, 512) == 0)
                << "a sector is whole, seed " << seed;
        }
        outcomes.insert(found);
    }
    EXPECT_EQ(outcomes.size(), 16U) << "every subset of four sectors was met";
}

TEST(SimDisk, ALaterUnsyncedWriteMayBeTheOneThatReachedTheDisk) {
    std::set<std::string> outcomes;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        Machine m(seed);
        m.create_durable("/a");
        for (const char* text : {"1", "2", "3"}) {
            ASSERT_TRUE(m.run(m.file->write(0, as_bytes(text))));
        }
        outcomes.insert(m.after(kRandom, "/a"));
    }
    for (const char* text : {"", "1", "2", "3"})
        EXPECT_TRUE(outcomes.contains(text)) << text;
}

TEST(SimDisk, RenamesSurviveWholeOrNot) {
    std::set<std::string> outcomes;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        Machine m(seed);
        m.create_durable("/a");
        ASSERT_TRUE(m.run(m.file->write(0, as_bytes("old"))));
        ASSERT_TRUE(m.run(m.file->sync()));
        m.create_durable("/b");
        ASSERT_TRUE(m.run(m.file->write(0, as_bytes("new"))));
        ASSERT_TRUE(m.run(m.file->sync()));
        ASSERT_TRUE(m.run(m.disk->rename("/b", "/a")));
        const std::string a = m.after(kRandom, "/a");
        const std::string b = m.open("/b", OpenMode::read) ? m.read() : "gone";
        outcomes.insert(a + " " + b);
    }
    EXPECT_EQ(outcomes, (std::set<std::string>{"old new", "new gone"}));
}

TEST(SimDisk, AnUnlinkMayComeUndoneUntilItsDirectoryIsSynced) {
    Machine m(1);
    m.create_durable("/a");
    ASSERT_TRUE(m.run(m.disk->unlink("/a")));
    EXPECT_EQ(m.run(m.disk->open("/a", OpenMode::read)).error().code, Errc::not_found);
    EXPECT_EQ(m.after(kNone, "/a"), "");
    ASSERT_TRUE(m.run(m.disk->unlink("/a")));
    ASSERT_TRUE(m.run(m.disk->sync_dir("/")));
    EXPECT_EQ(m.after(kNone, "/a"), "not_found");
}

TEST(SimDisk, ALostDirectoryTakesWhatIsInIt) {
    Machine m(1);
    ASSERT_TRUE(m.run(m.disk->make_dir("/d")));
    ASSERT_TRUE(m.open("/d/a", OpenMode::create));
    ASSERT_TRUE(m.run(m.disk->sync_dir("/d")));
    EXPECT_EQ(m.run(m.disk->list("/d")).value_or({}), (std::vector<std::string>{"a"}));
    EXPECT_EQ(m.after(kNone, "/d/a"), "not_found");
    EXPECT_TRUE(m.run(m.disk->list("/")).value_or({"?"}).empty());
}

TEST(SimDisk, AFailedSyncLosesWhatItCoveredForGood) {
    Machine m(1);
    m.create_durable("/a");
    ASSERT_TRUE(m.run(m.file->write(0, as_bytes("hello"))));
    m.media.faults.fail_next(DiskOp::sync, Errc::io);
    EXPECT_EQ(m.run(m.file->sync()).error().code, Errc::io);
    EXPECT_EQ(m.read(), "hello") << "the cache still has it";
    EXPECT_TRUE(m.run(m.file->sync())) << "and the next sync has nothing to complain about";
    EXPECT_EQ(m.after(kAll, "/a"), "");
}

Task<void> write_then(File& file, Bytes data, bool& ended, bool& ok) {
    const Status written = co_await file.write_durable(0, data);
    ok = written.ok();
    ended = true;
}

TEST(SimDisk, ACrashDuringAWriteLeavesAnyPartOfIt) {
    std::set<std::string> outcomes;
    const std::string text(1024, 'x');
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        Machine m(seed);
        m.create_durable("/a");
        ASSERT_TRUE(m.run(m.file->allocate(1024)));
        ASSERT_TRUE(m.run(m.file->sync()));
        m.media.faults.crash_at(m.media.faults.operations());
        bool ended = false;
        bool ok = true;
        Gate gate;
        gate.spawn(write_then(*m.file, as_bytes(text), ended, ok));
        m.world.run_until_idle();
        EXPECT_FALSE(ended) << "no word comes from a drive without power";
        EXPECT_FALSE(m.media.faults.power());
        m.media.crash(kRandom);
        m.world.run_until_idle();
        EXPECT_TRUE(ended && !ok) << "the old program's frames come to their end";
        EXPECT_EQ(m.run(m.disk->unlink("/a")).error().code, Errc::io) << "but do nothing any more";
        m.disk = std::make_unique<SimDisk>(m.loop, m.media);
        ASSERT_TRUE(m.open("/a", OpenMode::read));
        outcomes.insert(m.read());
    }
    EXPECT_EQ(outcomes.size(), 4U);
}

TEST(SimDisk, EachUnsyncedChangeCanBeTheOnlySurvivor) {
    std::set<std::string> outcomes;
    std::size_t changes = 1;
    for (std::size_t i = 0; i < changes; ++i) {
        Machine m(1);
        m.create_durable("/a");
        ASSERT_TRUE(m.run(m.file->allocate(1024)));
        ASSERT_TRUE(m.run(m.file->sync()));
        ASSERT_TRUE(m.run(m.file->write(0, as_bytes("1"))));
        ASSERT_TRUE(m.run(m.file->write(512, as_bytes("2"))));
        changes = m.media.unsynced();
        const std::string found = m.after({.kind = CrashPlan::Kind::only, .only = i}, "/a");
        outcomes.insert(std::string() + (found[0] != '\0' ? '1' : '-') +
                        (found[512] != '\0' ? '2' : '-'));
    }
    EXPECT_EQ(changes, 2U);
    EXPECT_EQ(outcomes, (std::set<std::string>{"1-", "-2"}));
}

TEST(SimDisk, FaultsComeWhenAskedFor) {
    Machine m(1);
    m.create_durable("/a");
    m.media.faults.fail_at(m.media.faults.operations() + 1, Errc::no_room);
    EXPECT_TRUE(m.run(m.file->write(0, as_bytes("1"))));
    EXPECT_EQ(m.run(m.file->write(0, as_bytes("2"))).error().code, Errc::no_room);
    EXPECT_EQ(m.read(), "1") << "what had no room did nothing";
    m.media.faults.fail_next(DiskOp::read, Errc::io, 1);
    EXPECT_EQ(m.read(), "1");
    EXPECT_EQ(m.read(), "read /a: injected");
    m.media.faults.fail_next(DiskOp::write, Errc::no_room);
    EXPECT_EQ(m.run(m.file->write_durable(0, as_bytes("2"))).error().code, Errc::io);
}

TEST(SimDisk, AFlippedReadIsOneBitAndOnlyOnce) {
    Machine m(1);
    m.create_durable("/a");
    const std::string zeros(64, '\0');
    ASSERT_TRUE(m.run(m.file->write(0, as_bytes(zeros))));
    m.media.faults.flip_next_read();
    int bits = 0;
    for (const char c : m.read())
        bits += std::popcount(static_cast<unsigned char>(c));
    EXPECT_EQ(bits, 1);
    EXPECT_EQ(m.read(), zeros);
    ASSERT_TRUE(m.media.flip("/a", 3, 0));
    EXPECT_EQ(m.read()[3], '\1') << "damage stays";
}

TEST(SimDisk, AFullDiskSaysNoRoom) {
    Machine m(1);
    m.media.capacity_bytes = 1000;
    m.create_durable("/a");
    EXPECT_TRUE(m.run(m.file->allocate(900)));
    EXPECT_EQ(m.run(m.disk->free_bytes("/")).value_or(0), 100U);
    EXPECT_EQ(m.run(m.file->allocate(1001)).error().code, Errc::no_room);
    EXPECT_EQ(m.run(m.file->write(900, as_bytes(std::string(101, 'x')))).error().code,
              Errc::no_room);
    EXPECT_TRUE(m.run(m.file->write(0, as_bytes(std::string(900, 'x')))));
    EXPECT_EQ(m.run(m.file->size()).value_or(0), 900U);
}

TEST(SimDisk, ErrorsAreARealFileSystems) {
    Machine m(1);
    m.create_durable("/a");
    EXPECT_EQ(m.open("/a", OpenMode::create).error().code, Errc::exists);
    EXPECT_EQ(m.open("/b", OpenMode::write).error().code, Errc::not_found);
    EXPECT_EQ(m.open("/d/a", OpenMode::create).error().code, Errc::not_found);
    EXPECT_EQ(m.run(m.disk->make_dir("/a")).error().code, Errc::exists);
    EXPECT_EQ(m.run(m.disk->unlink("/b")).error().code, Errc::not_found);
    EXPECT_EQ(m.run(m.disk->rename("/b", "/c")).error().code, Errc::not_found);
    EXPECT_EQ(m.run(m.disk->list("/d")).error().code, Errc::not_found);
    EXPECT_EQ(m.run(m.disk->sync_dir("/d")).error().code, Errc::not_found);
    EXPECT_EQ(m.run(m.disk->free_bytes("/d")).error().code, Errc::not_found);
    ASSERT_TRUE(m.open("/a", OpenMode::read));
    EXPECT_EQ(m.run(m.file->write(0, as_bytes("x"))).error().code, Errc::io);
}

TEST(SimDisk, PunchedRangesReadAsZeros) {
    Machine m(1);
    m.create_durable("/a");
    ASSERT_TRUE(m.run(m.file->write(0, as_bytes(std::string(2000, 'x')))));
    ASSERT_TRUE(m.run(m.file->sync()));
    ASSERT_TRUE(m.run(m.file->punch(100, 1000)));
    ASSERT_TRUE(m.run(m.file->punch(1990, 100)));
    ASSERT_TRUE(m.run(m.file->punch(5000, 100)));
    const std::string want = std::string(100, 'x') + std::string(1000, '\0') +
                             std::string(890, 'x') + std::string(10, '\0');
    EXPECT_EQ(m.read(), want);
    ASSERT_TRUE(m.run(m.file->sync()));
    EXPECT_EQ(m.after(kNone, "/a"), want);
}

TEST(SimDiskDeathTest, AnUnalignedDirectWriteIsABugHereToo) {
    Machine m(1);
    ASSERT_TRUE(m.open("/a", OpenMode::create_direct));
    EXPECT_DEATH(std::ignore = m.run(m.file->write_durable(0, as_bytes("x"))), "is_aligned");
}

}  // namespace
}  // namespace loam::io
