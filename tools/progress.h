// A line on stderr that tells how far long work is: how much, how fast, how long still.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace amont::tool {

// Draws nothing for work that ends soon, and wipes its line when it goes. Not for use on many threads.
class ProgressBar {
 public:
  explicit ProgressBar(bool shown) : shown_(shown) {}
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(std::string_view doing, std::uint64_t done, std::uint64_t total);

 private:
  using Clock = std::chrono::steady_clock;

  bool shown_;
  bool drawn_ = false;
  std::string doing_;  // rate and time left are of one kind of work; a new one starts anew
  std::uint64_t first_done_ = 0;
  Clock::time_point started_ = Clock::now();
  Clock::time_point drawn_at_ = started_;
};

// The text of the line: "importing   45% [#########-----------]  1.2 M/s  12 s left".
std::string progress_text(std::string_view doing, std::uint64_t done, std::uint64_t total, std::uint64_t since_start,
                          double seconds);

}  // namespace amont::tool
