// Running a script in a sandbox of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/lua/sandbox.h"
#include "query/lua/value_reader.h"

namespace amont::sandbox_run {

struct Outcome {
  Status status;
  std::vector<std::string> results;  // text as it is, all else as its type
  std::string printed;
};

inline Sandbox::ReadResults into(std::vector<std::string>* results) {
  return [results](lua_State* L, int first, int count) {
    for (int i = first; i < first + count; ++i) {
      std::string_view text;
      if (read_text(L, i, &text))
        results->emplace_back(text);
      else if (lua_isinteger(L, i))
        results->push_back(std::to_string(lua_tointeger(L, i)));
      else if (lua_type(L, i) == LUA_TBOOLEAN)
        results->push_back(lua_toboolean(L, i) ? "true" : "false");
      else
        results->push_back(lua_typename(L, lua_type(L, i)));
    }
    return Status();
  };
}

inline Outcome run(std::string_view source, const ScriptRunLimits& limits = {}) {
  Outcome outcome;
  auto sandbox = Sandbox::create(limits);
  if (!sandbox.ok()) return {std::move(sandbox).status(), {}, {}};
  outcome.status = (*sandbox)->load("test", source);
  if (outcome.status.ok()) outcome.status = (*sandbox)->run(into(&outcome.results));
  outcome.printed = (*sandbox)->printed();
  return outcome;
}

using Texts = std::vector<std::string>;

// The single text a script returns, or why there is none.
inline std::string result_of(std::string_view source) {
  const Outcome outcome = run(source);
  if (!outcome.status.ok()) return "failed: " + outcome.status.text();
  return outcome.results.size() == 1 ? outcome.results[0] : std::to_string(outcome.results.size()) + " results";
}

inline std::string error_of(std::string_view source) {
  const Outcome outcome = run(source);
  return outcome.status.code() == Code::kScript ? outcome.status.text()
                                                : "no error of the script: " + outcome.status.text();
}

}  // namespace amont::sandbox_run
