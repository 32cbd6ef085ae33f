#include "core/index/packed_page.h"

#include <algorithm>
#include <bit>

#include <boost/unordered/unordered_flat_map.hpp>

#include "core/text/bytes.h"

namespace amont {
namespace {

// Of bytes that were written here.
std::uint64_t next_varint(const char*& at) {
  std::uint64_t byte = static_cast<unsigned char>(*at++), value = byte & 0x7f;
  for (int shift = 7; byte & 0x80; shift += 7) {
    byte = static_cast<unsigned char>(*at++);
    value |= (byte & 0x7f) << shift;
  }
  return value;
}

}  // namespace

PackedPage::PackedPage(const Page& page, std::uint32_t number) : traits_(page.traits), first_(number * kPageNodes) {
  boost::unordered_flat_map<std::uint64_t, std::uint8_t> numbers;
  for (std::uint32_t slot = 0; slot < kPageNodes; ++slot) {
    if (slot % kGroup == 0) places_[slot / kGroup] = static_cast<std::uint32_t>(edges_.size());
    const std::uint32_t begin = page.nodes[slot].begin, end = page.nodes[slot + 1].begin;
    const PageNode& node = page.nodes[slot];
    Shape shape{node.kind, node.ties, node.flags};
    if (begin != end) shape.edge_kind = page.kinds[begin];
    for (std::uint32_t edge = begin; edge < end; ++edge)
      if (page.kinds[edge] != shape.edge_kind) shape.edge_kind = kSeveral;
    const std::size_t before = edges_.size();
    for (std::uint32_t edge = begin; edge < end; ++edge) {
      if (edge == begin)
        append_signed(edges_, std::int64_t{page.targets[edge]} - std::int64_t{first_ + slot});
      else
        append_varint(edges_, page.targets[edge] - page.targets[edge - 1]);
      if (shape.edge_kind == kSeveral) append_varint(edges_, page.kinds[edge]);
    }
    const auto size = static_cast<std::uint32_t>(edges_.size() - before);
    shape.size = static_cast<std::uint16_t>(size);

    const auto alike = std::bit_cast<std::uint64_t>(shape);
    const auto known = size <= 0xffff ? numbers.find(alike) : numbers.end();
    if (known != numbers.end()) {
      shape_numbers_[slot] = known->second;
    } else if (shapes_.size() == kRare || size > 0xffff) {
      shape_numbers_[slot] = kRare;
      rare_.push_back({slot, size, shape});
    } else {
      shape_numbers_[slot] = numbers[alike] = static_cast<std::uint8_t>(shapes_.size());
      shapes_.push_back(shape);
    }
  }
  shapes_.shrink_to_fit();
  rare_.shrink_to_fit();
  edges_.shrink_to_fit();
}

const PackedPage::Rare& PackedPage::rare_at(std::uint32_t slot) const {
  return *std::ranges::lower_bound(rare_, slot, {}, &Rare::slot);
}

void PackedPage::unpack(std::uint32_t slot, Edges& out) const {
  out.far.clear();
  out.kinds.clear();
  const std::uint32_t size = size_of(slot);
  if (size == 0) return;
  std::size_t place = places_[slot / kGroup];
  for (std::uint32_t before = slot - slot % kGroup; before < slot; ++before) place += size_of(before);
  const char* at = edges_.data() + place;
  const char* const end = at + size;
  const std::uint16_t kind = shape_of(slot).edge_kind;
  auto far = static_cast<std::uint32_t>(first_ + slot + unzigzag(next_varint(at)));
  for (;; far += static_cast<std::uint32_t>(next_varint(at))) {
    out.far.push_back(far);
    if (kind == kSeveral) out.kinds.push_back(static_cast<std::uint16_t>(next_varint(at)));
    if (at == end) break;
  }
  if (kind != kSeveral) out.kinds.assign(out.far.size(), kind);
}

std::size_t PackedPage::bytes() const {
  return sizeof(*this) + shapes_.capacity() * sizeof(Shape) + rare_.capacity() * sizeof(rare_.front()) +
         edges_.capacity();
}

}  // namespace amont
