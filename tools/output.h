// Where answers go: standard output, or a file that appears only when it is whole.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "amont/status.h"

namespace amont::tool {

// Buffers; the first failure is kept and everything after it is dropped. Not for use on many threads.
class Output {
 public:
  explicit Output(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void add(std::string_view bytes);
  // Writes what is buffered. kInvalid, saying why, when anything could not be written.
  Status flush();
  Status status() const { return status_; }

 private:
  int descriptor_;
  std::string name_;
  std::string buffer_;
  Status status_;
};

// Writes beside `path` and renames at finish(), so that a failure leaves no half file that looks like a whole one. A device or a
// pipe is written to.
class FileOutput {
 public:
  explicit FileOutput(std::string path);
  ~FileOutput();
  FileOutput(const FileOutput&) = delete;
  FileOutput& operator=(const FileOutput&) = delete;

  Status open();
  Output& out() { return *out_; }
  Status finish();

 private:
  std::string path_;
  std::string target_;     // what is replaced
  std::string part_path_;  // empty when it is written to instead
  int descriptor_ = -1;
  std::unique_ptr<Output> out_;
};

}  // namespace amont::tool
