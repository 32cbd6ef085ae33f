// From the ids of an answer to what is shown of it: refs, properties, the recorded edges.
#pragma once

#include <span>
#include <vector>

#include "tools/ask_arguments.h"
#include "tools/render/answer.h"

namespace amont::tool {

// Heading, options of shape; no nodes yet.
ShownAnswer begin_answer(const Question& question, const AskArguments& ask);

// Looks up nodes in the order given. kDamaged.
Status collect_nodes(ShownAnswer& shown, const Snapshot& view, std::span<const Reached> reached);
// Looks up what is left of redacted texts of the nodes and edges that were collected, and who redacted them. Returns how many nodes
// and edges lack one. kDamaged.
Result<std::uint64_t> collect_redacted(ShownAnswer& shown, Store& store, const Snapshot& view);
// Looks up each edge as recorded. kDamaged.
Status collect_edges(ShownAnswer& shown, const Snapshot& view, std::span<const FollowedEdge> followed);

// Whether the answer is to have a drawing: a page without edges has the table alone.
bool wants_drawing(Format format, const AskArguments& ask);
// Draws what was asked about, `starts`, what the answer lists, collected before, and the edges between them. kDamaged.
Status collect_drawing(ShownAnswer& shown, const Snapshot& view, std::span<const NodeId> starts,
                       std::span<const FollowedEdge> edges);
Status collect_drawing(ShownAnswer& shown, const Snapshot& view, const ToDraw& what);
// What these draw.
ToDraw to_draw(const ShownAnswer& shown, const Snapshot& view, std::span<const NodeId> starts,
               std::span<const FollowedEdge> edges);

// Writes the answer as the session wants it; `what` is what the closing line counts: "3 nodes".
Status show(Session& session, Format format, const ShownAnswer& shown, const AskArguments& ask, std::string_view what);

}  // namespace amont::tool
