// Members of an answer, to be changed by tests: they are there.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

#include "core/evidence/canonical_json.h"

namespace amont {

inline Json& member(Json& object, std::string_view name) {
  for (auto& [key, value] : std::get<Json::Object>(object.value))
    if (key == name) return value;
  std::abort();
}
inline Json::Array& array(Json& object, std::string_view name) {
  return std::get<Json::Array>(member(object, name).value);
}
// In place of what it was, if anything.
inline void set_member(Json& object, std::string_view name, Json value) {
  auto& members = std::get<Json::Object>(object.value);
  std::erase_if(members, [&](const auto& one) { return one.first == name; });
  members.emplace_back(std::string(name), std::move(value));
  object = Json(std::move(members));
}

}  // namespace amont
