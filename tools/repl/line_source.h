// Where a session's lines come from: a terminal, or a pipe or file that is read to its end.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tools/repl/history_file.h"
#include "tools/repl/line_editor.h"
#include "tools/session.h"

namespace amont::tool {

struct ReadLine {
  enum class What { kLine, kCancelled, kEnd };
  What what = What::kEnd;
  std::string text;
};

class LineSource {
 public:
  virtual ~LineSource() = default;
  // `goes_on`: the line continues others. kInvalid for a line that is too long, kIo.
  virtual Result<ReadLine> next(bool goes_on) = 0;
  virtual bool is_terminal() const = 0;
};

// With editing when standard input and output are a terminal, and without prompt otherwise. Tells on stderr when the history can't be
// used.
std::unique_ptr<LineSource> open_lines(Session& session, LineEditor::Complete complete);

}  // namespace amont::tool
