// FactReader: nodes with their edges, read many at a time, so that a million cost a few seconds: records and the details of edges
// by the thousand, pages once each as long as ids ascend.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/index/reader.h"
#include "query/walk/walk.h"

namespace amont::approvals {

struct EdgeFacts {
  EdgeKind kind{};
  NodeId far{};
  TxNumber begin = 0;    // the transaction that began its life
  TxNumber version = 0;  // the one that changed it last
  std::string label;
  Interval valid;  // these two of kinds wanted whole
  Properties props;
};

struct NodeFacts {
  NodeId id{};
  NodeVersion record;
  std::vector<EdgeFacts> out;  // by class, far node, kind, label
  std::vector<EdgeFacts> in;
};

// Which kinds of edge are wanted of a node, by name. Kinds that the schema lacks are no mistake: there are none.
class WantedEdges {
 public:
  explicit WantedEdges(const Schema& schema) : schema_(schema) {
    for (auto& takes : takes_) takes.assign(schema.edges().size(), kLeave);
  }
  // Towards causes unless said otherwise; bare: without properties and interval.
  WantedEdges& bare(std::string_view kind, Direction direction = Direction::kUpstream) {
    return want(kind, direction, kBare);
  }
  WantedEdges& whole(std::string_view kind, Direction direction = Direction::kUpstream) {
    return want(kind, direction, kWhole);
  }

 private:
  friend class FactReader;
  enum Take : std::uint8_t { kLeave, kBare, kWhole };
  WantedEdges& want(std::string_view kind, Direction direction, Take take);

  const Schema& schema_;
  std::array<std::vector<Take>, 2> takes_;                 // by direction, then by EdgeKind
  std::array<std::array<bool, 2>, kEdgeClasses> pages_{};  // that have some: by class, then by direction
};

class FactReader {
 public:
  FactReader(const Snapshot& view, Clock& clock) : view_(view.view()), clock_(clock) {}

  // Calls see() for each of these that is in the register, in order. Stops early when the clock does.
  using See = FunctionRef<Status(NodeFacts& facts)>;
  Status read(std::span<const NodeId> ids, const WantedEdges& wanted, const See& see);

  // What an edge of a node of read() said before, in this life: the newest first, none if it is as it was put. A version says so until
  // the next one.
  Result<std::vector<EdgeVersion>> past_of(NodeId node, const EdgeFacts& edge, Direction direction) const;

  // What walks know of a node.
  Result<PageNode> brief(NodeId id);
  // The far ends of a node's edges of one class; good until the next call. `kinds` are theirs, in the same order.
  struct Ends {
    std::span<const std::uint32_t> far;
    std::span<const std::uint16_t> kinds;
  };
  Result<Ends> ends(NodeId id, EdgeClass edge_class, Direction direction);

  const Schema& schema() const { return *view_.schema; }
  const IndexReader& index() const { return *view_.reader; }
  TxNumber tx() const { return view_.tx; }
  Clock& clock() { return clock_; }

 private:
  struct Detail {
    std::size_t node = 0;  // of the batch
    std::size_t edge = 0;  // of its `out` or `in`
    Direction direction{};
  };
  Result<const Page*> page(EdgeClass edge_class, Direction direction, std::uint32_t number);
  Status take_edges(std::size_t at, EdgeClass edge_class, Direction direction, const WantedEdges& wanted);
  Status fill_details(EdgeClass edge_class);

  const IndexView& view_;
  Clock& clock_;
  struct Held {
    std::uint32_t number = 0;
    std::shared_ptr<const Page> page;
  };
  Held held_[kEdgeClasses][2];  // the last page used of each sort
  std::vector<NodeFacts> batch_;
  std::vector<Detail> details_;
  std::vector<EdgeIdentity> identities_;
};

}  // namespace amont::approvals
