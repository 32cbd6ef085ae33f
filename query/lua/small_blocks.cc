#include "query/lua/small_blocks.h"

#include <sys/mman.h>

#include <utility>

namespace amont {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kIsOn = false;
#else
constexpr bool kIsOn = true;
#endif

constexpr std::size_t kKeptInMemory = 256 << 10;  // of a region that waits for its next state

struct Spare {
  char* region = nullptr;
  ~Spare() {
    if (region) munmap(region, SmallBlocks::kRegionBytes);
  }
};
thread_local Spare spare;

char* new_region() noexcept {
  if (spare.region) return std::exchange(spare.region, nullptr);
  void* const region = mmap(nullptr, SmallBlocks::kRegionBytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return region == MAP_FAILED ? nullptr : static_cast<char*>(region);
}

}  // namespace

void* SmallBlocks::cut(std::size_t bytes) noexcept {
  if (!std::exchange(asked_, true) && kIsOn) region_ = new_region();
  if (!region_ || kRegionBytes - used_ < bytes) return nullptr;
  return region_ + std::exchange(used_, used_ + bytes);
}

SmallBlocks::~SmallBlocks() {
  if (!region_) return;
  if (spare.region) {
    munmap(region_, kRegionBytes);
    return;
  }
  if (used_ > kKeptInMemory) madvise(region_ + kKeptInMemory, used_ - kKeptInMemory, MADV_DONTNEED);
  spare.region = region_;
}

}  // namespace amont
