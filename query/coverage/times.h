// Times: a set of instants, as the fewest closed-open stretches.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "amont/model.h"

namespace amont::approvals {

using Micros = std::int64_t;
inline constexpr Micros kBeginning = std::numeric_limits<Micros>::min();
inline constexpr Micros kEndless = std::numeric_limits<Micros>::max();

// [from, to); empty unless from < to.
struct Stretch {
  Micros from = kBeginning;
  Micros to = kEndless;
  bool contains(Micros instant) const { return from <= instant && instant < to; }
  bool operator==(const Stretch&) const = default;
};
Stretch stretch_of(const Interval& interval);

class Times {
 public:
  Times() = default;  // never
  explicit Times(Stretch stretch) { add(stretch); }
  static Times always() { return Times(Stretch{}); }

  bool never() const { return stretches_.empty(); }
  bool contains(Micros instant) const;
  bool contains(Stretch stretch) const;  // all of it
  const std::vector<Stretch>& stretches() const { return stretches_; }

  void add(Stretch stretch);
  void take_out(Stretch stretch);
  void add(const Times& other);
  void keep(const Times& other);  // what is in both

  bool operator==(const Times&) const = default;

 private:
  std::vector<Stretch> stretches_;  // ascending; none touches the next
};

inline constexpr Stretch kAlways{};

}  // namespace amont::approvals
