// rule_judge(): a transaction's rules, run before it is written. What they find is told in a text that may be shown and kept in logs.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "amont/lint.h"
#include "query/rule_rows.h"

namespace amont {
namespace {

constexpr std::size_t kTold = 3;  // violations

// Says of a row what may be said: nodes of the register, numbers, times, names of the schema, and texts that stand in the rule itself.
class RowTeller {
 public:
  // `hidden` stands for a text that may not be said.
  RowTeller(const Snapshot& view, const Rule& rule, std::string_view hidden = "(a text)")
      : view_(view), rule_(rule), hidden_(hidden) {}

  Result<std::string> tell(const ReportBlock& block, const std::vector<Cell>& row) {
    std::string out;
    has_named_ = false;
    for (std::size_t i = 0; i < row.size(); ++i) {
      AMONT_LET(const std::string text, text_of(row[i]));
      if (text.empty()) continue;
      if (!out.empty()) out += ", ";
      if (i > 0) out += known_text(block.columns[i]) + ": ";
      out += text;
    }
    return out;
  }
  // Whether the row told last names a node.
  bool has_named() const { return has_named_; }
  std::vector<NodeId> take_nodes() { return std::move(nodes_); }

 private:
  Result<std::string> text_of(const Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) return text_of_texts(*text);
    if (const auto* integer = std::get_if<std::int64_t>(&cell)) return std::to_string(*integer);
    if (const auto* real = std::get_if<double>(&cell)) return fmt::format("{}", *real);
    if (const auto* yes = std::get_if<bool>(&cell)) return std::string(*yes ? "yes" : "no");
    if (const auto* time = std::get_if<Timestamp>(&cell)) return time->text();
    return std::string();
  }
  // "purpose:a, purpose:b": each by itself.
  Result<std::string> text_of_texts(std::string_view texts) {
    constexpr std::string_view kComma = ", ";
    std::string out;
    for (std::size_t at = 0; at < texts.size();) {
      const std::size_t end = std::min(texts.find(kComma, at), texts.size());
      AMONT_LET(const std::string one, text_of_one(texts.substr(at, end - at)));
      if (!out.empty()) out += kComma;
      out += one;
      at = end + kComma.size();
    }
    return out;
  }
  Result<std::string> text_of_one(std::string_view text) {
    if (const Result<Ref> ref = Ref::parse(text); ref.ok()) {
      AMONT_LET(const auto id, view_.find(*ref));
      if (id) {
        has_named_ = true;
        if (nodes_.size() < kFindingNodesMax && std::ranges::find(nodes_, *id) == nodes_.end()) nodes_.push_back(*id);
        return std::string(text);
      }
    }
    return known_text(text);
  }
  std::string known_text(std::string_view text) const {
    return std::string(is_of_the_rule(text) || is_of_the_schema(text) ? text : hidden_);
  }
  // As a whole, between quotes: a few letters of a text of the register stand somewhere in any script.
  bool is_of_the_rule(std::string_view text) const {
    for (const char* const quotes : {"\"\"", "''", "[]"})
      if (rule_.source.find(fmt::format("{}{}{}", quotes[0], text, quotes[1])) != std::string::npos) return true;
    return false;
  }
  bool is_of_the_schema(std::string_view text) const {
    const auto has = [&](const auto& row) { return row.name == text || find_row(row.props, text); };
    return std::ranges::any_of(view_.schema().nodes(), has) || std::ranges::any_of(view_.schema().edges(), has);
  }

  const Snapshot& view_;
  const Rule& rule_;
  std::string_view hidden_;
  std::vector<NodeId> nodes_;
  bool has_named_ = false;
};

// What makes a row the same violation before and after a transaction: the nodes that it names, its numbers and times, and the rule's own
// words. Other texts, such as titles, only describe the nodes; they count where none is named. So what was wrong and is still wrong
// in another way (a count that fell or rose) is what the transaction brings, and another title is not.
Result<std::vector<std::string>> told_apart_by(const CheckedRows& checked, const Snapshot& view, const Rule& rule) {
  RowTeller teller(view, rule, "");
  std::vector<std::string> out;
  out.reserve(checked.outcome.violations.size());
  for (const ReportBlock& block : checked.blocks) {
    for (const std::vector<Cell>& row : block.rows) {
      AMONT_LET(std::string told, teller.tell(block, row));
      out.push_back(teller.has_named() ? std::move(told) : checked.outcome.violations[out.size()].text);
    }
  }
  return out;
}

// The places in `after` of rows that are not in `before`, each of which takes away one.
std::vector<std::size_t> places_of_more(const std::vector<std::string>& after, const std::vector<std::string>& before) {
  std::map<std::string_view, std::size_t> known;
  for (const std::string& one : before) ++known[one];
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < after.size(); ++i) {
    const auto found = known.find(after[i]);
    if (found != known.end() && found->second > 0)
      --found->second;
    else
      places.push_back(i);
  }
  return places;
}

const std::vector<Cell>& row_at(const std::vector<ReportBlock>& blocks, std::size_t place, const ReportBlock** block) {
  *block = blocks.data();
  for (; place >= (*block)->rows.size(); ++*block) place -= (*block)->rows.size();
  return (*block)->rows[place];
}

// Whether it is what keeps the script from being compiled.
bool is_of_the_text(const Rule& rule, const Status& why) {
  const auto findings = lint_script(rule.name, rule.source);
  return findings.ok() && !findings->empty() && why.text().find(findings->front().text) != std::string::npos;
}

// What a script says while it runs may be anything; the rest comes from its text, its arguments and its budget.
Status may_be_told(const Rule& rule, const Status& why) {
  if (why.code() != Code::kScript || is_of_the_text(rule, why)) return why;
  std::string_view place = why.text();
  std::string line;
  if (place.starts_with(rule.name + ":")) {
    place.remove_prefix(rule.name.size() + 1);
    const std::size_t digits = std::min(place.find_first_not_of("0123456789"), place.size());
    if (digits > 0) line = fmt::format(" in line {}", place.substr(0, digits));
  }
  return {why.code(),
          fmt::format("it fails{}; what it says is not shown here, since it may hold texts of the register. "
                      "`amont check` shows it",
                      line)};
}

Status look(const CheckedRows& after, const std::vector<std::size_t>& fresh, const Snapshot& view, const Rule& rule,
            Verdict& verdict) {
  RowTeller teller(view, rule);
  const std::string& question = after.outcome.question;
  if (!question.empty()) verdict.told = question + " ";
  for (std::size_t i = 0; i < std::min(fresh.size(), kFindingNodesMax); ++i) {
    const ReportBlock* block = nullptr;
    const std::vector<Cell>& row = row_at(after.blocks, fresh[i], &block);
    AMONT_LET(const std::string told, teller.tell(*block, row));
    if (i < kTold) verdict.told += (i > 0 ? "; " : "") + told;
  }
  if (fresh.size() > kTold) verdict.told += fmt::format("; and {} more", fresh.size() - kTold);
  verdict.violations = fresh.size();
  verdict.nodes = teller.take_nodes();
  return {};
}

Verdict verdict_of(const Snapshot& before, const Snapshot& after, const Rule& rule, const ScriptRunLimits& limits,
                   const std::atomic<bool>* cancel) {
  Verdict verdict;
  const auto run = [&](const Snapshot& view) {
    return check_rows(view, nullptr, rule, {}, after.time(), limits, cancel);
  };
  const CheckedRows then = run(after);
  verdict.status = may_be_told(rule, then.outcome.status);
  if (!verdict.status.ok() || then.outcome.violations.empty()) return verdict;
  const CheckedRows now = run(before);
  verdict.status = may_be_told(rule, now.outcome.status);
  if (!verdict.status.ok()) return verdict;
  const auto ids_then = told_apart_by(then, after, rule), ids_now = told_apart_by(now, after, rule);
  for (const auto* ids : {&ids_then, &ids_now}) {
    if (ids->ok()) continue;
    verdict.status = ids->status();
    return verdict;
  }
  const std::vector<std::size_t> fresh = places_of_more(*ids_then, *ids_now);
  if (!fresh.empty()) verdict.status = look(then, fresh, after, rule, verdict);
  return verdict;
}

}  // namespace

Judge rule_judge(const ScriptRunLimits& limits, const std::atomic<bool>* cancel) {
  return [limits, cancel](const Snapshot& before, const Snapshot& after,
                          std::span<const std::shared_ptr<const StoredRule>> rules) {
    std::vector<Verdict> verdicts;
    verdicts.reserve(rules.size());
    for (const auto& one : rules) verdicts.push_back(verdict_of(before, after, one->rule, limits, cancel));
    return verdicts;
  };
}

}  // namespace amont
