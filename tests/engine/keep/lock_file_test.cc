// One process, one store: who holds the LOCK file, and until when.
#include "engine/keep/lock_file.h"

#include <string>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace loam::keep {
namespace {

TEST(LockFile, TheSecondHolderHearsWhoHoldsIt) {
    const TempDir dir;
    const auto first = LockFile::acquire(dir.path());
    ASSERT_TRUE(first) << first.error().what;
    const auto second = LockFile::acquire(dir.path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::busy);
    EXPECT_TRUE(second.error().what.ends_with("process " + std::to_string(getpid())))
        << second.error().what;
}

TEST(LockFile, IsFreeOnceItsHolderIsGone) {
    const TempDir dir;
    for (int round = 0; round < 3; ++round) {
        const auto lock = LockFile::acquire(dir.path());
        ASSERT_TRUE(lock) << "round " << round << ": " << lock.error().what;
        EXPECT_FALSE(LockFile::acquire(dir.path())) << "a refusal must not free it";
        EXPECT_FALSE(LockFile::acquire(dir.path())) << "a refusal must not free it";
    }
}

TEST(LockFile, StoresDoNotHinderEachOther) {
    const TempDir one;
    const TempDir other;
    const auto first = LockFile::acquire(one.path());
    ASSERT_TRUE(first);
    EXPECT_TRUE(LockFile::acquire(other.path()));
}

TEST(LockFile, AMissingDirectoryIsNamed) {
    const TempDir dir;
    const auto lock = LockFile::acquire(dir / "missing");
    ASSERT_FALSE(lock);
    EXPECT_EQ(lock.error().code, Errc::io);
    EXPECT_NE(lock.error().what.find(dir / "missing/LOCK"), std::string::npos);
}

}  // namespace
}  // namespace loam::keep
