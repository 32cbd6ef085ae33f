// A directory of its own for a test, removed with all that is in it.
#pragma once

#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace amont {

class TempDir {
 public:
  TempDir() {
    std::error_code ignored;
    path_ = (std::filesystem::temp_directory_path(ignored) / "amont-test-XXXXXX").string();
    if (::mkdtemp(path_.data()) == nullptr) std::abort();  // a test without its directory has nothing to say
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace amont
