// An Output whose bytes are wanted back as a text.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "tools/output.h"

namespace amont::tool {

class TextOutput {
 public:
  TextOutput() : descriptor_(::memfd_create("text", MFD_CLOEXEC)), out_(descriptor_, "a text") {}
  ~TextOutput() { ::close(descriptor_); }
  TextOutput(const TextOutput&) = delete;
  TextOutput& operator=(const TextOutput&) = delete;

  Output& out() { return out_; }
  Result<std::string> take() {
    AMONT_TRY(out_.flush());
    std::string text(static_cast<std::size_t>(::lseek(descriptor_, 0, SEEK_END)), '\0');
    if (::pread(descriptor_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
      return io_error("a text can't be read back from memory");
    return text;
  }

 private:
  int descriptor_;
  Output out_;
};

}  // namespace amont::tool
