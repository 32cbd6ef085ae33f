// One suite for every implementation of the Files door, and what is promised of the operating system's files alone.
#include "core/io/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "tests/support/crash_files.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

// An implementation with an empty directory to work in.
class Ground {
 public:
  virtual ~Ground() = default;
  virtual Files& files() = 0;
  virtual std::string directory() const = 0;
};

class PosixGround final : public Ground {
 public:
  Files& files() override { return posix_files(); }
  std::string directory() const override { return temp_.path(); }

 private:
  TempDir temp_;
};

class CrashGround final : public Ground {
 public:
  CrashGround() { EXPECT_TRUE(files_.make_directory("/ground").ok()); }
  Files& files() override { return files_; }
  std::string directory() const override { return "/ground"; }

 private:
  CrashFiles files_;
};

class FilesContract : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "Posix") {
      ground_ = std::make_unique<PosixGround>();
    } else {
      ground_ = std::make_unique<CrashGround>();
    }
  }
  Files& files() { return ground_->files(); }
  std::string at(const std::string& name) const { return ground_->directory() + "/" + name; }

  std::unique_ptr<WritableFile> writer(const std::string& path, OpenMode mode = OpenMode::kCreateIfAbsent) {
    auto file = files().open_for_writing(path, mode);
    EXPECT_TRUE(file.ok()) << file.status().text();
    return file.ok() ? *std::move(file) : nullptr;
  }
  void put(const std::string& path, std::string_view bytes) {
    const auto file = writer(path, OpenMode::kTruncate);
    ASSERT_NE(file, nullptr);
    EXPECT_TRUE(file->write(0, bytes).ok());
    EXPECT_TRUE(file->sync().ok());
  }
  std::string content(const std::string& path) {
    const Result<std::string> bytes = read_file(files(), path, 1 << 20);
    EXPECT_TRUE(bytes.ok()) << bytes.status().text();
    return bytes.ok() ? *bytes : "?";
  }

 private:
  std::unique_ptr<Ground> ground_;
};

INSTANTIATE_TEST_SUITE_P(Doors, FilesContract, testing::Values("Posix", "Crash"),
                         [](const auto& door) { return door.param; });

TEST_P(FilesContract, WhatIsWrittenIsReadBack) {
  const auto file = writer(at("a"));
  ASSERT_TRUE(file->write(0, "hello").ok());
  ASSERT_TRUE(file->write(5, " world").ok());
  ASSERT_TRUE(file->write(0, "J").ok());
  EXPECT_TRUE(file->sync().ok());
  EXPECT_EQ(*file->size(), 11U);
  EXPECT_EQ(content(at("a")), "Jello world");
}

TEST_P(FilesContract, ASyncMayBeBegunOfAnyBytesBeforeItIsAskedFor) {
  const auto file = writer(at("a"));
  ASSERT_NE(file, nullptr);
  ASSERT_TRUE(file->write(0, std::string(10'000, 'x')).ok());
  EXPECT_TRUE(file->start_sync(5'000, 400).ok());
  ASSERT_TRUE(file->write(5'000, std::string(400, 'y')).ok());
  EXPECT_TRUE(file->start_sync(5'000, 400).ok());
  EXPECT_TRUE(file->start_sync(20'000, 1).ok()) << "there is nothing to bring to disk";
  EXPECT_TRUE(file->sync().ok());
  EXPECT_EQ(content(at("a")), std::string(5'000, 'x') + std::string(400, 'y') + std::string(4'600, 'x'));
}

TEST_P(FilesContract, AReadStopsAtTheEnd) {
  put(at("a"), "0123456789");
  const auto file = files().open_for_reading(at("a"));
  ASSERT_TRUE(file.ok());
  std::string out(6, '?');
  EXPECT_EQ(*(*file)->read(7, out), 3U);
  EXPECT_EQ(out.substr(0, 3), "789");
  EXPECT_EQ(*(*file)->read(10, out), 0U);
  EXPECT_EQ(*(*file)->read(1'000'000, out), 0U);
  EXPECT_EQ(*(*file)->read(2, {out.data(), 0}), 0U);
  EXPECT_EQ(*(*file)->size(), 10U);
}

TEST_P(FilesContract, WritingPastTheEndFillsWithZeros) {
  const auto file = writer(at("a"));
  ASSERT_TRUE(file->write(4, "x").ok());
  EXPECT_EQ(content(at("a")), std::string("\0\0\0\0x", 5));
}

TEST_P(FilesContract, TruncationCutsAndGrows) {
  put(at("a"), "0123456789");
  const auto file = writer(at("a"), OpenMode::kMustExist);
  ASSERT_TRUE(file->truncate(3).ok());
  EXPECT_EQ(content(at("a")), "012");
  ASSERT_TRUE(file->truncate(5).ok());
  EXPECT_EQ(content(at("a")), std::string("012\0\0", 5));
}

TEST_P(FilesContract, OpenModesSayWhatMustBeThere) {
  EXPECT_EQ(files().open_for_writing(at("a"), OpenMode::kMustExist).code(), Code::kNotFound);
  EXPECT_EQ(files().open_for_reading(at("a")).code(), Code::kNotFound);
  EXPECT_TRUE(files().open_for_writing(at("a"), OpenMode::kMustNotExist).ok());
  EXPECT_EQ(files().open_for_writing(at("a"), OpenMode::kMustNotExist).code(), Code::kConflict);
  put(at("a"), "kept");
  EXPECT_TRUE(files().open_for_writing(at("a"), OpenMode::kMustExist).ok());
  EXPECT_TRUE(files().open_for_writing(at("a"), OpenMode::kCreateIfAbsent).ok());
  EXPECT_EQ(content(at("a")), "kept");
  EXPECT_TRUE(files().open_for_writing(at("a"), OpenMode::kTruncate).ok());
  EXPECT_EQ(content(at("a")), "");
}

TEST_P(FilesContract, ADirectoryIsNoFileAndAFileNoDirectory) {
  ASSERT_TRUE(files().make_directory(at("d")).ok());
  put(at("f"), "");
  EXPECT_EQ(files().open_for_reading(at("d")).code(), Code::kInvalid);
  EXPECT_EQ(files().open_for_writing(at("d"), OpenMode::kCreateIfAbsent).code(), Code::kInvalid);
  EXPECT_EQ(files().list(at("f")).code(), Code::kInvalid);
  EXPECT_EQ(files().make_directory(at("f")).code(), Code::kInvalid);
  EXPECT_EQ(files().sync_directory(at("f")).code(), Code::kInvalid);
  EXPECT_EQ(files().lock(at("d")).code(), Code::kInvalid);
}

TEST_P(FilesContract, DirectoriesListTheirEntriesByName) {
  ASSERT_TRUE(files().make_directory(at("d")).ok());
  ASSERT_TRUE(files().make_directory(at("d")).ok()) << "making it again is fine";
  ASSERT_TRUE(files().make_directory(at("d/sub")).ok());
  put(at("d/b"), "22");
  put(at("d/a"), "1");
  const auto entries = files().list(at("d"));
  ASSERT_TRUE(entries.ok());
  ASSERT_EQ(entries->size(), 3U);
  EXPECT_EQ((*entries)[0].name, "a");
  EXPECT_EQ((*entries)[0].size, 1U);
  EXPECT_EQ((*entries)[1].name, "b");
  EXPECT_EQ((*entries)[1].size, 2U);
  EXPECT_EQ((*entries)[2].name, "sub");
  EXPECT_TRUE((*entries)[2].is_directory);
  EXPECT_GT((*entries)[0].modified_micros, 0U);
  EXPECT_EQ(files().list(at("absent")).code(), Code::kNotFound);
}

TEST_P(FilesContract, StatSaysWhatAPathIs) {
  put(at("f"), "123");
  ASSERT_TRUE(files().make_directory(at("d")).ok());
  EXPECT_EQ(files().stat(at("f"))->size, 3U);
  EXPECT_EQ(files().stat(at("f"))->name, "f");
  EXPECT_FALSE(files().stat(at("f"))->is_directory);
  EXPECT_TRUE(files().stat(at("d"))->is_directory);
  EXPECT_EQ(files().stat(at("absent")).code(), Code::kNotFound);
  EXPECT_EQ(files().stat(at("absent/deeper")).code(), Code::kNotFound);
}

TEST_P(FilesContract, RemovingTakesOnlyWhatItIsMeantFor) {
  ASSERT_TRUE(files().make_directory(at("d")).ok());
  put(at("d/f"), "");
  EXPECT_FALSE(files().remove_directory(at("d")).ok()) << "it is not empty";
  EXPECT_TRUE(files().remove(at("d/f")).ok());
  EXPECT_EQ(files().remove(at("d/f")).code(), Code::kNotFound);
  EXPECT_TRUE(files().remove_directory(at("d")).ok());
  EXPECT_EQ(files().remove_directory(at("d")).code(), Code::kNotFound);
  EXPECT_EQ(files().stat(at("d")).code(), Code::kNotFound);
}

TEST_P(FilesContract, AFileThatIsOpenOutlivesItsName) {
  put(at("f"), "still here");
  const auto open = files().open_for_reading(at("f"));
  ASSERT_TRUE(open.ok());
  ASSERT_TRUE(files().remove(at("f")).ok());
  std::string out(10, '?');
  EXPECT_EQ(*(*open)->read(0, out), 10U);
  EXPECT_EQ(out, "still here");
}

TEST_P(FilesContract, RenamingReplaces) {
  put(at("new"), "new");
  put(at("old"), "old");
  ASSERT_TRUE(files().rename(at("new"), at("old")).ok());
  EXPECT_TRUE(files().sync_directory(at("")).ok());
  EXPECT_EQ(content(at("old")), "new");
  EXPECT_EQ(files().stat(at("new")).code(), Code::kNotFound);
  EXPECT_EQ(files().rename(at("new"), at("old")).code(), Code::kNotFound);
}

TEST_P(FilesContract, ALinkIsASecondNameOfOneFile) {
  put(at("a"), "one");
  ASSERT_TRUE(files().link(at("a"), at("b")).ok());
  EXPECT_EQ(files().link(at("a"), at("b")).code(), Code::kConflict);
  ASSERT_TRUE(writer(at("a"), OpenMode::kMustExist)->write(0, "two").ok());
  EXPECT_EQ(content(at("b")), "two");
  ASSERT_TRUE(files().remove(at("a")).ok());
  EXPECT_EQ(content(at("b")), "two");
}

TEST_P(FilesContract, ALockIsRefusedASecondTimeInOneProcess) {
  auto first = files().lock(at("LOCK"));
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(files().lock(at("LOCK")).code(), Code::kLocked);
  EXPECT_TRUE(files().open_for_reading(at("LOCK")).ok()) << "opening and closing it must not release the lock";
  EXPECT_EQ(files().lock(at("LOCK")).code(), Code::kLocked);
  first = Status(Code::kClosed, "released");
  EXPECT_TRUE(files().lock(at("LOCK")).ok());
}

TEST_P(FilesContract, ReadFileRefusesMoreThanItWasAllowed) {
  put(at("f"), "12345");
  EXPECT_EQ(*read_file(files(), at("f"), 5), "12345");
  EXPECT_EQ(read_file(files(), at("f"), 4).code(), Code::kLimit);
  EXPECT_EQ(read_file(files(), at("absent"), 4).code(), Code::kNotFound);
}

TEST_P(FilesContract, ErrorsNameThePath) {
  EXPECT_NE(files().open_for_reading(at("absent")).status().text().find(at("absent")), std::string::npos);
  EXPECT_NE(files().remove(at("absent")).text().find(at("absent")), std::string::npos);
}

::mode_t mode_of(const std::string& path) {
  struct ::stat found {};
  EXPECT_EQ(::lstat(path.c_str(), &found), 0) << path;
  return found.st_mode & 07777;
}

// Sets a umask for as long as it lives.
class Umask {
 public:
  explicit Umask(::mode_t mask) : before_(::umask(mask)) {}
  ~Umask() { ::umask(before_); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

 private:
  ::mode_t before_;
};

TEST(PosixFiles, ModesDoNotDependOnTheUmask) {
  for (const ::mode_t mask : {0000, 0022, 0077, 0177, 0777}) {
    const TempDir temp;
    const Umask set(mask);
    ASSERT_TRUE(posix_files().make_directory(temp / "d").ok()) << mask;
    EXPECT_EQ(mode_of(temp / "d"), 0700U) << mask;
    for (const OpenMode mode : {OpenMode::kMustNotExist, OpenMode::kCreateIfAbsent, OpenMode::kTruncate}) {
      const std::string path = temp / ("d/f" + std::to_string(static_cast<int>(mode)));
      ASSERT_TRUE(posix_files().open_for_writing(path, mode).ok());
      EXPECT_EQ(mode_of(path), 0600U) << mask;
    }
    ASSERT_TRUE(posix_files().lock(temp / "d/LOCK").ok());
    EXPECT_EQ(mode_of(temp / "d/LOCK"), 0600U) << mask;
  }
}

TEST(PosixFiles, AModeThatAnAdministratorSetStays) {
  const TempDir temp;
  ASSERT_TRUE(posix_files().open_for_writing(temp / "f", OpenMode::kMustNotExist).ok());
  ASSERT_EQ(::chmod((temp / "f").c_str(), 0640), 0);
  ASSERT_TRUE(posix_files().open_for_writing(temp / "f", OpenMode::kTruncate).ok());
  EXPECT_EQ(mode_of(temp / "f"), 0640U);
}

TEST(PosixFiles, ASymbolicLinkIsNotFollowed) {
  const TempDir temp;
  ASSERT_TRUE(posix_files().open_for_writing(temp / "target", OpenMode::kMustNotExist).ok());
  ASSERT_TRUE(posix_files().make_directory(temp / "target_directory").ok());
  std::filesystem::create_symlink("target", temp / "to_file");
  std::filesystem::create_symlink("target_directory", temp / "to_directory");
  std::filesystem::create_symlink("absent", temp / "to_nothing");
  Files& files = posix_files();
  EXPECT_EQ(files.open_for_reading(temp / "to_file").code(), Code::kInvalid);
  EXPECT_EQ(files.open_for_writing(temp / "to_file", OpenMode::kTruncate).code(), Code::kInvalid);
  EXPECT_EQ(files.open_for_writing(temp / "to_nothing", OpenMode::kCreateIfAbsent).code(), Code::kInvalid);
  EXPECT_EQ(files.stat(temp / "to_file").code(), Code::kInvalid);
  EXPECT_EQ(files.make_directory(temp / "to_directory").code(), Code::kInvalid);
  EXPECT_EQ(files.lock(temp / "to_file").code(), Code::kInvalid);
  EXPECT_FALSE(files.list(temp / "to_directory").ok());
  EXPECT_FALSE(std::filesystem::exists(temp / "absent"));
}

TEST(PosixFiles, APipeInPlaceOfAFileIsRefusedAtOnce) {
  const TempDir temp;
  ASSERT_EQ(::mkfifo((temp / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(posix_files().open_for_reading(temp / "pipe").code(), Code::kInvalid);
  EXPECT_FALSE(posix_files().open_for_writing(temp / "pipe", OpenMode::kTruncate).ok());
  EXPECT_FALSE(posix_files().lock(temp / "pipe").ok());
}

}  // namespace
}  // namespace amont
