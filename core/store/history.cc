// History as the log tells it: transactions with names for ids.
#include "core/store/history.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/index/redactions.h"
#include "core/store/engine.h"
#include "core/store/store_rep.h"

namespace amont {

namespace {

Result<std::vector<RuleFinding>> findings_of(const LoggedTransaction& transaction, const Index& index) {
  std::vector<RuleFinding> findings;
  for (const LoggedFinding& logged : transaction.findings) {
    RuleFinding finding{logged.rule, logged.mode, logged.overridden, logged.checked, logged.violations, {}};
    AMONT_LET(finding.nodes, Snapshot(index.newest_view()).refs(logged.nodes));
    findings.push_back(std::move(finding));
  }
  return findings;
}

// What is known of the parts of one transaction that are gone.
Result<std::vector<RedactedText>> redacted_texts(const Index& index, const std::string& key, TxNumber tx) {
  AMONT_LET(const auto known, read_redactions(index.table(), key));
  std::vector<RedactedText> out;
  for (const KnownRedaction& one : known)
    for (const ErasedPart& part : one.erased)
      if (part.tx == tx) out.push_back({one.name, part.tx, part.until, one.by, hex(part.commitment)});
  return out;
}

Result<TxEntry> entry_of(const LoggedTransaction& transaction, const Index& index, bool visible) {
  const LoggedHead& head = transaction.head;
  AMONT_LET(std::vector<RuleFinding> findings, findings_of(transaction, index));
  TxEntry entry{head.number,
                head.kind,
                head.batch,
                visible,
                head.time,
                transaction.author,
                transaction.reason,
                transaction.source,
                transaction.idempotency_key,
                transaction.changes.size(),
                std::move(findings),
                transaction.again,
                {}};
  if (!transaction.gone.empty()) {
    AMONT_LET(entry.redacted, redacted_texts(index, redactions_key_of_heading(head.number), head.number));
  }
  return entry;
}

Result<bool> is_visible(const Index& index, TxNumber number) {
  AMONT_LET(const auto entry, index.log_entry(number));
  return entry && entry->visible;
}

// Names for the ids of one transaction: from the index, or from the log when it is part of a batch that was never closed.
class Names {
 public:
  Names(const Index& index, const Log& log, const LoggedTransaction& transaction, bool visible) : index_(index) {
    if (visible) return;
    const LoggedHead& head = transaction.head;
    const TxNumber first = head.batch == 0 ? head.number : head.batch;
    loaded_ = read_records(log, first, head.number, false, [&](const DecodedRecord& record) -> Status {
      for (const LoggedChange& change : record.transaction.changes)
        if (const auto* put = std::get_if<LoggedNodePut>(&change); put && put->binds) bound_[put->id] = put->ref;
      return {};
    });
  }
  Result<Ref> operator()(NodeId id) {
    AMONT_TRY(Status(loaded_));
    if (const auto known = bound_.find(id); known != bound_.end()) return known->second;
    AMONT_LET(auto version, index_.reader()->node(id, kNewest));
    if (!version) return damaged(fmt::format("node {} is not in the index; run `amont rebuild`", number_of(id)));
    const Ref ref{index_.schema_at(kNewest)->node(version->kind).name, std::move(version->key)};
    bound_.emplace(id, ref);
    return ref;
  }

 private:
  const Index& index_;
  std::map<NodeId, Ref> bound_;
  Status loaded_;
};

struct Describer {
  const Index& index;
  Names& names;
  TxNumber number;
  const Schema& schema;
  const LoggedTransaction& transaction;
  std::vector<TxChange>& out;
  std::size_t at = 0;  // of the transaction's changes, the one under way

  Result<TxChange> edge_change(TxChange::What what, const EdgeIdentity& edge) {
    TxChange change;
    change.what = what;
    change.edge_kind = schema.edge(edge.kind).name;
    AMONT_LET(change.node, names(edge.from));
    AMONT_LET(change.to, names(edge.to));
    change.label = edge.label;
    return change;
  }

  Status operator()(const LoggedNodePut& put) {
    TxChange change;
    change.what = TxChange::What::kPutNode;
    AMONT_LET(change.node, names(put.id));
    change.begins = put.begins;
    change.props = put.props;
    change.valid_from = put.valid_from;
    change.valid_to = put.valid_to;
    AMONT_TRY(add_redacted(redactions_key(put.id), change));
    out.push_back(std::move(change));
    return {};
  }
  // The values of the change under way that are gone. Those of a batch that was voided are kept by transaction.
  Status add_redacted(const std::string& key, TxChange& change) const {
    for (const GonePart& part : transaction.gone) {
      if (!part.change || *part.change != at) continue;
      AMONT_LET(auto texts, redacted_texts(index, key, number));
      AMONT_LET(const auto of_transaction, redacted_texts(index, redactions_key_of_heading(number), number));
      texts.insert(texts.end(), of_transaction.begin(), of_transaction.end());
      const std::string commitment = hex(part.commitment);
      const auto text = std::ranges::find_if(texts, [&](const RedactedText& one) {
        return one.property == part.property && one.commitment == commitment;
      });
      change.redacted.push_back(text != texts.end() ? *text
                                                    : RedactedText{part.property, number, number, 0, commitment});
    }
    return {};
  }
  Status operator()(const LoggedEdgePut& put) {
    AMONT_LET(TxChange change, edge_change(TxChange::What::kPutEdge, put.edge));
    change.begins = put.begins;
    change.props = put.props;
    change.valid_from = put.valid_from;
    change.valid_to = put.valid_to;
    AMONT_TRY(add_redacted(redactions_key(put.edge), change));
    out.push_back(std::move(change));
    return {};
  }
  // The edges that went with the node were not written; the index knows whose life ended here.
  Status operator()(const LoggedNodeRetract& retract) {
    TxChange change;
    change.what = TxChange::What::kRetractNode;
    AMONT_LET(change.node, names(retract.id));
    out.push_back(std::move(change));
    AMONT_LET(const auto lives, index.reader()->lives_at(retract.id));
    std::vector<TxChange> implied;
    for (const EdgeLife& life : lives) {
      if (life.end != number) continue;
      if (life.direction == Direction::kDownstream && life.edge.from == life.edge.to)
        continue;  // a loop is seen from both sides
      AMONT_LET(TxChange edge, edge_change(TxChange::What::kRetractEdge, life.edge));
      edge.implied = true;
      implied.push_back(std::move(edge));
    }
    const auto place = [](const TxChange& one) { return std::tie(one.edge_kind, one.node, one.to, one.label); };
    std::sort(implied.begin(), implied.end(),
              [&](const TxChange& a, const TxChange& b) { return place(a) < place(b); });
    std::erase_if(implied, [&](const TxChange& one) {
      return std::any_of(out.begin(), out.end(), [&](const TxChange& told) {
        return told.what == TxChange::What::kRetractEdge && place(told) == place(one);
      });
    });
    out.insert(out.end(), std::make_move_iterator(implied.begin()), std::make_move_iterator(implied.end()));
    return {};
  }
  Status operator()(const LoggedEdgeRetract& retract) {
    AMONT_LET(TxChange change, edge_change(TxChange::What::kRetractEdge, retract.edge));
    out.push_back(std::move(change));
    return {};
  }
  Status operator()(const LoggedSchema& grows) {
    TxChange change;
    change.what = TxChange::What::kGrowSchema;
    change.schema_source = grows.growth.source;
    out.push_back(std::move(change));
    return {};
  }
  Status operator()(const LoggedRedaction& redaction) {
    TxChange change;
    switch (redaction.of) {
      case LoggedRedaction::Of::kNode: {
        AMONT_LET(change.node, names(redaction.id));
        break;
      }
      case LoggedRedaction::Of::kEdge: {
        AMONT_LET(change, edge_change(TxChange::What::kRedact, redaction.edge));
        break;
      }
      case LoggedRedaction::Of::kHeading:
      case LoggedRedaction::Of::kRequest: break;
    }
    const bool is_of_record = redaction.of == LoggedRedaction::Of::kNode || redaction.of == LoggedRedaction::Of::kEdge;
    change.what = TxChange::What::kRedact;
    change.redacted_name = redaction.of == LoggedRedaction::Of::kRequest ? "request" : redaction.name;
    // Of a heading in another register the number is one of that.
    change.redacted_tx = is_of_record || redaction.tx == 0 ? redaction.only : redaction.tx;
    change.redacted_texts = redaction.erased.size();
    out.push_back(std::move(change));
    return {};
  }
  Status operator()(const LoggedRule& put) {
    TxChange change;
    change.what = TxChange::What::kPutRule;
    change.rule = put.rule;
    out.push_back(std::move(change));
    return {};
  }
  Status operator()(const LoggedRuleRemoval& removal) {
    TxChange change;
    change.what = TxChange::What::kRemoveRule;
    change.rule.name = removal.name;
    out.push_back(std::move(change));
    return {};
  }
};

// The schema that names the kinds of a record: the register's newest knows them all, but for a batch that was voided.
Result<Schema> schema_for(const Index& index, const Log& log, const LoggedTransaction& transaction, bool visible) {
  Schema schema = *index.schema_at(kNewest);
  if (visible) return schema;
  schema = *index.schema_at(transaction.head.number);
  const TxNumber first = transaction.head.batch == 0 ? transaction.head.number : transaction.head.batch;
  AMONT_TRY(read_records(log, first, transaction.head.number, false, [&](const DecodedRecord& record) -> Status {
    for (const LoggedChange& change : record.transaction.changes)
      if (const auto* grows = std::get_if<LoggedSchema>(&change)) AMONT_TRY(schema.grow(grows->growth).status());
    return {};
  }));
  return schema;
}

}  // namespace

Result<std::vector<TxEntry>> Store::log(TxNumber first, TxNumber last) {
  AMONT_LET(const auto index, rep_->engine->current());
  const Log& log = rep_->engine->log();
  last = std::min(last, log.head().number);
  std::vector<TxEntry> out;
  AMONT_TRY(read_records(log, std::max<TxNumber>(first, 1), last, false, [&](const DecodedRecord& record) -> Status {
    AMONT_LET(const bool visible, is_visible(*index, record.transaction.head.number));
    AMONT_LET(TxEntry entry, entry_of(record.transaction, *index, visible));
    out.push_back(std::move(entry));
    return {};
  }));
  return out;
}

Result<TxDetail> describe_transaction(const Index& index, const Log& log, TxNumber number) {
  if (number == 0 || number > log.head().number)
    return not_found(fmt::format("there is no transaction {}; the last is {}", number, log.head().number));
  TxDetail detail;
  AMONT_TRY(read_records(log, number, number, false, [&](const DecodedRecord& record) -> Status {
    AMONT_LET(const bool visible, is_visible(index, number));
    AMONT_LET(const Schema schema, schema_for(index, log, record.transaction, visible));
    AMONT_LET(detail.entry, entry_of(record.transaction, index, visible));
    Names names(index, log, record.transaction, visible);
    Describer describe{index, names, number, schema, record.transaction, detail.changes};
    for (const LoggedChange& change : record.transaction.changes) {
      AMONT_TRY(std::visit(describe, change));
      ++describe.at;
    }
    return {};
  }));
  return detail;
}

Result<TxDetail> Store::transaction(TxNumber number) {
  AMONT_LET(const auto index, rep_->engine->current());
  return describe_transaction(*index, rep_->engine->log(), number);
}

Result<std::vector<TxNumber>> Store::history_of(NodeId id) {
  AMONT_LET(const auto index, rep_->engine->current());
  std::vector<TxNumber> out;
  for (TxNumber at = kNewest;;) {
    AMONT_LET(const auto version, index->reader()->node(id, at));
    if (!version) break;
    out.push_back(version->tx);
    if (version->previous == 0) break;
    at = version->previous;
  }
  AMONT_LET(const auto lives, index->reader()->lives_at(id));
  for (const EdgeLife& life : lives) {
    out.push_back(life.begin);
    if (life.end != 0) out.push_back(life.end);
    AMONT_LET(const auto versions, index->reader()->versions_of(life));
    out.insert(out.end(), versions.begin(), versions.end());
  }
  AMONT_LET(const auto redactions, read_redactions(index->table(), redactions_key(id)));
  for (const KnownRedaction& one : redactions) out.push_back(one.by);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace amont
