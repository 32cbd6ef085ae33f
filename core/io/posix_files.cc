// The operating system's files. What must stay true: nothing follows a symbolic link in the last component, nothing is
// inherited by a child process, and no interrupted or short call is taken for a whole one.
#include "core/io/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace amont {
namespace {

constexpr ::mode_t kFileMode = 0600;
constexpr ::mode_t kDirectoryMode = 0700;
constexpr ::mode_t kPermissionBits = 07777;

Code code_of(int error) {
  switch (error) {
    case ENOENT: return Code::kNotFound;
    case ENOSPC:
    case EDQUOT: return Code::kNoSpace;
    case EEXIST: return Code::kConflict;
    case ELOOP:  // O_NOFOLLOW met a symbolic link
    case EISDIR:
    case ENOTDIR:
    case ENAMETOOLONG: return Code::kInvalid;
    default: return Code::kIo;
  }
}

Status failed(std::string_view what, const std::string& path, int error) {
  return {code_of(error), std::string("cannot ").append(what).append(" ").append(path).append(": ").append(
                              std::generic_category().message(error))};
}

template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

// Closes without a retry: on Linux the descriptor is gone even when close says EINTR.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

int open_descriptor(const std::string& path, int flags) {
  // O_NONBLOCK means nothing to a file; a pipe somebody put in its place would otherwise hang us before we can look at
  // it.
  return uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, kFileMode); });
}

Status expect_regular(int fd, std::string_view what, const std::string& path) {
  struct ::stat found {};
  if (::fstat(fd, &found) != 0) return failed(what, path, errno);
  if (!S_ISREG(found.st_mode))
    return invalid(std::string("cannot ").append(what).append(" ").append(path).append(": not a file"));
  return {};
}

// Opens a file that exists, or makes one. Only a file we made gets our mode: what an administrator set stays.
Result<Descriptor> open_or_make(const std::string& path, OpenMode mode) {
  constexpr std::string_view kWhat = "open for writing";
  for (;;) {
    if (mode != OpenMode::kMustNotExist) {
      Descriptor existing(open_descriptor(path, O_WRONLY));
      if (existing.get() >= 0) {
        AMONT_TRY(expect_regular(existing.get(), kWhat, path));
        return existing;
      }
      if (errno != ENOENT || mode == OpenMode::kMustExist) return failed(kWhat, path, errno);
    }
    Descriptor made(open_descriptor(path, O_WRONLY | O_CREAT | O_EXCL));
    if (made.get() >= 0) {
      if (::fchmod(made.get(), kFileMode) != 0) return failed("set the mode of", path, errno);
      return made;
    }
    // EEXIST although it was absent a moment ago: somebody else was quicker. Look again.
    if (errno != EEXIST || mode == OpenMode::kMustNotExist) return failed(kWhat, path, errno);
  }
}

Result<std::uint64_t> size_of(int fd, const std::string& path) {
  struct ::stat found {};
  if (::fstat(fd, &found) != 0) return failed("read the size of", path, errno);
  return static_cast<std::uint64_t>(found.st_size);
}

class PosixReadableFile final : public ReadableFile {
 public:
  PosixReadableFile(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Result<std::size_t> read(std::uint64_t offset, std::span<char> out) const override {
    std::size_t done = 0;
    while (done < out.size()) {
      const auto at = static_cast<::off_t>(offset + done);
      const ::ssize_t n = uninterrupted([&] { return ::pread(fd_.get(), out.data() + done, out.size() - done, at); });
      if (n < 0) return failed("read", path_, errno);
      if (n == 0) break;
      done += static_cast<std::size_t>(n);
    }
    return done;
  }

  Result<std::uint64_t> size() const override { return size_of(fd_.get(), path_); }

 private:
  Descriptor fd_;
  std::string path_;
};

class PosixWritableFile final : public WritableFile {
 public:
  PosixWritableFile(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Status write(std::uint64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto at = static_cast<::off_t>(offset);
      const ::ssize_t n = uninterrupted([&] { return ::pwrite(fd_.get(), bytes.data(), bytes.size(), at); });
      // Nothing written and no error happens on odd file systems only; asking again for ever would be worse.
      if (n <= 0) return failed("write", path_, n < 0 ? errno : EIO);
      offset += static_cast<std::uint64_t>(n);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
  }

  // An error of the disk's is kept for sync() by the system; one in handing the bytes to it is told here alone. Where there is no such
  // call nothing has begun, and sync() does it all.
  Status start_sync(std::uint64_t offset, std::uint64_t size) override {
    const auto from = static_cast<::off_t>(offset), bytes = static_cast<::off_t>(size);
    const bool begun =
        uninterrupted([&] { return ::sync_file_range(fd_.get(), from, bytes, SYNC_FILE_RANGE_WRITE); }) == 0;
    if (begun || errno == ENOSYS || errno == EPERM || errno == EINVAL || errno == ESPIPE) return {};
    return failed("sync", path_, errno);
  }

  Status sync() override {
    if (uninterrupted([&] { return ::fdatasync(fd_.get()); }) != 0) return failed("sync", path_, errno);
    return {};
  }

  Status truncate(std::uint64_t size) override {
    const auto length = static_cast<::off_t>(size);
    if (uninterrupted([&] { return ::ftruncate(fd_.get(), length); }) != 0) return failed("truncate", path_, errno);
    return {};
  }

  Result<std::uint64_t> size() const override { return size_of(fd_.get(), path_); }

 private:
  Descriptor fd_;
  std::string path_;
};

// flock belongs to the open file, not to the process: a second lock in this process is refused as well, and closing
// some other descriptor of the file does not release it (as it would with fcntl).
class PosixFileLock final : public FileLock {
 public:
  explicit PosixFileLock(Descriptor fd) : fd_(std::move(fd)) {}

 private:
  Descriptor fd_;
};

std::string last_component(const std::string& path) {
  const std::size_t end = path.find_last_not_of('/');
  if (end == std::string::npos) return path;
  const std::size_t slash = path.find_last_of('/', end);
  const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
  return path.substr(begin, end + 1 - begin);
}

FileEntry entry_of(std::string name, const struct ::stat& found) {
  FileEntry entry;
  entry.name = std::move(name);
  entry.size = static_cast<std::uint64_t>(found.st_size);
  entry.is_directory = S_ISDIR(found.st_mode);
  entry.anyone_may_write = (found.st_mode & S_IWOTH) != 0;
  entry.modified_micros = static_cast<std::uint64_t>(found.st_mtim.tv_sec) * 1'000'000 +
                          static_cast<std::uint64_t>(found.st_mtim.tv_nsec) / 1'000;
  return entry;
}

struct CloseStream {
  void operator()(::DIR* stream) const { ::closedir(stream); }
};

class PosixFiles final : public Files {
 public:
  Result<std::unique_ptr<ReadableFile>> open_for_reading(const std::string& path) override {
    Descriptor fd(open_descriptor(path, O_RDONLY));
    if (fd.get() < 0) return failed("open for reading", path, errno);
    AMONT_TRY(expect_regular(fd.get(), "open for reading", path));
    return std::unique_ptr<ReadableFile>(std::make_unique<PosixReadableFile>(std::move(fd), path));
  }

  Result<std::unique_ptr<WritableFile>> open_for_writing(const std::string& path, OpenMode mode) override {
    AMONT_LET(Descriptor fd, open_or_make(path, mode));
    auto file = std::make_unique<PosixWritableFile>(std::move(fd), path);
    // Not by O_TRUNC, which would empty the file before expect_regular has looked at it.
    if (mode == OpenMode::kTruncate) AMONT_TRY(file->truncate(0));
    return std::unique_ptr<WritableFile>(std::move(file));
  }

  Result<FileEntry> stat(const std::string& path) override {
    struct ::stat found {};
    if (::lstat(path.c_str(), &found) != 0) return failed("look at", path, errno);
    if (S_ISLNK(found.st_mode)) return invalid("cannot look at " + path + ": a symbolic link");
    return entry_of(last_component(path), found);
  }

  Result<std::vector<FileEntry>> list(const std::string& directory) override {
    Descriptor fd(open_descriptor(directory, O_RDONLY | O_DIRECTORY));
    if (fd.get() < 0) return failed("list", directory, errno);
    const std::unique_ptr<::DIR, CloseStream> stream(::fdopendir(fd.get()));
    if (!stream) return failed("list", directory, errno);
    fd.release();  // closed with the stream
    std::vector<FileEntry> entries;
    for (;;) {
      errno = 0;
      const ::dirent* next = ::readdir(stream.get());
      if (next == nullptr) break;
      const std::string_view name = next->d_name;
      if (name == "." || name == "..") continue;
      struct ::stat found {};
      if (::fstatat(::dirfd(stream.get()), next->d_name, &found, AT_SYMLINK_NOFOLLOW) == 0) {
        entries.push_back(entry_of(std::string(name), found));
      } else if (errno != ENOENT) {  // removed since readdir: not an entry any more
        return failed("list", directory, errno);
      }
    }
    if (errno != 0) return failed("list", directory, errno);
    std::ranges::sort(entries, {}, &FileEntry::name);
    return entries;
  }

  Status make_directory(const std::string& path) override {
    const bool made = ::mkdir(path.c_str(), kDirectoryMode) == 0;
    if (!made && errno != EEXIST) return failed("make directory", path, errno);
    struct ::stat found {};
    if (::lstat(path.c_str(), &found) != 0) return failed("look at", path, errno);
    if (!S_ISDIR(found.st_mode)) return invalid("cannot make directory " + path + ": a file or a link has its name");
    // By name, as a umask that hides the directory from its owner would not let us open it.
    const bool narrowed = made && (found.st_mode & kPermissionBits) != kDirectoryMode;
    if (narrowed && ::fchmodat(AT_FDCWD, path.c_str(), kDirectoryMode, AT_SYMLINK_NOFOLLOW) != 0) {
      return failed("set the mode of", path, errno);
    }
    return {};
  }

  Status remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return failed("remove", path, errno);
    return {};
  }

  Status remove_directory(const std::string& path) override {
    if (::rmdir(path.c_str()) != 0) return failed("remove directory", path, errno);
    return {};
  }

  Status rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return failed("rename to " + to + " the file", from, errno);
    return {};
  }

  Status link(const std::string& from, const std::string& to) override {
    // Without AT_SYMLINK_FOLLOW: a link in the last component is linked, not followed.
    if (::linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), 0) == 0) return {};
    const int error = errno;
    Status status = failed("link to " + to + " the file", from, error);
    const bool has_no_links =
        error == EPERM || error == EOPNOTSUPP || error == ENOSYS || error == EMLINK || error == EXDEV;
    return has_no_links ? Status(Code::kUnsupported, status.text()) : status;
  }

  Status sync_directory(const std::string& path) override {
    const Descriptor fd(open_descriptor(path, O_RDONLY | O_DIRECTORY));
    if (fd.get() < 0) return failed("open directory", path, errno);
    if (uninterrupted([&] { return ::fsync(fd.get()); }) != 0) return failed("sync directory", path, errno);
    return {};
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    AMONT_LET(Descriptor fd, open_or_make(path, OpenMode::kCreateIfAbsent));
    if (uninterrupted([&] { return ::flock(fd.get(), LOCK_EX | LOCK_NB); }) == 0) {
      return std::unique_ptr<FileLock>(std::make_unique<PosixFileLock>(std::move(fd)));
    }
    if (errno != EWOULDBLOCK) return failed("lock", path, errno);
    return Status(Code::kLocked, "cannot lock " + path +
                                     ": it is held already, by another process or by an open handle of this one; "
                                     "close that one, or open read-only");
  }
};

}  // namespace

Files& posix_files() {
  // Never destroyed: files may still be used while other statics are being destroyed.
  static Files& files = *new PosixFiles;
  return files;
}

Result<std::string> read_file(Files& files, const std::string& path, std::uint64_t size_max) {
  AMONT_LET(const std::unique_ptr<ReadableFile> file, files.open_for_reading(path));
  AMONT_LET(const std::uint64_t size, file->size());
  if (size > size_max) {
    return limit_exceeded("cannot read " + path + ": " + std::to_string(size) + " bytes are more than the " +
                          std::to_string(size_max) + " allowed");
  }
  std::string bytes(size, '\0');
  AMONT_LET(const std::size_t n, file->read(0, bytes));
  bytes.resize(n);  // fewer when it was cut since
  return bytes;
}

}  // namespace amont
