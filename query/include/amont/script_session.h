// A session: lines of Lua, one after the other, over one state of the register. What a line keeps in a global, the next one finds.
// The sandbox and the words are those of scripts; so are the limits, which each line has for itself, except for memory, which is that of
// the session. A line that fails, runs out or is cancelled ends, and the session goes on.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "amont/script.h"

namespace amont {

// The register as a session asks it.
struct SessionView {
  Snapshot view;
  std::optional<Timestamp> valid_at;  // only what was true then; absent: at any time
  std::optional<Timestamp> valid_until;
};

class ScriptSession {
 public:
  // `store` serves at{known_at = ...}, and may be nullptr; it and `cancel` must outlive the session. A session belongs to one thread;
  // `cancel` may be set by any.
  static Result<std::unique_ptr<ScriptSession>> open(SessionView view, Store* store, const ScriptRunLimits& limits = {},
                                                     const std::atomic<bool>* cancel = nullptr);
  virtual ~ScriptSession() = default;

  // Does the text only begin something: an open bracket, a function without its end?
  virtual bool wants_more(std::string_view text) = 0;
  // Runs a text: an expression, whose values are shown, or statements. Sets are shown as tables, lists and tables of other things as well.
  // `name` is what messages begin with ("name:2: ..."). Codes as run_script(). An answer that rests on a global which a line kept from a
  // partial answer says that it is partial.
  virtual Result<Report> run(std::string_view name, std::string_view text) = 0;
  // What the last text that was run has printed, also when it failed. Good until the next is run.
  virtual const std::string& printed() const = 0;
  // From now on lines ask this state. Sets that globals hold stay what they are. kLimit after a thousand states.
  virtual Status look_at(SessionView view) = 0;
  virtual const SessionView& view() const = 0;
  // The names of the globals that lines have made.
  virtual Result<std::vector<std::string>> own_names() = 0;
};

}  // namespace amont
