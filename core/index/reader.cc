#include "core/index/reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/index/keys.h"

namespace amont {
namespace {

constexpr Direction kDirections[] = {Direction::kUpstream, Direction::kDownstream};

EdgeIdentity identity_of(const PageEntry& entry, Direction direction, std::uint32_t page) {
  const NodeId near{std::uint64_t{page} * kPageNodes + entry.slot};
  const NodeId far{entry.target};
  const bool up = direction == Direction::kUpstream;
  return {EdgeKind(entry.kind), up ? near : far, up ? far : near, std::string(entry.label)};
}

// The entry's place in its from-node's page.
PageEntry entry_of(const EdgeIdentity& edge) {
  PageEntry entry;
  entry.slot = slot_of(edge.from);
  entry.target = number_of(edge.to);
  entry.kind = number_of(edge.kind);
  entry.label = edge.label;
  return entry;
}

Result<std::vector<DeadEntry>> read_history(const Table& table, const std::string& key, std::string& bytes) {
  AMONT_LET(auto stored, table.get(Space::kPageHistory, key));
  if (!stored) return std::vector<DeadEntry>();
  bytes = *std::move(stored);
  return decode_edge_history(bytes);
}

// Takes out what began after `at`; puts in what was alive then and has died since.
Status turn_back(const Table& table, const std::string& key, TxNumber at, EdgePage& page, std::string& history_bytes) {
  std::erase_if(page.entries, [&](const PageEntry& entry) { return entry.begin > at; });
  if (at >= page.last_retraction) return {};
  AMONT_LET(const auto history, read_history(table, key, history_bytes));
  const std::size_t alive_now = page.entries.size();
  for (const DeadEntry& dead : history)
    if (dead.edge.begin <= at && at < dead.end) page.entries.push_back(dead.edge);
  if (page.entries.size() == alive_now) return {};
  std::stable_sort(page.entries.begin(), page.entries.end(), comes_before);
  // The page was read before its history: an edge that died in between stands in both.
  const auto last = std::unique(page.entries.begin(), page.entries.end(),
                                [](const PageEntry& a, const PageEntry& b) { return a.same_edge(b); });
  page.entries.erase(last, page.entries.end());
  return {};
}

void fill_edges(const EdgePage& from, Page& to) {
  const std::size_t count = from.entries.size();
  to.targets.reserve(count);
  to.kinds.reserve(count);
  to.edge_flags.reserve(count);
  to.edge_tx.reserve(count);
  std::uint32_t slot = 0;
  for (const PageEntry& entry : from.entries) {
    const auto index = static_cast<std::uint32_t>(to.targets.size());
    while (slot <= entry.slot) to.nodes[slot++].begin = index;
    to.targets.push_back(static_cast<std::uint32_t>(entry.target));
    to.kinds.push_back(entry.kind);
    to.edge_flags.push_back(entry.flags);
    to.edge_tx.push_back(entry.begin);
    to.traits |= Page::trait_of(EdgeKind(entry.kind)) | entry.flags;
    to.targets_end = std::max(to.targets_end, entry.target + 1);
    if (entry.flags & kEdgeLabelled) to.labels.emplace_back(index, entry.label);
  }
  while (slot <= kPageNodes) to.nodes[slot++].begin = static_cast<std::uint32_t>(count);
}

constexpr std::size_t kFew = 256;   // records that one call may keep at the cost of others
constexpr std::size_t kAhead = 32;  // records that are fetched together

class SnapshotGraph final : public Graph {
 public:
  SnapshotGraph(std::shared_ptr<const IndexReader> reader, TxNumber at, std::uint64_t id_count,
                std::shared_ptr<const Schema> schema)
      : reader_(std::move(reader)), at_(at), id_count_(id_count), schema_(std::move(schema)) {}

  Result<std::shared_ptr<const Page>> page(EdgeClass edge_class, Direction direction,
                                           std::uint32_t number) const override {
    return reader_->page(edge_class, direction, number, at_);
  }
  std::uint64_t id_count() const override { return id_count_; }
  Result<Interval> interval_of(NodeId node) const override {
    AMONT_LET(const auto version, reader_->node(node, at_));
    return version ? version->valid : Interval();
  }
  Result<Interval> interval_of(EdgeKind kind, NodeId from, NodeId to, std::string_view label) const override {
    AMONT_LET(const auto version,
              reader_->edge_version(schema_->edge(kind).edge_class, {kind, from, to, std::string(label)}, at_));
    return version ? version->valid : Interval();
  }

 private:
  std::shared_ptr<const IndexReader> reader_;
  TxNumber at_;
  std::uint64_t id_count_;
  std::shared_ptr<const Schema> schema_;
};

}  // namespace

std::string_view Page::label(std::uint32_t edge) const {
  const auto at = std::lower_bound(labels.begin(), labels.end(), edge,
                                   [](const auto& pair, std::uint32_t e) { return pair.first < e; });
  return at != labels.end() && at->first == edge ? std::string_view(at->second) : std::string_view();
}

std::size_t Page::bytes() const {
  std::size_t sum = nodes.capacity() * sizeof(PageNode) + targets.capacity() * 4 + kinds.capacity() * 2 +
                    edge_flags.capacity() + edge_tx.capacity() * sizeof(TxNumber);
  for (const auto& label : labels) sum += sizeof(label) + label.second.capacity();
  return sum;
}

IndexReader::IndexReader(std::shared_ptr<const Table> table, std::shared_ptr<PageCache> cache,
                         std::shared_ptr<RecordCache> records)
    : table_(std::move(table)), cache_(std::move(cache)), records_(std::move(records)) {}

// Those of many nodes at once do not push out what is asked for again.
template <class See>
Status IndexReader::for_each_record(std::span<const NodeId> ids, const See& see) const {
  struct Missing {
    std::size_t at = 0;
    std::uint64_t before = 0;  // asked for before the table is read
  };
  std::vector<Missing> missing;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i % kAhead == 0) records_->fetch_ahead(ids.subspan(i, std::min(kAhead, ids.size() - i)));
    Status seen;
    if (records_->find(ids[i], [&](std::string_view record) { seen = see(i, record); })) {
      AMONT_TRY(std::move(seen));
      continue;
    }
    missing.push_back({i, records_->before_reading(ids[i])});
    keys.push_back(node_key(ids[i]));
  }
  if (missing.empty()) return {};
  AMONT_LET(const auto found, table_->multi_get(Space::kNodes, keys));
  for (std::size_t n = 0; n < missing.size(); ++n) {
    const auto [at, before] = missing[n];
    if (found[n]) records_->keep(ids[at], *found[n], before, ids.size() <= kFew);
    AMONT_TRY(see(at, found[n] ? std::string_view(*found[n]) : std::string_view()));
  }
  return {};
}

// What stands in the index under a ref.
static Result<NodeId> read_id(std::string_view ref, std::string_view bytes) {
  ByteReader in(bytes);
  const NodeId id{in.varint()};
  if (!in.finished()) return damaged(fmt::format("the id of {} in the index is no number; run `amont rebuild`", ref));
  return id;
}

Result<std::optional<NodeId>> IndexReader::find(std::string_view ref) const {
  if (const auto known = records_->find_ref(ref)) return known;
  AMONT_LET(const auto bytes, table_->get(Space::kRefs, ref));
  if (!bytes) return std::optional<NodeId>();
  AMONT_LET(const NodeId id, read_id(ref, *bytes));
  records_->keep_ref(ref, id);
  return std::optional<NodeId>(id);
}

Result<std::vector<std::optional<NodeId>>> IndexReader::find(const std::vector<std::string>& refs) const {
  AMONT_LET(const auto found, table_->multi_get(Space::kRefs, refs));
  std::vector<std::optional<NodeId>> ids(refs.size());
  for (std::size_t i = 0; i < refs.size(); ++i) {
    if (!found[i]) continue;
    AMONT_LET(ids[i], read_id(refs[i], *found[i]));
  }
  return ids;
}

Result<std::optional<NodeVersion>> IndexReader::node(NodeId id, TxNumber at) const {
  std::optional<NodeVersion> version;
  AMONT_TRY(for_each_record(std::span(&id, 1), [&version](std::size_t, std::string_view record) -> Status {
    if (record.empty()) return {};
    AMONT_LET(version, decode_node_version(record));
    return {};
  }));
  while (version && version->tx > at) {
    const TxNumber previous = version->previous;
    if (previous == 0) return std::optional<NodeVersion>();
    AMONT_LET(const auto bytes, table_->get(Space::kNodeHistory, node_version_key(id, previous)));
    if (!bytes)
      return damaged(
          fmt::format("version {} of node {} is not in the index; run `amont rebuild`", previous, number_of(id)));
    AMONT_LET(version, decode_node_version(*bytes));
  }
  return version;
}

Result<std::vector<std::optional<NodeVersion>>> IndexReader::nodes(std::span<const NodeId> ids, TxNumber at) const {
  std::vector<std::optional<NodeVersion>> out(ids.size());
  std::vector<std::size_t> older;
  AMONT_TRY(for_each_record(ids, [&](std::size_t i, std::string_view record) -> Status {
    if (record.empty()) return {};
    AMONT_LET(auto version, decode_node_version(record));
    if (version.tx <= at)
      out[i] = std::move(version);
    else
      older.push_back(i);
    return {};
  }));
  for (const std::size_t i : older) {
    AMONT_LET(out[i], node(ids[i], at));
  }
  return out;
}

Status IndexReader::names(std::span<const NodeId> ids, const SeeName& see) const {
  return for_each_record(ids, [&](std::size_t i, std::string_view record) -> Status {
    if (record.empty()) return {};
    AMONT_LET(const NodeName name, decode_node_name(record));
    return see(i, name.kind, name.key);
  });
}

Result<std::shared_ptr<const NodePage>> IndexReader::node_page(std::uint32_t number) const {
  const PageCache::Key key = PageCache::nodes(number);
  auto cached = std::static_pointer_cast<const CachedNodePage>(cache_->find(key));
  if (!cached) {
    PageCache::Load load(*cache_, key);
    AMONT_LET(const auto bytes, table_->get(Space::kNodePages, node_page_key(number)));
    auto loaded = std::make_shared<CachedNodePage>();
    if (bytes) {
      AMONT_LET(loaded->page, decode_node_page(*bytes));
    }
    load.finish(loaded);
    cached = std::move(loaded);
  }
  return std::shared_ptr<const NodePage>(cached, &cached->page);
}

Result<std::shared_ptr<const JoinedPage>> IndexReader::build(EdgeClass edge_class, Direction direction,
                                                             std::uint32_t number, TxNumber at) const {
  const std::string key = page_key(edge_class, direction, number);
  AMONT_LET(const auto bytes, table_->get(Space::kPages, key));
  EdgePage edges;
  std::string history_bytes;
  if (bytes) {
    AMONT_LET(edges, decode_edge_page(*bytes));
  }
  AMONT_LET(const auto nodes, node_page(number));
  auto out = std::make_shared<JoinedPage>();
  out->max_tx = std::max(edges.max_tx, nodes->max_tx);
  if (at < edges.max_tx) AMONT_TRY(turn_back(*table_, key, at, edges, history_bytes));
  out->page.nodes.resize(kPageNodes + 1);
  for (std::uint32_t slot = 0; slot < kPageNodes; ++slot) {
    const NodeSlot& from = nodes->nodes[slot];
    if (from.created == 0 || from.created > at) continue;
    bool alive = !(from.flags & kSlotDead);
    if ((from.flags & kSlotDiedOnce) && at < nodes->max_tx) {
      AMONT_LET(const auto version, node(NodeId(std::uint64_t{number} * kPageNodes + slot), at));
      alive = version && version->alive;
    }
    PageNode& to = out->page.nodes[slot];
    to.kind = from.kind;
    to.ties = from.ties;
    to.flags = static_cast<std::uint8_t>((alive ? kNodeAlive : 0) | (from.flags & kSlotDated ? kNodeDated : 0));
  }
  fill_edges(edges, out->page);
  out->page.last_retraction = edges.last_retraction;
  return std::shared_ptr<const JoinedPage>(std::move(out));
}

Result<std::shared_ptr<const Page>> IndexReader::page(EdgeClass edge_class, Direction direction, std::uint32_t number,
                                                      TxNumber at) const {
  const PageCache::Key now = PageCache::edges(edge_class, direction, number);
  auto cached = std::static_pointer_cast<const JoinedPage>(cache_->find(now));
  if (!cached) {
    PageCache::Load load(*cache_, now);
    AMONT_LET(cached, build(edge_class, direction, number, kNewest));
    load.finish(cached);
  }
  if (cached->max_tx > at) {
    const PageCache::Key then = PageCache::edges(edge_class, direction, number, at + 1);  // 0 says now
    cached = std::static_pointer_cast<const JoinedPage>(cache_->find(then));
    if (!cached) {
      PageCache::Load load(*cache_, then);
      AMONT_LET(cached, build(edge_class, direction, number, at));
      load.finish(cached);
    }
  }
  return std::shared_ptr<const Page>(cached, &cached->page);
}

Result<std::optional<LiveEdge>> IndexReader::live_edge(EdgeClass edge_class, const EdgeIdentity& edge,
                                                       TxNumber at) const {
  AMONT_LET(const auto found, page(edge_class, Direction::kUpstream, page_of(edge.from), at));
  const std::uint32_t begin = found->nodes[slot_of(edge.from)].begin, end = found->nodes[slot_of(edge.from) + 1].begin;
  const auto first = found->targets.begin() + begin, last = found->targets.begin() + end;
  for (auto i = static_cast<std::uint32_t>(std::lower_bound(first, last, number_of(edge.to)) - found->targets.begin());
       i < end && found->targets[i] == number_of(edge.to); ++i) {
    if (found->kinds[i] == number_of(edge.kind) && found->label(i) == edge.label)
      return std::optional<LiveEdge>({found->edge_tx[i], found->edge_flags[i]});
  }
  return std::optional<LiveEdge>();
}

Result<std::optional<EdgeVersion>> IndexReader::older_edge_version(const EdgeIdentity& edge, TxNumber from,
                                                                   TxNumber at) const {
  while (from != 0) {
    AMONT_LET(const auto bytes, table_->get(Space::kEdgeHistory, edge_version_key(edge, from)));
    if (!bytes)
      return damaged(fmt::format("version {} of an edge of node {} is not in the index; run `amont rebuild`", from,
                                 number_of(edge.from)));
    AMONT_LET(auto version, decode_edge_version(*bytes));
    if (version.tx <= at) return std::optional<EdgeVersion>(std::move(version));
    from = version.previous;
  }
  return std::optional<EdgeVersion>();
}

Result<std::optional<EdgeVersion>> IndexReader::edge_version(EdgeClass edge_class, const EdgeIdentity& edge,
                                                             TxNumber at) const {
  AMONT_LET(const auto bytes, table_->get(Space::kEdges, edge_key(edge)));
  if (bytes) {
    AMONT_LET(auto version, decode_edge_version(*bytes));
    if (version.tx <= at) return std::optional<EdgeVersion>(std::move(version));
    if (version.begin <= at) return older_edge_version(edge, version.previous, at);
  }
  // Alive then, in a life that is over.
  const PageEntry wanted = entry_of(edge);
  std::string history_bytes;
  AMONT_LET(const auto history,
            read_history(*table_, page_key(edge_class, Direction::kUpstream, page_of(edge.from)), history_bytes));
  for (const DeadEntry& dead : history)
    if (dead.edge.same_edge(wanted) && dead.edge.begin <= at && at < dead.end)
      return older_edge_version(edge, dead.last_version, at);
  return std::optional<EdgeVersion>();
}

Result<std::vector<std::optional<EdgeVersion>>> IndexReader::edge_versions(EdgeClass edge_class,
                                                                           std::span<const EdgeIdentity> edges,
                                                                           TxNumber at) const {
  std::vector<std::string> keys;
  keys.reserve(edges.size());
  for (const EdgeIdentity& edge : edges) keys.push_back(edge_key(edge));
  AMONT_LET(const auto found, table_->multi_get(Space::kEdges, keys));
  std::vector<std::optional<EdgeVersion>> out(edges.size());
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (found[i]) {
      AMONT_LET(out[i], decode_edge_version(*found[i]));
      if (out[i]->tx <= at) continue;
    }
    AMONT_LET(out[i], edge_version(edge_class, edges[i], at));
  }
  return out;
}

Result<Timestamp> IndexReader::time_of(TxNumber tx) const {
  AMONT_LET(const auto bytes, table_->get(Space::kLog, number_key(tx)));
  ByteReader in(bytes ? std::string_view(*bytes) : std::string_view());
  in.u8();      // kind
  in.u8();      // visible
  in.varint();  // batch
  const Timestamp time{in.signed_varint()};
  if (!in.ok())
    return damaged(fmt::format("what the index says of transaction {} can't be read; run `amont rebuild`", tx));
  return time;
}

Result<std::vector<EdgeLife>> IndexReader::lives_at(NodeId id) const {
  std::vector<EdgeLife> out;
  for (std::size_t c = 0; c < kEdgeClasses; ++c) {
    const auto edge_class = static_cast<EdgeClass>(c);
    for (const Direction direction : kDirections) {
      const std::string key = page_key(edge_class, direction, page_of(id));
      const auto take = [&](const PageEntry& entry, TxNumber end, TxNumber last_version) {
        if (entry.slot != slot_of(id)) return;
        out.push_back({edge_class, direction, identity_of(entry, direction, page_of(id)), entry.flags, entry.begin, end,
                       last_version});
      };
      AMONT_LET(const auto bytes, table_->get(Space::kPages, key));
      if (bytes) {
        AMONT_LET(const EdgePage live, decode_edge_page(*bytes));
        for (const PageEntry& entry : live.entries) take(entry, 0, 0);
      }
      std::string history_bytes;
      AMONT_LET(const auto history, read_history(*table_, key, history_bytes));
      for (const DeadEntry& dead : history) take(dead.edge, dead.end, dead.last_version);
    }
  }
  return out;
}

Result<std::vector<TxNumber>> IndexReader::versions_of(const EdgeLife& life) const {
  std::vector<TxNumber> out;
  if (!(life.flags & kEdgeDetailed)) return out;
  TxNumber from = life.last_version;
  if (life.end == 0) {
    AMONT_LET(const auto bytes, table_->get(Space::kEdges, edge_key(life.edge)));
    if (!bytes) return out;
    AMONT_LET(const EdgeVersion current, decode_edge_version(*bytes));
    out.push_back(current.tx);
    from = current.previous;
  }
  while (from != 0) {
    out.push_back(from);
    AMONT_LET(const auto older, older_edge_version(life.edge, from, from));
    if (!older) break;
    from = older->previous;
  }
  return out;
}

std::shared_ptr<const Graph> graph_at(std::shared_ptr<const IndexReader> reader, TxNumber at, std::uint64_t id_count,
                                      std::shared_ptr<const Schema> schema) {
  return std::make_shared<SnapshotGraph>(std::move(reader), at, id_count, std::move(schema));
}

}  // namespace amont
