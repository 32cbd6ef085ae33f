#include "core/index/redactions.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/index/keys.h"
#include "core/record/redaction_parts.h"

namespace amont {
namespace {

constexpr std::string_view kCountKey = "redactions", kPrefix = "redacted";

bool stood_at(const std::vector<ErasedPart>& erased, TxNumber tx) {
  return std::ranges::any_of(erased, [tx](const ErasedPart& one) { return one.stood_at(tx); });
}

// Whether there was such a property.
bool erase_property(Properties& props, std::string_view name) {
  return std::erase_if(props, [name](const Property& one) { return one.name == name; }) > 0;
}

}  // namespace

std::string redactions_key(NodeId id) { return std::string(kPrefix) + '\x01' + node_key(id); }
std::string redactions_key(const EdgeIdentity& edge) { return std::string(kPrefix) + '\x02' + edge_key(edge); }
std::string redactions_key_of_heading(TxNumber tx) { return std::string(kPrefix) + '\x03' + number_key(tx); }

Result<std::vector<KnownRedaction>> read_redactions(const Table& table, const std::string& key) {
  AMONT_LET(const auto bytes, table.get(Space::kMeta, key));
  std::vector<KnownRedaction> out;
  if (!bytes) return out;
  ByteReader in(*bytes);
  while (in.ok() && !in.at_end()) {
    KnownRedaction one;
    one.by = in.varint();
    one.name = in.text();
    one.erased = read_erased(in);
    out.push_back(std::move(one));
  }
  if (!in.ok()) return damaged("what the index says of a redaction can't be read; run `amont rebuild`");
  return out;
}

Result<bool> any_redactions(const Table& table) {
  AMONT_LET(const auto count, table.get(Space::kMeta, kCountKey));
  return count.has_value();
}

Result<std::optional<std::string>> RedactionTaker::get(Space space, const std::string& key) const {
  if (const auto known = written_.find({space, key}); known != written_.end()) return std::optional(known->second);
  return reader_.table().get(space, key);
}

Status RedactionTaker::take(const LoggedRedaction& redaction) {
  AMONT_TRY(count());
  switch (redaction.of) {
    case LoggedRedaction::Of::kNode:
      AMONT_TRY(erase_from_node(redaction));
      return remember(redaction, redactions_key(redaction.id));
    case LoggedRedaction::Of::kEdge:
      AMONT_TRY(erase_from_edge(redaction));
      return remember(redaction, redactions_key(redaction.edge));
    case LoggedRedaction::Of::kHeading: {
      // A batch tells its author twice; and of what was asked for in one transaction of it, each is asked about later.
      std::set<TxNumber> owners{redaction.tx};
      for (const ErasedPart& one : redaction.erased) owners.insert(one.tx);
      for (const TxNumber tx : owners) AMONT_TRY(remember(redaction, redactions_key_of_heading(tx)));
      return {};
    }
    case LoggedRedaction::Of::kRequest: return erase_request(redaction);
  }
  return {};
}

Status RedactionTaker::erase_from_node(const LoggedRedaction& redaction) {
  Space space = Space::kNodes;
  for (std::string key = node_key(redaction.id);;) {
    AMONT_LET(const auto bytes, get(space, key));
    if (!bytes) return {};
    AMONT_LET(NodeVersion version, decode_node_version(*bytes));
    if (stood_at(redaction.erased, version.tx) && erase_property(version.props, redaction.name)) {
      put(space, std::move(key), encode(version));
      records_.push_back(redaction.id);
    }
    if (version.previous == 0) return {};
    space = Space::kNodeHistory;
    key = node_version_key(redaction.id, version.previous);
  }
}

Status RedactionTaker::erase_from_edge(const LoggedRedaction& redaction) {
  const auto erase = [&](Space space, std::string key) -> Status {
    AMONT_LET(const auto bytes, get(space, key));
    if (!bytes) return {};
    AMONT_LET(EdgeVersion version, decode_edge_version(*bytes));
    if (stood_at(redaction.erased, version.tx) && erase_property(version.props, redaction.name))
      put(space, std::move(key), encode(version));
    return {};
  };
  AMONT_TRY(erase(Space::kEdges, edge_key(redaction.edge)));
  AMONT_LET(const auto lives, reader_.lives_at(redaction.edge.from));
  for (const EdgeLife& life : lives) {
    if (life.direction != Direction::kUpstream || life.edge != redaction.edge) continue;
    AMONT_LET(const auto versions, reader_.versions_of(life));
    for (const TxNumber tx : versions) AMONT_TRY(erase(Space::kEdgeHistory, edge_version_key(redaction.edge, tx)));
  }
  return {};
}

// Of a short text a digest may tell as much as the text. What comes again under the key can't be compared any more.
Status RedactionTaker::erase_request(const LoggedRedaction& redaction) {
  AMONT_LET(const auto bytes, get(Space::kKeys, redaction.name));
  if (!bytes) return {};
  ByteReader in(*bytes);
  const TxNumber tx = in.varint();
  if (tx != redaction.tx) return {};
  std::string use;
  append_varint(use, tx);
  put(Space::kKeys, redaction.name, use.append(sizeof(Digest), '\0'));
  return {};
}

Status RedactionTaker::remember(const LoggedRedaction& redaction, const std::string& key) {
  AMONT_LET(auto known, get(Space::kMeta, key));
  std::string value = known ? *std::move(known) : std::string();
  append_varint(value, by_);
  append_text(value, redaction.name);
  append_erased(value, redaction.erased);
  put(Space::kMeta, key, std::move(value));
  return {};
}

Status RedactionTaker::count() {
  const std::string key(kCountKey);
  AMONT_LET(const auto before, get(Space::kMeta, key));
  std::string value;
  append_varint(value, (before ? ByteReader(*before).varint() : 0) + 1);
  put(Space::kMeta, key, std::move(value));
  return {};
}

void RedactionTaker::finish(TableBatch& batch, std::vector<NodeId>& records) {
  for (const auto& [place, value] : written_) batch.put(place.first, place.second, value);
  records.insert(records.end(), records_.begin(), records_.end());
}

}  // namespace amont
