#include "tools/file_watch.h"

#include <sys/stat.h>

#include <thread>

#include <fmt/format.h>

namespace amont::tool {

std::string wait_for_change(const Look& look, const std::string& last, std::chrono::milliseconds every,
                            const std::atomic<bool>& interrupted) {
  std::string seen = last;
  while (!interrupted.load(std::memory_order_relaxed)) {
    const std::string now = look();
    if (!now.empty() && now != last && now == seen) return now;
    seen = now;
    std::this_thread::sleep_for(every);
  }
  return {};
}

std::string look_of_file(const std::string& path) {
  struct ::stat found {};
  if (::stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return {};
  return fmt::format("{}.{} {} {}.{}", found.st_dev, found.st_ino, found.st_size, found.st_mtim.tv_sec,
                     found.st_mtim.tv_nsec);
}

}  // namespace amont::tool
