#include "core/record/heading_parts.h"
#include "core/record/part_format.h"
#include "core/record/parts.h"
#include "core/record/put_parts.h"
#include "core/record/rule_parts.h"
#include "core/record/schema_parts.h"
#include "core/record/value_parts.h"
#include "core/text/bytes.h"

namespace amont {

Digest digest_of(const Transaction& request) {
  std::string bytes;
  append_text(bytes, request.author);
  append_text(bytes, request.reason);
  append_source(bytes, request.source);
  const auto append_record = [&](const std::vector<PropertyChange>& props, const TimeChange& from,
                                 const TimeChange& to) {
    bytes.push_back(static_cast<char>(time_flags(from, to)));
    append_times(bytes, from, to);
    append_varint(bytes, props.size());
    for (const PropertyChange& change : props) {
      append_text(bytes, change.name);
      if (change.value)
        append_value(bytes, *change.value);
      else
        bytes.push_back(kRemoved);
    }
  };
  const auto append_ends = [&](const auto& edge) {
    append_text(bytes, edge.kind);
    append_text(bytes, edge.from.text());
    append_text(bytes, edge.to.text());
    append_text(bytes, edge.label);
  };
  for (const Change& change : request.changes) {
    bytes.push_back(static_cast<char>(change.index()));
    if (const auto* node = std::get_if<PutNode>(&change)) {
      append_text(bytes, node->ref.text());
      append_record(node->props, node->valid_from, node->valid_to);
    } else if (const auto* edge = std::get_if<PutEdge>(&change)) {
      append_ends(*edge);
      append_record(edge->props, edge->valid_from, edge->valid_to);
    } else if (const auto* gone = std::get_if<RetractNode>(&change)) {
      append_text(bytes, gone->ref.text());
    } else if (const auto* cut = std::get_if<RetractEdge>(&change)) {
      append_ends(*cut);
    } else if (const auto* grows = std::get_if<GrowSchema>(&change)) {
      append_growth(bytes, grows->growth);
    } else if (const auto* rule = std::get_if<PutRule>(&change)) {
      append_rule(bytes, rule->rule);
    } else {
      append_text(bytes, std::get<RemoveRule>(change).name);
    }
  }
  return sha256(bytes);
}

}  // namespace amont
