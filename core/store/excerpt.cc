// Excerpts: the parts of the log behind some records, with the proofs that they are in it.
#include "core/evidence/excerpt.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/index/keys.h"
#include "core/record/part_format.h"
#include "core/store/engine.h"
#include "core/store/store_rep.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr std::uint64_t kLeavesAtOnce = 4096;

// What is wanted of one transaction, besides its heading.
struct Wanted {
  std::set<std::uint64_t> nodes;
  std::set<std::string> edges;  // as append_edge_key() gives them
  bool schema = false;
};

std::string edge_key(std::uint64_t kind, std::uint64_t from, std::uint64_t to, std::string_view label) {
  std::string key;
  append_varint(key, kind);
  append_varint(key, from);
  append_varint(key, to);
  append_text(key, label);
  return key;
}

class Collector {
 public:
  Collector(const Log& log, const Index& index, TxNumber at) : log_(log), index_(index), at_(at) {}

  Status want_schema() {
    for (const TxNumber tx : index_.schema_growths())
      if (tx <= at_) wanted_[tx].schema = true;
    return {};
  }

  // The put that bound it, and all of its current life.
  Status want_nodes(std::span<const NodeId> ids) {
    AMONT_LET(const auto versions, index_.reader()->nodes(ids, at_));
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::uint64_t id = number_of(ids[i]);
      if (!versions[i] || !versions[i]->alive) return not_found(fmt::format("node {} is not there", id));
      std::optional<NodeVersion> version = versions[i];
      for (bool in_this_life = true; version;) {
        in_this_life = in_this_life && version->alive;
        if (in_this_life || version->previous == 0) wanted_[version->tx].nodes.insert(id);
        if (version->previous == 0) break;
        AMONT_LET(version, index_.reader()->node(ids[i], version->previous));
      }
    }
    return {};
  }

  Status want_edges(std::span<const EdgeToShow> edges) {
    const Schema& schema = *index_.schema_at(at_);
    for (const EdgeToShow& one : edges) {
      const EdgeIdentity edge = {one.kind, one.from, one.to, one.label};
      const EdgeClass edge_class = schema.edge(one.kind).edge_class;
      AMONT_LET(const auto live, index_.reader()->live_edge(edge_class, edge, at_));
      if (!live) return not_found(fmt::format("an edge of node {} is not there", number_of(one.from)));
      const std::string key = edge_key(number_of(edge.kind), number_of(edge.from), number_of(edge.to), edge.label);
      wanted_[live->begin].edges.insert(key);
      if (!(live->flags & kEdgeDetailed)) continue;
      for (TxNumber at = at_; at >= live->begin;) {
        AMONT_LET(const auto version, index_.reader()->edge_version(edge_class, edge, at));
        if (!version || version->tx < live->begin) break;
        wanted_[version->tx].edges.insert(key);
        at = version->previous;
        if (at == 0) break;
      }
    }
    return {};
  }

  void want_headings(std::span<const TxNumber> transactions) {
    for (const TxNumber tx : transactions) wanted_[tx];
  }

  Result<Excerpt> collect(TxNumber size) {
    AMONT_TRY(want_closes());
    Excerpt out;
    std::vector<std::uint64_t> leaves;
    for (auto at = wanted_.begin(); at != wanted_.end();) {
      auto last = at;  // of those that follow each other without a gap
      while (std::next(last) != wanted_.end() && std::next(last)->first == last->first + 1) ++last;
      AMONT_TRY(log_.read(at->first, last->first, [&](TxNumber number, std::string_view bytes) -> Status {
        AMONT_LET(const ProvableRecord record, read_provable_record(bytes).while_doing(log_.place_of(number)));
        AMONT_LET(ExcerptTransaction taken, take(record, wanted_.at(number)));
        out.transactions.push_back(std::move(taken));
        leaves.push_back(number - 1);
        return {};
      }));
      at = std::next(last);
    }
    AMONT_LET(out.siblings, inclusion_siblings(size, leaves, [&](std::uint64_t first, std::uint64_t count) {
                return root_over(first, count);
              }));
    return out;
  }

 private:
  // A transaction of a batch is nothing without its close.
  Status want_closes() {
    std::set<TxNumber> closes;
    TxNumber close = 0;  // of the last batch looked at
    for (const auto& [tx, wanted] : wanted_) {
      AMONT_LET(auto entry, index_.log_entry(tx));
      if (!entry) return not_found(fmt::format("transaction {} is not in the register", tx));
      if (entry->kind == TxKind::kPlain || tx <= close) continue;
      for (close = tx; entry && entry->kind != TxKind::kBatchClose;) {
        AMONT_LET(entry, index_.log_entry(++close));
      }
      if (entry) closes.insert(close);
    }
    for (const TxNumber tx : closes) wanted_[tx];
    return {};
  }

  static Result<ExcerptTransaction> take(const ProvableRecord& record, const Wanted& wanted) {
    ExcerptTransaction out;
    out.header = record.header;
    std::vector<std::uint64_t> indexes;
    bool in_heading = true;
    bool taking = false;  // what is sealed goes with its record
    for (std::uint32_t i = 0; i < record.parts.size(); ++i) {
      const std::string_view part = record.parts[i];
      const auto kind = part.empty() ? std::uint8_t{kSealed} : static_cast<std::uint8_t>(part[0]);
      if (kind < kAuthor && !(part.empty() && in_heading)) in_heading = false;
      if (kind != kSealed) taking = is_wanted(part, kind, wanted);
      if (!taking && !(part.empty() && in_heading)) continue;
      indexes.push_back(i);
      out.parts.push_back({i, part.empty() ? record.commitments[i] : record.salts.salts[i], std::string(part)});
    }
    AMONT_LET(out.siblings, inclusion_siblings(record.parts.size(), indexes,
                                               [&](std::uint64_t first, std::uint64_t count) -> Result<Digest> {
                                                 return merkle_root(std::span(record.commitments).subspan(first, count));
                                               }));
    return out;
  }

  static bool is_wanted(std::string_view part, std::uint8_t kind, const Wanted& wanted) {
    ByteReader in(part.substr(1));
    switch (kind) {
      case kAuthor:
      case kReason:
      case kSource: return true;
      case kSchema: return wanted.schema;
      case kNodePut: return in.u8(), wanted.nodes.contains(in.varint());
      case kEdgePut: {
        if (wanted.edges.empty()) return false;
        in.u8();
        const std::uint64_t edge_kind = in.varint();
        const std::uint64_t from = in.varint();
        const std::uint64_t to = in.varint();
        return wanted.edges.contains(edge_key(edge_kind, from, to, in.text()));
      }
      default: return false;
    }
  }

  Result<Digest> root_over(std::uint64_t first, std::uint64_t count) {
    MerkleFrontier tree;
    std::vector<std::string> keys;
    for (std::uint64_t at = first; at < first + count;) {
      keys.clear();
      for (; at < first + count && keys.size() < kLeavesAtOnce; ++at) keys.push_back(number_key(at + 1));
      AMONT_LET(const auto entries, index_.reader()->table().multi_get(Space::kLog, keys));
      for (const auto& entry : entries) {
        Digest leaf{};
        if (!entry || entry->size() < leaf.size())
          return Status(Code::kLocked, "an import is under way, which the checkpoint ends in; try again when it is done");
        std::copy(entry->end() - static_cast<std::ptrdiff_t>(leaf.size()), entry->end(),
                  reinterpret_cast<char*>(leaf.data()));
        tree.append(leaf);
      }
    }
    return tree.root();
  }

  const Log& log_;
  const Index& index_;
  const TxNumber at_;
  std::map<TxNumber, Wanted> wanted_;
};

}  // namespace

Result<std::string> Store::excerpt(const Snapshot& view, std::span<const NodeId> nodes,
                                   std::span<const EdgeToShow> edges, std::span<const TxNumber> transactions,
                                   TxNumber size) {
  AMONT_LET(const auto index, rep_->engine->current());
  const Log& log = rep_->engine->log();
  if (size < view.tx() || size > log.head().number)
    return invalid(fmt::format("a checkpoint of {} transactions does not cover transaction {}", size, view.tx()));
  Collector collector(log, *index, view.tx());
  AMONT_TRY(collector.want_schema());
  AMONT_TRY(collector.want_nodes(nodes));
  AMONT_TRY(collector.want_edges(edges));
  collector.want_headings(transactions);
  AMONT_LET(const Excerpt out, collector.collect(size));
  return encode_excerpt(out);
}

}  // namespace amont
