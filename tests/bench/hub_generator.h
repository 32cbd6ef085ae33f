// W2: a generated hub. Sources, and layer upon layer of runs that used what was there and made something new: heavy-tailed, with
// refs and properties as a real hub has them. The same seed gives the same bytes everywhere.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace amont {

struct HubShape {
  std::uint64_t edges = 1'000'000;  // about: it stops once there are as many
  std::uint64_t seed = 7;
};

// The lineage of the generated hub, by the order in which nodes are written: node i is cause of what it stands under.
struct GeneratedEdge {
  std::uint32_t from = 0;  // the effect
  std::uint32_t to = 0;    // the cause
};
struct GeneratedHub {
  std::vector<std::string> refs;  // by number
  std::vector<GeneratedEdge> edges;
  std::uint64_t records = 0;  // lines written
};

// Writes the hub as JSONL, line by line.
GeneratedHub generate_hub(const HubShape& shape, const std::function<void(std::string_view)>& line);

}  // namespace amont
