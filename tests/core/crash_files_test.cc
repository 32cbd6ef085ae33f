// The file system that crashes must itself be right: what each damage model may leave, and what none may touch.
#include "tests/support/crash_files.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <set>
#include <string>

namespace amont {
namespace {

constexpr std::array kDamageModels = {DamageModel::kStrict, DamageModel::kPrefix, DamageModel::kTorn,
                                      DamageModel::kZeros, DamageModel::kGarbage};

std::unique_ptr<WritableFile> made(CrashFiles& disk, const std::string& path) {
  auto file = disk.open_for_writing(path, OpenMode::kCreateIfAbsent);
  EXPECT_TRUE(file.ok()) << file.status().text();
  return *std::move(file);
}

// The content of /f after 200 crashes; "absent" where its name is gone.
std::set<std::string> outcomes(const CrashFiles& disk, DamageModel model) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Result<std::string> bytes = disk.after_crash(model, seed)->contents("/f");
    seen.insert(bytes.ok() ? *bytes : "absent");
  }
  return seen;
}

class UnsyncedWrites : public testing::Test {
 protected:
  UnsyncedWrites() : file_(made(disk_, "/f")) {
    EXPECT_TRUE(file_->write(0, "synced.").ok());
    EXPECT_TRUE(file_->sync().ok());
    EXPECT_TRUE(disk_.sync_directory("/").ok());
    EXPECT_TRUE(file_->write(7, "first.").ok());
    EXPECT_TRUE(file_->write(13, "second.").ok());
  }
  CrashFiles disk_;
  std::unique_ptr<WritableFile> file_;
};

TEST_F(UnsyncedWrites, StrictLeavesOnlyWhatWasSynced) {
  EXPECT_EQ(outcomes(disk_, DamageModel::kStrict), (std::set<std::string>{"synced."}));
  EXPECT_EQ(*disk_.durable_contents("/f"), "synced.");
  EXPECT_EQ(*disk_.contents("/f"), "synced.first.second.");
}

TEST_F(UnsyncedWrites, PrefixLeavesTheFirstFewWrites) {
  EXPECT_EQ(outcomes(disk_, DamageModel::kPrefix),
            (std::set<std::string>{"synced.", "synced.first.", "synced.first.second."}));
}

TEST_F(UnsyncedWrites, TornCutsOneWriteAnywhere) {
  std::set<std::string> expected;
  const std::string all = "synced.first.second.";
  for (std::size_t length = 7; length <= all.size(); ++length) expected.insert(all.substr(0, length));
  EXPECT_EQ(outcomes(disk_, DamageModel::kTorn), expected);
}

TEST_F(UnsyncedWrites, ZerosKeepTheLengthAndBlankTheRest) {
  EXPECT_EQ(outcomes(disk_, DamageModel::kZeros),
            (std::set<std::string>{"synced.first.second.", "synced." + std::string(13, '\0')}));
}

TEST_F(UnsyncedWrites, GarbageKeepsTheLengthAndWhatWasSynced) {
  const std::set<std::string> seen = outcomes(disk_, DamageModel::kGarbage);
  EXPECT_GT(seen.size(), 50U);
  for (const std::string& bytes : seen) {
    EXPECT_EQ(bytes.size(), 20U);
    EXPECT_EQ(bytes.substr(0, 7), "synced.");
  }
}

TEST_F(UnsyncedWrites, NoModelTouchesWhatWasSynced) {
  ASSERT_TRUE(file_->sync().ok());
  for (const DamageModel model : kDamageModels) {
    EXPECT_EQ(outcomes(disk_, model), (std::set<std::string>{"synced.first.second."}));
  }
}

TEST_F(UnsyncedWrites, AFailedSyncLosesItsWritesEvenIfALaterOneSucceeds) {
  disk_.fail_once(disk_.mutations(), Code::kIo);
  EXPECT_EQ(file_->sync().code(), Code::kIo);
  EXPECT_TRUE(file_->sync().ok());
  EXPECT_EQ(*disk_.contents("/f"), "synced.first.second.");
  EXPECT_EQ(outcomes(disk_, DamageModel::kStrict), (std::set<std::string>{"synced."}));
}

TEST(CrashFiles, AnOverwriteMayLeaveAnyMixOfSectors) {
  CrashFiles disk;
  const auto file = made(disk, "/f");
  ASSERT_TRUE(file->write(0, std::string(1024, 'a')).ok());
  ASSERT_TRUE(file->sync().ok());
  ASSERT_TRUE(disk.sync_directory("/").ok());
  ASSERT_TRUE(file->write(0, std::string(1024, 'b')).ok());
  const auto mix = [](char one, char two) { return std::string(512, one) + std::string(512, two); };
  EXPECT_EQ(outcomes(disk, DamageModel::kTorn),
            (std::set<std::string>{mix('a', 'a'), mix('a', 'b'), mix('b', 'a'), mix('b', 'b')}));
  EXPECT_EQ(outcomes(disk, DamageModel::kZeros),
            (std::set<std::string>{mix('a', 'a'), mix('a', 'b'), mix('b', 'a'), mix('b', 'b')}));
}

TEST(CrashFiles, AFileWhoseNameWasNotSyncedMayBeGone) {
  CrashFiles disk;
  const auto file = made(disk, "/f");
  ASSERT_TRUE(file->write(0, "data").ok());
  ASSERT_TRUE(file->sync().ok());
  EXPECT_EQ(outcomes(disk, DamageModel::kStrict), (std::set<std::string>{"absent"}));
  EXPECT_EQ(outcomes(disk, DamageModel::kPrefix), (std::set<std::string>{"absent", "data"}));
  ASSERT_TRUE(disk.sync_directory("/").ok());
  for (const DamageModel model : kDamageModels) EXPECT_EQ(outcomes(disk, model), (std::set<std::string>{"data"}));
}

TEST(CrashFiles, ARenameHappensAsAWholeOrNotAtAll) {
  CrashFiles disk;
  ASSERT_TRUE(disk.replace("/f", "old").ok());
  ASSERT_TRUE(disk.replace("/g", "new").ok());
  ASSERT_TRUE(disk.rename("/g", "/f").ok());
  EXPECT_EQ(outcomes(disk, DamageModel::kStrict), (std::set<std::string>{"old"}));
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto after = disk.after_crash(DamageModel::kGarbage, seed);
    const bool moved = *after->contents("/f") == "new";
    EXPECT_EQ(after->contents("/g").ok(), !moved);
  }
  EXPECT_EQ(outcomes(disk, DamageModel::kPrefix), (std::set<std::string>{"old", "new"}));
}

TEST(CrashFiles, EverythingFailsFromTheCrashOn) {
  CrashFiles disk;
  const auto file = made(disk, "/f");
  disk.crash_at(disk.mutations() + 1);
  EXPECT_TRUE(file->write(0, "a").ok());
  EXPECT_FALSE(file->write(1, "b").ok());
  EXPECT_TRUE(disk.crashed());
  EXPECT_EQ(disk.struck(), "write /f");
  EXPECT_FALSE(file->sync().ok());
  EXPECT_FALSE(disk.open_for_reading("/f").ok());
  EXPECT_FALSE(disk.stat("/f").ok());
  EXPECT_FALSE(disk.lock("/LOCK").ok());
}

TEST(CrashFiles, AFaultHappensOnceOrForEver) {
  CrashFiles disk;
  const auto file = made(disk, "/f");
  disk.fail_once(disk.mutations(), Code::kNoSpace);
  EXPECT_EQ(file->write(0, "a").code(), Code::kNoSpace);
  EXPECT_TRUE(file->write(0, "a").ok());
  disk.fail_forever(disk.reads(), Code::kIo, CrashFiles::Operation::kRead);
  EXPECT_EQ(file->size().code(), Code::kIo);
  EXPECT_EQ(disk.open_for_reading("/f").code(), Code::kIo);
  disk.clear_faults();
  EXPECT_TRUE(disk.open_for_reading("/f").ok());
  EXPECT_EQ(disk.failures(), 3U);
}

TEST(CrashFiles, AFullDiskTakesAPartAndFreesWithWhatIsRemoved) {
  CrashFiles disk;
  ASSERT_TRUE(disk.replace("/ballast", std::string(100, 'x')).ok());
  const auto file = made(disk, "/f");
  disk.limit_space(104);
  EXPECT_EQ(file->write(0, "123456").code(), Code::kNoSpace);
  EXPECT_EQ(*disk.contents("/f"), "1234");
  ASSERT_TRUE(disk.remove("/ballast").ok());
  EXPECT_TRUE(file->write(0, "123456").ok());
  EXPECT_EQ(disk.used_space(), 6U);
}

TEST(CrashFiles, TheSameSeedGivesTheSameDamage) {
  CrashFiles disk;
  for (int i = 0; i < 20; ++i) {
    const auto file = made(disk, "/f" + std::to_string(i));
    ASSERT_TRUE(file->write(0, std::string(2000, static_cast<char>('a' + i))).ok());
  }
  for (const DamageModel model : kDamageModels) {
    const auto one = disk.after_crash(model, 7);
    const auto two = disk.clone()->after_crash(model, 7);
    ASSERT_EQ(one->paths(), two->paths());
    for (const std::string& path : one->paths()) EXPECT_EQ(*one->contents(path), *two->contents(path));
  }
}

TEST(CrashFiles, ACloneGoesItsOwnWay) {
  CrashFiles disk;
  const auto file = made(disk, "/f");
  ASSERT_TRUE(file->write(0, "one").ok());
  const auto copy = disk.clone();
  ASSERT_TRUE(file->write(0, "two").ok());
  EXPECT_EQ(*copy->contents("/f"), "one");
  ASSERT_TRUE(copy->flip("/f", 0, 0x01).ok());
  EXPECT_EQ(*copy->contents("/f"), "nne");
  EXPECT_EQ(*copy->durable_contents("/f"), "nne");
  EXPECT_EQ(*disk.contents("/f"), "two");
}

}  // namespace
}  // namespace amont
