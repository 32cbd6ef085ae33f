// Times in scripts: time("2026-03-31"). They compare with each other and with text, and count in days: t + 90, t - 7, t - u; or in
// what the calendar has: t + months(18), t - years(1).

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <cstring>

#include "core/text/timestamp.h"
#include "query/lua/duration.h"
#include "query/lua/nearest.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;
constexpr std::string_view kWords[] = {"year", "month", "day", "date", "precise"};
constexpr std::size_t kPreciseLength = 27;  // of "2026-03-31T10:30:00.000000Z"

// Puts the time at `index`, or the one its text tells, into `time`. False: raise the context's status.
bool read_time(lua_State* L, HostContext* context, int index, Timestamp* time) noexcept {
  if (const Timestamp* given = to_plain<Timestamp>(L, index)) {
    *time = *given;
    return true;
  }
  return run_work(L, context, [&]() -> Status {
    if (std::string_view text; read_text(L, index, &text)) {
      AMONT_LET(*time, Timestamp::parse_date_or_time(text).while_doing("time"));
      return {};
    }
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

// totime(text): nil for what tells no time.
int to_time(lua_State* L) {
  HostContext* context = context_of<HostContext>(L);
  luaL_checkany(L, 1);
  lua_settop(L, 1);
  if (to_plain<Timestamp>(L, 1)) return 1;
  std::string_view text;
  if (!read_text(L, 1, &text)) {
    lua_pushnil(L);
    return 1;
  }
  bool is_time = false;
  Timestamp time;
  const bool ok = run_work(L, context, [&] {
    const Result<Timestamp> parsed = Timestamp::parse_date_or_time(text);
    is_time = parsed.ok();
    if (is_time) time = *parsed;
    return Status();
  });
  if (!ok) return raise_status(L, context->status);
  if (is_time)
    push_time(L, time);
  else
    lua_pushnil(L);
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

int push_moved(lua_State* L, Timestamp time, const Duration& by, int sign) {
  HostContext* context = context_of<HostContext>(L);
  const bool ok = run_work(L, context, [&]() -> Status {
    AMONT_LET(time, moved(time, by, sign));
    return {};
  });
  if (!ok) return raise_status(L, context->status);
  push_time(L, time);
  return 1;
}

// t + 90, t + months(18), and the other way round.
int add(lua_State* L) {
  const int days_index = time_at(L, 1) ? 2 : 1;
  const std::optional<Timestamp> time = time_at(L, days_index == 2 ? 1 : 2);
  if (!time) return luaL_error(L, "a duration is added to a time, such as time(\"2026-01-31\") + months(1)");
  if (to_slot<Duration>(L, days_index)) return push_moved(L, *time, check_slot<Duration>(L, days_index), 1);
  const lua_Number days = luaL_checknumber(L, days_index);
  return push_days_after(L, *time, days);
}

int subtract(lua_State* L) {
  HostContext* context = context_of<HostContext>(L);
  if (to_slot<Duration>(L, 2)) return push_moved(L, check_plain<Timestamp>(L, 1), check_slot<Duration>(L, 2), -1);
  if (lua_type(L, 2) == LUA_TNUMBER) {
    const Timestamp& time = check_plain<Timestamp>(L, 1);
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
  if (!write_text(L, context, check_plain<Timestamp>(L, 1), &text)) return raise_status(L, context->status);
  lua_pushstring(L, text.bytes);
  return 1;
}

int field(lua_State* L) {
  HostContext* context = context_of<HostContext>(L);
  TimeText text;
  if (!write_text(L, context, check_plain<Timestamp>(L, 1), &text)) return raise_status(L, context->status);
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
  if (wanted == "precise") {
    std::size_t end = std::strlen(text.bytes) - 1;  // of the Z
    if (text.bytes[19] != '.') text.bytes[end++] = '.';
    while (end < kPreciseLength - 1) text.bytes[end++] = '0';
    text.bytes[end] = 'Z';
    lua_pushlstring(L, text.bytes, kPreciseLength);
    return 1;
  }
  run_work(L, context, [&]() -> Status {
    return invalid(fmt::format("a time has year, month, day, date and precise, and no \"{}\"{}", wanted,
                               did_you_mean(wanted, kWords)));
  });
  return raise_status(L, context->status);
}

// months(18): a whole number of them.
template <std::int64_t months, std::int64_t micros>
int make_duration(lua_State* L) {
  const lua_Integer count = luaL_checkinteger(L, 1);
  luaL_argcheck(L, count >= -10'000'000 && count <= 10'000'000, 1, "at most ten million");
  Slot<Duration>* slot = push_slot<Duration>(L);
  run_into(slot, [&]() -> Result<Duration> { return Duration{count * months, count * micros}; });
  return slot->value ? 1 : raise_status(L, slot->status);
}

int duration_text(lua_State* L) {
  HostContext* context = context_of<HostContext>(L);
  const Duration& duration = check_slot<Duration>(L, 1);
  TimeText text;
  const bool ok = run_work(L, context, [&]() -> Status {
    std::snprintf(text.bytes, sizeof text.bytes, "%s", duration.text().c_str());
    return {};
  });
  if (!ok) return raise_status(L, context->status);
  lua_pushstring(L, text.bytes);
  return 1;
}

}  // namespace

void install_times(lua_State* L, HostContext* context) {
  static constexpr HostFunction kMeta[] = {
      {"__lt", less},          {"__le", less_or_equal},    {"__eq", equal},   {"__add", add}, {"__sub", subtract},
      {"__tostring", to_text}, {"__concat", concat_texts}, {"__index", field}};
  static constexpr HostFunction kDurationMeta[] = {
      {"__add", add}, {"__tostring", duration_text}, {"__concat", concat_texts}};
  static constexpr HostFunction kGlobals[] = {{"time", make_time},
                                              {"totime", to_time},
                                              {"hours", make_duration<0, kMicrosPerDay / 24>},
                                              {"days", make_duration<0, kMicrosPerDay>},
                                              {"weeks", make_duration<0, 7 * kMicrosPerDay>},
                                              {"months", make_duration<1, 0>},
                                              {"years", make_duration<12, 0>}};
  define_slot_type<Timestamp>(L, {"time", {}, kMeta}, context);
  define_slot_type<Duration>(L, {"duration", {}, kDurationMeta}, context);
  set_globals(L, kGlobals, context);
}

}  // namespace amont
