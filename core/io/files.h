// The door to the operating system's files. Everything Amont keeps on disk, its log and its index alike, goes through here,
// so that tests can put a file system behind it that crashes, fills up, fails and rots (tests/support/crash_files.h).
//
// Rules for implementations: paths are absolute or relative to the working directory; files are made with mode 0600 and
// directories with 0700 whatever the umask; symbolic links are not followed for the last component; every call may come from
// any thread; nothing throws. kIo carries the path and errno's text; a full disk is kNoSpace; an absent file is kNotFound.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "amont/status.h"

namespace amont {

// An open file, read at offsets. Closed by its destructor. Threads may read at once.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  // Reads up to out.size() bytes at offset; returns how many there were (fewer only at the end of the file).
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<char> out) const = 0;
  virtual Result<std::uint64_t> size() const = 0;
};

// An open file, written at offsets; one thread at a time. Closed by its destructor, which syncs nothing.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  // Writes all bytes at offset, or fails; after a failure any part may have been written.
  virtual Status write(std::uint64_t offset, std::string_view bytes) = 0;
  // Begins to bring those bytes to disk and does not wait: a sync() some time later has less to wait for. Nothing is promised of them
  // before that returns. A failure is one as of sync().
  virtual Status start_sync(std::uint64_t /*offset*/, std::uint64_t /*size*/) { return {}; }
  // Returns when data and size are on disk (fdatasync). After a failure nobody knows what is on disk: do not retry.
  virtual Status sync() = 0;
  virtual Status truncate(std::uint64_t size) = 0;
  virtual Result<std::uint64_t> size() const = 0;
};

// Held while the lock is; released by its destructor.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class OpenMode { kMustExist, kMustNotExist, kCreateIfAbsent, kTruncate };

struct FileEntry {
  std::string name;  // without the directory
  std::uint64_t size = 0;
  bool is_directory = false;
  std::uint64_t modified_micros = 0;  // wall clock
  bool anyone_may_write = false;
};

class Files {
 public:
  virtual ~Files() = default;

  virtual Result<std::unique_ptr<ReadableFile>> open_for_reading(const std::string& path) = 0;
  virtual Result<std::unique_ptr<WritableFile>> open_for_writing(const std::string& path, OpenMode mode) = 0;
  // What the path is; kNotFound when it is nothing. A symbolic link counts as kInvalid.
  virtual Result<FileEntry> stat(const std::string& path) = 0;
  // Entries of a directory without "." and "..", sorted by name.
  virtual Result<std::vector<FileEntry>> list(const std::string& directory) = 0;
  // Makes one directory, mode 0700; fine when it exists already.
  virtual Status make_directory(const std::string& path) = 0;
  virtual Status remove(const std::string& path) = 0;                         // a file
  virtual Status remove_directory(const std::string& path) = 0;               // an empty directory
  virtual Status rename(const std::string& from, const std::string& to) = 0;  // replaces `to`
  virtual Status link(const std::string& from, const std::string& to) = 0;    // a hard link
  // Returns when names made, renamed and removed in the directory are on disk.
  virtual Status sync_directory(const std::string& path) = 0;
  // An exclusive lock on a file, made if absent. Refused with kLocked while anyone holds it, in this process too.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
};

// The operating system's own files. One instance for the process, never destroyed.
Files& posix_files();

// Reads a whole file of at most `size_max` bytes; kLimit when it is longer.
Result<std::string> read_file(Files& files, const std::string& path, std::uint64_t size_max);

}  // namespace amont
