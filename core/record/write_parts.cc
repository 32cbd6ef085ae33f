#include "core/record/heading_parts.h"
#include "core/record/part_format.h"
#include "core/record/parts.h"
#include "core/record/put_parts.h"
#include "core/record/redaction_parts.h"
#include "core/record/rule_parts.h"
#include "core/record/schema_parts.h"
#include "core/record/value_parts.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

bool is_sealed(const std::vector<PropertyRow>& rows, const PropertyChange& change) {
  if (!change.value || !holds_text(*change.value)) return false;
  const PropertyRow* row = find_row(rows, change.name);
  return !row || !row->is_plain;
}

// Writes parts one after another.
class PartWriter {
 public:
  explicit PartWriter(PartList& out) : out_(out) {}

  std::string& begin(PartKind kind) {
    out_.bytes.push_back(static_cast<char>(kind));
    return out_.bytes;
  }
  void end() { out_.ends.push_back(static_cast<std::uint32_t>(out_.bytes.size())); }

  // The record's properties, then a part for each sealed one.
  template <class AppendOwner>
  void finish_record(const std::vector<PropertyChange>& props, const std::vector<PropertyRow>& rows,
                     AppendOwner owner) {
    append_varint(out_.bytes, props.size());
    bool any_sealed = false;
    for (const PropertyChange& change : props) {
      append_text(out_.bytes, change.name);
      if (!change.value) {
        out_.bytes.push_back(kRemoved);
      } else if (is_sealed(rows, change)) {
        out_.bytes.push_back(kSealedTag);
        any_sealed = true;
      } else {
        append_value(out_.bytes, *change.value);
      }
    }
    end();
    if (!any_sealed) return;
    for (const PropertyChange& change : props) {
      if (!is_sealed(rows, change)) continue;
      std::string& out = begin(kSealed);
      owner(out);
      append_text(out, change.name);
      append_value(out, *change.value);
      end();
    }
  }

 private:
  PartList& out_;
};

}  // namespace

std::vector<NodeKind> kinds_of_puts(const LoggedTransaction& transaction,
                                    const std::function<NodeKind(NodeId)>& kind_of) {
  std::vector<NodeKind> kinds;
  for (const LoggedChange& change : transaction.changes)
    if (const auto* put = std::get_if<LoggedNodePut>(&change)) kinds.push_back(kind_of(put->id));
  return kinds;
}

void append_change(PartList& out, const LoggedChange& change, const Schema& schema, NodeKind kind) {
  PartWriter writer(out);
  if (const auto* node = std::get_if<LoggedNodePut>(&change)) {
    std::string& bytes = writer.begin(kNodePut);
    bytes.push_back(static_cast<char>((node->binds ? kBinds : 0) | (node->begins ? kBegins : 0) |
                                      time_flags(node->valid_from, node->valid_to)));
    append_varint(bytes, number_of(node->id));
    if (node->binds) {
      append_varint(bytes, node->ref.kind.size() + 1 + node->ref.key.size());
      bytes.append(node->ref.kind).append(1, ':').append(node->ref.key);
    }
    append_times(bytes, node->valid_from, node->valid_to);
    writer.finish_record(node->props, schema.node(kind).props, [&](std::string& to) {
      to.push_back(1);
      append_varint(to, number_of(node->id));
    });
  } else if (const auto* edge = std::get_if<LoggedEdgePut>(&change)) {
    std::string& bytes = writer.begin(kEdgePut);
    bytes.push_back(static_cast<char>((edge->begins ? kBegins : 0) | time_flags(edge->valid_from, edge->valid_to)));
    append_edge(bytes, edge->edge);
    append_times(bytes, edge->valid_from, edge->valid_to);
    writer.finish_record(edge->props, schema.edge(edge->edge.kind).props, [&](std::string& to) {
      to.push_back(2);
      append_edge(to, edge->edge);
    });
  } else if (const auto* gone = std::get_if<LoggedNodeRetract>(&change)) {
    append_varint(writer.begin(kNodeRetract), number_of(gone->id));
    writer.end();
  } else if (const auto* cut = std::get_if<LoggedEdgeRetract>(&change)) {
    append_edge(writer.begin(kEdgeRetract), cut->edge);
    writer.end();
  } else if (const auto* schema_growth = std::get_if<LoggedSchema>(&change)) {
    append_growth(writer.begin(kSchema), schema_growth->growth);
    writer.end();
  } else if (const auto* redaction = std::get_if<LoggedRedaction>(&change)) {
    append_redaction(writer.begin(kRedaction), *redaction);
    writer.end();
  } else if (const auto* put = std::get_if<LoggedRule>(&change)) {
    append_rule(writer.begin(kRulePut), put->rule);
    writer.end();
  } else {
    append_text(writer.begin(kRuleRemoval), std::get<LoggedRuleRemoval>(change).name);
    writer.end();
  }
}

PartList encode_parts(const LoggedTransaction& transaction, const Schema& schema, std::span<const NodeKind> kinds) {
  PartList out;
  auto kind_of_put = kinds.begin();
  PartWriter writer(out);
  const auto heading = [&](PartKind kind, const std::string& text) {
    if (text.empty()) return;
    append_text(writer.begin(kind), text);
    writer.end();
  };
  heading(kAuthor, transaction.author);
  heading(kReason, transaction.reason);
  if (!transaction.source.empty()) {
    append_source(writer.begin(kSource), transaction.source);
    writer.end();
  }
  heading(kIdempotencyKey, transaction.idempotency_key);
  if (!transaction.idempotency_key.empty()) {
    writer.begin(kRequest).append(view_of(transaction.request));
    writer.end();
  }
  if (!transaction.findings.empty()) {
    append_findings(writer.begin(kFindings), transaction.findings);
    writer.end();
  }
  heading(kAgain, transaction.again);
  for (const LoggedChange& change : transaction.changes) {
    const bool is_node = std::holds_alternative<LoggedNodePut>(change);
    append_change(out, change, schema, is_node ? *kind_of_put++ : NodeKind());
  }
  return out;
}

}  // namespace amont
