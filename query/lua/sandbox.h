// Sandbox: one Lua state for one run of one script, within limits that the script can neither see nor catch.
//
// A script has base, string, table, math, utf8 and coroutine, less what reaches out or can't be bounded: no files, no clock, no
// bytecode, no debug, no finalizers, no addresses. The same script over the same values gives the same bytes: pairs() walks keys in
// order and math.random starts from a fixed seed. Differences from stock Lua 5.4 are listed in safe_libraries.h.
//
// Codes of what a run returns: kScript with "name:line: message" for an error of the script; kLimit when it used up its steps,
// memory, rows or output; kTimeout when its time was up or the caller cancelled; kIo, kDamaged and the like as native functions
// gave them. Nothing of Lua is shared between sandboxes. A sandbox stays on the thread that made it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <lua.hpp>

#include "amont/script.h"
#include "amont/status.h"
#include "query/lua/budget.h"
#include "query/lua/guard.h"

namespace amont {

class Sandbox {
 public:
  // Reads results in place: they lie at indices first .. first + count - 1. Runs after the script's protected call, so it may hold
  // C++ objects, but must not raise: use value_reader.h. Its status becomes that of the run.
  using ReadResults = std::function<Status(lua_State* L, int first, int count)>;

  static Result<std::unique_ptr<Sandbox>> create(const ScriptRunLimits& limits,
                                                 const std::atomic<bool>* cancel = nullptr);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // Runs `install` protected, with `context` as light userdata at index 1: it sets globals and defines slot types (slot.h). It may
  // raise, so it holds plain values only.
  Status install(lua_CFunction install, void* context);

  // Compiles text (never bytecode, at most 4 MiB); the chunk is kept for run(). `name` is what messages show. A syntax error is kScript.
  Status load(std::string_view name, std::string_view source);
  // Runs the loaded chunk. `push_arguments`, if given, runs protected like install() and returns how many values it pushed.
  Status run(const ReadResults& read = {}, lua_CFunction push_arguments = nullptr, void* context = nullptr);
  // Calls a global function of the script; kNotFound when there is none.
  Status call(const char* function, lua_CFunction push_arguments, void* context, const ReadResults& read = {});
  bool has_function(const char* global) const;

  // Begins anew after a run, ended or not: a whole budget, nothing printed; globals stay. What a run that ended for want of memory has left
  // behind is collected.
  void revive();
  // The names of globals that are text, sorted.
  Result<std::vector<std::string>> global_names();

  Budget& budget() { return budget_; }
  // What print() wrote, at most output_bytes_max.
  const std::string& printed() const { return printed_; }

 private:
  Sandbox(const ScriptRunLimits& limits, const std::atomic<bool>* cancel) : budget_(limits, cancel) {}
  static int open(lua_State* L);
  static int note_line(lua_State* L);
  Status call_pushed(lua_CFunction push_function, void* which, const char* what, lua_CFunction push_arguments,
                     void* context, const ReadResults& read);
  Status finish(int status, const ReadResults& read);
  Status failure(int status);

  Budget budget_;
  lua_State* state_ = nullptr;
  std::string name_;  // of the loaded chunk
  std::string printed_;
  int error_line_ = 0;  // where the last uncaught error was raised
};

}  // namespace amont
