// What RocksDB needs to be told, and how: an absent file is PathNotFound from what opens or changes it but NotFound
// from FileExists and GetChildren; a full disk is NoSpace; all else is IOError. RocksDB is not built to be unwound, so
// every call that may allocate goes through `guarded`.
#include "core/index/rocks_files.h"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/system_clock.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/index/table_tail.h"

namespace amont {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

IOStatus to_rocks(const Status& status) {
  switch (status.code()) {
    case Code::kOk: return IOStatus::OK();
    case Code::kNotFound: return IOStatus::PathNotFound(status.text());
    case Code::kNoSpace: return IOStatus::NoSpace(status.text());
    case Code::kDamaged: return IOStatus::Corruption(status.text());
    case Code::kUnsupported: return IOStatus::NotSupported(status.text());
    default: return IOStatus::IOError(status.text());
  }
}

// For questions to which "it is not there" is an answer.
IOStatus to_rocks_lookup(const Status& status) {
  return status.code() == Code::kNotFound ? IOStatus::NotFound(status.text()) : to_rocks(status);
}

template <class Work>
IOStatus guarded(Work work) noexcept {
  try {
    return work();
  } catch (...) {  // out of memory; this status holds no text, so it needs none
    return IOStatus::IOError(rocksdb::Status::SubCode::kMemoryLimit);
  }
}

class RocksSequentialFile final : public rocksdb::FSSequentialFile {
 public:
  explicit RocksSequentialFile(std::unique_ptr<ReadableFile> file) : file_(std::move(file)) {}

  IOStatus Read(std::size_t n, const IOOptions&, Slice* result, char* scratch, IODebugContext*) override {
    return guarded([&] {
      const Result<std::size_t> done = file_->read(offset_, {scratch, n});
      *result = Slice(scratch, done ? *done : 0);
      offset_ += result->size();
      return to_rocks(done.status());
    });
  }

  IOStatus Skip(std::uint64_t n) override {
    offset_ += n;
    return IOStatus::OK();
  }

 private:
  std::unique_ptr<ReadableFile> file_;
  std::uint64_t offset_ = 0;
};

class RocksRandomAccessFile final : public rocksdb::FSRandomAccessFile {
 public:
  // Shows the first `size` bytes of the file.
  RocksRandomAccessFile(std::unique_ptr<ReadableFile> file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

  IOStatus Read(std::uint64_t offset, std::size_t n, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) const override {
    return guarded([&] {
      n = offset < size_ ? static_cast<std::size_t>(std::min<std::uint64_t>(n, size_ - offset)) : 0;
      const Result<std::size_t> done = file_->read(offset, {scratch, n});
      *result = Slice(scratch, done ? *done : 0);
      return to_rocks(done.status());
    });
  }

 private:
  std::unique_ptr<ReadableFile> file_;
  std::uint64_t size_;
};

// RocksDB gathers small appends in a buffer of its own, so there is none here and nothing to flush.
class RocksWritableFile final : public rocksdb::FSWritableFile {
 public:
  // A table file gets its trailer when it is synced, and takes nothing after that; one that is opened again has it.
  RocksWritableFile(std::unique_ptr<WritableFile> file, std::uint64_t size, bool is_table, const FileOptions& options)
      : FSWritableFile(options), file_(std::move(file)), size_(size) {
    if (!is_table) return;
    tail_.emplace();
    sealed_ = size > 0;
    size_ = table_content_bytes(size);
  }

  using FSWritableFile::Append;
  IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override {
    return on_open_file([&] {
      if (sealed_) return io_error("a table file was to be written after its end");
      AMONT_TRY(file_->write(size_, {data.data(), data.size()}));
      size_ += data.size();
      if (tail_) tail_->append({data.data(), data.size()});
      return Status();
    });
  }

  IOStatus Truncate(std::uint64_t size, const IOOptions&, IODebugContext*) override {
    return on_open_file([&] {
      if (size == size_) return Status();
      if (tail_) return io_error("a table file was to be cut");
      AMONT_TRY(file_->truncate(size));
      size_ = size;
      return Status();
    });
  }

  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    return on_open_file([&] {
      if (tail_ && !sealed_) AMONT_TRY(file_->write(size_, tail_->trailer()));
      sealed_ = tail_.has_value();
      return file_->sync();
    });
  }

  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

  IOStatus Close(const IOOptions&, IODebugContext*) override {
    file_.reset();
    return IOStatus::OK();
  }

  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return size_; }

 private:
  template <class Work>
  IOStatus on_open_file(Work work) {
    return guarded([&] { return file_ ? to_rocks(work()) : IOStatus::IOError("the file is closed"); });
  }

  std::unique_ptr<WritableFile> file_;  // empty once closed
  std::uint64_t size_;                  // without a trailer
  std::optional<TableTail> tail_;       // of a table file
  bool sealed_ = false;
};

class RocksDirectory final : public rocksdb::FSDirectory {
 public:
  RocksDirectory(Files& files, std::string path) : files_(files), path_(std::move(path)) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    return guarded([&] { return to_rocks(files_.sync_directory(path_)); });
  }

  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  Files& files_;
  std::string path_;
};

struct RocksFileLock final : rocksdb::FileLock {
  explicit RocksFileLock(std::unique_ptr<amont::FileLock> lock) : held(std::move(lock)) {}
  std::unique_ptr<amont::FileLock> held;  // spelt out: the base class has the same name
};

// Only RocksDB's level "header" passes, so that it formats next to nothing, and even that goes nowhere.
class SilentLogger final : public rocksdb::Logger {
 public:
  SilentLogger() : Logger(rocksdb::InfoLogLevel::HEADER_LEVEL) {}
  ~SilentLogger() override { closed_ = true; }
  void LogHeader(const char*, std::va_list) override {}
  void Logv(const char*, std::va_list) override {}
  void Logv(const rocksdb::InfoLogLevel, const char*, std::va_list) override {}

 protected:
  rocksdb::Status CloseImpl() override { return rocksdb::Status::OK(); }
};

class RocksFileSystem final : public rocksdb::FileSystem {
 public:
  explicit RocksFileSystem(Files& files) : files_(files) {}

  const char* Name() const override { return "AmontFiles"; }

  IOStatus NewSequentialFile(const std::string& path, const FileOptions&,
                             std::unique_ptr<rocksdb::FSSequentialFile>* result, IODebugContext*) override {
    return guarded([&] {
      result->reset();
      Result<std::unique_ptr<ReadableFile>> file = files_.open_for_reading(path);
      if (file) *result = std::make_unique<RocksSequentialFile>(*std::move(file));
      return to_rocks(file.status());
    });
  }

  IOStatus NewRandomAccessFile(const std::string& path, const FileOptions&,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* result, IODebugContext*) override {
    return guarded([&] {
      result->reset();
      Result<std::unique_ptr<ReadableFile>> file = files_.open_for_reading(path);
      if (!file) return to_rocks(file.status());
      const Result<std::uint64_t> size = is_table_file(path) ? check_table_tail(**file, path) : (*file)->size();
      if (size) *result = std::make_unique<RocksRandomAccessFile>(*std::move(file), *size);
      return to_rocks(size.status());
    });
  }

  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext*) override {
    return open_writable(path, OpenMode::kTruncate, options, result);
  }

  // Appends to what is there. (ReuseWritableFile stays RocksDB's: a rename, then NewWritableFile.)
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext*) override {
    return open_writable(path, OpenMode::kCreateIfAbsent, options, result);
  }

  IOStatus NewDirectory(const std::string& path, const IOOptions&, std::unique_ptr<rocksdb::FSDirectory>* result,
                        IODebugContext*) override {
    return guarded([&] {
      result->reset();
      const Result<FileEntry> found = files_.stat(path);
      if (!found) return to_rocks(found.status());
      if (!found->is_directory) return IOStatus::IOError(path, "not a directory");
      *result = std::make_unique<RocksDirectory>(files_, path);
      return IOStatus::OK();
    });
  }

  IOStatus FileExists(const std::string& path, const IOOptions&, IODebugContext*) override {
    return guarded([&] { return to_rocks_lookup(files_.stat(path).status()); });
  }

  IOStatus GetChildren(const std::string& path, const IOOptions&, std::vector<std::string>* result,
                       IODebugContext*) override {
    return guarded([&] {
      result->clear();
      Result<std::vector<FileEntry>> entries = files_.list(path);
      if (!entries) return to_rocks_lookup(entries.status());
      for (FileEntry& entry : *entries) result->push_back(std::move(entry.name));
      return IOStatus::OK();
    });
  }

  IOStatus GetChildrenFileAttributes(const std::string& path, const IOOptions&,
                                     std::vector<rocksdb::FileAttributes>* result, IODebugContext*) override {
    return guarded([&] {
      result->clear();
      Result<std::vector<FileEntry>> entries = files_.list(path);
      if (!entries) return to_rocks_lookup(entries.status());
      for (FileEntry& entry : *entries) {
        const std::uint64_t size = is_table_file(entry.name) ? table_content_bytes(entry.size) : entry.size;
        result->push_back({std::move(entry.name), size});
      }
      return IOStatus::OK();
    });
  }

  IOStatus DeleteFile(const std::string& path, const IOOptions&, IODebugContext*) override {
    return guarded([&] { return to_rocks(files_.remove(path)); });
  }

  IOStatus Truncate(const std::string& path, std::size_t size, const IOOptions&, IODebugContext*) override {
    return guarded([&] {
      const Result<std::unique_ptr<WritableFile>> file = files_.open_for_writing(path, OpenMode::kMustExist);
      return to_rocks(file ? (*file)->truncate(size) : file.status());
    });
  }

  // RocksDB wants CreateDir refused when the directory is there, where make_directory is content.
  IOStatus CreateDir(const std::string& path, const IOOptions&, IODebugContext*) override {
    return guarded([&] {
      if (files_.stat(path).ok()) return IOStatus::IOError(path, "exists already");
      return to_rocks(files_.make_directory(path));
    });
  }

  IOStatus CreateDirIfMissing(const std::string& path, const IOOptions&, IODebugContext*) override {
    return guarded([&] { return to_rocks(files_.make_directory(path)); });
  }

  IOStatus DeleteDir(const std::string& path, const IOOptions&, IODebugContext*) override {
    return guarded([&] { return to_rocks(files_.remove_directory(path)); });
  }

  IOStatus GetFileSize(const std::string& path, const IOOptions&, std::uint64_t* size, IODebugContext*) override {
    return guarded([&] {
      const Result<FileEntry> found = files_.stat(path);
      *size = found ? found->size : 0;
      if (is_table_file(path)) *size = table_content_bytes(*size);
      return to_rocks(found.status());
    });
  }

  IOStatus GetFileModificationTime(const std::string& path, const IOOptions&, std::uint64_t* seconds,
                                   IODebugContext*) override {
    return guarded([&] {
      const Result<FileEntry> found = files_.stat(path);
      *seconds = found ? found->modified_micros / 1'000'000 : 0;
      return to_rocks(found.status());
    });
  }

  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions&, IODebugContext*) override {
    return guarded([&] { return to_rocks(files_.rename(from, to)); });
  }

  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions&, IODebugContext*) override {
    return guarded([&] { return to_rocks(files_.link(from, to)); });
  }

  IOStatus LockFile(const std::string& path, const IOOptions&, rocksdb::FileLock** result, IODebugContext*) override {
    return guarded([&] {
      *result = nullptr;
      Result<std::unique_ptr<FileLock>> lock = files_.lock(path);
      if (!lock) return to_rocks(lock.status());
      *result = new RocksFileLock(*std::move(lock));
      return IOStatus::OK();
    });
  }

  IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) override {
    delete lock;
    return IOStatus::OK();
  }

  // Only RocksDB's own tests and tools ask.
  IOStatus GetTestDirectory(const IOOptions&, std::string*, IODebugContext*) override {
    return IOStatus::NotSupported("GetTestDirectory");
  }

  IOStatus NewLogger(const std::string&, const IOOptions&, std::shared_ptr<rocksdb::Logger>* result,
                     IODebugContext*) override {
    return guarded([&] {
      *result = std::make_shared<SilentLogger>();
      return IOStatus::OK();
    });
  }

  // RocksDB only prints it and derives names of LOG files from it.
  IOStatus GetAbsolutePath(const std::string& path, const IOOptions&, std::string* result, IODebugContext*) override {
    return guarded([&] {
      *result = path;
      return IOStatus::OK();
    });
  }

  IOStatus IsDirectory(const std::string& path, const IOOptions&, bool* is_directory, IODebugContext*) override {
    return guarded([&] {
      const Result<FileEntry> found = files_.stat(path);
      *is_directory = found && found->is_directory;
      return to_rocks(found.status());
    });
  }

 private:
  IOStatus open_writable(const std::string& path, OpenMode mode, const FileOptions& options,
                         std::unique_ptr<rocksdb::FSWritableFile>* result) {
    return guarded([&] {
      result->reset();
      Result<std::unique_ptr<WritableFile>> file = files_.open_for_writing(path, mode);
      if (!file) return to_rocks(file.status());
      const Result<std::uint64_t> size = (*file)->size();
      if (size) *result = std::make_unique<RocksWritableFile>(*std::move(file), *size, is_table_file(path), options);
      return to_rocks(size.status());
    });
  }

  Files& files_;
};

// After a flush that failed RocksDB sleeps for a second, and closing it waits for that. Nothing here is tried again and
// again, so a short nap serves as well.
class ShortSleepClock final : public rocksdb::SystemClockWrapper {
 public:
  ShortSleepClock() : SystemClockWrapper(rocksdb::SystemClock::Default()) {}
  const char* Name() const override { return "AmontClock"; }
  void SleepForMicroseconds(int micros) override { target_->SleepForMicroseconds(std::min(micros, kNapMicros)); }

 private:
  static constexpr int kNapMicros = 10'000;
};

class RocksEnv final : public rocksdb::EnvWrapper {
 public:
  explicit RocksEnv(const std::shared_ptr<rocksdb::FileSystem>& files) : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
    file_system_ = files;  // the wrapper would reach it by a detour through its own old interface
    system_clock_ = std::make_shared<ShortSleepClock>();
  }
  const char* Name() const override { return "AmontEnv"; }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> rocks_file_system(Files& files) {
  return std::make_shared<RocksFileSystem>(files);
}

std::unique_ptr<rocksdb::Env> rocks_env(Files& files) { return std::make_unique<RocksEnv>(rocks_file_system(files)); }

}  // namespace amont
