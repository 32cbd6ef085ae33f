// What graph{} and tree{} have in common: from what a script names, or a walk found, to what is to be drawn.
#pragma once

#include <vector>

#include "amont/drawing.h"
#include "query/lua/script_types.h"

namespace amont {

// The starts, what the walk listed, and the edges it followed.
Result<ToDraw> walk_to_draw(const Snapshot& view, std::span<const NodeId> starts, const Answer& answer, Budget& budget);
void add_edges(const Snapshot& view, std::span<const FollowedEdge> edges, ToDraw& out);

// draw(), within the steps and the memory of the run.
Result<Drawing> draw_within(const AtView& at, const ToDraw& what, Budget& budget);

// Nodes and edges named by a script, as they came: a ref, a node, a set, an edge, a path, {from = ..., to = ..., kind = ...}, or
// lists of these.
struct Named {
  std::vector<ToDraw::Node> nodes;
  std::vector<ToDraw::Edge> edges;
};
// `where` begins a message that says what was expected; if `takes_reasons`, lists in it may carry why = "...", and the uses that
// coverage() gives may stand in it. kInvalid, kNotFound.
Status read_things(const ScriptValue& value, const AtView& at, Budget& budget, std::string_view where,
                   bool takes_reasons, Named& out);

}  // namespace amont
