#include "tools/render/drawn.h"

#include <fmt/format.h>

#include "tools/render/table.h"

namespace amont::tool {

Drawn drawn(const Drawing& drawing) {
  const bool folds = drawing.fold == Drawing::Fold::kAlways ||
                     (drawing.fold == Drawing::Fold::kWhenLarge && drawing.nodes.size() > kLargeDrawing);
  if (!folds) return {drawing, {}};
  Drawn out{folded(drawing), {}};
  std::uint64_t within = 0;
  std::uint64_t wholes = 0;
  for (const Drawing::Node& node : out.drawing.nodes) {
    if (node.stands_for < 2) continue;
    within += node.stands_for;
    ++wholes;
  }
  if (wholes > 0)
    out.note = fmt::format("{} of {} are drawn as {} that they belong to (--format graphml has all)", within,
                           counted(drawing.nodes.size(), "node"),
                           wholes == 1 ? "the project or base" : fmt::format("{} projects and bases", wholes));
  return out;
}

}  // namespace amont::tool
