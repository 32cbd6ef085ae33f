#include "query/lua/json_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "query/lua/hidden_events.h"
#include "query/lua/lua_json.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

constexpr ReadLimits kLimits = {kJsonDepthMax, 1'000'000, kTextBytesMax};
constexpr int kStackPerLevel = 6;

// Its address: where the registry keeps the metatable of lists that are empty.
const char kListMark = 0;

// What can't be written is left to the reader of values, which knows how to tell it.
class JsonWriter {
 public:
  JsonWriter(lua_State* L, std::string& out) : L_(L), out_(out), begin_(out.size()) {}

  // False, and something of it appended, when it is nothing that this can write.
  bool value(int index, int depth) {
    if (++values_ > kLimits.values_max || out_.size() - begin_ > kLimits.bytes_max) return false;
    if (values_ % 64 == 0 && !budget_of(L_).charge(64)) return false;
    switch (lua_type(L_, index)) {
      case LUA_TSTRING: append_json_string(out_, text(index)); return true;
      case LUA_TNUMBER: return number(index);
      case LUA_TBOOLEAN: out_ += lua_toboolean(L_, index) ? "true" : "false"; return true;
      case LUA_TNIL: out_ += "null"; return true;
      case LUA_TTABLE: return table(lua_absindex(L_, index), depth);
      case LUA_TUSERDATA: return handle(index);
      default: return false;
    }
  }

 private:
  struct Field {
    std::string_view name;
    std::size_t begin;  // in out_, of the comma before it
    std::size_t end;
  };

  std::string_view text(int index) {
    std::size_t size = 0;
    const char* bytes = lua_tolstring(L_, index, &size);
    return {bytes, size};
  }

  bool number(int index) {
    if (lua_isinteger(L_, index))
      fmt::format_to(std::back_inserter(out_), "{}", lua_tointeger(L_, index));
    else
      append_json(out_, Value(static_cast<double>(lua_tonumber(L_, index))));
    return true;
  }

  bool handle(int index) {
    if (to_slot<EmptyList>(L_, index)) {
      out_ += "[]";
    } else if (is_null(L_, index)) {
      out_ += "null";
    } else {
      const auto* time = to_plain<Timestamp>(L_, index);
      if (!time) return false;
      append_json_string(out_, time->text());
    }
    return true;
  }

  bool table(int index, int depth) {
    if (depth == kLimits.depth_max || !lua_checkstack(L_, kStackPerLevel)) return false;
    const lua_Unsigned size = lua_rawlen(L_, index);
    return size > 0 ? list(index, size, depth) : object(index, depth);
  }

  bool list(int index, lua_Unsigned size, int depth) {
    lua_Unsigned keys = 0;
    for (lua_pushnil(L_); lua_next(L_, index) != 0; ++keys) {
      lua_pop(L_, 1);
      if (lua_isinteger(L_, -1)) continue;
      lua_pop(L_, 1);
      return false;
    }
    if (keys != size) return false;
    for (lua_Unsigned i = 1; i <= size; ++i) {
      out_.push_back(i == 1 ? '[' : ',');
      const bool is_nil = lua_rawgeti(L_, index, static_cast<lua_Integer>(i)) == LUA_TNIL;
      const bool written = !is_nil && value(-1, depth + 1);
      lua_pop(L_, 1);
      if (!written) return false;
    }
    out_.push_back(']');
    return true;
  }

  // Fields come in the order that Lua keeps them in, and are put in that of their names behind.
  bool object(int index, int depth) {
    const std::size_t begin = out_.size();
    const std::size_t first = fields_.size();
    bool in_order = true;
    for (lua_pushnil(L_); lua_next(L_, index) != 0; lua_pop(L_, 1)) {
      if (is_hidden_key(L_, -2)) continue;
      const bool is_name = lua_type(L_, -2) == LUA_TSTRING;
      const std::size_t at = out_.size();
      if (is_name) {
        out_.push_back(',');
        append_json_string(out_, text(-2));
        out_.push_back(':');
      }
      if (!is_name || !value(-1, depth + 1)) {
        lua_pop(L_, 2);
        return false;
      }
      const std::string_view name = text(-2);
      in_order = in_order && (fields_.size() == first || fields_.back().name < name);
      fields_.push_back({name, at, out_.size()});
    }
    if (fields_.size() == first) {
      out_ += is_marked(index) ? "[]" : "{}";
      return true;
    }
    if (!in_order) put_in_order(first, begin);
    out_[begin] = '{';
    out_.push_back('}');
    fields_.resize(first);
    return true;
  }

  void put_in_order(std::size_t first, std::size_t begin) {
    std::sort(fields_.begin() + static_cast<std::ptrdiff_t>(first), fields_.end(),
              [](const Field& a, const Field& b) { return a.name < b.name; });
    sorted_.clear();
    for (std::size_t i = first; i < fields_.size(); ++i)
      sorted_.append(out_, fields_[i].begin, fields_[i].end - fields_[i].begin);
    out_.replace(begin, sorted_.size(), sorted_);
  }

  bool is_marked(int index) {
    if (!lua_getmetatable(L_, index)) return false;
    lua_rawgetp(L_, LUA_REGISTRYINDEX, &kListMark);
    const bool marked = lua_rawequal(L_, -1, -2);
    lua_pop(L_, 2);
    return marked;
  }

  lua_State* L_;
  std::string& out_;
  const std::size_t begin_;
  std::uint64_t values_ = 0;
  std::vector<Field> fields_;  // of all objects that are being written, the innermost last
  std::string sorted_;
};

// Why the value can't be written.
Status fault_of(lua_State* L, int index) {
  AMONT_TRY(budget_of(L).ended() ? budget_of(L).reason() : Status());
  AMONT_LET(const ScriptValue value, read_value(L, index, kLimits));
  const auto find = [](const auto& self, const ScriptValue& one) -> Status {
    using What = ScriptValue::What;
    if (one.what == What::kTable && !one.list.empty() && !one.fields.empty())
      return invalid("json: a table is a list or has names, not both");
    for (const ScriptValue& item : one.list) AMONT_TRY(self(self, item));
    for (const auto& [name, field] : one.fields) AMONT_TRY(self(self, field));
    if (one.what != What::kFunction && one.what != What::kHandle) return {};
    if (is_null(one) || slot_in<EmptyList>(one) || plain_in<Timestamp>(one)) return {};
    return invalid("json: a function, a set or the like can't be JSON");
  };
  AMONT_TRY(find(find, value));
  return limit_exceeded("json: the text is too long");
}

}  // namespace

Status append_json_of(lua_State* L, int index, std::string& out) {
  index = lua_absindex(L, index);
  const int top = lua_gettop(L);
  const std::size_t before = out.size();
  if (JsonWriter(L, out).value(index, 0)) {
    Budget& budget = budget_of(L);
    return budget.charge(1 + (out.size() - before) / 64) ? Status() : budget.reason();
  }
  lua_settop(L, top);
  return fault_of(L, index);
}

void install_list_mark(lua_State* L) {
  lua_createtable(L, 0, 1);
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kListMark);
}

void mark_as_list(lua_State* L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kListMark);
  lua_setmetatable(L, -2);
}

}  // namespace amont
