#include "tools/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

namespace amont::tool {
namespace {

constexpr std::size_t kBufferBytes = 64 << 10;

Status cannot_write(const std::string& name) {
  return invalid(fmt::format("can't write {}: {}", name, std::strerror(errno)));
}

}  // namespace

void Output::add(std::string_view bytes) {
  if (!status_.ok()) return;
  buffer_.append(bytes);
  if (buffer_.size() >= kBufferBytes) status_ = flush();
}

Status Output::flush() {
  if (!status_.ok()) return status_;
  std::string_view left = buffer_;
  while (!left.empty()) {
    const ssize_t written = ::write(descriptor_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return status_ = cannot_write(name_);
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
  return {};
}

FileOutput::FileOutput(std::string path) : path_(std::move(path)), target_(path_), part_path_(path_ + ".part") {}

FileOutput::~FileOutput() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  if (!part_path_.empty()) ::unlink(part_path_.c_str());
}

// What is no regular file, a device or a pipe, can't be replaced: it is written to. A link stays; what it leads to is replaced.
Status FileOutput::open() {
  struct ::stat found {};
  if (::stat(path_.c_str(), &found) == 0) {
    if (!S_ISREG(found.st_mode)) {
      part_path_.clear();
      descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
      if (descriptor_ < 0) return cannot_write(path_);
      out_ = std::make_unique<Output>(descriptor_, path_);
      return {};
    }
    std::error_code ignored;
    target_ = std::filesystem::canonical(path_, ignored).string();
    if (ignored) target_ = path_;
  }
  // Beside what is replaced, under a name that nothing has.
  constexpr int kNames = 100;
  for (int n = 0; n < kNames && descriptor_ < 0; ++n) {
    part_path_ = n == 0 ? target_ + ".part" : fmt::format("{}.part{}", target_, n);
    descriptor_ = ::open(part_path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && errno != EEXIST) break;
  }
  if (descriptor_ < 0) return cannot_write(part_path_);
  out_ = std::make_unique<Output>(descriptor_, path_);
  return {};
}

Status FileOutput::finish() {
  AMONT_TRY(out_->flush());
  if (part_path_.empty()) return {};
  if (::fsync(descriptor_) != 0) return cannot_write(path_);
  ::close(descriptor_);
  descriptor_ = -1;
  if (std::rename(part_path_.c_str(), target_.c_str()) == 0) return {};
  const Status failed = cannot_write(path_);
  ::unlink(part_path_.c_str());
  return failed;
}

}  // namespace amont::tool
