// Whom scripts come from, and so where they run: here, or apart in a child process that can do nothing else (amont/apart.h). What
// ships with Amont and what lies in a trusted folder runs here; all else, a script in the user's own folder too, runs apart. The answer
// is the same. ARCHITECTURE.md tells why.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "amont/script.h"
#include "tools/find_script.h"
#include "tools/verb.h"

namespace amont::tool {

struct TrustArguments {
  bool trusted = false;
  bool untrusted = false;
  std::vector<std::string> folders;
};

// --trusted --untrusted --trusted-folder. `arguments` must outlive them.
void add_trust_options(std::vector<Option>& options, TrustArguments& arguments);

// Whether a script runs here. A trusted folder is one of `arguments`, or of AMONT_TRUSTED, which names them with ':' between. kInvalid
// for options that contradict each other, and for a folder in which anyone on the machine may write; kNotFound for a folder of
// --trusted-folder that is not there (one of AMONT_TRUSTED may be absent).
Result<bool> is_trusted(const FoundScript& script, const TrustArguments& arguments);

// What a script needs to run, whichever way.
struct ScriptPlace {
  Store* store = nullptr;
  std::string path;  // of the store
  ScriptRunLimits limits;
  const std::atomic<bool>* interrupted = nullptr;
};
Result<Report> run_where_trusted(const FoundScript& script, bool trusted, const Snapshot& view,
                                 const ScriptArguments& arguments, const ScriptPlace& place);

}  // namespace amont::tool
