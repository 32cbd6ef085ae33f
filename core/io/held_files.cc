#include "core/io/held_files.h"

#include <algorithm>

namespace amont {
namespace {

Status sealed(const std::string& path) {
  return {Code::kUnsupported, "cannot look at " + path + ": this process may open no more files"};
}

// An open file of which many may be the reader.
class Shared final : public ReadableFile {
 public:
  Shared(std::shared_ptr<const ReadableFile> file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

  Result<std::size_t> read(std::uint64_t offset, std::span<char> out) const override {
    if (offset >= size_) return std::size_t{0};
    return file_->read(offset, out.first(std::min<std::uint64_t>(out.size(), size_ - offset)));
  }
  Result<std::uint64_t> size() const override { return size_; }

 private:
  std::shared_ptr<const ReadableFile> file_;
  std::uint64_t size_;
};

class Bytes final : public ReadableFile {
 public:
  explicit Bytes(std::string bytes) : bytes_(std::move(bytes)) {}

  Result<std::size_t> read(std::uint64_t offset, std::span<char> out) const override {
    if (offset >= bytes_.size()) return std::size_t{0};
    return bytes_.copy(out.data(), out.size(), offset);
  }
  Result<std::uint64_t> size() const override { return bytes_.size(); }

 private:
  std::string bytes_;
};

}  // namespace

Status HeldFiles::hold_directory(const std::string& directory) {
  AMONT_LET(const std::vector<FileEntry> entries, files_.list(directory));
  for (const FileEntry& entry : entries) {
    if (entry.is_directory) continue;
    const std::string path = directory + "/" + entry.name;
    AMONT_LET(std::shared_ptr<const ReadableFile> file, files_.open_for_reading(path));
    AMONT_LET(const std::uint64_t size, file->size());
    open_[path] = std::make_shared<Shared>(std::move(file), size);
  }
  directories_[directory] = entries;
  return {};
}

Status HeldFiles::hold_bytes(const std::string& path, std::uint64_t size_max) {
  Result<std::string> bytes = read_file(files_, path, size_max);
  if (!bytes && bytes.code() != Code::kNotFound) return bytes.status();
  open_[path] = bytes ? std::make_shared<Bytes>(*std::move(bytes)) : nullptr;
  return {};
}

Result<std::unique_ptr<ReadableFile>> HeldFiles::open_for_reading(const std::string& path) {
  if (!sealed_) return files_.open_for_reading(path);
  const auto held = open_.find(path);
  if (held == open_.end()) return sealed(path);
  if (!held->second) return not_found("cannot open for reading " + path + ": there is no such file");
  AMONT_LET(const std::uint64_t size, held->second->size());
  return std::unique_ptr<ReadableFile>(std::make_unique<Shared>(held->second, size));
}

Result<std::vector<FileEntry>> HeldFiles::list(const std::string& directory) {
  if (!sealed_) return files_.list(directory);
  const auto held = directories_.find(directory);
  return held == directories_.end() ? Result<std::vector<FileEntry>>(sealed(directory)) : held->second;
}

Result<std::unique_ptr<WritableFile>> HeldFiles::open_for_writing(const std::string& path, OpenMode mode) {
  return sealed_ ? sealed(path) : files_.open_for_writing(path, mode);
}
Result<FileEntry> HeldFiles::stat(const std::string& path) { return sealed_ ? sealed(path) : files_.stat(path); }
Status HeldFiles::make_directory(const std::string& path) {
  return sealed_ ? sealed(path) : files_.make_directory(path);
}
Status HeldFiles::remove(const std::string& path) { return sealed_ ? sealed(path) : files_.remove(path); }
Status HeldFiles::remove_directory(const std::string& path) {
  return sealed_ ? sealed(path) : files_.remove_directory(path);
}
Status HeldFiles::rename(const std::string& from, const std::string& to) {
  return sealed_ ? sealed(from) : files_.rename(from, to);
}
Status HeldFiles::link(const std::string& from, const std::string& to) {
  return sealed_ ? sealed(from) : files_.link(from, to);
}
Status HeldFiles::sync_directory(const std::string& path) {
  return sealed_ ? sealed(path) : files_.sync_directory(path);
}
Result<std::unique_ptr<FileLock>> HeldFiles::lock(const std::string& path) {
  return sealed_ ? sealed(path) : files_.lock(path);
}

}  // namespace amont
