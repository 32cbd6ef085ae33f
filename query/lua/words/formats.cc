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
      {"own_schema", "export", "own_schema(\"\")",
       "What the register's schema has beyond that of a new register, and beyond the declarations given: a text that "
       "`schema` of an import takes.",
       "", ""},
      {"prefix", "export", "prefix(\"dct\", \"http://purl.org/dc/terms/\")",
       "With `--- @output rdf`: a short name for the beginning of IRIs; before the first triple.", "", ""},
      {"triple", "export", "triple(\"https://hub.example/d\", \"dct:title\", {value = \"Title\", language = \"en\"})",
       "With `--- @output rdf`: writes a statement. A text names a thing: an IRI, `dct:title` by a prefix, `_:x`; what "
       "an IRI can't hold is "
       "percent-encoded. A table is a literal, with `language` or `datatype` if it has one; numbers, booleans and "
       "times are what "
       "they are. What is said of one thing in a row stands together.",
       "", ""},
      {"syntax", "export", "syntax(\"json-ld\")",
       "With `--- @output rdf`: what the file is, `turtle` unless told, or `json-ld`; before all prefixes and triples.",
       "", ""},
      {"write", "export", "write(\"a line\", \"\\n\")", "Writes texts and numbers, one after the other.", "", ""},
  };
  return kRows;
}

std::span<const WordRow> format_words() {
  static constexpr WordRow kRows[] = {
      {"json", "formats", "json({a = {1, 2}})", "The text in JSON of a value; names are in order.", "", ""},
      {"from_json", "formats", "from_json(\"[1, 2]\")",
       "What a text in JSON says, as documents come to convert(); nil and why, when it is none.", "", ""},
      {"null", "formats", "null", "What JSON calls null; of a property that is put: take it away.", "", ""},
      {"empty_list", "formats", "json({a = empty_list})",
       "In JSON a list with nothing in it; an empty table is an object with nothing in it.", "", ""},
      {"has_others", "formats", "has_others(thing, {name = true, type = true})",
       "Whether a table has a field that the second does not have; what the fields hold is not looked at.", "", ""},
      {"warn", "formats", "warn(\"...\", line)",
       "Tells something, in an import with the file and the line, that at hand unless told, and goes on.", "", ""},
  };
  return kRows;
}

}  // namespace amont
