// A table of text for people: columns aligned by the width they take on a terminal.
#pragma once

#include <string>
#include <vector>

#include "amont/model.h"
#include "tools/output.h"

namespace amont::tool {

enum class Style { kPlain, kStrong, kFaint, kGood, kWarning };

struct TableCell {
  std::string text;  // as in the register; escaped when it is shown
  Style style = Style::kPlain;

  TableCell(std::string t = {}, Style s = Style::kPlain) : text(std::move(t)), style(s) {}
  TableCell(const char* t) : text(t) {}
};

struct TableColumn {
  std::string title;
  bool right = false;     // numbers
  bool shrinks = false;   // is cut first where the terminal is too narrow
  bool optional = false;  // is left out when all its cells are empty
};

struct TableLook {
  bool colour = false;
  std::size_t width = 0;  // of the terminal; 0: any
};

// Nothing for a table without rows; no line of titles where all are empty.
void write_table(Output& out, const std::vector<TableColumn>& columns, const std::vector<std::vector<TableCell>>& rows,
                 const TableLook& look);

// One line, escaped.
void write_line(Output& out, std::string_view text, const TableLook& look, Style style = Style::kPlain);

// Each line of a text, escaped.
void write_lines(Output& out, std::string_view text, const TableLook& look);

// A value as a person reads it: a list's items joined by ", ".
std::string value_text(const Value& value);
std::string value_text(const Scalar& value);
// "2006-01-01T00:00:00Z to open"; empty for an interval without ends.
std::string interval_text(const Interval& interval);
// "name=value; name=value"
std::string properties_text(const Properties& properties);
// "1 node", "2 nodes"
std::string counted(std::uint64_t count, std::string_view one);

}  // namespace amont::tool
