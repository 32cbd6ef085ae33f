#include "core/record/rule_parts.h"

#include "core/text/bytes.h"

namespace amont {
namespace {

enum FindingFlag : std::uint8_t { kOverridden = 1, kUnchecked = 2 };

RuleMode read_mode(ByteReader& in) {
  const std::uint8_t mode = in.u8();
  if (mode > static_cast<std::uint8_t>(RuleMode::kAnnotate)) in.fail();
  return static_cast<RuleMode>(mode);
}

}  // namespace

void append_rule(std::string& out, const Rule& rule) {
  append_text(out, rule.name);
  out.push_back(static_cast<char>(rule.mode));
  append_text(out, rule.source);
  append_varint(out, rule.arguments.size());
  for (const auto& [name, value] : rule.arguments) {
    append_text(out, name);
    append_text(out, value);
  }
}

Rule read_rule(ByteReader& in) {
  Rule rule;
  rule.name = in.text();
  rule.mode = read_mode(in);
  rule.source = in.text();
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    std::string name(in.text());
    rule.arguments.emplace_back(std::move(name), std::string(in.text()));
  }
  return rule;
}

void append_findings(std::string& out, const std::vector<LoggedFinding>& findings) {
  append_varint(out, findings.size());
  for (const LoggedFinding& finding : findings) {
    append_text(out, finding.rule);
    out.push_back(static_cast<char>(finding.mode));
    out.push_back(static_cast<char>((finding.overridden ? kOverridden : 0) | (finding.checked ? 0 : kUnchecked)));
    append_varint(out, finding.violations);
    append_varint(out, finding.nodes.size());
    for (const NodeId id : finding.nodes) append_varint(out, number_of(id));
  }
}

std::vector<LoggedFinding> read_findings(ByteReader& in) {
  std::vector<LoggedFinding> findings;
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    LoggedFinding finding;
    finding.rule = in.text();
    finding.mode = read_mode(in);
    const std::uint8_t flags = in.u8();
    if (flags > (kOverridden | kUnchecked)) in.fail();
    finding.overridden = flags & kOverridden;
    finding.checked = !(flags & kUnchecked);
    finding.violations = in.varint();
    for (std::uint64_t ids = in.varint(); ids > 0 && in.ok(); --ids) finding.nodes.push_back(NodeId(in.varint()));
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace amont
