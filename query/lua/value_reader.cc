#include "query/lua/value_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "query/lua/hidden_events.h"
#include "query/lua/slot.h"

namespace amont {
namespace {

constexpr int kStackPlaces = 8;  // used at one level: a key, a value, and what type_of() needs

// One level of the way to the value that is being read.
struct Level {
  const Level* outer = nullptr;
  const void* table = nullptr;  // its identity, to find cycles
  std::string_view field;       // where in the outer table it stands: a field ...
  lua_Integer index = 0;        // ... or, when not 0, a place in the list
};

std::string path_of(const Level& level) {
  if (!level.outer) return "result";
  const std::string outer = path_of(*level.outer);
  return level.index != 0 ? fmt::format("{}[{}]", outer, level.index)
                          : fmt::format("{}.{}", outer, level.field.substr(0, 64));
}

// Lua goes through the fields of a table in an order that differs between runs. So that the outcome does not, reading
// goes on after a field that is wrong, and in the end the first wrong one in the order of keys is reported; limits are
// reported without a place.
class Reader {
 public:
  Reader(lua_State* L, const ReadLimits& limits) : L_(L), limits_(limits) {}

  Result<ScriptValue> read(int index, const Level& level, int depth) {
    AMONT_TRY(count(0));
    if (!lua_checkstack(L_, kStackPlaces)) return limit_exceeded("the result is too large for the stack");
    ScriptValue value;
    switch (lua_type(L_, index)) {
      case LUA_TNIL: break;
      case LUA_TBOOLEAN:
        value.what = ScriptValue::What::kBoolean;
        value.boolean = lua_toboolean(L_, index);
        break;
      case LUA_TNUMBER:
        if (lua_isinteger(L_, index)) {
          value.what = ScriptValue::What::kInteger;
          value.integer = lua_tointeger(L_, index);
        } else {
          value.what = ScriptValue::What::kReal;
          value.real = lua_tonumber(L_, index);
        }
        break;
      case LUA_TSTRING: {
        std::string_view text;
        read_text(L_, index, &text);
        AMONT_TRY(count(text.size()));
        value.what = ScriptValue::What::kText;
        value.text = text;
        break;
      }
      case LUA_TTABLE:
        value.what = ScriptValue::What::kTable;
        AMONT_TRY(read_table(lua_absindex(L_, index), level, depth, &value));
        break;
      case LUA_TUSERDATA:
        value.what = ScriptValue::What::kHandle;
        value.handle = lua_touserdata(L_, index);
        value.handle_type = slot_detail::type_of(L_, index);
        break;
      case LUA_TFUNCTION: value.what = ScriptValue::What::kFunction; break;
      default: return wrong(level, fmt::format("a {} can't be given back", lua_typename(L_, lua_type(L_, index))));
    }
    return value;
  }

 private:
  static Status wrong(const Level& level, std::string_view what) {
    return {Code::kScript, fmt::format("{}: {}", path_of(level), what)};
  }

  // Counts one value, or the bytes of a text.
  Status count(std::uint64_t bytes) {
    if (bytes == 0 && ++values_ > limits_.values_max)
      return limit_exceeded(fmt::format("the result has more than {} values; give back less", limits_.values_max));
    bytes_ += bytes;
    if (bytes_ > limits_.bytes_max)
      return limit_exceeded(
          fmt::format("the result has more than {} bytes of text; give back less", limits_.bytes_max));
    Budget& budget = budget_of(L_);
    return budget.charge(1 + bytes / 64) ? Status() : budget.reason();
  }

  // The keys of a table: 1 .. n, each once, and text.
  Status check_keys(int table, const Level& level, lua_Integer* list_size, std::size_t* fields) {
    lua_Integer most = 0;
    for (lua_pushnil(L_); lua_next(L_, table) != 0;) {
      lua_pop(L_, 1);
      if (is_hidden_key(L_, -1)) continue;
      const bool is_place = lua_isinteger(L_, -1) && lua_tointeger(L_, -1) >= 1;
      if (is_place) {
        ++*list_size;
        most = std::max(most, lua_tointeger(L_, -1));
      } else if (lua_type(L_, -1) == LUA_TSTRING) {
        ++*fields;
      } else {
        lua_pop(L_, 1);
        return wrong(level, "a table has keys that are neither text nor 1, 2, 3 ...");
      }
      if (Budget& budget = budget_of(L_); !budget.charge(2)) {
        lua_pop(L_, 1);
        return budget.reason();
      }
    }
    if (most == *list_size) return {};
    return wrong(level, fmt::format("a list of {} elements has a hole before its last, [{}]", *list_size, most));
  }

  Status read_table(int table, const Level& level, int depth, ScriptValue* value) {
    if (depth >= limits_.depth_max)
      return wrong(level, fmt::format("tables are nested more than {} deep", limits_.depth_max));
    Level here = level;
    here.table = lua_topointer(L_, table);
    for (const Level* outer = level.outer; outer; outer = outer->outer) {
      if (outer->table == here.table) return wrong(level, "a table contains itself");
    }
    lua_Integer list_size = 0;
    std::size_t fields = 0;
    AMONT_TRY(check_keys(table, level, &list_size, &fields));
    for (lua_Integer i = 1; i <= list_size; ++i) {
      lua_rawgeti(L_, table, i);
      Result<ScriptValue> element = read(-1, {&here, nullptr, {}, i}, depth + 1);
      lua_pop(L_, 1);
      if (!element.ok()) return std::move(element).status();
      value->list.push_back(*std::move(element));
    }
    return fields == 0 ? Status() : read_fields(table, here, depth, value);
  }

  Status read_fields(int table, const Level& here, int depth, ScriptValue* value) {
    Status first_wrong;
    std::string_view first_wrong_key;  // good while the table holds it
    for (lua_pushnil(L_); lua_next(L_, table) != 0; lua_pop(L_, 1)) {
      std::string_view key;
      if (is_hidden_key(L_, -2) || !read_text(L_, -2, &key)) continue;
      Status status = count(key.size());
      if (status.ok()) {
        Result<ScriptValue> field = read(-1, {&here, nullptr, key, 0}, depth + 1);
        if (field.ok())
          value->fields.emplace_back(key, *std::move(field));
        else
          status = std::move(field).status();
      }
      if (status.ok()) continue;
      if (status.code() != Code::kScript) {
        lua_pop(L_, 2);
        return status;
      }
      if (!first_wrong.ok() && first_wrong_key < key) continue;
      first_wrong = std::move(status);
      first_wrong_key = key;
    }
    std::sort(value->fields.begin(), value->fields.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    return first_wrong;
  }

  lua_State* L_;
  const ReadLimits& limits_;
  std::uint64_t values_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace

const ScriptValue* ScriptValue::field(std::string_view name) const {
  const auto found = std::lower_bound(fields.begin(), fields.end(), name,
                                      [](const auto& field, std::string_view sought) { return field.first < sought; });
  return found != fields.end() && found->first == name ? &found->second : nullptr;
}

Result<ScriptValue> read_value(lua_State* L, int index, const ReadLimits& limits) {
  return Reader(L, limits).read(lua_absindex(L, index), Level(), 0);
}

bool read_text(lua_State* L, int index, std::string_view* text) {
  if (lua_type(L, index) != LUA_TSTRING) return false;
  std::size_t length = 0;
  const char* bytes = lua_tolstring(L, index, &length);  // never converts: it is text already
  *text = {bytes, length};
  return true;
}

std::string_view text_argument(lua_State* L, int index) {
  std::string_view text;
  read_text(L, index, &text);
  return text;
}

}  // namespace amont
