// The register itself, and the moment at which it is asked.
#include "query/lua/words/word_rows.h"

namespace amont {

std::span<const WordRow> register_words() {
  static constexpr WordRow kRows[] = {
      {"node", "", "node(\"dataset:x\")", "The node of that ref; an error when the register knows none.", "",
       "node(\"dataset:snds/dcir\").title"},
      {"exists", "", "exists(\"dataset:x\")", "true when there is such a node.", "", "exists(\"dataset:snds/dcir\")"},
      {"nodes", "", "nodes(KIND, ...)", "A set: all nodes of these kinds; without a kind all nodes.", "",
       "#nodes(\"run\", \"project\")"},
      {"find", "", "find(\"words\", KIND, ...)",
       "A set: the nodes with all these words in key or title, or whose ref begins so; of these kinds, if any are "
       "named.",
       "", "find(\"heart failure\", \"project\")"},
      {"schema", "", "schema()", "The kinds that this register has: `{nodes, edges}`, each a list of `{name, ...}`.",
       "", "#schema().nodes"},
      {"known_at", "", "known_at()", "The transaction at which the register is asked: `{tx, time}`.", "",
       "known_at().tx"},
      {"at", "", "at{known_at = 12, valid_at = \"2025-12-31\"}",
       "The register as it was known then (a transaction or a time), or as it was true then, or both: all questions "
       "can "
       "be asked of it, with a colon.",
       "known_at valid_at", "#at{known_at = 4}:nodes(\"project\")"},
      {"transaction", "", "transaction(NUMBER)",
       "Who wrote it down: `{tx, time, author, reason, format, file, sha256}`.", "",
       "transaction(node(\"dataset:snds/dcir\").tx).file"},
      {"diff", "", "diff(since, x, {coverage = true})",
       "What differs between the register as known at `since` (a transaction or a time) and as it is asked. Without x "
       "a list "
       "of records: `what ref from kind to label tx names`. With x the edges of its lineage: `what from kind to label "
       "tx`, and "
       "`nodes` (each with `what ref`). With coverage = true the uses that need an approval, behind x or all, whose "
       "gaps are not the "
       "same: `what run project dataset tx was_covered covered before after`. `tx` is the transaction that made the "
       "difference.",
       AMONT_WALK_OPTIONS " direction as_of project coverage", "diff(7)[1]"},
      {"arg", "", "arg.name",
       "What the script was given for a parameter that its header declares; nil when it was not.", "", ""},
      {"known_at", "at", "known_at = 12", "In at{}: a transaction's number, or a time.", "",
       "#at{known_at = 2}:nodes(\"project\")"},
      {"valid_at", "at", "valid_at = \"2025-12-31\"",
       "In at{}: only what was true at that time; a list of two times means at any time between them.", "",
       "#at{valid_at = \"2021-01-01\"}:nodes(\"approval\")"},
  };
  return kRows;
}

}  // namespace amont
