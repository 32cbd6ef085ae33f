#include "tools/render/heading.h"

#include <algorithm>

#include <fmt/format.h>

#include "amont/bundle.h"
#include "amont/exchange.h"

namespace amont::tool {
namespace {

constexpr std::size_t kUnknownShown = 10;

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace

void append_member(std::string& out, std::string_view name) {
  if (!out.empty() && out.back() != '{') out += ", ";
  out += fmt::format("\"{}\": ", name);
}

bool Heading::out_of_time() const {
  return std::any_of(reasons.begin(), reasons.end(), [](const PartialReason& one) { return one.reason == "timeout"; });
}

void Heading::describe(const Snapshot& view) {
  tx = view.tx();
  time = view.time();
}

Status Heading::take(const Completeness& completeness, const Snapshot& view) {
  for (const PartialReason& reason : completeness.reasons) {
    const auto known = std::ranges::find(reasons, reason.reason, &PartialReason::reason);
    if (known == reasons.end()) {
      reasons.push_back(reason);
    } else {  // of another question: what it left out may be the same or not
      known->count = std::max(known->count, reason.count);
      known->at_least = true;
    }
  }
  const std::string_view why = reason_of(view.damage());
  const bool told =
      std::any_of(reasons.begin(), reasons.end(), [&](const PartialReason& one) { return one.reason == why; });
  if (!view.damage().empty() && !told) reasons.push_back({std::string(why), 0, true});
  std::vector<NodeId> ids;
  for (const UnknownOrigin& one : completeness.unknown) ids.push_back(one.id);
  AMONT_LET(const std::vector<Ref> refs, view.refs(ids));
  for (std::size_t i = 0; i < ids.size(); ++i) unknown.push_back({refs[i].text(), completeness.unknown[i].missing});
  return {};
}

std::string Heading::open_json() const {
  std::string out = "{\"amont\": 1, \"question\": {\"verb\": " + quoted(verb) + ", \"start\": [";
  for (std::size_t i = 0; i < start.size(); ++i) out += (i ? ", " : "") + quoted(start[i]);
  out += "], \"options\": {" + options + "}},\n";

  out +=
      fmt::format(" \"known_at\": {{\"tx\": {}, \"time\": {}}}, \"valid_at\": ", tx, tx ? quoted(time.text()) : "null");
  if (!valid_at) {
    out += "null";
  } else if (!valid_until) {
    out += quoted(valid_at->text());
  } else {
    out += fmt::format("{{\"from\": {}, \"to\": {}}}", quoted(valid_at->text()), quoted(valid_until->text()));
  }

  out += fmt::format(",\n \"completeness\": {{\"state\": \"{}\", \"reasons\": [", complete() ? "complete" : "partial");
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    out += fmt::format("{}{{\"reason\": {}, \"count\": {}{}}}", i ? ", " : "", quoted(reasons[i].reason),
                       reasons[i].count, reasons[i].at_least ? ", \"at_least\": true" : "");
  }
  out += "], \"unknown\": [";
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    out += fmt::format("{}{{\"ref\": {}, \"missing\": {}}}", i ? ", " : "", quoted(unknown[i].ref),
                       quoted(unknown[i].what));
  }
  return out + "]}";
}

std::string Heading::json_line(std::string_view more) const {
  std::string line = open_json() + std::string(more) + "}";
  std::erase(line, '\n');  // these stand between members only: within strings they are escaped
  return line;
}

std::string Heading::closing_line(std::string_view what) const {
  std::string line = complete() ? "complete: " : "partial: ";
  line += what;
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    const PartialReason& one = reasons[i];
    line += i ? ", " : "; not shown: ";
    if (one.reason == "redacted") {
      line += fmt::format("redacted texts of {} listed", one.count);
      continue;
    }
    if (one.reason == "bundle") {
      line += "what is not in the bundle";
      continue;
    }
    if (one.count > 0) line += fmt::format("{}{} by ", one.at_least ? "at least " : "", one.count);
    if (one.count == 0) line += "what was cut by ";
    line += one.reason;
  }
  line += tx ? fmt::format("; known at transaction {} ({})", tx, time.text()) : "; known before the first transaction";
  if (!valid_at) return line + ", valid at any time";
  if (!valid_until) return line + ", valid at " + valid_at->text();
  return line + fmt::format(", valid from {} to {}", valid_at->text(), valid_until->text());
}

std::string Heading::unknown_line() const {
  if (unknown.empty()) return {};
  std::string line = "not recorded: ";
  for (std::size_t i = 0; i < unknown.size() && i < kUnknownShown; ++i)
    line += fmt::format("{}{} of {}", i ? ", " : "", unknown[i].what, unknown[i].ref);
  if (unknown.size() > kUnknownShown)
    line += fmt::format(" and {} more (--json lists them)", unknown.size() - kUnknownShown);
  return line;
}

}  // namespace amont::tool
