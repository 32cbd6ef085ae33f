// Ballast: a file that holds nothing but room on the disk. When that is full it is given up, so that what is under way can be ended
// in good order (a batch voided, the index flushed, the register opened again), and made again as soon as it fits: by that the
// writer knows that there is room.
#pragma once

#include <string>

#include "core/io/files.h"

namespace amont {

class Ballast {
 public:
  Ballast(Files& files, std::string path) : files_(files), path_(std::move(path)) {}

  // Makes it so large, unless it is; a larger one stays. kNoSpace: there is no room for that, and it is as it was.
  Status make(std::uint64_t bytes);
  // Whether there was any to give up.
  bool give_up();

 private:
  Files& files_;
  std::string path_;
};

}  // namespace amont
