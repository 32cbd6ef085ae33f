#include "core/store/excerpt.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/index/keys.h"
#include "core/index/reader.h"
#include "core/index/view.h"
#include "core/log/log.h"
#include "core/record/part_format.h"
#include "core/store/directory.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr std::uint64_t kLeavesAtOnce = 4096;

// What is wanted of one transaction, besides its heading.
struct Wanted {
  std::set<std::uint64_t> nodes;
  std::set<std::string> edges;  // as edge_key() gives them
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
  Collector(const Log& log, const IndexView& view) : log_(log), reader_(*view.reader), at_(view.tx) {}

  Status want_schema(const Schema& schema) {
    for (std::uint32_t version = 1; version <= schema.version(); ++version) {
      std::string key = "schema";
      append_u32(key, version);
      AMONT_LET(const auto growth, reader_.table().get(Space::kMeta, key));
      if (!growth) return damaged("the index does not know its schema; run `amont rebuild`");
      wanted_[ByteReader(*growth).varint()].schema = true;
    }
    return {};
  }

  // The put that bound it, and all of its current life.
  Status want_nodes(std::span<const NodeId> ids) {
    AMONT_LET(const auto versions, reader_.nodes(ids, at_));
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::uint64_t id = number_of(ids[i]);
      if (!versions[i] || !versions[i]->alive) return not_found(fmt::format("node {} is not there", id));
      std::optional<NodeVersion> version = versions[i];
      for (bool in_this_life = true; version;) {
        in_this_life = in_this_life && version->alive;
        if (in_this_life || version->previous == 0) wanted_[version->tx].nodes.insert(id);
        if (version->previous == 0) break;
        AMONT_LET(version, reader_.node(ids[i], version->previous));
      }
    }
    return {};
  }

  Status want_edges(std::span<const EdgeToShow> edges, const Schema& schema) {
    for (const EdgeToShow& one : edges) {
      const EdgeIdentity edge = {one.kind, one.from, one.to, one.label};
      const EdgeClass edge_class = schema.edge(one.kind).edge_class;
      AMONT_LET(const auto live, reader_.live_edge(edge_class, edge, at_));
      if (!live) return not_found(fmt::format("an edge of node {} is not there", number_of(one.from)));
      const std::string key = edge_key(number_of(edge.kind), number_of(edge.from), number_of(edge.to), edge.label);
      wanted_[live->begin].edges.insert(key);
      if (!(live->flags & kEdgeDetailed)) continue;
      for (TxNumber at = at_; at >= live->begin;) {
        AMONT_LET(const auto version, reader_.edge_version(edge_class, edge, at));
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
  Result<TxKind> kind_of(TxNumber tx) const {
    AMONT_LET(const auto entry, reader_.table().get(Space::kLog, number_key(tx)));
    if (!entry || entry->empty()) return not_found(fmt::format("transaction {} is not in the register", tx));
    return static_cast<TxKind>((*entry)[0]);
  }

  // A transaction of a batch is nothing without its close.
  Status want_closes() {
    std::set<TxNumber> closes;
    TxNumber close = 0;  // of the last batch looked at
    for (const auto& [tx, wanted] : wanted_) {
      AMONT_LET(TxKind kind, kind_of(tx));
      if (kind == TxKind::kPlain || tx <= close) continue;
      for (close = tx; kind != TxKind::kBatchClose;) {
        if (kind == TxKind::kBatchVoid)
          return invalid(
              fmt::format("transaction {} is of an import that was given up; take a checkpoint of another size", tx));
        AMONT_LET(kind, kind_of(++close));
      }
      closes.insert(close);
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
    const std::set<std::uint32_t> ended = ended_here(record, wanted);
    for (std::uint32_t i = 0; i < record.parts.size(); ++i) {
      const std::string_view part = record.parts[i];
      const auto kind = part.empty() ? std::uint8_t{kSealed} : static_cast<std::uint8_t>(part[0]);
      if (kind < kAuthor && !(part.empty() && in_heading)) in_heading = false;
      if (kind != kSealed) taking = is_wanted(part, kind, wanted) && !ended.contains(i);
      if (!taking && !(part.empty() && in_heading)) continue;
      indexes.push_back(i);
      out.parts.push_back({i, part.empty() ? record.commitments[i] : record.salts.salts[i], std::string(part)});
    }
    AMONT_LET(out.siblings,
              inclusion_siblings(record.parts.size(), indexes,
                                 [&](std::uint64_t first, std::uint64_t count) -> Result<Digest> {
                                   return merkle_root(std::span(record.commitments).subspan(first, count));
                                 }));
    return out;
  }

  static bool is_wanted(std::string_view part, std::uint8_t kind, const Wanted& wanted) {
    switch (kind) {
      case kAuthor:
      case kReason:
      case kSource: return true;
      case kSchema: return wanted.schema;
      case kNodePut: return wanted.nodes.contains(node_of(part));
      case kEdgePut: return !wanted.edges.empty() && wanted.edges.contains(edge_of(part));
      default: return false;
    }
  }

  static std::uint64_t node_of(std::string_view part) { return ByteReader(part.substr(2)).varint(); }
  static std::string edge_of(std::string_view part) {
    ByteReader in(part.substr(2));
    const std::uint64_t kind = in.varint();
    const std::uint64_t from = in.varint();
    const std::uint64_t to = in.varint();
    return edge_key(kind, from, to, in.text());
  }

  // Puts of a life that ended in this very transaction: they come before one that begins the next. A binding put stays.
  static std::set<std::uint32_t> ended_here(const ProvableRecord& record, const Wanted& wanted) {
    std::set<std::uint32_t> ended;
    std::map<std::string, std::vector<std::uint32_t>> puts;
    for (std::uint32_t i = 0; i < record.parts.size(); ++i) {
      const std::string_view part = record.parts[i];
      const auto kind = part.empty() ? std::uint8_t{kSealed} : static_cast<std::uint8_t>(part[0]);
      if ((kind != kNodePut && kind != kEdgePut) || !is_wanted(part, kind, wanted)) continue;
      const auto flags = static_cast<std::uint8_t>(part[1]);
      std::vector<std::uint32_t>& before = puts[kind == kNodePut ? std::to_string(node_of(part)) : edge_of(part)];
      if (flags & kBegins) {
        ended.insert(before.begin(), before.end());
        before.clear();
      }
      if (!(kind == kNodePut && (flags & kBinds))) before.push_back(i);
    }
    return ended;
  }

  Result<Digest> root_over(std::uint64_t first, std::uint64_t count) {
    MerkleFrontier tree;
    std::vector<std::string> keys;
    for (std::uint64_t at = first; at < first + count;) {
      keys.clear();
      for (; at < first + count && keys.size() < kLeavesAtOnce; ++at) keys.push_back(number_key(at + 1));
      AMONT_LET(const auto entries, reader_.table().multi_get(Space::kLog, keys));
      for (const auto& entry : entries) {
        Digest leaf{};
        if (!entry || entry->size() < leaf.size())
          return Status(Code::kLocked,
                        "an import is under way, which the checkpoint ends in; try again when it is done");
        std::copy(entry->end() - static_cast<std::ptrdiff_t>(leaf.size()), entry->end(),
                  reinterpret_cast<char*>(leaf.data()));
        tree.append(leaf);
      }
    }
    return tree.root();
  }

  const Log& log_;
  const IndexReader& reader_;
  const TxNumber at_;
  std::map<TxNumber, Wanted> wanted_;
};

}  // namespace

Result<Excerpt> excerpt_of(const std::string& store, const Snapshot& view, std::span<const NodeId> nodes,
                           std::span<const EdgeToShow> edges, std::span<const TxNumber> transactions, TxNumber size) {
  Files& files = posix_files();
  AMONT_LET(const RegisterFile file, read_register_file(files, store));
  LogOptions options;
  options.register_id = file.id;
  options.writable = false;
  AMONT_LET(const auto log, open_log(files, log_directory(store), options));
  if (size < view.tx() || size > log->head().number)
    return invalid(fmt::format("a checkpoint of {} transactions does not cover transaction {}", size, view.tx()));
  Collector collector(*log, view.view());
  AMONT_TRY(collector.want_schema(view.schema()));
  AMONT_TRY(collector.want_nodes(nodes));
  AMONT_TRY(collector.want_edges(edges, view.schema()));
  collector.want_headings(transactions);
  return collector.collect(size);
}

}  // namespace amont
