#include "query/lua/script_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/text/utf8.h"
#include "query/lua/nearest.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

std::string usage(const ScriptHeader& header) {
  if (header.parameters.empty()) return fmt::format("{} takes no arguments", header.name);
  std::string out = fmt::format("{} takes", header.name);
  for (const ScriptParameter& parameter : header.parameters)
    out += fmt::format("{} {}{} ({})", &parameter == &header.parameters.front() ? "" : ",", parameter.name,
                       parameter.optional ? "?" : "", parameter.type);
  return out;
}

using Argument = decltype(CheckedArgument::value);

Result<Argument> check_argument(const ScriptParameter& parameter, const std::string& text, const AtView& at) {
  const auto wrong = [&](std::string_view expected) {
    return invalid(fmt::format("{} = {} is not {}", parameter.name, in_quotes(text), expected));
  };
  if (first_misfit(text, TextRule::kNoNul) != text.size()) return wrong("UTF-8 text");
  if (parameter.type == "ref") {
    AMONT_TRY(find_id(at, text).status().while_doing(parameter.name));
  } else if (parameter.type == "kind") {
    AMONT_TRY(check_node_kind(at.view.schema(), text).while_doing(parameter.name));
  } else if (parameter.type == "integer") {
    std::int64_t integer = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
    if (error != std::errc() || end != text.data() + text.size()) return wrong("a whole number");
    return Argument(integer);
  } else if (parameter.type == "date") {
    const Result<Timestamp> time = Timestamp::parse_date_or_time(text);
    if (!time.ok()) return wrong("a date such as 2026-01-31, or a time such as 2026-01-31T12:00:00Z");
    return Argument(*time);
  } else if (parameter.type == "boolean") {
    if (text == "true" || text == "yes" || text == "1") return Argument(true);
    if (text == "false" || text == "no" || text == "0") return Argument(false);
    return wrong("true or false");
  }
  return Argument(text);
}

// The first upvalue: the parameters' names.
int unknown_argument(lua_State* L) {
  const auto* arguments = context_of<const CheckedArguments>(L);
  std::size_t length = 0;
  const char* text = luaL_checklstring(L, 2, &length);
  const std::string_view name(text, length);
  std::string_view meant;
  for (const std::string& known : arguments->names) {
    if (known == name) {
      lua_pushnil(L);
      return 1;
    }
    const std::string_view one[] = {known};
    if (meant.empty()) meant = nearest(name, one);
  }
  if (meant.empty()) return luaL_error(L, "the header declares no parameter '%s'", text);
  push_text(L, meant);
  return luaL_error(L, "the header declares no parameter '%s'; did you mean '%s'?", text, lua_tostring(L, -1));
}

}  // namespace

Result<CheckedArguments> check_arguments(const ScriptHeader& header, const ScriptArguments& arguments,
                                         const AtView& at) {
  CheckedArguments checked;
  std::vector<std::string_view> names;
  for (const ScriptParameter& parameter : header.parameters) {
    checked.names.push_back(parameter.name);
    names.push_back(parameter.name);
  }
  for (const auto& [name, text] : arguments.named) {
    const auto parameter = std::find_if(header.parameters.begin(), header.parameters.end(),
                                        [&](const ScriptParameter& declared) { return declared.name == name; });
    if (parameter == header.parameters.end())
      return invalid(
          fmt::format("there is no argument {}; {}{}", in_quotes(name), usage(header), did_you_mean(name, names)));
    const auto given = std::find_if(checked.given.begin(), checked.given.end(),
                                    [&](const CheckedArgument& other) { return other.name == name; });
    if (given != checked.given.end()) return invalid(fmt::format("{} is given twice", name));
    AMONT_LET(auto value, check_argument(*parameter, text, at));
    checked.given.push_back({name, std::move(value)});
  }
  for (const ScriptParameter& parameter : header.parameters) {
    const bool given = std::any_of(checked.given.begin(), checked.given.end(),
                                   [&](const CheckedArgument& argument) { return argument.name == parameter.name; });
    if (!given && !parameter.optional)
      return invalid(fmt::format("{} is missing{}{}; {}", parameter.name, parameter.help.empty() ? "" : ": ",
                                 parameter.help, usage(header)));
  }
  return checked;
}

void install_arguments(lua_State* L, const CheckedArguments* arguments) {
  lua_createtable(L, 0, static_cast<int>(arguments->given.size()));
  for (const CheckedArgument& argument : arguments->given) {
    push_text(L, argument.name);
    if (const auto* text = std::get_if<std::string>(&argument.value))
      push_text(L, *text);
    else if (const auto* integer = std::get_if<std::int64_t>(&argument.value))
      lua_pushinteger(L, *integer);
    else if (const auto* boolean = std::get_if<bool>(&argument.value))
      lua_pushboolean(L, *boolean);
    else
      push_time(L, std::get<Timestamp>(argument.value));
    lua_rawset(L, -3);
  }
  lua_createtable(L, 0, 2);
  static constexpr HostFunction kMeta[] = {{"__index", unknown_argument}};
  set_functions(L, kMeta, const_cast<CheckedArguments*>(arguments));
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_setglobal(L, "arg");
}

}  // namespace amont
