// What an excerpt's parts say, put together: nodes and edges as they stood after the last transaction in it, each from all the puts
// of its current life.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "amont/bundle.h"
#include "core/evidence/excerpt.h"

namespace amont {

struct ProvenEdgeKey {
  std::uint16_t kind = 0;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::string label;
  auto operator<=>(const ProvenEdgeKey&) const = default;
};

struct Proven {
  Schema schema;
  std::vector<ProvenTx> transactions;  // ascending by number
  std::vector<ProvenNode> nodes;       // ascending by id
  std::vector<ProvenEdge> edges;       // ascending by kind, from, to, label
  std::map<std::string, std::size_t, std::less<>> by_ref;

  // kNone when there is no such node.
  static constexpr std::size_t kNone = SIZE_MAX;
  std::size_t node(std::string_view ref) const;
  const ProvenTx* transaction(TxNumber number) const;
};

// kRefused for parts that make no whole: a put of a record whose beginning is not there, an edge between nodes that are not, a
// sealed value that is neither there nor told to be redacted.
Result<Proven> put_together(const std::vector<ProvenTransaction>& transactions);

}  // namespace amont
