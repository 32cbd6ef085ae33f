#include "core/exchange/schema_text.h"

namespace amont {

// Nodes first: an edge may name only kinds that are declared.
std::string schema_text(const Schema& schema) {
  std::string out;
  for (const NodeRow& row : schema.nodes()) out += row.text() + "\n";
  for (const EdgeRow& row : schema.edges()) out += row.text() + "\n";
  return out;
}

}  // namespace amont
