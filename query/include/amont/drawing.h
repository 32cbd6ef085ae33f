// Drawings: part of the register as boxes and arrows, before anybody decides where they stand or in which format. An arrow is an edge
// as recorded, from effect to cause.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "amont/query.h"

namespace amont {

struct Drawing {
  // What nodes may be folded into: a project, or the dataset that they are parts or versions of.
  struct Group {
    std::string ref;
    std::string title;
  };
  struct Node {
    std::string ref;
    std::string title;
    std::optional<std::size_t> group;  // its place in `groups`
    std::uint64_t stands_for = 1;      // how many nodes were folded into it
    bool start = false;                // what was asked about
    bool listed = true;                // false: it is only on the way between what was asked for
    bool possible = false;
    bool highlighted = false;
    std::string gap;  // why it is marked as a gap; empty: it is none
  };
  struct Edge {
    std::size_t from = 0;  // places in `nodes`
    std::size_t to = 0;
    std::string kind;
    std::string label;
    std::uint64_t stands_for = 1;  // how many recorded edges are drawn as this one
    bool aside = false;            // joins a part to its whole, or two names of one thing: no step of lineage
    bool highlighted = false;
    std::string gap;
  };
  enum class Fold : std::uint8_t { kNever, kWhenLarge, kAlways };

  std::vector<Node> nodes;  // sorted by ref as bytes
  std::vector<Edge> edges;  // sorted by from, to, kind, label
  std::vector<Group> groups;
  Fold fold = Fold::kWhenLarge;
  bool legend = true;
};

// From how many nodes on a drawing counts as large, so that what can be folded is.
inline constexpr std::size_t kLargeDrawing = 40;

enum class FoldBy : std::uint8_t { kAny, kProject, kBase };

// What to draw, by id. Nodes may be given several times; each is drawn once, with all marks.
struct ToDraw {
  struct Node {
    NodeId id{};
    bool start = false;
    bool listed = true;
    bool possible = false;
    bool highlighted = false;
    std::string gap;
  };
  struct Edge {
    NodeId from{};
    NodeId to{};
    std::string kind;
    std::string label;
    bool highlighted = false;
    std::string gap;
  };
  std::vector<Node> nodes;
  std::vector<Edge> edges;
  FoldBy fold_by = FoldBy::kAny;
  Drawing::Fold fold = Drawing::Fold::kWhenLarge;
};

// Looks up refs, titles and groups. The ends of edges are drawn too: a variable that is not among the nodes as the dataset it is part
// of, and what is joined to one of the nodes only as a part, a version or another name of it, with that tie. `keep_going` is asked
// every thousand look-ups; false ends it with kTimeout. kDamaged.
Result<Drawing> draw(const Snapshot& view, const ToDraw& what, const std::function<bool()>& keep_going = {});

// The lineage edges between these nodes, by the rules of walks: those of a dataset's variables and parts too, as recorded. kTimeout
// where a walk would be partial.
Result<std::vector<FollowedEdge>> edges_between(const Snapshot& view, std::span<const NodeId> nodes,
                                                const AskOptions& options = {});

// The same drawing with the nodes of each group as one. What was asked about, highlighted or a gap stays as it is.
Drawing folded(const Drawing& drawing);

}  // namespace amont
