#include "core/exchange/rule_json.h"

#include <fmt/format.h>

#include "amont/exchange.h"

namespace amont {
namespace {

void append_text(std::string& out, std::string_view before, std::string_view text) {
  out += before;
  append_json_string(out, text);
}

}  // namespace

std::string to_jsonl(const Rule& rule) {
  std::string out;
  append_text(out, "{\"rule\":", rule.name);
  append_text(out, ",\"mode\":", name_of(rule.mode));
  append_text(out, ",\"lua\":", rule.source);
  if (rule.arguments.empty()) return out + "}";
  out += ",\"arguments\":{";
  for (const auto& [name, value] : rule.arguments) {
    append_text(out, out.back() == '{' ? "" : ",", name);
    append_text(out, ":", value);
  }
  return out + "}}";
}

std::string to_json(const std::vector<RuleFinding>& findings) {
  std::string out = "[";
  for (const RuleFinding& finding : findings) {
    append_text(out, out.back() == '[' ? "{\"rule\":" : ",{\"rule\":", finding.rule);
    append_text(out, ",\"mode\":", name_of(finding.mode));
    if (finding.overridden) out += ",\"overridden\":true";
    if (!finding.checked) out += ",\"checked\":false";
    out += fmt::format(",\"violations\":{}", finding.violations);
    if (!finding.nodes.empty()) out += ",\"nodes\":[";
    for (const Ref& ref : finding.nodes) append_text(out, out.back() == '[' ? "" : ",", ref.text());
    if (!finding.nodes.empty()) out += "]";
    out += "}";
  }
  return out + "]";
}

}  // namespace amont
