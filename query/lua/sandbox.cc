#include "query/lua/sandbox.h"

#include <fmt/format.h>
#include <locale.h>

#include <algorithm>

#include "query/lua/reading.h"
#include "query/lua/safe_libraries.h"
#include "query/lua/value_reader.h"

namespace amont {
namespace {

constexpr std::size_t kSourceBytesMax = 4 << 20;
constexpr std::size_t kChunkNameMax = LUA_IDSIZE - 1;  // Lua shows no more of a name
constexpr std::size_t kMessageBytesMax = 4 << 10;
constexpr int kFramesSearched = 64;
// Percent: a collection begins when there is four times as much as the last one left, or memory runs out.
constexpr int kGcPause = 400;

// Addresses of these are keys in the registry.
const char kChunk = 0;    // the loaded chunk
const char kSandbox = 0;  // the Sandbox

// Numbers, the order of texts and letters are those of the C locale while Lua runs, whatever the host has set.
class PlainLocale {
 public:
  PlainLocale() : before_(uselocale(plain())) {}
  ~PlainLocale() { uselocale(before_); }
  PlainLocale(const PlainLocale&) = delete;
  PlainLocale& operator=(const PlainLocale&) = delete;

 private:
  static locale_t plain() {
    static const locale_t locale = newlocale(LC_ALL_MASK, "C", nullptr);
    return locale;
  }

  locale_t before_;
};

struct Compile {
  std::string_view source;
  const char* chunk_name;
};

int compile(lua_State* L) {
  const auto* job = static_cast<const Compile*>(lua_touserdata(L, 1));
  const int status = load_text(L, job->source, job->chunk_name);
  if (status != LUA_OK) {
    pass_on_the_end(L, status);
    return lua_error(L);
  }
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kChunk);
  return 0;
}

int push_chunk(lua_State* L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kChunk);
  return 1;
}

// Pushes a global, without running metamethods.
int push_global(lua_State* L) {
  const auto* name = static_cast<const char*>(lua_touserdata(L, 1));
  lua_pushglobaltable(L);
  lua_pushstring(L, name);
  lua_rawget(L, -2);
  return 1;
}

// Calls push(context) protected; what it returns is pushed. A status of Lua; on failure the error is pushed.
int push_protected(lua_State* L, lua_CFunction push, void* context, int handler) {
  lua_pushcfunction(L, push);
  lua_pushlightuserdata(L, context);
  return lua_pcall(L, 1, LUA_MULTRET, handler);
}

// At most `bytes_max` bytes, whole characters of UTF-8.
std::string shortened(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)) + " ...";
}

// The message of an error value, which may be anything. Runs nothing of the script.
std::string message_of(lua_State* L, int index) {
  std::string_view text;
  if (read_text(L, index, &text)) return shortened(text, kMessageBytesMax);
  if (lua_isinteger(L, index)) return fmt::format("{}", lua_tointeger(L, index));
  if (lua_type(L, index) == LUA_TNUMBER) return fmt::format("{}", lua_tonumber(L, index));
  return fmt::format("the error is not text but a {}", lua_typename(L, lua_type(L, index)));
}

}  // namespace

Result<std::unique_ptr<Sandbox>> Sandbox::create(const ScriptRunLimits& limits, const std::atomic<bool>* cancel) {
  std::unique_ptr<Sandbox> sandbox(new Sandbox(limits, cancel));
  lua_State* L = lua_newstate(Budget::allocate, &sandbox->budget_);
  if (!L) {
    sandbox->budget_.end_for_memory();
    return sandbox->budget_.reason();
  }
  sandbox->state_ = L;
  *static_cast<Budget**>(lua_getextraspace(L)) = &sandbox->budget_;
  lua_gc(L, LUA_GCINC, kGcPause, 0, 0);
  AMONT_TRY(sandbox->install(open, sandbox.get()).while_doing("opening a sandbox"));
  lua_sethook(L, on_count, LUA_MASKCOUNT, sandbox->budget_.instructions_per_hook());
  return sandbox;
}

Sandbox::~Sandbox() {
  if (state_) lua_close(state_);
}

int Sandbox::open(lua_State* L) {
  auto* sandbox = static_cast<Sandbox*>(lua_touserdata(L, 1));
  lua_pushlightuserdata(L, sandbox);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kSandbox);
  open_safe_libraries(L, &sandbox->printed_);
  return 0;
}

// The handler of uncaught errors. Hooks may be off while it runs, so it is never the script's.
int Sandbox::note_line(lua_State* L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kSandbox);
  auto* sandbox = static_cast<Sandbox*>(lua_touserdata(L, -1));
  lua_pop(L, 1);
  lua_Debug frame;
  for (int level = 0; level < kFramesSearched && lua_getstack(L, level, &frame); ++level) {
    lua_getinfo(L, "Sl", &frame);
    if (frame.currentline <= 0 || sandbox->name_ != frame.short_src) continue;
    sandbox->error_line_ = frame.currentline;
    break;
  }
  return 1;
}

Status Sandbox::install(lua_CFunction make, void* context) {
  if (budget_.ended()) return failure(LUA_ERRRUN);
  const PlainLocale locale;
  lua_settop(state_, 0);
  error_line_ = 0;
  const int status = push_protected(state_, make, context, 0);
  return status == LUA_OK ? Status() : failure(status);
}

Status Sandbox::load(std::string_view name, std::string_view source) {
  if (budget_.ended()) return failure(LUA_ERRRUN);
  if (source.size() > kSourceBytesMax)
    return limit_exceeded(
        fmt::format("{}: a script has at most {} bytes, this one has {}", name, kSourceBytesMax, source.size()));
  const PlainLocale locale;
  name_ = name.substr(0, std::min(name.find('\0'), kChunkNameMax));
  const std::string chunk_name = "=" + name_;
  const Compile job{source, chunk_name.c_str()};
  lua_settop(state_, 0);
  error_line_ = 0;
  const int status = push_protected(state_, compile, const_cast<Compile*>(&job), 0);
  return status == LUA_OK ? Status() : failure(status);
}

Status Sandbox::run(const ReadResults& read, lua_CFunction push_arguments, void* context) {
  return call_pushed(push_chunk, nullptr, "a loaded script", push_arguments, context, read);
}

Status Sandbox::call(const char* function, lua_CFunction push_arguments, void* context, const ReadResults& read) {
  return call_pushed(push_global, const_cast<char*>(function), function, push_arguments, context, read);
}

Status Sandbox::call_pushed(lua_CFunction push_function, void* which, const char* what, lua_CFunction push_arguments,
                            void* context, const ReadResults& read) {
  if (budget_.ended()) return failure(LUA_ERRRUN);
  const PlainLocale locale;
  error_line_ = 0;
  lua_settop(state_, 0);
  lua_pushcfunction(state_, note_line);
  int status = push_protected(state_, push_function, which, 0);
  if (status != LUA_OK) return failure(status);
  if (lua_type(state_, 2) != LUA_TFUNCTION) {
    lua_settop(state_, 0);
    return not_found(fmt::format("{}: there is no function {}", name_, what));
  }
  if (push_arguments) status = push_protected(state_, push_arguments, context, 0);
  if (status == LUA_OK) status = lua_pcall(state_, lua_gettop(state_) - 2, LUA_MULTRET, 1);
  return finish(status, read);
}

void Sandbox::revive() {
  const bool had_ended = budget_.ended();
  budget_.revive();
  printed_.clear();
  lua_settop(state_, 0);
  if (had_ended) lua_gc(state_, LUA_GCCOLLECT);
  lua_sethook(state_, on_count, LUA_MASKCOUNT, budget_.instructions_per_hook());
}

Result<std::vector<std::string>> Sandbox::global_names() {
  std::vector<std::string> names;
  lua_settop(state_, 0);
  lua_pushglobaltable(state_);
  for (lua_pushnil(state_); lua_next(state_, 1) != 0; lua_pop(state_, 1)) {
    std::string_view name;
    if (read_text(state_, -2, &name)) names.emplace_back(name);
  }
  lua_settop(state_, 0);
  std::sort(names.begin(), names.end());
  return names;
}

bool Sandbox::has_function(const char* global) const {
  if (budget_.ended()) return false;
  lua_settop(state_, 0);
  const int status = push_protected(state_, push_global, const_cast<char*>(global), 0);
  const bool found = status == LUA_OK && lua_type(state_, 1) == LUA_TFUNCTION;
  lua_settop(state_, 0);
  return found;
}

Status Sandbox::finish(int status, const ReadResults& read) {
  if (status != LUA_OK || budget_.ended()) return failure(status == LUA_OK ? LUA_ERRRUN : status);
  Status result;
  if (read) result = read(state_, 2, lua_gettop(state_) - 1);
  lua_settop(state_, 0);
  if (result.ok() && budget_.ended()) return failure(LUA_ERRRUN);
  return result;
}

// What a failed run says; the error value, if any, is on top of the stack.
Status Sandbox::failure(int status) {
  if (status == LUA_ERRMEM) budget_.end_for_memory();
  const std::string line = error_line_ > 0 ? fmt::format("{}:{}: ", name_, error_line_)
                           : name_.empty() ? ""
                                           : name_ + ": ";
  if (budget_.ended()) {
    lua_settop(state_, 0);
    const Status reason = budget_.reason();
    return {reason.code(), line + reason.text()};
  }
  std::string message = message_of(state_, -1);
  lua_settop(state_, 0);
  return {Code::kScript, message.starts_with(name_ + ":") ? message : line + message};
}

}  // namespace amont
