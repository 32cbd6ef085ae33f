// The register's history as JSONL: {"tx": {...}} opens each visible transaction, and its changes follow, as the log
// holds them. The parts of a batch are one transaction, with the number and time at which it became visible: those of
// its close.
#include "amont/exchange.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "core/exchange/export_walk.h"
#include "core/exchange/record_json.h"
#include "core/exchange/rule_json.h"
#include "core/exchange/schema_text.h"

namespace amont {
namespace {

void append_field(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  out += fmt::format("{}\"{}\":", out.back() == '{' ? "" : ",", name);
  append_json_string(out, text);
}

std::string source_json(const Source& source) {
  std::string out = "{";
  append_field(out, "format", source.format);
  append_field(out, "file", source.file);
  append_field(out, "sha256", source.sha256);
  if (source.original_number)
    out += fmt::format("{}\"original_number\":{}", out.back() == '{' ? "" : ",", *source.original_number);
  if (source.original_time) append_field(out, "original_time", source.original_time->text());
  return out + "}";
}

std::string tx_line(const TxEntry& entry) {
  std::string out = fmt::format("{{\"tx\":{{\"number\":{}", entry.number);
  append_field(out, "time", entry.time.text());
  append_field(out, "author", entry.author);
  append_field(out, "reason", entry.reason);
  if (!entry.source.empty()) out += ",\"source\":" + source_json(entry.source);
  append_field(out, "key", entry.idempotency_key);
  append_field(out, "again", entry.again);
  if (!entry.findings.empty()) out += ",\"rules\":" + to_json(entry.findings);
  return out + "}}";
}

void append_changed_props(std::string& out, const std::vector<PropertyChange>& props,
                          const std::vector<RedactedText>& redacted) {
  if (props.empty()) return;
  out += ",\"props\":{";
  for (const PropertyChange& change : props) {
    if (out.back() != '{') out.push_back(',');
    append_json_string(out, change.name);
    out.push_back(':');
    const auto gone = std::ranges::find(redacted, change.name, &RedactedText::property);
    if (change.value)
      append_json(out, *change.value);
    else if (gone != redacted.end())
      append_json_redacted(out, *gone);
    else
      out += "null";
  }
  out.push_back('}');
}

void append_time_change(std::string& out, std::string_view before, const TimeChange& change) {
  if (!change) return;
  if (*change)
    append_json_time(out, before, **change);
  else
    fmt::format_to(std::back_inserter(out), "{}null", before);
}

void append_put(std::string& out, const TxChange& change) {
  append_changed_props(out, change.props, change.redacted);
  append_time_change(out, ",\"valid_from\":", change.valid_from);
  append_time_change(out, ",\"valid_to\":", change.valid_to);
}

std::string change_line(const TxChange& change) {
  if (change.what == TxChange::What::kPutRule) return to_jsonl(change.rule);
  std::string out = "{";
  switch (change.what) {
    case TxChange::What::kPutNode:
      append_field(out, "node", change.node.text());
      append_put(out, change);
      break;
    case TxChange::What::kPutEdge:
      append_json_edge(out, change.edge_kind, change.node, change.to, change.label);
      append_put(out, change);
      break;
    case TxChange::What::kRetractNode:
      out += "\"retract\":{";
      append_field(out, "node", change.node.text());
      out += "}";
      break;
    case TxChange::What::kRetractEdge:
      out += "\"retract\":{";
      append_json_edge(out, change.edge_kind, change.node, change.to, change.label);
      out += "}";
      break;
    case TxChange::What::kGrowSchema: append_field(out, "schema", change.schema_source); break;
    case TxChange::What::kRedact:
      out += "\"redact\":{";
      if (!change.edge_kind.empty())
        append_json_edge(out, change.edge_kind, change.node, change.to, change.label);
      else if (!change.node.kind.empty())
        append_field(out, "node", change.node.text());
      append_field(out, "property", change.redacted_name);
      if (change.redacted_tx != 0) out += fmt::format(",\"tx\":{}", change.redacted_tx);
      out += "}";
      break;
    case TxChange::What::kPutRule: break;
    case TxChange::What::kRemoveRule:
      out += "\"retract\":{";
      append_field(out, "rule", change.rule.name);
      out += "}";
      break;
  }
  return out + "}";
}

class HistoryWriter {
 public:
  HistoryWriter(Store& store, TxNumber last, const ByteSink& sink) : store_(store), last_(last), out_(sink) {}

  // Writes the transaction or the batch that begins here; the number of the next.
  Result<TxNumber> write(const TxEntry& entry) {
    if (!entry.visible || entry.kind == TxKind::kBatchPart || entry.kind == TxKind::kBatchClose)
      return entry.number + 1;
    if (entry.kind == TxKind::kPlain) {
      AMONT_TRY(tell(tx_line(entry)));
      AMONT_TRY(write_changes(entry.number, entry.number));
      return entry.number + 1;
    }
    if (entry.kind != TxKind::kBatchOpen) return entry.number + 1;
    AMONT_LET(const std::optional<TxEntry> close, close_of(entry.number));
    if (!close) return last_ + 1;  // it closes beyond the snapshot
    TxEntry heading = entry;
    heading.number = close->number;
    heading.time = close->time;
    heading.idempotency_key = close->idempotency_key;
    heading.findings = close->findings;
    AMONT_TRY(tell(tx_line(heading)));
    for (TxNumber part = entry.number; part <= close->number; ++part) AMONT_TRY(write_changes(part, close->number));
    return close->number + 1;
  }

  Status flush() { return out_.flush(); }

 private:
  Status tell(std::string_view line) {
    AMONT_TRY(out_.add(line));
    return out_.add("\n");
  }

  // `visible` is from where the changes can be seen.
  Status write_changes(TxNumber number, TxNumber visible) {
    AMONT_LET(TxDetail detail, store_.transaction(number));
    for (TxChange& change : detail.changes) {
      if (change.implied) continue;
      if (change.what == TxChange::What::kGrowSchema && change.schema_source.empty()) {
        // It was not read from a text. All that is declared by then does the same.
        AMONT_LET(const Snapshot then, store_.snapshot_at(visible));
        change.schema_source = schema_text(then.schema());
      }
      AMONT_TRY(tell(change_line(change)));
    }
    return {};
  }

  // Nothing follows a batch's opening but its parts and its end.
  Result<std::optional<TxEntry>> close_of(TxNumber open) {
    constexpr TxNumber kAtOnce = 256;
    for (TxNumber first = open + 1; first <= last_; first += kAtOnce) {
      AMONT_LET(const auto entries, store_.log(first, std::min(last_, first + kAtOnce - 1)));
      for (const TxEntry& entry : entries)
        if (entry.kind == TxKind::kBatchClose && entry.batch == open) return std::optional<TxEntry>(entry);
      if (entries.empty()) break;
    }
    return std::optional<TxEntry>();
  }

  Store& store_;
  TxNumber last_;
  SinkBuffer out_;
};

}  // namespace

Status export_jsonl_history(Store& store, const Snapshot& view, const ByteSink& sink, const Progress& progress) {
  constexpr TxNumber kAtOnce = 256;
  const TxNumber last = view.tx();
  HistoryWriter writer(store, last, sink);
  for (TxNumber next = 1; next <= last;) {
    AMONT_LET(const auto entries, store.log(next, std::min(last, next + kAtOnce - 1)));
    if (entries.empty()) break;
    for (const TxEntry& entry : entries) {
      if (entry.number < next) continue;  // written with its batch
      AMONT_LET(next, writer.write(entry));
    }
    if (progress && !progress("exporting history", std::min(next - 1, last), last))
      return Status(Code::kTimeout, "the export was cancelled");
  }
  AMONT_TRY(writer.flush());
  return whole(view);
}

}  // namespace amont
