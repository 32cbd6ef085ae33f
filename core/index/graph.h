// The graph as walks read it: pages of 512 consecutive nodes, each with the edges that leave (upstream) or enter (downstream)
// them, of one class, exactly as of one snapshot. Reading a page costs a lookup in the page cache; reading its edges costs
// nothing but memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "amont/model.h"
#include "amont/schema.h"

namespace amont {

inline constexpr std::uint32_t kPageNodes = 512;

// What a node has among its structure edges, so that a walk need not look where there is nothing. May say yes for what was
// retracted since; never no for what is there.
enum NodeTies : std::uint8_t {
  kHasContainer = 1,  // part_of leaves it
  kHasMembers = 2,    // part_of enters it
  kHasTwins = 4,      // same_as leaves or enters it
  kHasWholes = 8,     // version_of leaves it
  kHasParts = 16,     // version_of enters it
};
enum NodeFlags : std::uint8_t {
  kNodeAlive = 1,
  kNodeDated = 2,  // has valid_from or valid_to
};
enum EdgeFlags : std::uint8_t {
  kEdgeDetailed = 1,  // has a record of its own: properties or an interval
  kEdgeDated = 2,     // has valid_from or valid_to
  kEdgeLabelled = 4,
};

struct PageNode {
  std::uint32_t begin = 0;  // its edges are begin .. the next node's begin
  std::uint16_t kind = 0;   // a NodeKind
  std::uint8_t ties = 0;    // NodeTies
  std::uint8_t flags = 0;   // NodeFlags
};

// Immutable, shared by all who hold it. Edges of one node are sorted by (far node, kind, label).
struct Page {
  std::vector<PageNode> nodes;                                // kPageNodes + 1; slots without a node are not alive
  std::vector<std::uint32_t> targets;                         // the far node of each edge
  std::vector<std::uint16_t> kinds;                           // its EdgeKind
  std::vector<std::uint8_t> edge_flags;                       // EdgeFlags
  std::vector<TxNumber> edge_tx;                              // the transaction that began its current life
  std::vector<std::pair<std::uint32_t, std::string>> labels;  // of labelled edges, by ascending edge
  // Which edge kinds and flags there are anywhere in the page, so that a walk need not look at each edge's: the bits that
  // trait_of() gives. Different kinds may share a bit.
  std::uint64_t traits = 0;
  std::uint64_t targets_end = 0;  // above every target
  // The largest transaction that took an edge out, as far as was known when this was read.
  TxNumber last_retraction = 0;

  static constexpr std::uint64_t trait_of(EdgeKind kind) { return 1ull << (8 + number_of(kind) % 56); }
  static constexpr std::uint64_t trait_of(EdgeFlags flag) { return flag; }
  std::string_view label(std::uint32_t edge) const;
  std::size_t bytes() const;  // of memory
};

class Graph {
 public:
  virtual ~Graph() = default;
  // Never null. kDamaged when the index can't be trusted; kIo.
  virtual Result<std::shared_ptr<const Page>> page(EdgeClass edge_class, Direction direction,
                                                   std::uint32_t number) const = 0;
  // One more than the largest id there may be.
  virtual std::uint64_t id_count() const = 0;
  // Of an alive dated node or a live dated edge, as of this snapshot.
  virtual Result<Interval> interval_of(NodeId node) const = 0;
  virtual Result<Interval> interval_of(EdgeKind kind, NodeId from, NodeId to, std::string_view label) const = 0;
};

}  // namespace amont
