// Keys under which Pending puts aside what it remembers (set_aside.cc).
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "core/check/edge_table.h"
#include "core/text/bytes.h"

namespace amont {

// ref, label  the text -> id or number:u32
// edge        from:u32 to:u32 label:u32 kind:u16 -> a state (set_aside.cc)
// containers  the variable:u32 -> (to:u32 label:u32 kind:u16)*
enum class Aside : std::uint8_t { kRef, kLabel, kEdge, kContainers };
constexpr std::uint8_t number_of(Aside what) { return static_cast<std::uint8_t>(what); }

constexpr std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

// Of a variable, as of an edge.
inline std::uint32_t tag_of_variable(std::uint32_t variable) { return tag_of(EdgeKey{variable, 0, 0, {}}.hash()); }

inline std::string bytes_of(std::uint32_t number) {
  std::string out;
  append_u32(out, number);
  return out;
}
inline std::string bytes_of(const EdgeKey& key) {
  std::string out;
  append_u32(out, key.from);
  append_u32(out, key.to);
  append_u32(out, key.label);
  append_u16(out, number_of(key.kind));
  return out;
}
inline EdgeKey edge_key_of(std::string_view bytes) {
  return {load_u32(bytes.data()), load_u32(bytes.data() + 4), load_u32(bytes.data() + 8),
          EdgeKind(load_u16(bytes.data() + 12))};
}

}  // namespace amont
