// What a script answers with, and what its blocks take.
#include "query/lua/words/word_rows.h"

namespace amont {

std::span<const WordRow> block_words() {
  static constexpr WordRow kRows[] = {
      {"report", "", "report{title = \"...\", block, block}",
       "The answer of a script, of several blocks. `condition and rows{...}` shows a block only when the condition "
       "holds.",
       "title answer", "report{title = \"Jobs\", nodes(\"job\"), text(\"That is all.\")}"},
      {"rows", "", "rows{x, \"ref\", {\"header\", \"property\"}, {\"header\", function}}",
       "A table of a set or a list: a column for each name, under a header of its own, or of what a function gives. Of "
       "a set without columns: ref and title, and what the answer says.",
       "title", "rows{nodes(\"job\"), \"ref\", {\"what\", \"title\"}, {\"letters\", function(n) return #n.key end}}"},
      {"tree", "", "tree{x, direction = \"down\", depth = 4}, tree{x, function}",
       "What a walk from x follows; or what the function says is below each node. Each node is spread out once.",
       "title " AMONT_WALK_OPTIONS " direction reduce", "tree{\"output:statin-safety/signal\", depth = 2}"},
      {"graph", "", "graph{x, direction = \"down\"}, graph{set, edges(x), path(a, b)}",
       "Boxes and arrows: what a walk from x follows, upstream unless told; or the nodes, edges and paths that are "
       "named. --format html draws it.",
       "title highlight gaps fold legend " AMONT_WALK_OPTIONS " direction reduce",
       "graph{\"output:statin-safety/signal\", depth = 1}"},
      {"timeline", "", "timeline{x, label = \"title\", from = \"valid_from\", to = \"valid_to\"}",
       "When: a line for each of a set or a list. A time that is nil leaves an end open.", "title label from to kind",
       "timeline{nodes(\"approval\"):where{type = \"suspension\"}, label = \"title\"}"},
      {"chart", "", "chart{x, label = \"kind\", value = \"count\"}",
       "Numbers of a set or a list as bars, or as a line with shape = \"line\".", "title label value shape unit",
       "chart{group(nodes(\"project\"), \"status\"), label = \"key\", value = \"count\", unit = \"projects\"}"},
      {"text", "", "text(\"...\"), text{\"line\", \"line\", title = \"...\"}", "Lines of text.", "title",
       "text(\"Nothing to report.\")"},
      {"print", "", "print(...)", "Writes a line before the answer.", "", "print(\"projects:\", #nodes(\"project\"))"},
  };
  return kRows;
}

std::span<const WordRow> block_option_words() {
  static constexpr WordRow kRows[] = {
      {"title", "blocks", "title = \"...\"", "A line above the block.", "", "rows{nodes(\"job\"), title = \"Jobs\"}"},
      {"answer", "blocks", "answer = false",
       "Of a report: the answer to the question is no; `amont run` ends with exit code 1.", "",
       "report{answer = #nodes(\"job\") > 3, nodes(\"job\")}"},
      {"highlight", "blocks", "highlight = path(a, b)",
       "Of a graph: what is drawn thick, nodes, edges or a path. A set marks all that is between its nodes too.", "",
       "graph{\"output:statin-safety/signal\", depth = 1, highlight = \"output:statin-safety/signal\"}"},
      {"gaps", "blocks", "gaps = coverage(x)",
       "Of a graph: what is drawn red and said: nodes, edges, `{edge, why = \"...\"}`, or what coverage() gave.", "",
       "graph{\"output:statin-safety/signal\", depth = 1, gaps = \"output:statin-safety/signal\"}"},
      {"fold", "blocks", "fold = \"project\"",
       "Of a graph: what belongs to one \"project\", one \"base\" or (true) either is one box; false: never. A graph "
       "of "
       "more than 40 nodes is folded unless told.",
       "", "graph{\"output:statin-safety/signal\", depth = 1, fold = false}"},
      {"legend", "blocks", "legend = false", "Of a graph: without the lines that say what colours mean.", "",
       "graph{\"output:statin-safety/signal\", depth = 1, legend = false}"},
      {"label", "blocks", "label = \"title\"", "Of a timeline or a chart: what to call each; a property or a function.",
       "", "chart{nodes(\"job\"), label = \"kind\", value = \"tx\"}"},
      {"from", "blocks", "from = \"valid_from\"", "Of a timeline: where a line begins; a property or a function.", "",
       "timeline{nodes(\"project\"):where{status = \"running\"}, from = \"start\", to = \"end\"}"},
      {"to", "blocks", "to = \"valid_to\"", "Of a timeline: where a line ends; a property or a function.", "",
       "timeline{nodes(\"project\"):where{status = \"running\"}, from = \"start\", to = \"end\"}"},
      {"kind", "blocks", "kind = \"status\"",
       "Of a timeline: what lines of one colour have in common; \"gap\" is a gap.", "",
       "timeline{nodes(\"approval\"):where{type = \"suspension\"}, kind = \"type\"}"},
      {"value", "blocks", "value = \"count\"", "Of a chart: the number; a property or a function.", "",
       "chart{{{label = \"a\", value = 1}, {label = \"b\", value = 2}}, value = \"value\"}"},
      {"shape", "blocks", "shape = \"line\"", "Of a chart: \"bars\" (unless told) or \"line\".", "",
       "chart{{{label = \"a\", value = 1}, {label = \"b\", value = 2}}, shape = \"line\"}"},
      {"unit", "blocks", "unit = \"nodes\"", "Of a chart: what the numbers count.", "",
       "chart{{{label = \"a\", value = 1}, {label = \"b\", value = 2}}, unit = \"nodes\"}"},
  };
  return kRows;
}

}  // namespace amont
