// Numbers that processes share through a mapped file, so that one of them may be killed at any instruction.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <new>

namespace amont {

struct Board {
  std::atomic<std::uint64_t> acknowledged{0};  // by the writer: commits of the history
  std::atomic<std::uint64_t> seen{0};          // by a reader: the longest history shown
  std::atomic<std::uint64_t> reads{0};         // by all readers: snapshots checked
  std::atomic<std::uint64_t> started{0};       // the seed of the last writer that got as far as writing
  std::atomic<bool> stop{false};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

// Maps the board in a file, made if absent; never unmapped. nullptr when the system refuses.
inline Board* map_board(const char* path) {
  const int fd = ::open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return nullptr;
  void* memory = ::ftruncate(fd, sizeof(Board)) == 0
                     ? ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                     : MAP_FAILED;
  ::close(fd);
  return memory == MAP_FAILED ? nullptr : static_cast<Board*>(memory);  // a new file is zeros, as a new Board is
}

}  // namespace amont
