// Keys of the index. Numbers are big-endian, so that byte order is number order. FORMAT.md says the same.
//
//   kRefs         ref
//   kNodes        id:u64          kNodeHistory  id:u64 tx:u64
//   kEdges        from:u64 to:u64 kind:u16 label
//   kEdgeHistory  identity tx:u64
//   kNodePages    page:u32
//   kPages, kPageHistory          class:u8 direction:u8 page:u32
//   kLog          tx:u64
//   kKeys         idempotency key
#pragma once

#include <string>

#include "amont/schema.h"
#include "core/record/logged.h"
#include "core/text/bytes.h"

namespace amont {

inline std::string number_key(std::uint64_t number) {
  std::string key;
  append_u64(key, number);
  return key;
}
inline std::string node_key(NodeId id) { return number_key(number_of(id)); }
inline std::string node_version_key(NodeId id, TxNumber tx) {
  std::string key = node_key(id);
  append_u64(key, tx);
  return key;
}
inline std::string edge_key(const EdgeIdentity& edge) {
  std::string key;
  key.reserve(18 + edge.label.size());
  append_u64(key, number_of(edge.from));
  append_u64(key, number_of(edge.to));
  append_u16(key, number_of(edge.kind));
  return key.append(edge.label);
}
inline std::string edge_version_key(const EdgeIdentity& edge, TxNumber tx) {
  std::string key = edge_key(edge);
  append_u64(key, tx);
  return key;
}
inline std::string node_page_key(std::uint32_t page) {
  std::string key;
  append_u32(key, page);
  return key;
}
inline std::string page_key(EdgeClass edge_class, Direction direction, std::uint32_t page) {
  std::string key;
  key.push_back(static_cast<char>(edge_class));
  key.push_back(static_cast<char>(direction));
  append_u32(key, page);
  return key;
}

}  // namespace amont
