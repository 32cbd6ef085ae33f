#include "amont/snapshot.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/index/reader.h"
#include "core/index/redactions.h"
#include "core/index/refs_of.h"
#include "core/index/view.h"

namespace amont {
namespace {

Node to_node(NodeId id, NodeVersion&& version, const Schema& schema) {
  return {id,
          version.kind,
          {schema.node(version.kind).name, std::move(version.key)},
          version.valid,
          std::move(version.props),
          version.tx};
}

// What an answer as of `at` lacks; of a property that has been put again since, nothing is missing.
Result<std::vector<RedactedText>> lacking(const Table& table, const std::string& key, TxNumber at) {
  AMONT_LET(const auto known, read_redactions(table, key));
  std::vector<RedactedText> out;
  for (const KnownRedaction& one : known)
    for (const ErasedPart& part : one.erased)
      if (part.stood_at(at)) out.push_back({one.name, part.tx, part.until, one.by, hex(part.commitment)});
  std::ranges::sort(out, {}, &RedactedText::property);
  return out;
}

// Of a property that was put again after its redaction nothing is missing.
void leave_out_what_is_there(std::vector<RedactedText>& texts, const Properties& props) {
  std::erase_if(texts, [&](const RedactedText& text) { return find_property(props, text.property) != nullptr; });
}

// Since when the node, which is there, has been without a break. One that was retracted and put again by one transaction was.
Result<TxNumber> begin_of_life(const IndexReader& reader, NodeId id, TxNumber at) {
  TxNumber begin = 0;
  for (TxNumber before = at;;) {
    AMONT_LET(const auto version, reader.node(id, before));
    if (!version || !version->alive) return begin;
    begin = version->tx;
    before = version->previous;
    if (before == 0) return begin;
  }
}

// An earlier life is another record: what went of it is not missing from this one.
void leave_out_what_was_before(std::vector<RedactedText>& texts, TxNumber begin) {
  std::erase_if(texts, [&](const RedactedText& text) { return text.tx < begin; });
}

}  // namespace

Snapshot::Snapshot(std::shared_ptr<const IndexView> view) : view_(std::move(view)) {}

TxNumber Snapshot::tx() const { return view_->tx; }
Timestamp Snapshot::time() const { return view_->time; }
const Schema& Snapshot::schema() const { return *view_->schema; }
const RuleList& Snapshot::rules() const { return *view_->rules; }
const std::string& Snapshot::damage() const { return view_->damage; }
Result<std::vector<RedactedText>> Snapshot::redacted(NodeId id) const {
  AMONT_LET(std::vector<RedactedText> texts, lacking(view_->reader->table(), redactions_key(id), view_->tx));
  if (texts.empty()) return texts;
  AMONT_LET(const std::optional<Node> now, node(id));
  if (!now) return texts;
  leave_out_what_is_there(texts, now->props);
  AMONT_LET(const TxNumber begin, begin_of_life(*view_->reader, id, view_->tx));
  leave_out_what_was_before(texts, begin);
  return texts;
}

Result<std::vector<RedactedText>> Snapshot::redacted(const Edge& edge) const {
  const EdgeIdentity identity{edge.kind, edge.from, edge.to, edge.label};
  AMONT_LET(std::vector<RedactedText> texts, lacking(view_->reader->table(), redactions_key(identity), view_->tx));
  if (texts.empty()) return texts;
  leave_out_what_is_there(texts, edge.props);
  AMONT_LET(const auto live, view_->reader->live_edge(schema().edge(edge.kind).edge_class, identity, view_->tx));
  if (live) leave_out_what_was_before(texts, live->begin);
  return texts;
}

Result<bool> Snapshot::has_redacted() const { return any_redactions(view_->reader->table()); }

std::uint64_t Snapshot::id_count() const { return view_->graph->id_count(); }

Result<std::optional<NodeId>> Snapshot::find(const Ref& ref) const {
  thread_local std::string text;  // so that nothing is allocated
  text.assign(ref.kind).append(1, ':').append(ref.key);
  return view_->reader->find(text);
}

Result<std::optional<Node>> Snapshot::node(NodeId id) const {
  AMONT_LET(auto version, view_->reader->node(id, view_->tx));
  if (!version || !version->alive) return std::optional<Node>();
  return std::optional<Node>(to_node(id, *std::move(version), schema()));
}

Result<std::optional<Node>> Snapshot::node(const Ref& ref) const {
  AMONT_LET(const auto id, find(ref));
  if (!id) return std::optional<Node>();
  AMONT_LET(auto found, node(*id));
  if (found && found->ref != ref) return not_that_ref(ref, found->ref);
  return found;
}

Result<std::vector<std::optional<Node>>> Snapshot::nodes(std::span<const NodeId> ids) const {
  AMONT_LET(auto versions, view_->reader->nodes(ids, view_->tx));
  std::vector<std::optional<Node>> out(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (versions[i] && versions[i]->alive) out[i] = to_node(ids[i], *std::move(versions[i]), schema());
  return out;
}

Result<Ref> Snapshot::ref(NodeId id) const {
  AMONT_LET(auto refs_found, refs(std::span(&id, 1)));
  return std::move(refs_found.front());
}

Result<std::vector<Ref>> Snapshot::refs(std::span<const NodeId> ids) const {
  std::vector<Ref> out(ids.size());
  AMONT_TRY(read_refs(*view_, ids, [&](std::size_t i) -> Ref& { return out[i]; }));
  return out;
}

Result<std::vector<NodeBrief>> Snapshot::briefs(NodeId first, std::size_t count) const {
  const std::uint64_t ids = view_->graph->id_count(), begin = std::min(number_of(first), ids);
  const std::uint64_t end = begin + std::min<std::uint64_t>(count, ids - begin);
  std::vector<NodeBrief> out;
  out.reserve(end - begin);
  std::shared_ptr<const Page> page;
  for (std::uint64_t number = begin; number < end; ++number) {
    const NodeId id{number};
    if (!page || slot_of(id) == 0) {
      AMONT_LET(page, view_->graph->page(EdgeClass::kLineage, Direction::kUpstream, page_of(id)));
    }
    const PageNode& node = page->nodes[slot_of(id)];
    out.push_back({NodeKind(node.kind), (node.flags & kNodeAlive) != 0});
  }
  return out;
}

}  // namespace amont
