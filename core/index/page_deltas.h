// What one transaction changes in the pages of nodes and edges, gathered page by page.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "amont/schema.h"
#include "core/index/edge_pages.h"
#include "core/index/node_pages.h"
#include "core/index/page_cache.h"
#include "core/index/table.h"
#include "core/record/logged.h"

namespace amont {

inline constexpr Direction kDirections[] = {Direction::kUpstream, Direction::kDownstream};

// An edge as pages name it.
struct PageEdge {
  EdgeClass edge_class{};
  EdgeKind kind{};
  NodeId from{};
  NodeId to{};
  std::string_view label;
  std::uint8_t flags = 0;
  TxNumber begin = 0;
};

class PageDeltas {
 public:
  explicit PageDeltas(TxNumber tx) : tx_(tx) {}

  void add_node(NodeId id, NodeKind kind, bool dated);
  void change_flags(NodeId id, std::uint8_t set, std::uint8_t clear);
  // Says of both ends what the edge ties them to.
  void add_ties(const EdgeRow& row, NodeId from, NodeId to);
  void put_edge(const PageEdge& edge);
  // `last_version`: of its record, 0 when it had none. One that this very transaction began was never to be seen.
  void remove_edge(const PageEdge& edge, TxNumber last_version);

  // In the order of pages: a table takes sorted keys faster.
  void finish(TableBatch& batch, std::vector<PageCache::Key>& touched) const;

 private:
  // Of pages by number, found fast when the same is asked for again.
  class ByPage {
   public:
    std::string& operator[](std::uint32_t page);
    // visit(page, delta), in order.
    template <class Visit>
    void each(Visit visit) const;

   private:
    boost::unordered_flat_map<std::uint32_t, std::uint32_t> places_;
    std::vector<std::pair<std::uint32_t, std::string>> deltas_;
    std::size_t last_ = 0;
  };
  // For each class and direction.
  using Sides = ByPage[kEdgeClasses][2];

  static PageEntry entry_of(const PageEdge& edge, Direction direction);

  const TxNumber tx_;
  ByPage nodes_;
  Sides edges_, histories_;
};

}  // namespace amont
