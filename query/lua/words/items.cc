// Sets, nodes and edges: what can be asked of them.
#include "query/lua/words/word_rows.h"

namespace amont {

std::span<const WordRow> set_words() {
  static constexpr WordRow kRows[] = {
      {"set", "", "set{\"dataset:a\", node, other}",
       "A set of one's own, of refs, nodes and sets. All sets: `a & b` what is in both, `a | b` in either, `a - b` in "
       "a "
       "and not in b, `#a` how many, `a[1]` the first, `for node in a do ... end` one after the other.",
       "", "#(set{\"dataset:snds/dcir\"} | nodes(\"job\"))"},
      {"only", "set", "a:only(KIND, ...)", "A set: the nodes of these kinds.", "",
       "#upstream(\"output:heart-failure/table-1\"):only(\"dataset\")"},
      {"where", "set", "a:where{status = \"released\"}, a:where(function)",
       "A set: the nodes with this value, or one of a list of values; or those for which the function says yes.", "",
       "nodes(\"publication\"):where{open_access = false}"},
      {"has", "set", "a:has(x)", "true when x, or all of x, is in the set.", "",
       "nodes(\"dataset\"):has(\"dataset:snds/dcir\")"},
      {"refs", "set", "a:refs()", "A list: the refs of its nodes, as texts.", "", "#nodes(\"project\"):refs()"},
      {"incoming", "set", "a:incoming(KIND, ...)",
       "A set: the nodes from which edges of these kinds lead to one of a; of all kinds when none is named.", "",
       "set{\"project:statin-safety\"}:incoming(\"for_project\")"},
      {"outgoing", "set", "a:outgoing(KIND, ...)",
       "A set: the nodes to which edges of these kinds lead from one of a; of all kinds when none is named.", "",
       "nodes(\"run\"):outgoing(\"performed_for\")[1]"},
  };
  return kRows;
}

std::span<const WordRow> node_words() {
  static constexpr WordRow kRows[] = {
      {"ref", "node", "n.ref", "Its kind and key: \"dataset:snds/dcir\".", "", "nodes(\"project\")[1].ref"},
      {"kind", "node", "n.kind", "Its kind.", "", "node(\"dataset:snds/dcir\").kind"},
      {"key", "node", "n.key", "Its key.", "", "node(\"dataset:snds/dcir\").key"},
      {"valid_from", "node", "n.valid_from", "Since when it is true, a time; nil: always.", "",
       "node(\"approval:cnil-2020-014\").valid_from"},
      {"valid_to", "node", "n.valid_to", "Until when it is true, a time; nil: without end.", "",
       "node(\"approval:cnil-2020-014\").valid_to"},
      {"tx", "node", "n.tx", "The transaction that last changed it.", "", "node(\"dataset:snds/dcir\").tx"},
      {"alive", "node", "n.alive", "false when it was retracted: its ref is all that is left.", "",
       "node(\"dataset:snds/dcir\").alive"},
      {"depth", "node", "n.depth", "In an answer: how many edges away it is.", "",
       "upstream(\"output:heart-failure/table-1\")[1].depth"},
      {"precision", "node", "n.precision",
       "In an answer: \"exact\" when recorded steps prove it, \"possible\" when it may be so.", "",
       "upstream(\"output:heart-failure/table-1\")[1].precision"},
      {"direct", "node", "n.direct", "In an answer of touches(): true when the project used it itself.", "",
       "touches(\"dataset:snds/dcir\")[1].direct"},
      {"get", "node", "n:get(\"PROPERTY\")",
       "A property. `n.title` says the same, unless the property is named as one of these words.", "",
       "node(\"dataset:snds/dcir\"):get(\"title\")"},
      {"properties", "node", "n:properties()", "All its properties, as a table.", "",
       "node(\"project:statin-safety\"):properties().status"},
      {"incoming", "node", "n:incoming(KIND, ...)",
       "A set: the nodes from which edges of these kinds lead to it; of all kinds when none is named.", "",
       "node(\"project:statin-safety\"):incoming(\"controls\")"},
      {"outgoing", "node", "n:outgoing(KIND, ...)", "A set: the nodes to which edges of these kinds lead from it.", "",
       "node(\"project:statin-safety\"):outgoing(\"for_purpose\")"},
      {"edges", "node", "n:edges(\"up\", KIND, ...)",
       "A list of its edges of these kinds: \"up\" those that leave it, \"down\" those that arrive.", "",
       "node(\"output:heart-failure/table-1\"):edges(\"up\", \"generated_by\")"},
  };
  return kRows;
}

std::span<const WordRow> edge_words() {
#define AMONT_AN_EDGE "node(\"output:heart-failure/table-1\"):edges(\"up\", \"generated_by\")[1]"
  static constexpr WordRow kRows[] = {
      {"kind", "edge", "e.kind", "Its kind.", "", AMONT_AN_EDGE ".kind"},
      {"from", "edge", "e.from", "The ref of the node that it leaves.", "", AMONT_AN_EDGE ".from"},
      {"to", "edge", "e.to", "The ref of the node at which it arrives.", "", AMONT_AN_EDGE ".to"},
      {"label", "edge", "e.label", "What tells it from others between the same nodes; \"\" when nothing does.", "",
       "#" AMONT_AN_EDGE ".label"},
      {"valid_from", "edge", "e.valid_from", "Since when it is true, a time; nil: always.", "",
       AMONT_AN_EDGE ".valid_from"},
      {"valid_to", "edge", "e.valid_to", "Until when it is true, a time; nil: without end.", "",
       AMONT_AN_EDGE ".valid_to"},
      {"tx", "edge", "e.tx", "The transaction that last changed it.", "", AMONT_AN_EDGE ".tx"},
      {"get", "edge", "e:get(\"PROPERTY\")", "A property; `e.at` says the same.", "", AMONT_AN_EDGE ":get(\"at\")"},
      {"properties", "edge", "e:properties()", "All its properties, as a table.", "", AMONT_AN_EDGE ":properties()"},
  };
#undef AMONT_AN_EDGE
  return kRows;
}

}  // namespace amont
