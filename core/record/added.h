// Added: what the parts of new nodes and new edges say, as views of their bytes, so that an import's millions become no objects
// on their way into the index.
#pragma once

#include <string>
#include <string_view>

#include "core/record/parts.h"
#include "core/text/bytes.h"

namespace amont {

// A node or an edge that was not there before.
struct Added {
  bool is_edge = false;
  NodeId id{};           // the node's
  std::string_view ref;  // the node's
  EdgeKind kind{};       // the edge's, as are those that follow
  NodeId from{};
  NodeId to{};
  std::string_view label;
  bool has_from = false;  // valid_from, and so on
  bool has_to = false;
  std::uint64_t prop_count = 0;
  std::string_view details;  // times and props of its part, with every value in its place

  bool is_dated() const { return has_from || has_to; }
  bool is_detailed() const { return is_dated() || prop_count != 0; }
};

// Whether the parts, a heading apart, are new nodes and new edges alone, with nothing redacted.
bool only_adds(const PartList& parts);

// Reads such parts, one change at a time.
class AddedReader {
 public:
  // From a part on; those before it are a heading.
  AddedReader(const PartList& parts, std::size_t first) : parts_(parts), at_(first) {}

  // False at the end. What it gives is good until the next call. kDamaged: the parts do not fit the format.
  Result<bool> next(Added& out);

 private:
  bool read_details(ByteReader& in, Added& out, std::string_view owner);
  bool take_sealed(std::string_view owner, std::string_view name);

  const PartList& parts_;
  std::size_t at_;
  std::string owner_, details_;  // scratch
};

}  // namespace amont
