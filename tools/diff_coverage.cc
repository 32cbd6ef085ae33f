// diff --coverage: the uses of restricted data that approvals began or ceased to cover.
#include <algorithm>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/diff_shown.h"

namespace amont::tool {
namespace {

std::string gaps_text(const std::optional<UseCoverage>& use) {
  if (!use) return "";
  if (use->covered()) return "covered";
  std::string text;
  for (const CoverageGap& gap : use->gaps) {
    const std::string when = gap.from ? fmt::format(" {} .. {}", gap.from->text(), gap.to ? gap.to->text() : "") : "";
    text += fmt::format("{}{}{}", text.empty() ? "" : "; ", amont::name_of(gap.reason), when);
  }
  return text;
}

void append_coverage(std::string& out, std::string_view name, const std::optional<UseCoverage>& use) {
  append_member(out, name);
  if (!use) {
    out += "null";
    return;
  }
  out += fmt::format("{{\"covered\": {}, \"gaps\": [", use->covered());
  const auto append_time = [&](std::string_view field, const std::optional<Timestamp>& time) {
    append_member(out, field);
    if (time)
      append_json_string(out, time->text());
    else
      out += "null";
  };
  for (const CoverageGap& gap : use->gaps) {
    out += out.back() == '[' ? "{" : ", {";
    append_time("from", gap.from);
    append_time("to", gap.to);
    append_text(out, "reason", amont::name_of(gap.reason));
    out += "}";
  }
  out += "]}";
}

std::string use_json(const CoverageDiff::UseDiff& use) {
  std::string out = "{";
  append_text(out, "what", name_of(use.what));
  append_text(out, "user", use.user.text());
  append_text(out, "used", use.used.text());
  append_member(out, "project");
  if (use.project)
    append_json_string(out, use.project->text());
  else
    out += "null";
  append_text(out, "label", use.label);
  append_tx(out, use.tx);
  append_coverage(out, "before", use.before);
  append_coverage(out, "after", use.after);
  return out + "}";
}

}  // namespace

Result<int> show_coverage_diff(Session& session, Format format, Question& question, const States& states,
                               const AskArguments& ask, std::span<const Ref> of, const std::string& as_of) {
  CoverageOptions options;
  options.ask = question.options;
  append_member(question.heading.options, "coverage");
  question.heading.options += "true";
  if (!as_of.empty()) {
    AMONT_LET(options.as_of, Timestamp::parse_date_or_time(as_of).while_doing("--as-of"));
    append_text(question.heading.options, "as_of", options.as_of->text());
  }
  AMONT_LET(const CoverageDiff diff, diff_coverage(*question.store, states.before, states.after, of, options));
  AMONT_TRY(question.heading.take(diff.completeness, states.after));
  const auto count = [&](auto is) { return static_cast<std::size_t>(std::ranges::count_if(diff.uses, is)); };
  Differences differences;
  differences.count = diff.uses.size();
  differences.closing = fmt::format("{} that {}: {} became covered, {} uncovered", counted(diff.uses.size(), "use"),
                                    diff.uses.size() == 1 ? "differs" : "differ",
                                    count([](const auto& use) { return use.became_covered(); }),
                                    count([](const auto& use) { return use.became_uncovered(); }));
  if (format == Format::kJson) {
    differences.json = member_of_lines("uses", diff.uses, use_json);
    return show_differences(session, format, question, states, ask, differences);
  }
  Differences::Table uses = {
      "", {{"what"}, {"run"}, {"used"}, {"project"}, {"before"}, {"after"}, {"tx", true}, {"by", false, true}}, {}};
  Authors authors(*question.store);
  for (const CoverageDiff::UseDiff& use : diff.uses) {
    AMONT_LET(const std::string who, authors.of(use.tx));
    uses.rows.push_back({std::string(name_of(use.what)), use.user.text(), use.used.text(),
                         use.project ? use.project->text() : "", gaps_text(use.before), gaps_text(use.after),
                         std::to_string(use.tx), who});
  }
  differences.tables.push_back(std::move(uses));
  return show_differences(session, format, question, states, ask, differences);
}

}  // namespace amont::tool
