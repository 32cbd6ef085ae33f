// Scripts from elsewhere, run apart: in a child process that may read the register and do nothing else. The sandbox of run_script()
// keeps a script within Lua; this keeps Lua within a process, for the day that Lua itself has a fault. ARCHITECTURE.md tells how.
//
// The child is a program that calls serve_apart(): the `amont` command, or the host's own. It opens the store for reading, gives
// up whatever else a process may do (Linux's seccomp, resource limits), only then reads the script, and sends back a report, which
// is checked here as bytes from a stranger.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "amont/script.h"

namespace amont {

// Where the child comes from: `program`, looked for in PATH unless it has a slash, called with kApartWord as its one argument. It
// must be of this version. A host that calls serve_apart() may give "/proc/self/exe".
struct Apart {
  std::string program = "amont";
};
inline constexpr std::string_view kApartWord = "--serve-apart";

// As run_script() with a store: the same report, byte for byte, and the same errors. `store` is the directory of the register on
// disk that `view` was taken from; what is in memory alone can't be reached. Besides, kUnsupported: the program does not start, or
// the system can't confine a process, and nothing of the script was run; kTimeout, kLimit, kScript: the child was ended from
// outside, and the text says by what. Takes some tens of milliseconds more than run_script(). The calling thread waits; any
// number of threads may call at once.
Result<Report> run_script_apart(const std::string& store, const Snapshot& view, std::string_view name,
                                std::string_view source, const ScriptArguments& arguments,
                                const ScriptRunLimits& limits = {}, const Apart& apart = {},
                                const std::atomic<bool>* cancel = nullptr);

// The child's side. Call it first in main() when the only argument is kApartWord; it never returns. Takes what is asked from
// standard input, answers on standard output, and is of use to run_script_apart() alone.
[[noreturn]] void serve_apart();

}  // namespace amont
