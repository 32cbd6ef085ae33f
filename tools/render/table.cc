#include "tools/render/table.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/render/escape.h"

namespace amont::tool {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 12;  // a column is never cut below this

std::string_view code_of(Style style) {
  switch (style) {
    case Style::kPlain: return "";
    case Style::kStrong: return "\033[1m";
    case Style::kFaint: return "\033[2m";
    case Style::kGood: return "\033[32m";
    case Style::kWarning: return "\033[33m";
  }
  return "";
}

std::string styled(std::string text, Style style, bool colour) {
  if (!colour || style == Style::kPlain || text.empty()) return text;
  return std::string(code_of(style)) + text + "\033[0m";
}

// Takes what is too much from the columns that may shrink, widest first.
void fit(std::vector<std::size_t>& widths, const std::vector<TableColumn>& columns, std::size_t room) {
  std::size_t total = std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
  while (total > room) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (!columns[i].shrinks || widths[i] <= kNarrowest) continue;
      if (widest == widths.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == widths.size()) return;
    const std::size_t less = std::min(total - room, widths[widest] - kNarrowest);
    widths[widest] -= less;
    total -= less;
  }
}

}  // namespace

constexpr std::size_t kPaddedMax = 200;  // columns

void write_table(Output& out, const std::vector<TableColumn>& columns, const std::vector<std::vector<TableCell>>& rows,
                 const TableLook& look) {
  if (rows.empty()) return;
  std::vector<std::vector<TableCell>> lines;
  const bool titled =
      std::any_of(columns.begin(), columns.end(), [](const TableColumn& c) { return !c.title.empty(); });
  if (titled) {
    lines.emplace_back();
    for (const TableColumn& column : columns) lines.back().emplace_back(column.title, Style::kStrong);
  }
  lines.insert(lines.end(), rows.begin(), rows.end());

  std::vector<std::size_t> widths(columns.size(), 0);
  for (std::vector<TableCell>& line : lines) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      line[i].text = for_terminal(line[i].text);
      widths[i] = std::max(widths[i], display_width(line[i].text));
    }
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto empty = [i](const std::vector<TableCell>& row) { return row[i].text.empty(); };
    if (columns[i].optional && std::all_of(rows.begin(), rows.end(), empty)) widths[i] = 0;
  }
  if (look.width > 0) fit(widths, columns, look.width);

  for (std::vector<TableCell>& line : lines) {
    std::string shown;
    std::size_t owed = 0;  // spaces, written only before more text
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (widths[i] == 0) continue;
      // Where nothing is cut, one long text must not make all rows as long.
      const bool cuts = look.width > 0;
      std::string text = cuts ? cut_to_width(line[i].text, widths[i]) : line[i].text;
      const std::size_t padded = cuts ? widths[i] : std::min(widths[i], kPaddedMax);
      const std::size_t taken = display_width(text);
      const std::size_t blank = padded > taken ? padded - taken : 0;
      if (columns[i].right) owed += blank;
      if (!text.empty()) {
        shown.append(owed, ' ');
        shown += styled(std::move(text), line[i].style, look.colour);
        owed = 0;
        if (!columns[i].right) owed = blank;
      } else if (!columns[i].right) {
        owed += blank;
      }
      owed += kGap;
    }
    out.add(shown + "\n");
  }
}

void write_line(Output& out, std::string_view text, const TableLook& look, Style style) {
  out.add(styled(for_terminal(text), style, look.colour) + "\n");
}

void write_lines(Output& out, std::string_view text, const TableLook& look) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    write_line(out, text.substr(0, end), look);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string value_text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* time = std::get_if<Timestamp>(&value)) return time->text();
  std::string out;
  if (const auto* list = std::get_if<List>(&value)) {
    for (std::size_t i = 0; i < list->size(); ++i) out += (i ? ", " : "") + value_text((*list)[i]);
  } else {
    append_json(out, value);
  }
  return out;
}

std::string value_text(const Scalar& value) {
  return value_text(std::visit([](const auto& one) { return Value(one); }, value));
}

std::string interval_text(const Interval& interval) {
  if (!interval.bounded()) return {};
  return fmt::format("{} to {}", interval.from ? interval.from->text() : "open",
                     interval.to ? interval.to->text() : "open");
}

std::string properties_text(const Properties& properties) {
  std::string out;
  for (const Property& one : properties)
    out += fmt::format("{}{}={}", out.empty() ? "" : "; ", one.name, value_text(one.value));
  return out;
}

std::string counted(std::uint64_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

}  // namespace amont::tool
