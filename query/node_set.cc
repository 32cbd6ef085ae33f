#include "amont/node_set.h"

#include <roaring/roaring.h>

#include <cassert>
#include <utility>

namespace amont {

// Ids fit 32 bits: kNodesMax.
struct NodeSet::Bitmap {
  explicit Bitmap(roaring_bitmap_t* owned) : bits(owned) {}
  ~Bitmap() { roaring_bitmap_free(bits); }
  Bitmap(const Bitmap&) = delete;
  Bitmap& operator=(const Bitmap&) = delete;
  roaring_bitmap_t* bits;
};

namespace {

std::uint32_t bit_of(NodeId id) {
  assert(number_of(id) <= kNodesMax);
  return static_cast<std::uint32_t>(number_of(id));
}

}  // namespace

NodeSet::NodeSet() : bitmap_(std::make_shared<Bitmap>(roaring_bitmap_create())) {}

NodeSet::NodeSet(std::span<const NodeId> ids) : NodeSet() {
  std::vector<std::uint32_t> bits;
  bits.reserve(ids.size());
  for (const NodeId id : ids) bits.push_back(bit_of(id));
  roaring_bitmap_add_many(bitmap_->bits, bits.size(), bits.data());
}

void NodeSet::add(NodeId id) {
  if (number_of(id) > kNodesMax) return;
  if (bitmap_.use_count() > 1) bitmap_ = std::make_shared<Bitmap>(roaring_bitmap_copy(bitmap_->bits));
  roaring_bitmap_add(bitmap_->bits, bit_of(id));
}

bool NodeSet::contains(NodeId id) const {
  return number_of(id) <= kNodesMax && roaring_bitmap_contains(bitmap_->bits, bit_of(id));
}

std::uint64_t NodeSet::size() const { return roaring_bitmap_get_cardinality(bitmap_->bits); }

std::vector<NodeId> NodeSet::ids() const {
  std::vector<std::uint32_t> bits(size());
  roaring_bitmap_to_uint32_array(bitmap_->bits, bits.data());
  std::vector<NodeId> out;
  out.reserve(bits.size());
  for (const std::uint32_t bit : bits) out.push_back(NodeId{bit});
  return out;
}

NodeSet NodeSet::operator&(const NodeSet& other) const {
  NodeSet out;
  out.bitmap_ = std::make_shared<Bitmap>(roaring_bitmap_and(bitmap_->bits, other.bitmap_->bits));
  return out;
}

NodeSet NodeSet::operator|(const NodeSet& other) const {
  NodeSet out;
  out.bitmap_ = std::make_shared<Bitmap>(roaring_bitmap_or(bitmap_->bits, other.bitmap_->bits));
  return out;
}

NodeSet NodeSet::operator-(const NodeSet& other) const {
  NodeSet out;
  out.bitmap_ = std::make_shared<Bitmap>(roaring_bitmap_andnot(bitmap_->bits, other.bitmap_->bits));
  return out;
}

bool NodeSet::operator==(const NodeSet& other) const {
  return roaring_bitmap_equals(bitmap_->bits, other.bitmap_->bits);
}

}  // namespace amont
