// From nodes and what is below each to the lines of a tree, in which each node is spread out once.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "query/lua/script_types.h"

namespace amont {

struct TreeNodes {
  struct Child {
    std::size_t place = 0;   // in `items`
    std::string through;     // the kind of edge that leads there
    bool both_ways = false;  // it leads back as well, which is not shown
  };
  struct Item {
    NodeId id{};
    std::string ref;
    std::string title;
    std::string note;
    std::vector<Child> children;
    std::shared_ptr<const NodesRead> page;  // where a function that is asked for children finds the node, at `index`
    std::size_t index = 0;
  };
  std::vector<Item> items;
  std::vector<std::size_t> roots;
};
std::uint64_t bytes_held(const TreeNodes& nodes) noexcept;

// Spreads a node out where it is fewest steps from a root; elsewhere its line says where to look. The bytes of the lines, which are
// counted as rows and as output. What is too deep to be shown is a reason in `completeness`.
Result<std::uint64_t> write_tree(const TreeNodes& nodes, Budget& budget, std::vector<TreeLine>& lines,
                                 Completeness& completeness);

}  // namespace amont
