// The lines of earlier sessions: a text file, a line each, that nobody else may read.
#pragma once

#include <string>
#include <vector>

#include "amont/status.h"

namespace amont::tool {

class HistoryFile {
 public:
  static constexpr std::size_t kLinesMax = 1000;
  static constexpr std::size_t kLineBytesMax = 4096;  // a longer line is not kept
  static constexpr std::size_t kFileBytesMax = 4 << 20;

  // $AMONT_HISTORY (empty: none is kept), else amont/history in $XDG_STATE_HOME or ~/.local/state.
  static std::string default_path();

  explicit HistoryFile(std::string path) : path_(std::move(path)) {}

  // The last kLinesMax lines, oldest first; what is no plain line of text is passed over. A file that has grown to twice as many is cut.
  // No file: no lines. kIo or kInvalid when it can't be read or is no file.
  Result<std::vector<std::string>> read();
  // Adds a line, readable and writable by the user alone; sessions that run side by side do not lose each other's. kIo.
  Status add(const std::string& line);

 private:
  std::string path_;  // empty: none is kept
};

}  // namespace amont::tool
