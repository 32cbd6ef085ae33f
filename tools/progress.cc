#include "tools/progress.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "tools/render/escape.h"

namespace amont::tool {
namespace {

constexpr auto kSilence = std::chrono::milliseconds(500);  // before the first drawing
constexpr auto kPause = std::chrono::milliseconds(100);    // between two
constexpr int kCells = 20;

// "1.2 M", "640"
std::string short_number(double number) {
  if (number >= 1e9) return fmt::format("{:.1f} G", number / 1e9);
  if (number >= 1e6) return fmt::format("{:.1f} M", number / 1e6);
  if (number >= 1e3) return fmt::format("{:.1f} k", number / 1e3);
  return fmt::format("{:.0f}", number);
}

std::string time_text(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  if (seconds < 5400) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace

std::string progress_text(std::string_view doing, std::uint64_t done, std::uint64_t total, std::uint64_t since_start,
                          double seconds) {
  std::string text(doing);
  const double rate = seconds > 0 ? static_cast<double>(since_start) / seconds : 0;
  if (total > 0) {
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    const int full = static_cast<int>(share * kCells);
    text += fmt::format("  {:3.0f}% [{:#<{}}{:-<{}}]", share * 100, "", full, "", kCells - full);
  } else {
    text += "  " + short_number(static_cast<double>(done));
  }
  if (rate > 0) text += "  " + short_number(rate) + "/s";
  if (rate > 0 && total > done) text += "  " + time_text(static_cast<double>(total - done) / rate) + " left";
  return text;
}

ProgressBar::~ProgressBar() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
}

void ProgressBar::show(std::string_view doing, std::uint64_t done, std::uint64_t total) {
  if (!shown_) return;
  const auto now = Clock::now();
  if (doing != doing_ || done < first_done_) {
    doing_ = doing;
    first_done_ = done;
    started_ = now;
  }
  if (!drawn_ && now - started_ < kSilence) return;
  if (drawn_ && now - drawn_at_ < kPause) return;
  drawn_ = true;
  drawn_at_ = now;
  const double seconds = std::chrono::duration<double>(now - started_).count();
  const std::string text = progress_text(for_terminal(doing), done, total, done - first_done_, seconds);
  fmt::print(stderr, "\r\033[K{}", text);
  std::fflush(stderr);
}

}  // namespace amont::tool
