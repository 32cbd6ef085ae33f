// Times in scripts: time("2026-03-31"). They compare with each other and with text, and count in days: t + 90, t - 7, t
// - u.

#include <fmt/format.h>

#include <cmath>
#include <cstdio>

#include "core/text/timestamp.h"
#include "query/lua/nearest.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;
constexpr std::string_view kWords[] = {"year", "month", "day", "date"};

// Puts the time at `index`, or the one its text tells, into `time`. False: raise the context's status.
bool read_time(lua_State* L, HostContext* context, int index, Timestamp* time) noexcept {
  return run_work(L, context, [&]() -> Status {
    AMONT_LET(const ScriptValue value, read_value(L, index));
    AMONT_LET(*time, time_in(value, "time"));
    return {};
  });
}

// The text of a time in a buffer that needs no destructor. False: raise the context's status.
struct TimeText {
  char bytes[40] = {};
};
bool write_text(lua_State* L, HostContext* context, Timestamp time, TimeText* text) noexcept {
  return run_work(L, context, [&]() -> Status {
    std::snprintf(text->bytes, sizeof text->bytes, "%s", time.text().c_str());
    return {};
  });
}

int make_time(lua_State* L) {
  HostContext* context = context_of<HostContext>(L);
  Timestamp time;
  luaL_checkany(L, 1);
  if (!read_time(L, context, 1, &time)) return raise_status(L, context->status);
  push_time(L, time);
  return 1;
}

template <class Compare>
int compare(lua_State* L, Compare holds) {
  HostContext* context = context_of<HostContext>(L);
  Timestamp a, b;
  if (!read_time(L, context, 1, &a) || !read_time(L, context, 2, &b)) return raise_status(L, context->status);
  lua_pushboolean(L, holds(a, b));
  return 1;
}
int less(lua_State* L) {
  return compare(L, [](Timestamp a, Timestamp b) { return a < b; });
}
int less_or_equal(lua_State* L) {
  return compare(L, [](Timestamp a, Timestamp b) { return a <= b; });
}
int equal(lua_State* L) {
  const std::optional<Timestamp> a = time_at(L, 1);
  lua_pushboolean(L, a && a == time_at(L, 2));
  return 1;
}

int push_days_after(lua_State* L, Timestamp time, lua_Number days) {
  const double micros = static_cast<double>(time.micros) + days * static_cast<double>(kMicrosPerDay);
  if (!(micros >= static_cast<double>(kEarliest.micros) && micros <= static_cast<double>(kLatest.micros)))
    return luaL_error(L, "a time must be within the years 0001 to 9999");
  // Whole days are counted in integers, so that nothing is rounded.
  const double whole = std::trunc(days);
  const auto rest = static_cast<std::int64_t>(std::llround((days - whole) * static_cast<double>(kMicrosPerDay)));
  push_time(L, Timestamp{time.micros + static_cast<std::int64_t>(whole) * kMicrosPerDay + rest});
  return 1;
}

int add(lua_State* L) {
  const int days_index = time_at(L, 1) ? 2 : 1;
  const std::optional<Timestamp> time = time_at(L, days_index == 2 ? 1 : 2);
  const lua_Number days = luaL_checknumber(L, days_index);
  return push_days_after(L, *time, days);
}

int subtract(lua_State* L) {
  HostContext* context = context_of<HostContext>(L);
  if (lua_type(L, 2) == LUA_TNUMBER) {
    const Timestamp& time = check_slot<Timestamp>(L, 1);
    return push_days_after(L, time, -lua_tonumber(L, 2));
  }
  Timestamp a, b;
  if (!read_time(L, context, 1, &a) || !read_time(L, context, 2, &b)) return raise_status(L, context->status);
  const std::int64_t micros = a.micros - b.micros;
  if (micros % kMicrosPerDay == 0)
    lua_pushinteger(L, micros / kMicrosPerDay);
  else
    lua_pushnumber(L, static_cast<lua_Number>(micros) / static_cast<lua_Number>(kMicrosPerDay));
  return 1;
}

int to_text(lua_State* L) {
  HostContext* context = context_of<HostContext>(L);
  TimeText text;
  if (!write_text(L, context, check_slot<Timestamp>(L, 1), &text)) return raise_status(L, context->status);
  lua_pushstring(L, text.bytes);
  return 1;
}

int field(lua_State* L) {
  HostContext* context = context_of<HostContext>(L);
  TimeText text;
  if (!write_text(L, context, check_slot<Timestamp>(L, 1), &text)) return raise_status(L, context->status);
  std::size_t length = 0;
  const char* name = luaL_checklstring(L, 2, &length);
  const std::string_view wanted(name, length);
  const auto digits = [&](int first, int count) {
    lua_Integer number = 0;
    for (int i = first; i < first + count; ++i) number = number * 10 + (text.bytes[i] - '0');
    lua_pushinteger(L, number);
    return 1;
  };
  if (wanted == "year") return digits(0, 4);
  if (wanted == "month") return digits(5, 2);
  if (wanted == "day") return digits(8, 2);
  if (wanted == "date") {
    lua_pushlstring(L, text.bytes, 10);
    return 1;
  }
  run_work(L, context, [&]() -> Status {
    return invalid(
        fmt::format("a time has year, month, day and date, and no \"{}\"{}", wanted, did_you_mean(wanted, kWords)));
  });
  return raise_status(L, context->status);
}

}  // namespace

void install_times(lua_State* L, HostContext* context) {
  static constexpr HostFunction kMeta[] = {
      {"__lt", less},          {"__le", less_or_equal},    {"__eq", equal},   {"__add", add}, {"__sub", subtract},
      {"__tostring", to_text}, {"__concat", concat_texts}, {"__index", field}};
  static constexpr HostFunction kGlobals[] = {{"time", make_time}};
  define_slot_type<Timestamp>(L, {"time", {}, kMeta}, context);
  set_globals(L, kGlobals, context);
}

}  // namespace amont
