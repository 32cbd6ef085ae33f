// NodeSet: a set of nodes as a compressed bitmap, and its algebra. A value; copies share until one is changed.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "amont/model.h"

namespace amont {

class NodeSet {
 public:
  NodeSet();
  explicit NodeSet(std::span<const NodeId> ids);

  void add(NodeId id);
  bool contains(NodeId id) const;
  std::uint64_t size() const;
  bool empty() const { return size() == 0; }
  std::vector<NodeId> ids() const;  // ascending

  NodeSet operator&(const NodeSet& other) const;
  NodeSet operator|(const NodeSet& other) const;
  NodeSet operator-(const NodeSet& other) const;
  bool operator==(const NodeSet& other) const;

 private:
  struct Bitmap;
  std::shared_ptr<Bitmap> bitmap_;  // never null
};

}  // namespace amont
