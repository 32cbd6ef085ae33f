// Leaves to make trees of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/merkle/tree.h"

namespace amont {

using Leaves = std::vector<Digest>;

inline std::string from_hex(std::string_view digits) {
  std::string out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    out.push_back(static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
  return out;
}

// Those of the known answers that Certificate Transparency implementations share.
inline Leaves published_leaves() {
  Leaves out;
  for (const char* one :
       {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"})
    out.push_back(merkle_leaf(from_hex(one)));
  return out;
}

inline Leaves numbered_leaves(std::size_t count) {
  Leaves out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(merkle_leaf(std::to_string(i)));
  return out;
}

}  // namespace amont
