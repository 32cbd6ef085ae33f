// Files held open beforehand, so that a process which may open nothing any more can go on reading what it had in view.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/io/files.h"

namespace amont {

// Another Files with a memory. Until seal() everything goes through to it. From then on nothing reaches it: what was held is read
// from the descriptors kept, as it was named and as large as it was then; all else is kUnsupported. hold_*() and seal() are one
// thread's, before others read.
class HeldFiles final : public Files {
 public:
  explicit HeldFiles(Files& files) : files_(files) {}

  // Keeps all files of a directory open, and the list of them.
  Status hold_directory(const std::string& directory);
  // Keeps the bytes that a small file has now: what is written to it later is not seen. An absent file stays absent.
  Status hold_bytes(const std::string& path, std::uint64_t size_max);
  void seal() { sealed_ = true; }

  Result<std::unique_ptr<ReadableFile>> open_for_reading(const std::string& path) override;
  Result<std::unique_ptr<WritableFile>> open_for_writing(const std::string& path, OpenMode mode) override;
  Result<FileEntry> stat(const std::string& path) override;
  Result<std::vector<FileEntry>> list(const std::string& directory) override;
  Status make_directory(const std::string& path) override;
  Status remove(const std::string& path) override;
  Status remove_directory(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status link(const std::string& from, const std::string& to) override;
  Status sync_directory(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;

 private:
  Files& files_;
  bool sealed_ = false;
  std::map<std::string, std::shared_ptr<const ReadableFile>> open_;  // nullptr: known to be absent
  std::map<std::string, std::vector<FileEntry>> directories_;
};

}  // namespace amont
