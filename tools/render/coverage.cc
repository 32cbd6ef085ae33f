#include "tools/render/coverage.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/render/escape.h"

namespace amont::tool {
namespace {

template <class See>
void each_id(const UseCoverage& one, const See& see) {
  see(one.use.user);
  see(one.use.used);
  if (one.use.project) see(*one.use.project);
  for (const CoveringApproval& cover : one.by) see(cover.approval);
  for (const CoverageGap& gap : one.gaps) {
    if (gap.nearest) see(*gap.nearest);
    for (const NodeId source : gap.missing_sources) see(source);
  }
}

std::string text_of(const std::optional<Timestamp>& time) { return time ? time->text() : ""; }

// As few digits as tell one second from the next.
std::string days_text(double days) {
  const double rounded = std::round(days * 1e6) / 1e6;
  return fmt::format("{}", rounded);
}

// For people: a tenth of a day will do, unless that would be nothing.
std::string shown_days(double days) {
  return days < 0.1 ? days_text(days) : fmt::format("{}", std::round(days * 10) / 10);
}

void append_text(std::string& out, std::string_view name, std::string_view text) {
  append_member(out, name);
  append_json_string(out, text);
}

void append_time(std::string& out, std::string_view name, const std::optional<Timestamp>& time) {
  append_member(out, name);
  if (time) append_json_string(out, time->text());
  if (!time) out += "null";
}

template <class Items, class Text>
void append_list(std::string& out, std::string_view name, const Items& items, const Text& text) {
  append_member(out, name);
  out += "[";
  for (const auto& item : items) {
    if (out.back() != '[') out += ", ";
    append_json_string(out, text(item));
  }
  out += "]";
}

std::string use_json(const Use& use, const RefTexts& refs) {
  std::string out = "{";
  append_text(out, "user", refs.of(use.user));
  append_member(out, "project");
  if (use.project) append_json_string(out, refs.of(*use.project));
  if (!use.project) out += "null";
  append_text(out, "used", refs.of(use.used));
  append_text(out, "label", use.label);
  append_time(out, "from", use.from);
  append_time(out, "to", use.to);
  return out + "}";
}

std::string gap_json(const CoverageGap& gap, const RefTexts& refs) {
  std::string out = "{";
  append_time(out, "from", gap.from);
  append_time(out, "to", gap.to);
  append_member(out, "days");
  out += gap.from && gap.to ? days_text(gap.days()) : "null";
  append_text(out, "reason", name_of(gap.reason));
  append_member(out, "nearest");
  if (gap.nearest) append_json_string(out, refs.of(*gap.nearest));
  if (!gap.nearest) out += "null";
  append_list(out, "also", gap.also, [](GapReason reason) { return name_of(reason); });
  append_list(out, "missing_sources", gap.missing_sources, [&](NodeId id) { return refs.of(id); });
  return out + "}";
}

std::string joined_approvals(const UseCoverage& one, const RefTexts& refs) {
  std::vector<std::string> texts;
  for (const CoveringApproval& cover : one.by) {
    std::string text = refs.of(cover.approval) + (cover.changed_late    ? " (changed late)"
                                                  : cover.recorded_late ? " (recorded late)"
                                                                        : "");
    if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string reason_text(const CoverageGap& gap) {
  std::string out(name_of(gap.reason));
  for (const GapReason reason : gap.also) out += fmt::format(", {}", name_of(reason));
  return out;
}

}  // namespace

Status RefTexts::read(const Snapshot& view, std::span<const UseCoverage> uses) {
  ids_.clear();
  for (const UseCoverage& one : uses) each_id(one, [&](NodeId id) { ids_.push_back(id); });
  std::ranges::sort(ids_);
  ids_.erase(std::ranges::unique(ids_).begin(), ids_.end());
  AMONT_LET(const std::vector<Ref> refs, view.refs(ids_));
  texts_.clear();
  for (const Ref& ref : refs) texts_.push_back(ref.text());
  return {};
}

const std::string& RefTexts::of(NodeId id) const {
  return texts_[static_cast<std::size_t>(std::ranges::lower_bound(ids_, id) - ids_.begin())];
}

std::string coverage_counts_json(const Coverage& answer) {
  return fmt::format(",\n \"checked\": {}, \"uncovered\": {}, \"open\": {}", answer.checked, answer.uncovered,
                     answer.open);
}

std::string coverage_json(const UseCoverage& one, const RefTexts& refs) {
  std::string out = fmt::format("{{\"use\": {}, \"covered\": {}, \"by\": [", use_json(one.use, refs), one.covered());
  for (const CoveringApproval& cover : one.by) {
    out += out.back() == '[' ? "{" : ", {";
    append_text(out, "approval", refs.of(cover.approval));
    append_time(out, "from", cover.from);
    append_time(out, "to", cover.to);
    append_member(out, "recorded_in");
    out += fmt::format("{}, \"recorded_late\": {}, \"changed_late\": {}}}", cover.recorded_in, cover.recorded_late,
                       cover.changed_late);
  }
  out += "], \"gaps\": [";
  for (const CoverageGap& gap : one.gaps) {
    if (out.back() != '[') out += ", ";
    out += gap_json(gap, refs);
  }
  return out + "]}";
}

std::vector<TableColumn> coverage_columns() {
  return {{"user"},
          {"used"},
          {"from"},
          {"to"},
          {"covered"},
          {"by", false, true, true},
          {"reason", false, false, true},
          {"days", true, false, true},
          {"nearest", false, true, true}};
}

void add_coverage_rows(std::vector<std::vector<TableCell>>& rows, const UseCoverage& one, const RefTexts& refs) {
  const std::string &user = refs.of(one.use.user), &used = refs.of(one.use.used);
  if (one.covered())
    rows.push_back({user, used, text_of(one.use.from), one.use.to ? one.use.to->text() : "open",
                    TableCell("yes", Style::kGood), joined_approvals(one, refs), "", "", ""});
  for (const CoverageGap& gap : one.gaps)
    rows.push_back({user, used, text_of(gap.from), text_of(gap.to), TableCell("no", Style::kWarning), "",
                    reason_text(gap), gap.from && gap.to ? shown_days(gap.days()) : "",
                    gap.nearest ? refs.of(*gap.nearest) : ""});
}

std::string coverage_csv_header() {
  return "user,project,used,label,from,to,covered,by,gap_from,gap_to,gap_days,reason,also,nearest,missing_sources\n";
}

std::string coverage_csv(const UseCoverage& one, const RefTexts& refs, bool raw) {
  const auto cell = [&](std::string_view text) { return csv_cell(text, raw); };
  const std::string use = fmt::format(
      "{},{},{},{},{},{}", cell(refs.of(one.use.user)), one.use.project ? cell(refs.of(*one.use.project)) : "",
      cell(refs.of(one.use.used)), cell(one.use.label), text_of(one.use.from), text_of(one.use.to));
  if (one.covered()) return fmt::format("{},true,{},,,,,,,\n", use, cell(joined_approvals(one, refs)));
  std::string out;
  for (const CoverageGap& gap : one.gaps) {
    std::vector<std::string_view> also;
    for (const GapReason reason : gap.also) also.push_back(name_of(reason));
    std::vector<std::string_view> sources;
    for (const NodeId source : gap.missing_sources) sources.push_back(refs.of(source));
    out += fmt::format("{},false,{},{},{},{},{},{},{},{}\n", use, cell(joined_approvals(one, refs)), text_of(gap.from),
                       text_of(gap.to), gap.from && gap.to ? days_text(gap.days()) : "", name_of(gap.reason),
                       cell(fmt::format("{}", fmt::join(also, ", "))), gap.nearest ? cell(refs.of(*gap.nearest)) : "",
                       cell(fmt::format("{}", fmt::join(sources, ", "))));
  }
  return out;
}

}  // namespace amont::tool
