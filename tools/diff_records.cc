// diff without REFs: the records that were added, removed or changed.
#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/diff_shown.h"

namespace amont::tool {
namespace {

std::string shown(const std::optional<Value>& value) { return value ? value_text(*value) : "nothing"; }

void append_value(std::string& out, std::string_view name, const std::optional<Value>& value) {
  append_member(out, name);
  if (value)
    append_json(out, *value);
  else
    out += "null";
}

std::string changes_text(const RecordDiff& diff) {
  std::string text;
  if (diff.what != DiffKind::kChanged) return text;
  for (const RecordDiff::Property& property : diff.props)
    text += fmt::format("{}{}: {} -> {}", text.empty() ? "" : "; ", property.name, shown(property.before),
                        shown(property.after));
  return text;
}

std::string record_text(const RecordDiff& diff) {
  if (diff.edge_kind.empty()) return diff.node.text();
  return fmt::format("{} {} {}{}{}", diff.node.text(), diff.edge_kind, diff.to.text(), diff.label.empty() ? "" : " ",
                     diff.label);
}

std::string record_json(const RecordDiff& diff) {
  std::string out = "{";
  append_text(out, "what", name_of(diff.what));
  if (diff.edge_kind.empty()) {
    append_text(out, "node", diff.node.text());
  } else {
    append_text(out, "edge", diff.edge_kind);
    append_text(out, "from", diff.node.text());
    append_text(out, "to", diff.to.text());
    append_text(out, "label", diff.label);
  }
  append_tx(out, diff.tx);
  append_member(out, "props");
  out += "[";
  for (const RecordDiff::Property& property : diff.props) {
    out += out.back() == '[' ? "{" : ", {";
    append_text(out, "name", property.name);
    append_value(out, "before", property.before);
    append_value(out, "after", property.after);
    out += "}";
  }
  return out + "]}";
}

}  // namespace

Result<int> show_record_diff(Session& session, Format format, Question& question, const States& states,
                             const AskArguments& ask) {
  AMONT_LET(std::vector<RecordDiff> diffs,
            diff_records(*question.store, states.before, states.after, question.options));
  Differences differences;
  differences.count = diffs.size();
  differences.closing = counted(diffs.size(), "difference");
  if (ask.limit && diffs.size() > *ask.limit) {
    question.heading.reasons.push_back({"limit", diffs.size() - *ask.limit, false});
    diffs.resize(*ask.limit);
  }
  if (format == Format::kJson) {
    differences.json = member_of_lines("records", diffs, record_json);
    return show_differences(session, format, question, states, ask, differences);
  }
  Differences::Table records = {"", {{"what"}, {"record"}, {"tx", true}, {"by"}, {"change", false, true}}, {}};
  Authors authors(*question.store);
  for (const RecordDiff& diff : diffs) {
    AMONT_LET(const std::string who, authors.of(diff.tx));
    records.rows.push_back(
        {std::string(name_of(diff.what)), record_text(diff), std::to_string(diff.tx), who, changes_text(diff)});
  }
  differences.tables.push_back(std::move(records));
  return show_differences(session, format, question, states, ask, differences);
}

}  // namespace amont::tool
