// Questions about lineage.
#include "query/lua/words/word_rows.h"

namespace amont {

// x is a ref, a node, a set, or a list of these.
std::span<const WordRow> asking_words() {
  static constexpr WordRow kRows[] = {
      {"upstream", "", "upstream(x, {depth = 3})", "A set: everything that x was made from, nearest first.",
       AMONT_WALK_OPTIONS, "upstream(\"output:heart-failure/table-1\", {depth = 2})"},
      {"downstream", "", "downstream(x, {kind = \"output\"})", "A set: everything that was made from x, nearest first.",
       AMONT_WALK_OPTIONS, "#downstream(\"dataset:snds/dcir\", {kind = \"publication\"})"},
      {"sources", "", "sources(x)",
       "A set: where x came from in the end. Beyond these nodes the register knows no exact step.", AMONT_WALK_OPTIONS,
       "sources(\"output:statin-safety/signal\")"},
      {"touches", "", "touches(x)",
       "A set: the projects that used x, a part of it, or anything that was made from it. A node's `direct` is true "
       "where the project used it itself.",
       AMONT_WALK_OPTIONS, "touches(\"dataset:linked/heart-failure-clean\")"},
      {"reaches", "", "reaches(a, b)", "true when b comes from a: when a is upstream of b. Both are one node.",
       AMONT_WALK_OPTIONS, "reaches(\"dataset:snds/ER_PHA_F\", \"output:statin-safety/signal\")"},
      {"order", "", "order(x)",
       "A set: x and its upstream, causes first. `depth` is the longest way from where lineage begins. Without x: the "
       "whole register.",
       AMONT_WALK_OPTIONS " direction", "order(\"output:heart-failure/table-1\")[1].ref"},
      {"cycles", "", "cycles(x)",
       "A list of sets: the nodes that come from themselves. Without x: in the whole register.",
       AMONT_WALK_OPTIONS " direction", "#cycles()"},
      {"components", "", "components(x)",
       "A list of sets, the largest first: the nodes that lineage joins to each other. Without x: of the whole "
       "register.",
       AMONT_WALK_OPTIONS " direction", "components()[2]:only(\"output\")"},
      {"chokepoints", "", "chokepoints(x), chokepoints(a, b)",
       "A list of `{node, behind}`: what all ways from x lead through, and how many nodes are behind it; or what all "
       "ways from a to b lead through.",
       AMONT_WALK_OPTIONS " direction", "chokepoints(\"output:heart-failure/table-1\")[1].node"},
      {"reach_counts", "", "reach_counts(x, {kind = \"output\"})",
       "A list of `{node, exact, possible}`, most first: how many nodes each of x reaches.",
       AMONT_WALK_OPTIONS " direction",
       "reach_counts({\"dataset:snds/ER_PHA_F\", \"dataset:snds/ER_PRS_F\"}, {direction = \"down\", kind = "
       "\"output\"})"},
      {"coverage", "", "coverage(x, {as_of = \"2026-01-01\", gaps = true})",
       "A list of the uses of restricted data behind x: `run project dataset from to covered`, `by` (each with "
       "`approval from to recorded_late changed_late`) and `gaps` (each with `from to days reason nearest also "
       "missing_sources`). "
       "Without x: all uses.",
       AMONT_WALK_OPTIONS " as_of gaps project", "#coverage(nil, {gaps = true})"},
  };
  return kRows;
}

std::span<const WordRow> way_words() {
  static constexpr WordRow kRows[] = {
      {"path", "", "path(a, b)",
       "The nodes of a shortest way between a and b as a list, with `direction`, `precision` and `edges`; empty when "
       "there is none.",
       AMONT_WALK_OPTIONS, "path(\"output:statin-safety/signal\", \"dataset:snds/ER_PHA_F\")"},
      {"paths", "", "paths(a, b, {count = 3})",
       "A list of such ways: the shortest first, exact ones before possible ones.", AMONT_WALK_OPTIONS " count",
       "paths(\"output:ai-triage/model-1\", \"dataset:snds/IR_BEN_R\", {count = 2})[2]"},
      {"why", "", "why(a, b)",
       "On what it rests that one comes from the other: a list of the steps of a shortest way, each with `from kind to "
       "label tx`, and `because` where it is no more than possible; and with `direction`, `precision` and `refs`. "
       "Empty when neither comes from the other.",
       AMONT_WALK_OPTIONS, "why(\"output:statin-safety/signal\", \"dataset:snds/ER_PHA_F\")"},
      {"why_not", "", "why_not(a, b)",
       "What would make a come from b: a list of `{reason, tx, path}`, with `upstream` (it does, after all) and "
       "`common` (refs that both come from).",
       AMONT_WALK_OPTIONS, "why_not(\"dataset:snds/ER_PHA_F\", \"output:statin-safety/signal\")"},
      {"edges", "", "edges(x, {direction = \"down\", reduce = true})",
       "A list of the edges that a walk from x follows.", AMONT_WALK_OPTIONS " direction reduce",
       "edges(\"output:heart-failure/table-1\", {depth = 2})"},
  };
  return kRows;
}

std::span<const WordRow> option_words() {
  static constexpr WordRow kRows[] = {
      {"depth", "questions", "depth = 3", "At most so many edges away.", "",
       "#upstream(\"output:heart-failure/table-1\", {depth = 1})"},
      {"exact", "questions", "exact = true", "Leaves out what is only possible.", "",
       "#upstream(\"output:heart-failure/table-1\", {exact = true})"},
      {"precision", "questions", "precision = \"exact\"", "The same as exact = true; \"possible\" asks for both.", "",
       "#upstream(\"output:heart-failure/table-1\", {precision = \"exact\"})"},
      {"granularity", "questions", "granularity = \"variable\"",
       "\"variable\" follows variables by themselves; \"dataset\" (unless told) takes a dataset and its variables as "
       "one.",
       "", "#downstream(\"dataset:snds/dcir\", {granularity = \"variable\"})"},
      {"through", "questions", "through = \"+part_of\"",
       "Kinds of edge, a name or a list: walked instead of lineage, or besides it when each begins with \"+\".", "",
       "#downstream(\"dataset:snds/dcir\", {through = \"part_of\"})"},
      {"kind", "questions", "kind = \"dataset\"", "Kinds of node, a name or a list: only these are in the answer.", "",
       "#upstream(\"output:heart-failure/table-1\", {kind = {\"dataset\", \"run\"}})"},
      {"limit", "questions", "limit = 10", "At most so many nodes; the answer then says that it is partial.", "",
       "upstream(\"output:heart-failure/table-1\", {limit = 1})"},
      {"direction", "questions", "direction = \"down\"",
       "\"up\" (unless told) to what it came from, \"down\" to what was made from it.", "",
       "#edges(\"dataset:linked/heart-failure-clean\", {direction = \"down\", depth = 1})"},
      {"count", "questions", "count = 3", "How many ways paths() looks for.", "",
       "#paths(\"output:ai-triage/model-1\", \"dataset:snds/IR_BEN_R\", {count = 9})"},
      {"reduce", "questions", "reduce = true", "Leaves out edges between nodes that a longer way joins as well.", "",
       "#edges(\"output:heart-failure/table-1\", {reduce = true})"},
      {"as_of", "questions", "as_of = \"2026-01-01\"",
       "Coverage looks at a run that has not ended up to this day; without it at its beginning only, and the answer is "
       "partial.",
       "", "#coverage(\"output:statin-safety/signal\", {as_of = \"2026-01-01\"})"},
      {"gaps", "questions", "gaps = true", "Coverage lists the uses that are not covered throughout, and no others.",
       "", "#coverage(\"output:statin-safety/signal\", {gaps = true})"},
      {"project", "questions", "project = \"project:x\"", "Coverage of the uses of this project, or a list of them.",
       "", "#coverage(nil, {project = \"project:heart-failure\"})"},
      {"coverage", "questions", "coverage = true", "diff() compares what approvals cover, not records or lineage.", "",
       "#diff(7, nil, {coverage = true})"},
  };
  return kRows;
}

}  // namespace amont
