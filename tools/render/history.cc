#include "tools/render/history.h"

#include <algorithm>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/render/heading.h"
#include "tools/render/table.h"

namespace amont::tool {
namespace {

using What = TxChange::What;

void append_text(std::string& out, std::string_view name, std::string_view text) {
  append_member(out, name);
  append_json_string(out, text);
}

void append_time(std::string& out, std::string_view name, const TimeChange& change) {
  if (!change) return;
  append_member(out, name);
  if (*change) append_json_string(out, (*change)->text());
  if (!*change) out += "null";
}

// "node" or "edge", "from", "to", "label": which record it is about.
void append_identity(std::string& out, const TxChange& change) {
  if (change.edge_kind.empty()) {
    append_text(out, "node", change.node.text());
    return;
  }
  append_text(out, "edge", change.edge_kind);
  append_text(out, "from", change.node.text());
  append_text(out, "to", change.to.text());
  append_text(out, "label", change.label);
}

// What is left of a value; nullptr when it is there, or was removed.
const RedactedText* redacted_value(const TxChange& change, const PropertyChange& one) {
  if (one.value) return nullptr;
  const auto gone = std::ranges::find(change.redacted, one.name, &RedactedText::property);
  return gone == change.redacted.end() ? nullptr : &*gone;
}

// {"by": 9, "commitment": "..."}: what is left of a text.
void append_gone(std::string& out, const RedactedText& text) {
  out += fmt::format("{{\"@redacted\": {{\"by\": {}, \"commitment\": \"{}\"}}}}", text.by, text.commitment);
}

void append_changes(std::string& out, const TxChange& change) {
  const std::vector<PropertyChange>& changes = change.props;
  append_member(out, "props");
  out += "{";
  for (const PropertyChange& one : changes) {
    if (out.back() != '{') out += ", ";
    append_json_string(out, one.name);
    out += ": ";
    const RedactedText* const gone = redacted_value(change, one);
    if (gone)
      append_gone(out, *gone);
    else if (one.value)
      append_json(out, *one.value);
    else
      out += "null";
  }
  out += "}";
}

void append_findings(std::string& out, const std::vector<RuleFinding>& findings) {
  append_member(out, "rules");
  out += "[";
  for (const RuleFinding& finding : findings) {
    out += out.back() == '[' ? "{" : ", {";
    append_text(out, "rule", finding.rule);
    append_text(out, "mode", name_of(finding.mode));
    append_member(out, "overridden");
    out += finding.overridden ? "true" : "false";
    append_member(out, "checked");
    out += finding.checked ? "true" : "false";
    append_member(out, "violations");
    out += std::to_string(finding.violations);
    append_member(out, "nodes");
    out += "[";
    for (const Ref& ref : finding.nodes) {
      if (out.back() != '[') out += ", ";
      append_json_string(out, ref.text());
    }
    out += "]}";
  }
  out += "]";
}

std::string source_json(const Source& source) {
  std::string out = "{";
  if (!source.format.empty()) append_text(out, "format", source.format);
  if (!source.file.empty()) append_text(out, "file", source.file);
  if (!source.sha256.empty()) append_text(out, "sha256", source.sha256);
  if (source.original_number) {
    append_member(out, "original_number");
    out += std::to_string(*source.original_number);
  }
  if (source.original_time) append_text(out, "original_time", source.original_time->text());
  return out + "}";
}

void add_time_text(std::string& out, std::string_view name, const TimeChange& change) {
  if (!change) return;
  if (!out.empty()) out += "; ";
  out += *change ? fmt::format("{}={}", name, (*change)->text()) : fmt::format("{} cleared", name);
}

}  // namespace

void append_rule(std::string& out, const Rule& rule) {
  append_text(out, "rule", rule.name);
  append_text(out, "mode", name_of(rule.mode));
  append_text(out, "lua", rule.source);
  append_member(out, "arguments");
  out += "{";
  for (const auto& [name, value] : rule.arguments) append_text(out, name, value);
  out += "}";
}

std::string open_entry_json(const TxEntry& entry) {
  std::string out = fmt::format("{{\"tx\": {}", entry.number);
  append_text(out, "time", entry.time.text());
  append_text(out, "kind", name_of(entry.kind));
  if (entry.batch) {
    append_member(out, "batch");
    out += std::to_string(entry.batch);
  }
  append_member(out, "visible");
  out += entry.visible ? "true" : "false";
  append_text(out, "author", entry.author);
  append_text(out, "reason", entry.reason);
  append_member(out, "source");
  out += source_json(entry.source);
  if (!entry.idempotency_key.empty()) append_text(out, "key", entry.idempotency_key);
  if (!entry.findings.empty()) append_findings(out, entry.findings);
  if (!entry.again.empty()) append_text(out, "again", entry.again);
  if (!entry.redacted.empty()) {
    append_member(out, "redacted");
    out += "{";
    for (const RedactedText& text : entry.redacted) {
      if (out.back() != '{') out += ", ";
      append_json_string(out, text.property);
      out += ": ";
      append_gone(out, text);
    }
    out += "}";
  }
  append_member(out, "change_count");
  return out + std::to_string(entry.change_count);
}

std::string finding_text(const RuleFinding& finding) {
  return fmt::format("{}: {}{}", finding.rule,
                     finding.checked ? counted(finding.violations, "violation") : std::string("could not be checked"),
                     finding.overridden ? ", overridden" : "");
}

std::string change_json(const TxChange& change) {
  std::string out = "{";
  switch (change.what) {
    case What::kPutNode:
    case What::kPutEdge:
      append_identity(out, change);
      append_changes(out, change);
      append_time(out, "valid_from", change.valid_from);
      append_time(out, "valid_to", change.valid_to);
      if (change.begins) {
        append_member(out, "begins");
        out += "true";
      }
      break;
    case What::kRetractNode:
    case What::kRetractEdge:
      append_member(out, "retract");
      out += "{";
      append_identity(out, change);
      out += "}";
      if (change.implied) {
        append_member(out, "implied");
        out += "true";
      }
      break;
    case What::kGrowSchema: append_text(out, "schema", change.schema_source); break;
    case What::kRedact:
      append_member(out, "redact");
      out += "{";
      if (!change.node.kind.empty()) append_identity(out, change);
      append_text(out, "property", change.redacted_name);
      if (change.redacted_tx) {
        append_member(out, "tx");
        out += std::to_string(change.redacted_tx);
      }
      out += "}";
      append_member(out, "texts");
      out += std::to_string(change.redacted_texts);
      break;
    case What::kPutRule: append_rule(out, change.rule); break;
    case What::kRemoveRule:
      append_member(out, "retract");
      out += "{";
      append_text(out, "rule", change.rule.name);
      out += "}";
      break;
  }
  return out + "}";
}

std::string detail_json(const TxDetail& detail) {
  std::string out = open_entry_json(detail.entry);
  append_member(out, "changes");
  out += "[";
  for (std::size_t i = 0; i < detail.changes.size(); ++i) out += (i ? ", " : "") + change_json(detail.changes[i]);
  return out + "]}";
}

ChangeText change_text(const TxChange& change) {
  ChangeText text;
  switch (change.what) {
    case What::kPutNode:
    case What::kPutEdge: text.what = change.begins ? "new" : "changed"; break;
    case What::kRetractNode:
    case What::kRetractEdge: text.what = change.implied ? "retracted with its node" : "retracted"; break;
    case What::kGrowSchema: text.what = "schema"; break;
    case What::kRedact: text.what = "redacted"; break;
    case What::kPutRule: text.what = "rule"; break;
    case What::kRemoveRule: text.what = "rule removed"; break;
  }
  if (change.what == What::kPutRule || change.what == What::kRemoveRule) {
    text.record = change.rule.name;
    if (change.what == What::kPutRule) text.detail = name_of(change.rule.mode);
    for (const auto& [name, value] : change.rule.arguments) text.detail += fmt::format("; {}={}", name, value);
    return text;
  }
  if (change.what == What::kGrowSchema) {
    text.detail = change.schema_source.substr(0, change.schema_source.find('\n'));
    return text;
  }
  if (change.what == What::kRedact && change.node.kind.empty()) {
    text.record = fmt::format("transaction {}", change.redacted_tx);
    text.detail = change.redacted_name;
    return text;
  }
  text.record = change.edge_kind.empty() ? change.node.text()
                                         : fmt::format("{} -{}-> {}{}{}", change.node.text(), change.edge_kind,
                                                       change.to.text(), change.label.empty() ? "" : " ", change.label);
  for (const PropertyChange& one : change.props) {
    if (!text.detail.empty()) text.detail += "; ";
    const RedactedText* const gone = redacted_value(change, one);
    text.detail += one.value ? fmt::format("{}={}", one.name, value_text(*one.value))
                   : gone    ? fmt::format("{} (redacted by transaction {})", one.name, gone->by)
                             : fmt::format("{} removed", one.name);
  }
  if (change.what == What::kRedact)
    text.detail = fmt::format("{}: {} erased{}", change.redacted_name, counted(change.redacted_texts, "text"),
                              change.redacted_tx ? fmt::format(", of transaction {}", change.redacted_tx) : "");
  add_time_text(text.detail, "valid_from", change.valid_from);
  add_time_text(text.detail, "valid_to", change.valid_to);
  return text;
}

std::string source_text(const Source& source) {
  std::string text = source.format;
  const auto add = [&](const std::string& more) { text += (text.empty() ? "" : " ") + more; };
  if (!source.file.empty()) add(source.file);
  if (!source.sha256.empty()) add("sha256 " + source.sha256.substr(0, 12));
  if (source.original_number) add(fmt::format("was transaction {}", *source.original_number));
  if (source.original_time) add("of " + source.original_time->text());
  return text;
}

}  // namespace amont::tool
