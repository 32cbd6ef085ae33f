#include "tools/render/report.h"

#include <algorithm>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/render/escape.h"

namespace amont::tool {
namespace {

using What = ReportBlock::What;

std::string cell_text(const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) return {};
  if (const auto* yes = std::get_if<bool>(&cell)) return *yes ? "yes" : "no";
  return std::visit(
      [](const auto& value) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
          return {};
        } else {
          return value_text(Scalar(value));
        }
      },
      cell);
}

void append_cell_json(std::string& out, const Cell& cell) {
  std::visit(
      [&](const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
          out += "null";
        } else {
          append_json(out, Value(value));
        }
      },
      cell);
}

bool is_number(const Cell& cell) {
  return std::holds_alternative<std::int64_t>(cell) || std::holds_alternative<double>(cell);
}

bool is_number_column(const ReportBlock& block, std::size_t column) {
  bool any = false;
  for (const std::vector<Cell>& row : block.rows) {
    if (column >= row.size() || std::holds_alternative<std::monostate>(row[column])) continue;
    if (!is_number(row[column])) return false;
    any = true;
  }
  return any;
}

void write_rows(Output& out, const ReportBlock& block, const TableLook& look) {
  std::vector<TableColumn> columns;
  for (std::size_t i = 0; i < block.columns.size(); ++i) {
    const bool number = is_number_column(block, i);
    columns.push_back({block.columns[i], number, !number && block.columns[i] != "ref"});
  }
  std::vector<std::vector<TableCell>> rows;
  for (const std::vector<Cell>& row : block.rows) {
    rows.emplace_back();
    for (std::size_t i = 0; i < columns.size(); ++i) rows.back().emplace_back(i < row.size() ? cell_text(row[i]) : "");
  }
  if (rows.empty()) write_line(out, "none", look, Style::kFaint);
  write_table(out, columns, rows, look);
}

void append_text(std::string& out, std::string_view name, std::string_view text) {
  append_member(out, name);
  append_json_string(out, text);
}

std::string block_json(const ReportBlock& block) {
  std::string out = "{";
  append_text(out, "title", block.title);
  if (block.what == What::kText) {
    append_text(out, "text", block.text);
    return out + "}";
  }
  append_member(out, "columns");
  out += "[";
  for (std::size_t i = 0; i < block.columns.size(); ++i) {
    out += i ? ", " : "";
    append_json_string(out, block.columns[i]);
  }
  out += "], \"rows\": [";
  for (std::size_t i = 0; i < block.rows.size(); ++i) {
    out += i ? ",\n   [" : "\n   [";
    for (std::size_t j = 0; j < block.rows[i].size(); ++j) {
      out += j ? ", " : "";
      append_cell_json(out, block.rows[i][j]);
    }
    out += "]";
  }
  return out + "]}";
}

// What the heading is followed by.
std::string about_json(const Report& report) {
  std::string out = ",\n \"script_sha256\": ";
  append_json_string(out, report.script_sha256);
  out += ",\n \"title\": ";
  append_json_string(out, report.title);
  out += ", \"printed\": ";
  append_json_string(out, report.printed);
  return out;
}

}  // namespace

void write_report_table(Output& out, const Heading& heading, const Report& report, const TableLook& look) {
  if (!report.printed.empty()) {
    std::string printed = report.printed;
    std::ranges::replace(printed, '\t', ' ');  // what print() puts between its values; a table has no tab stops
    write_lines(out, printed, look);
    out.add("\n");
  }
  if (!report.title.empty()) {
    write_line(out, report.title, look, Style::kStrong);
    out.add("\n");
  }
  std::uint64_t row_count = 0;
  for (const ReportBlock& block : report.blocks) {
    if (!block.title.empty()) write_line(out, block.title, look, Style::kStrong);
    if (block.what == What::kText) write_lines(out, block.text, look);
    if (block.what == What::kRows) write_rows(out, block, look);
    out.add("\n");
    row_count += block.rows.size();
  }
  const std::string line = heading.closing_line(counted(row_count, "row"));
  write_line(out, line, look, heading.complete() ? Style::kGood : Style::kWarning);
  const std::string unknown = heading.unknown_line();
  if (!unknown.empty()) write_line(out, unknown, look, Style::kFaint);
}

void write_report_json(Output& out, const Heading& heading, const Report& report) {
  out.add(heading.open_json() + about_json(report) + ",\n \"blocks\": [");
  for (std::size_t i = 0; i < report.blocks.size(); ++i) out.add((i ? ",\n  " : "\n  ") + block_json(report.blocks[i]));
  out.add("]}\n");
}

void write_report_ndjson(Output& out, const Heading& heading, const Report& report) {
  out.add(heading.json_line(about_json(report)) + "\n");
  for (std::size_t b = 0; b < report.blocks.size(); ++b) {
    const ReportBlock& block = report.blocks[b];
    if (block.what == What::kText) {
      std::string line = fmt::format("{{\"block\": {}", b + 1);
      append_text(line, "text", block.text);
      out.add(line + "}\n");
      continue;
    }
    for (const std::vector<Cell>& row : block.rows) {
      std::string line = fmt::format("{{\"block\": {}, \"row\": {{", b + 1);
      for (std::size_t i = 0; i < block.columns.size() && i < row.size(); ++i) {
        line += i ? ", " : "";
        append_json_string(line, block.columns[i]);
        line += ": ";
        append_cell_json(line, row[i]);
      }
      out.add(line + "}}\n");
    }
  }
}

void write_report_csv(Output& out, const Report& report, bool raw) {
  bool first = true;
  for (const ReportBlock& block : report.blocks) {
    if (block.what == What::kText) continue;
    if (!first) out.add("\n");
    first = false;
    std::string line;
    for (std::size_t i = 0; i < block.columns.size(); ++i) line += (i ? "," : "") + csv_cell(block.columns[i], raw);
    out.add(line + "\n");
    for (const std::vector<Cell>& row : block.rows) {
      line.clear();
      for (std::size_t i = 0; i < row.size(); ++i) {
        const bool is_text = std::holds_alternative<std::string>(row[i]);
        line += (i ? "," : "") + (is_text ? csv_cell(cell_text(row[i]), raw) : cell_text(row[i]));
      }
      out.add(line + "\n");
    }
  }
}

}  // namespace amont::tool
