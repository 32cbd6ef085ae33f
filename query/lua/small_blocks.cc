#include "query/lua/small_blocks.h"

#include <sys/mman.h>

#include <utility>

#include "core/huge_pages.h"

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

// One that is larger than usual asks the system for large pages: tables and texts all over it are looked up.
char* new_region(std::size_t bytes) noexcept {
  const bool is_usual = bytes == SmallBlocks::kRegionBytes;
  if (is_usual && spare.region) return std::exchange(spare.region, nullptr);
  void* const region = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (region == MAP_FAILED) return nullptr;
  if (!is_usual) advise_huge_pages(region, bytes);
  return static_cast<char*>(region);
}

}  // namespace

void* SmallBlocks::cut(std::size_t bytes) noexcept {
  if (!std::exchange(asked_, true) && kIsOn) region_ = new_region(region_bytes_);
  if (!region_ || region_bytes_ - used_ < bytes) return nullptr;
  return region_ + std::exchange(used_, used_ + bytes);
}

SmallBlocks::~SmallBlocks() {
  if (!region_) return;
  if (spare.region || region_bytes_ != kRegionBytes) {
    munmap(region_, region_bytes_);
    return;
  }
  if (used_ > kKeptInMemory) madvise(region_ + kKeptInMemory, used_ - kKeptInMemory, MADV_DONTNEED);
  spare.region = region_;
}

}  // namespace amont
