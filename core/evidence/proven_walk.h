// A walk over proven records, by the rules of query/WALKS.md for granularity `dataset`: what a verifier holds an answer against. It
// knows no index and no dates; it is written to be read beside scripts/verify_bundle.py, which does the same.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/evidence/proven.h"

namespace amont {

struct ProvenWalkOptions {
  Direction direction = Direction::kUpstream;
  std::uint32_t depth_max = UINT32_MAX;
  bool exact = false;
  std::vector<std::string> kinds;  // list only these; empty: all
};

struct ProvenWalk {
  std::vector<BundleEntry> listed;    // by depth, then ref as bytes
  std::vector<std::size_t> followed;  // edges, by kind, from, to, label
};

ProvenWalk walk_proven(const Proven& proven, const std::vector<std::size_t>& starts, const ProvenWalkOptions& options);

}  // namespace amont
