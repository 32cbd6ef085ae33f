// What scripts say that write an export (a header with --- @format and --- @output, a function export), and what those that read files
// say as well.
#include "query/lua/words/word_rows.h"

namespace amont {

std::span<const WordRow> export_words_told() {
  static constexpr WordRow kRows[] = {
      {"export", "export", "function export()",
       "The script's own function, called once; it may ask the register all that other scripts ask, and writes what "
       "the file shall hold.",
       "", ""},
      {"write", "export", "write(\"a line\", \"\\n\")", "Writes texts and numbers, one after the other.", "", ""},
  };
  return kRows;
}

std::span<const WordRow> format_words() {
  static constexpr WordRow kRows[] = {
      {"json", "formats", "json({a = {1, 2}})", "The text in JSON of a value; names are in order.", "", ""},
      {"null", "formats", "null", "What JSON calls null; of a property that is put: take it away.", "", ""},
      {"empty_list", "formats", "json({a = empty_list})",
       "In JSON a list with nothing in it; an empty table is an object with nothing in it.", "", ""},
      {"warn", "formats", "warn(\"...\", line)",
       "Tells something, in an import with the file and the line, that at hand unless told, and goes on.", "", ""},
  };
  return kRows;
}

}  // namespace amont
