#include "tools/render/check.h"

#include <algorithm>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/render/escape.h"
#include "tools/render/table_report.h"

namespace amont::tool {
namespace {

std::string known_text(const CheckedRule& rule) {
  return rule.known == 0 ? std::string() : fmt::format(" ({} known before)", rule.known);
}

bool holds_now(const CheckedRule& rule) { return rule.outcome.status.ok() && rule.outcome.violations.empty(); }

std::string verdict(const CheckedRule& rule) {
  if (!rule.outcome.status.ok()) return "not checked: " + rule.outcome.status.text();
  if (rule.outcome.violations.empty()) return "holds" + known_text(rule);
  return counted(rule.outcome.violations.size(), "violation") + known_text(rule);
}

// Each line made safe by `encode`, with `between` where one ends.
template <class Encode>
std::string by_lines(std::string_view text, std::string_view between, Encode encode) {
  std::string out;
  for (;;) {
    const std::size_t end = text.find('\n');
    out += encode(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += between;
    text.remove_prefix(end + 1);
  }
}

// For a line of YAML: control and invisible characters spelt out, and quoted as JSON is, which YAML reads.
std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, by_lines(text, "\n", for_terminal));
  return out;
}

// One line of TAP: what it could take for a directive or the end of a line is gone.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : for_terminal(text)) out += c == '#' ? "\\#" : std::string(1, c);
  return out;
}

// Text of XML, in which lines stay lines; control and invisible characters are spelt out, of which XML has no place for most.
std::string xml(std::string_view text) { return by_lines(text, "&#10;", for_html); }

}  // namespace

std::string check_counts(const std::vector<CheckedRule>& rules) {
  const auto broken = std::ranges::count_if(rules, [](const CheckedRule& rule) { return !holds_now(rule); });
  return fmt::format("{}, {} not ok", counted(rules.size(), "rule"), broken);
}

std::vector<ReportBlock> check_blocks(const std::vector<CheckedRule>& rules) {
  std::vector<std::vector<TableCell>> verdicts, violations;
  for (const CheckedRule& rule : rules) {
    verdicts.push_back({rule.outcome.name, holds_now(rule) ? "ok" : "not ok", verdict(rule), rule.outcome.question});
    for (const Violation& violation : rule.outcome.violations)
      violations.push_back({rule.outcome.name, violation.text});
  }
  return {block_of("Rules", {{"rule"}, {"ok"}, {"verdict"}, {"question"}}, verdicts),
          block_of("Violations", {{"rule"}, {"violation"}}, violations)};
}

void write_check_table(Output& out, const Heading& heading, const std::vector<CheckedRule>& rules,
                       const TableLook& look) {
  for (const CheckedRule& rule : rules) {
    const bool holds = holds_now(rule);
    write_line(out, fmt::format("{} {}: {}", holds ? "ok    " : "not ok", rule.outcome.name, verdict(rule)), look,
               holds ? Style::kGood : Style::kWarning);
    for (const Violation& violation : rule.outcome.violations) write_line(out, "         " + violation.text, look);
  }
  out.add("\n");
  write_line(out, heading.closing_line(check_counts(rules)), look, heading.complete() ? Style::kGood : Style::kWarning);
}

void write_check_json(Output& out, const Heading& heading, const std::vector<CheckedRule>& rules) {
  std::string text = heading.open_json() + ",\n \"rules\": [";
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const RuleOutcome& outcome = rules[i].outcome;
    text += i ? ",\n  {" : "\n  {";
    append_member(text, "name");
    append_json_string(text, outcome.name);
    append_member(text, "question");
    append_json_string(text, outcome.question);
    append_member(text, "ok");
    text += outcome.status.ok() && outcome.violations.empty() ? "true" : "false";
    append_member(text, "known");
    text += std::to_string(rules[i].known);
    if (!outcome.status.ok()) {
      append_member(text, "error");
      append_json_string(text, outcome.status.text());
    }
    append_member(text, "violations");
    text += "[";
    for (std::size_t j = 0; j < outcome.violations.size(); ++j) {
      text += j ? ",\n    " : "\n    ";
      append_json_string(text, outcome.violations[j].text);
    }
    text += "]}";
  }
  out.add(text + "]}\n");
}

void write_check_tap(Output& out, const Heading& heading, const std::vector<CheckedRule>& rules) {
  out.add(fmt::format("TAP version 14\n1..{}\n", rules.size()));
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const RuleOutcome& outcome = rules[i].outcome;
    const bool holds = outcome.status.ok() && outcome.violations.empty();
    out.add(fmt::format("{} {} - {}{}\n", holds ? "ok" : "not ok", i + 1, plain(outcome.name),
                        plain(known_text(rules[i]))));
    if (holds) continue;
    out.add("  ---\n");
    if (!outcome.status.ok()) out.add("  error: " + quoted(outcome.status.text()) + "\n");
    if (!outcome.violations.empty()) out.add("  violations:\n");
    for (const Violation& violation : outcome.violations) out.add("    - " + quoted(violation.text) + "\n");
    out.add("  ...\n");
  }
  out.add("# " + plain(heading.closing_line(counted(rules.size(), "rule"))) + "\n");
}

void write_check_junit(Output& out, const Heading& heading, const std::vector<CheckedRule>& rules) {
  std::size_t failures = 0, errors = 0;
  for (const CheckedRule& rule : rules) {
    errors += rule.outcome.status.ok() ? 0 : 1;
    failures += rule.outcome.violations.empty() ? 0 : 1;
  }
  out.add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  out.add(fmt::format("<testsuites>\n<testsuite name=\"amont check\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n",
                      rules.size(), failures, errors));
  for (const CheckedRule& rule : rules) {
    const RuleOutcome& outcome = rule.outcome;
    out.add("<testcase classname=\"amont\" name=\"" + xml(outcome.name) + "\">");
    if (!outcome.status.ok()) out.add("<error message=\"" + xml(outcome.status.text()) + "\"/>");
    if (!outcome.violations.empty()) {
      out.add("<failure message=\"" + xml(verdict(rule)) + "\">\n");
      for (const Violation& violation : outcome.violations) out.add(xml(violation.text) + "\n");
      out.add("</failure>");
    }
    out.add("</testcase>\n");
  }
  out.add("<system-out>" + xml(heading.closing_line(counted(rules.size(), "rule"))) + "</system-out>\n");
  out.add("</testsuite>\n</testsuites>\n");
}

}  // namespace amont::tool
