// A small register with the hub schema, and the text of what scripts answer, for tests.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "amont/rules.h"
#include "amont/schema_script.h"
#include "amont/script.h"
#include "amont/store.h"
#include "tests/support/temp_dir.h"

namespace amont {

class HubRegister {
 public:
  HubRegister() {
    Options options;
    options.index_in_memory = true;
    options.clock = [this] { return now; };
    options.judge = rule_judge();
    Result<std::unique_ptr<Store>> made = Store::create(dir_ / "store", hub_schema(), options);
    EXPECT_TRUE(made.ok()) << made.status().text();
    if (made.ok()) store_ = *std::move(made);
  }

  // Changes gather until commit().
  HubRegister& node(const std::string& ref, std::vector<PropertyChange> props = {}, Interval valid = {}) {
    PutNode put;
    put.ref = *Ref::parse(ref);
    put.props = std::move(props);
    if (valid.from) put.valid_from = valid.from;
    if (valid.to) put.valid_to = valid.to;
    next_.changes.emplace_back(std::move(put));
    return *this;
  }
  HubRegister& edge(const std::string& kind, const std::string& from, const std::string& to,
                    std::vector<PropertyChange> props = {}, const std::string& label = {}, Interval valid = {}) {
    PutEdge put{kind, *Ref::parse(from), *Ref::parse(to), label, std::move(props), {}, {}};
    if (valid.from) put.valid_from = valid.from;
    if (valid.to) put.valid_to = valid.to;
    next_.changes.emplace_back(std::move(put));
    return *this;
  }
  HubRegister& retract(const std::string& ref) {
    next_.changes.emplace_back(RetractNode{*Ref::parse(ref)});
    return *this;
  }
  TxNumber commit() {
    Result<Receipt> done = try_commit();
    EXPECT_TRUE(done.ok()) << done.status().text();
    return done.ok() ? done->tx : 0;
  }
  Result<Receipt> try_commit(std::vector<std::string> overrides = {}) {
    if (!overrides.empty()) next_.author = next_.reason = "said";
    next_.override_rules = std::move(overrides);
    last_ = std::exchange(next_, {});
    return store_->commit(last_);
  }
  // What was refused, once more.
  Result<Receipt> try_again(std::vector<std::string> overrides) {
    next_ = last_;
    return try_commit(std::move(overrides));
  }
  HubRegister& rule(Rule rule) {
    next_.author = next_.reason = "rules";
    next_.changes.emplace_back(PutRule{std::move(rule)});
    return *this;
  }

  Store& store() { return *store_; }
  Snapshot snapshot() { return *store_->snapshot(); }

  Result<Report> run(const std::string& source, std::vector<std::pair<std::string, std::string>> arguments = {},
                     const ScriptRunLimits& limits = {}) {
    return run_script(snapshot(), store_.get(), "test", source, {std::move(arguments)}, limits);
  }
  // The text of a report that must come; or of what failed.
  std::string answer(const std::string& source, std::vector<std::pair<std::string, std::string>> arguments = {});

  Timestamp now = *Timestamp::parse("2026-01-01T00:00:00Z");

 private:
  TempDir dir_;
  std::unique_ptr<Store> store_;
  Transaction next_, last_;
};

inline std::string text_of(const Cell& cell) {
  struct Text {
    std::string operator()(std::monostate) const { return "-"; }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(std::int64_t integer) const { return std::to_string(integer); }
    std::string operator()(double real) const { return std::to_string(real); }
    std::string operator()(bool boolean) const { return boolean ? "yes" : "no"; }
    std::string operator()(Timestamp time) const { return time.text(); }
  };
  return std::visit(Text{}, cell);
}

// Lines of the blocks that are neither text nor rows: "  dataset:a (derived_from; possible)", "output:x -used-> dataset:a",
// "p1: 2024-01-01T00:00:00Z .. open, open", "run = 3".
inline std::string text_of_picture(const ReportBlock& block) {
  std::string out;
  const auto in_brackets = [](const std::string& first, const std::string& second) {
    const std::string both = first + (first.empty() || second.empty() ? "" : "; ") + second;
    return both.empty() ? "" : " (" + both + ")";
  };
  for (const TreeLine& line : block.tree)
    out += std::string(2 * line.depth, ' ') + line.ref + in_brackets(line.through, line.note) + "\n";
  const Drawing& graph = block.graph;
  for (const Drawing::Node& node : graph.nodes) {
    out += node.ref;
    if (node.group) out += " in " + graph.groups[*node.group].ref;
    if (node.stands_for > 1) out += " for " + std::to_string(node.stands_for);
    out += std::string(node.start ? " start" : "") + (node.listed ? "" : " between") +
           (node.possible ? " possible" : "") + (node.highlighted ? " lit" : "") +
           (node.gap.empty() ? "" : " gap: " + node.gap) + "\n";
  }
  for (const Drawing::Edge& edge : graph.edges) {
    out += graph.nodes[edge.from].ref + " -" + edge.kind + "-> " + graph.nodes[edge.to].ref;
    if (edge.stands_for > 1) out += " for " + std::to_string(edge.stands_for);
    out += std::string(edge.aside ? " aside" : "") + (edge.highlighted ? " lit" : "") +
           (edge.gap.empty() ? "" : " gap: " + edge.gap) + "\n";
  }
  const auto end = [](const std::optional<Timestamp>& time) { return time ? time->text() : "open"; };
  for (const TimelineSpan& span : block.spans)
    out +=
        span.label + ": " + end(span.from) + " .. " + end(span.to) + (span.kind.empty() ? "" : ", " + span.kind) + "\n";
  for (const ChartPoint& point : block.points)
    out += point.label + " = " + (point.value ? fmt::format("{}", *point.value) : "none") + "\n";
  return out;
}

// One line for each title, header, row and text: "# title", "ref | title", "dataset:a | A".
inline std::string text_of(const Report& report) {
  std::string out;
  if (!report.title.empty()) out += "# " + report.title + "\n";
  for (const ReportBlock& block : report.blocks) {
    if (!block.title.empty()) out += "## " + block.title + "\n";
    if (block.what == ReportBlock::What::kText) {
      out += block.text + "\n";
      continue;
    }
    if (block.what != ReportBlock::What::kRows) {
      out += text_of_picture(block);
      continue;
    }
    const auto add_line = [&](const auto& cells, auto to_text) {
      std::string line;
      for (const auto& cell : cells) line += (line.empty() ? "" : " | ") + to_text(cell);
      out += line + "\n";
    };
    add_line(block.columns, [](const std::string& name) { return name; });
    for (const std::vector<Cell>& row : block.rows) add_line(row, [](const Cell& cell) { return text_of(cell); });
  }
  return out;
}

inline std::string HubRegister::answer(const std::string& source,
                                       std::vector<std::pair<std::string, std::string>> arguments) {
  const Result<Report> report = run(source, std::move(arguments));
  if (!report.ok()) return std::string(name_of(report.code())) + ": " + report.status().text() + "\n";
  return text_of(*report);
}

inline Timestamp day(const char* text) { return *Timestamp::parse_date_or_time(text); }

}  // namespace amont
