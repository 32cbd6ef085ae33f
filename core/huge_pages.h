// HugePages: an allocator whose large pieces ask the system for large pages. A table that is looked up all over costs the processor
// less to find its way in, and fewer faults to get.
#pragma once

#include <cstddef>
#include <new>

#include <sys/mman.h>

namespace amont {

// Asks for large pages where these bytes lie. It is only advice: a system that has none goes on as ever.
inline void advise_huge_pages([[maybe_unused]] void* at, [[maybe_unused]] std::size_t bytes) noexcept {
#ifdef MADV_HUGEPAGE
  (void)::madvise(at, bytes, MADV_HUGEPAGE);
#endif
}

template <class T>
struct HugePages {
  using value_type = T;

  HugePages() = default;
  template <class Other>
  HugePages(const HugePages<Other>&) {}

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes < kLarge) return static_cast<T*>(::operator new(bytes));
    void* const at = ::operator new((bytes + kPage - 1) / kPage * kPage, std::align_val_t(kPage));
    advise_huge_pages(at, bytes);
    return static_cast<T*>(at);
  }
  void deallocate(T* at, std::size_t count) {
    if (count * sizeof(T) < kLarge)
      ::operator delete(at);
    else
      ::operator delete(at, std::align_val_t(kPage));
  }
  bool operator==(const HugePages&) const = default;

 private:
  static constexpr std::size_t kPage = 2 << 20, kLarge = 2 * kPage;
};

}  // namespace amont
