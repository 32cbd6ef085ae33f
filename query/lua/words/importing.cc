// What scripts say that read files for an import: a header with --- @format and --- @input, a function convert, perhaps a function finish.
#include "query/lua/words/word_rows.h"

namespace amont {

std::span<const WordRow> import_words_told() {
  static constexpr WordRow kRows[] = {
      {"convert", "import", "function convert(input, file)",
       "The script's own function, called for each file. `input` is, by `--- @input`: json: the document as tables; "
       "json items: "
       "the same for each item of a list, or for each line; json parts: for large documents, `input.names(...)`, the "
       "names "
       "in the object that the given names lead to, and `input.members(...)`, which goes through that object's names "
       "and values; csv: a function that gives the next row, cells by the "
       "names of their "
       "columns and without the empty ones, and nil at the end; lines: a function that gives the next line; triples: a "
       "function that gives the next statement of Turtle, N-Triples, TriG or RDF/XML, a table with `subject`, "
       "`predicate`, "
       "`object`, its "
       "`kind` (iri, blank or literal) and what it has of `language`, `datatype` and `graph`. `file` has "
       "`path`, and "
       "for csv `columns`.",
       "", ""},
      {"finish", "import", "function finish()",
       "The script's own function, if it has one, called when all files are read: it may add what only shows then.", "",
       ""},
      {"undo", "import", "function undo()",
       "The script's own function, if it has one, called when a record is left out: what the script remembers of it "
       "must "
       "be forgotten too.",
       "", ""},
      {"keeps_going", "import", "keeps_going",
       "Whether the import does without records that are refused. One that does not ends with the first, and undo() is "
       "never called.",
       "", ""},
      {"node", "import", "node(\"dataset:x\", {title = \"X\", old = null}, {valid_from = ..., valid_to = ...})",
       "Puts a node: properties that are not named stay as they are, null takes one away.", "", ""},
      {"edge", "import", "edge(\"part_of\", \"variable:x/a\", \"dataset:x\", {label = ..., props = {...}})",
       "Puts an edge, from the first ref to the second; valid_from and valid_to may stand beside its props.", "", ""},
      {"retract", "import", "retract(\"dataset:x\"), retract(\"part_of\", \"variable:x/a\", \"dataset:x\", \"label\")",
       "Retracts a node or an edge.", "", ""},
      {"schema", "import", "schema [[ node \"package\" {...} ]]", "Adds kinds and properties to the register.", "", ""},
      {"known", "import", "known(\"dataset:x\"), known(\"part_of\", \"variable:x/a\", \"dataset:x\", \"label\")",
       "The properties of a node or an edge as they stand, with what this import has put; nil when there is none.", "",
       ""},
      {"reject", "import", "reject(\"...\", line)",
       "Says why the record at hand can't be taken: the import ends, or does without it, and without what was put for "
       "it, "
       "under --keep-going.",
       "", ""},
  };
  return kRows;
}

}  // namespace amont
