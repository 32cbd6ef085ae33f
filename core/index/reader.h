// IndexReader: the index's records and pages as of any transaction, through the page cache. Everything is read by key; nothing
// depends on a scan. All methods may run on many threads.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/index/edge_pages.h"
#include "core/index/graph.h"
#include "core/index/node_pages.h"
#include "core/index/page_cache.h"
#include "core/index/record_cache.h"
#include "core/index/records.h"
#include "core/index/table.h"
#include "core/record/logged.h"

namespace amont {

// An edge that is alive, as its page tells it.
struct LiveEdge {
  TxNumber begin = 0;
  std::uint8_t flags = 0;  // EdgeFlags
};

// One life of an edge at a node, as pages tell it. `end` is 0 while it lives.
struct EdgeLife {
  EdgeClass edge_class{};
  Direction direction{};
  EdgeIdentity edge;
  std::uint8_t flags = 0;
  TxNumber begin = 0;
  TxNumber end = 0;
  TxNumber last_version = 0;
};

class IndexReader {
 public:
  // `records` keeps what is asked for few at a time.
  IndexReader(std::shared_ptr<const Table> table, std::shared_ptr<PageCache> cache,
              std::shared_ptr<RecordCache> records);

  Result<std::optional<NodeId>> find(std::string_view ref) const;
  // One entry for each, in order: better by far than one by one.
  Result<std::vector<std::optional<NodeId>>> find(const std::vector<std::string>& refs) const;
  // Brings near what is kept of the nodes, for some dozen at a time.
  void fetch_ahead(std::span<const NodeId> ids) const { records_->fetch_ahead(ids); }
  // The newest version at or before `at`, alive or not; nothing when there was none.
  Result<std::optional<NodeVersion>> node(NodeId id, TxNumber at) const;
  Result<std::vector<std::optional<NodeVersion>>> nodes(std::span<const NodeId> ids, TxNumber at) const;
  // Kind and key, which never change, of those of the nodes that were ever put, in no order. see(its place in `ids`, kind, key); the
  // key is good until `see` returns, which must be soon and ask nothing of this reader.
  using SeeName = std::function<Status(std::size_t at, NodeKind kind, std::string_view key)>;
  Status names(std::span<const NodeId> ids, const SeeName& see) const;
  Result<std::shared_ptr<const NodePage>> node_page(std::uint32_t number) const;

  // The record of a detailed edge that is alive at `at`; nothing when it was bare then.
  Result<std::optional<EdgeVersion>> edge_version(EdgeClass edge_class, const EdgeIdentity& edge, TxNumber at) const;
  // Of many edges of one class, one entry for each, in order: better by far than one by one.
  Result<std::vector<std::optional<EdgeVersion>>> edge_versions(EdgeClass edge_class,
                                                                std::span<const EdgeIdentity> edges, TxNumber at) const;
  // Nothing when there is no such edge at `at`.
  Result<std::optional<LiveEdge>> live_edge(EdgeClass edge_class, const EdgeIdentity& edge, TxNumber at) const;

  Result<std::shared_ptr<const Page>> page(EdgeClass edge_class, Direction direction, std::uint32_t number,
                                           TxNumber at) const;

  // When a transaction was committed. kDamaged when the index does not know it.
  Result<Timestamp> time_of(TxNumber tx) const;

  // Every life, over and under way, of the edges at a node; and the older versions of one of them, newest first.
  Result<std::vector<EdgeLife>> lives_at(NodeId id) const;
  Result<std::vector<TxNumber>> versions_of(const EdgeLife& life) const;

  const Table& table() const { return *table_; }
  PageCache& cache() const { return *cache_; }

 private:
  Result<std::optional<EdgeVersion>> older_edge_version(const EdgeIdentity& edge, TxNumber from, TxNumber at) const;
  Result<std::shared_ptr<const JoinedPage>> build(EdgeClass edge_class, Direction direction, std::uint32_t number,
                                                  TxNumber at) const;

  // see(its place in `ids`, the newest record) of each node, empty when it was never put, in no order: a Status. It must not come back
  // here, since records that are kept are seen where they stand.
  template <class See>
  Status for_each_record(std::span<const NodeId> ids, const See& see) const;

  std::shared_ptr<const Table> table_;
  std::shared_ptr<PageCache> cache_;
  std::shared_ptr<RecordCache> records_;
};

// The largest transaction there can be: "now" for a writer.
inline constexpr TxNumber kNewest = ~TxNumber{0};

// A snapshot's graph.
std::shared_ptr<const Graph> graph_at(std::shared_ptr<const IndexReader> reader, TxNumber at, std::uint64_t id_count,
                                      std::shared_ptr<const Schema> schema);

inline std::uint32_t page_of(NodeId id) { return static_cast<std::uint32_t>(number_of(id) / kPageNodes); }
inline std::uint32_t slot_of(NodeId id) { return static_cast<std::uint32_t>(number_of(id) % kPageNodes); }

}  // namespace amont
