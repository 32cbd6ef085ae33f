// A line typed at a terminal, with editing, history and completion: libedit. The only file with it is line_editor.cc.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "amont/script_completion.h"

namespace amont::tool {

class LineEditor {
 public:
  // Gets the line up to the cursor.
  using Complete = std::function<Completion(std::string_view before)>;
  enum class Got { kLine, kCancelled, kEnd };  // a line; Ctrl-C; Ctrl-D, or the terminal is gone

  // On standard input and output, which must be a terminal. `history` are earlier lines, oldest first. nullptr when there can be none.
  static std::unique_ptr<LineEditor> open(Complete complete, const std::vector<std::string>& history,
                                          std::size_t history_max);
  virtual ~LineEditor() = default;

  // The line without its end. While it waits Ctrl-C is a key, and signals do what they do to any program.
  virtual Got read(const std::string& prompt, std::string* line) = 0;
  // Makes a line one that the up key finds.
  virtual void remember(const std::string& line) = 0;
};

}  // namespace amont::tool
