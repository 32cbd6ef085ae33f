#include "core/evidence/proven.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/index/records.h"
#include "core/record/part_format.h"
#include "core/record/parts.h"

namespace amont {
namespace {

// The names whose values follow the record in parts of their own.
Result<std::vector<std::string>> sealed_names(std::string_view record) {
  AMONT_LET(const PutOutline put, outline_put(record));
  std::vector<std::string> names;
  for (const PutOutline::Named& one : put.props)
    if (one.is_sealed) names.push_back(one.name);
  return names;
}

bool is_shown_kind(std::uint8_t kind) {
  return kind == kNodePut || kind == kEdgePut || kind == kSealed || kind == kSchema ||
         (kind >= kAuthor && kind <= kSource);
}

bool is_record(std::string_view part) { return !part.empty() && (part[0] == kNodePut || part[0] == kEdgePut); }

// One transaction's parts: a heading and changes, where what is sealed follows its record without a gap.
struct Opened {
  LoggedTransaction said;
  std::vector<std::vector<RedactedValue>> redacted;  // by change
  std::uint32_t redacted_count = 0;
};

Result<Opened> open_transaction(const ProvenTransaction& transaction) {
  Opened out;
  PartList parts;
  std::vector<std::string> sealed;  // of the last record; the first `taken` of them were met
  std::size_t taken = 0;
  std::uint32_t next = 0;
  const auto misfit = [&](std::string_view why) {
    return refused(fmt::format("transaction {}: {}", transaction.head.number, why));
  };
  for (const ExcerptPart& part : transaction.parts) {
    const bool is_heading = out.redacted.empty();
    const auto kind = part.redacted() ? std::uint8_t{kSealed} : static_cast<std::uint8_t>(part.bytes[0]);
    if (!is_shown_kind(kind)) return misfit(fmt::format("part {} is of a kind that no bundle has", part.index));
    if (taken < sealed.size() && (kind != kSealed || part.index != next))
      return misfit("a sealed value is neither there nor told to be redacted");
    if (kind == kSealed && taken == sealed.size() && !(part.redacted() && is_heading))
      return misfit(fmt::format("part {} belongs to no record", part.index));
    out.redacted_count += part.redacted();
    if (kind == kSealed && taken < sealed.size()) {
      if (part.redacted())
        out.redacted.back().push_back({sealed[taken], transaction.head.number, part.index, hex(part.salt)});
      ++taken;
    } else if (kind < kSealed || kind == kSchema) {
      out.redacted.emplace_back();
      sealed.clear();
      taken = 0;
      if (is_record(part.bytes)) {
        Result<std::vector<std::string>> names = sealed_names(part.bytes);
        if (!names.ok()) return misfit(fmt::format("part {} does not fit this format", part.index));
        sealed = *std::move(names);
      }
    } else if (!is_heading) {
      return misfit("its heading is out of order");
    }
    next = part.index + 1;
    parts.bytes.append(part.bytes);
    parts.ends.push_back(static_cast<std::uint32_t>(parts.bytes.size()));
  }
  if (taken < sealed.size()) return misfit("a sealed value is neither there nor told to be redacted");
  if (const Status read = decode_parts(parts, out.said); !read.ok()) return misfit(read.text());
  if (out.said.changes.size() != out.redacted.size()) return misfit("its parts do not fit this format");
  return out;
}

// A record under way.
struct Life {
  bool begun = false;
  Interval valid;
  Properties props;
  std::vector<RedactedValue> redacted;
  TxNumber tx = 0;

  bool take(bool begins, const std::vector<PropertyChange>& changes, const TimeChange& from, const TimeChange& to,
            std::vector<RedactedValue>&& gone, TxNumber number) {
    if (begins) *this = {};
    if (!begins && !begun) return false;
    begun = true;
    for (const PropertyChange& change : changes)
      std::erase_if(redacted, [&](const RedactedValue& one) { return one.name == change.name; });
    redacted.insert(redacted.end(), std::make_move_iterator(gone.begin()), std::make_move_iterator(gone.end()));
    merge_properties(props, changes);
    merge_times(valid, from, to);
    tx = number;
    return !valid.from || !valid.to || *valid.from < *valid.to;
  }
};

class Builder {
 public:
  Result<Proven> build(const std::vector<ProvenTransaction>& transactions) {
    for (const ProvenTransaction& one : transactions) AMONT_TRY(take(one));
    AMONT_TRY(check_schema(transactions));
    AMONT_TRY(tell_batches(transactions));
    return finish();
  }

 private:
  Status take(const ProvenTransaction& transaction) {
    AMONT_LET(Opened opened, open_transaction(transaction));
    const TxNumber number = transaction.head.number;
    out_.transactions.push_back({number, transaction.visible, transaction.head.time, opened.said.author,
                                 opened.said.reason, opened.redacted_count});
    for (std::size_t i = 0; i < opened.said.changes.size(); ++i) {
      const LoggedChange& change = opened.said.changes[i];
      if (const auto* node = std::get_if<LoggedNodePut>(&change)) {
        AMONT_TRY(take_node(*node, std::move(opened.redacted[i]), number));
      } else if (const auto* edge = std::get_if<LoggedEdgePut>(&change)) {
        const EdgeIdentity& key = edge->edge;
        Life& life = edges_[{number_of(key.kind), number_of(key.from), number_of(key.to), key.label}];
        if (!life.take(edge->begins, edge->props, edge->valid_from, edge->valid_to, std::move(opened.redacted[i]),
                       number))
          return refused(
              fmt::format("transaction {} puts an edge whose beginning is not there, or for no time", number));
      } else {
        AMONT_TRY(take_growth(change, number));
      }
    }
    return {};
  }

  // One that changes nothing is not recorded.
  Status take_growth(const LoggedChange& change, TxNumber number) {
    const LoggedSchema* const grows = std::get_if<LoggedSchema>(&change);
    if (!grows) return refused(fmt::format("transaction {} has a change of a kind that no bundle has", number));
    const Result<bool> grown = out_.schema.grow(grows->growth);
    if (grown.ok() && *grown) return {};
    return refused(fmt::format("transaction {} grows the schema in a way that does not fit{}", number,
                               grown.ok() ? "" : ": " + grown.status().text()));
  }

  Status take_node(const LoggedNodePut& put, std::vector<RedactedValue>&& gone, TxNumber number) {
    const std::uint64_t id = number_of(put.id);
    if (put.binds && (!refs_.emplace(id, put.ref).second || !out_.by_ref.emplace(put.ref.text(), 0).second))
      return refused(fmt::format("transaction {} gives a name that was given before", number));
    if (!refs_.contains(id)) return refused(fmt::format("transaction {} changes a node that has no name", number));
    // Of a life that ended the binding put alone is shown; what comes between is not looked at.
    if (!nodes_[id].take(put.begins, put.props, put.valid_from, put.valid_to, std::move(gone), number))
      return refused(fmt::format("transaction {} puts a node whose beginning is not there, or for no time", number));
    return {};
  }

  // Times, authors and reasons of a batch stand in its close.
  Status tell_batches(const std::vector<ProvenTransaction>& transactions) {
    for (std::size_t i = 0; i < transactions.size(); ++i) {
      if (transactions[i].visible == transactions[i].head.number) continue;
      ProvenTx& told = out_.transactions[i];
      const ProvenTx* const close = out_.transaction(told.visible);
      told.time = close->time;
      told.author = close->author;
      told.reason = close->reason;
    }
    return {};
  }

  // One that is left out would give kinds that come later each other's names.
  Status check_schema(const std::vector<ProvenTransaction>& transactions) const {
    const std::uint32_t version = transactions.empty() ? 0 : transactions.back().head.schema_version;
    return out_.schema.version() == version ? Status() : refused("not all growths of the schema are there");
  }

  Result<Proven> finish() {
    std::map<std::uint64_t, std::size_t> places;
    for (auto& [id, life] : nodes_) {
      const Ref& ref = refs_.at(id);
      if (!out_.schema.node(ref.kind))
        return refused(fmt::format("{} is of a kind that no schema declares", ref.text()));
      places[id] = out_.nodes.size();
      out_.by_ref[ref.text()] = out_.nodes.size();
      out_.nodes.push_back({NodeId(id), ref, life.valid, std::move(life.props), std::move(life.redacted), life.tx});
    }
    for (auto& [key, life] : edges_) {
      const auto from = places.find(key.from);
      const auto to = places.find(key.to);
      if (from == places.end() || to == places.end()) return refused("an edge joins nodes that are not there");
      if (key.kind >= out_.schema.edges().size()) return refused("an edge is of a kind that no schema declares");
      const EdgeRow& row = out_.schema.edge(EdgeKind(key.kind));
      out_.edges.push_back({row.kind, row.name, from->second, to->second, key.label, life.valid, std::move(life.props),
                            std::move(life.redacted), life.tx});
    }
    return std::move(out_);
  }

  Proven out_;
  std::map<std::uint64_t, Ref> refs_;
  std::map<std::uint64_t, Life> nodes_;
  std::map<ProvenEdgeKey, Life> edges_;
};

}  // namespace

std::size_t Proven::node(std::string_view ref) const {
  const auto found = by_ref.find(ref);
  return found == by_ref.end() ? kNone : found->second;
}

const ProvenTx* Proven::transaction(TxNumber number) const {
  const auto at = std::ranges::lower_bound(transactions, number, {}, &ProvenTx::number);
  return at != transactions.end() && at->number == number ? &*at : nullptr;
}

Result<Proven> put_together(const std::vector<ProvenTransaction>& transactions) {
  return Builder().build(transactions);
}

}  // namespace amont
