#include "tests/bench/peer.h"

namespace amont {
namespace {

Status not_asked() { return Status(Code::kUnsupported, "not asked this"); }

}  // namespace

Status Peer::restrict_to(const Restriction&) { return not_asked(); }
Result<bool> Peer::reaches(std::uint32_t, std::uint32_t) { return not_asked(); }
Result<std::uint64_t> Peer::path(std::uint32_t, std::uint32_t) { return not_asked(); }

}  // namespace amont
