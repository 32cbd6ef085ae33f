#include "query/coverage/times.h"

#include <algorithm>

namespace amont::approvals {

Stretch stretch_of(const Interval& interval) {
  return {interval.from ? interval.from->micros : kBeginning, interval.to ? interval.to->micros : kEndless};
}

bool Times::contains(Micros instant) const {
  const auto after = std::ranges::upper_bound(stretches_, instant, {}, &Stretch::from);
  return after != stretches_.begin() && instant < std::prev(after)->to;
}

bool Times::contains(Stretch stretch) const {
  const auto after = std::ranges::upper_bound(stretches_, stretch.from, {}, &Stretch::from);
  return after != stretches_.begin() && stretch.to <= std::prev(after)->to;
}

void Times::add(Stretch stretch) {
  if (stretch.from >= stretch.to) return;
  const auto first = std::ranges::lower_bound(stretches_, stretch.from, {}, &Stretch::to);
  auto last = first;
  for (; last != stretches_.end() && last->from <= stretch.to; ++last) {
    stretch.from = std::min(stretch.from, last->from);
    stretch.to = std::max(stretch.to, last->to);
  }
  stretches_.insert(stretches_.erase(first, last), stretch);
}

void Times::take_out(Stretch stretch) {
  if (stretch.from >= stretch.to) return;
  std::vector<Stretch> left;
  for (const Stretch& one : stretches_) {
    if (one.from < std::min(one.to, stretch.from)) left.push_back({one.from, std::min(one.to, stretch.from)});
    if (std::max(one.from, stretch.to) < one.to) left.push_back({std::max(one.from, stretch.to), one.to});
  }
  stretches_ = std::move(left);
}

void Times::add(const Times& other) {
  for (const Stretch& stretch : other.stretches_) add(stretch);
}

void Times::keep(const Times& other) {
  std::vector<Stretch> both;
  auto a = stretches_.begin();
  auto b = other.stretches_.begin();
  while (a != stretches_.end() && b != other.stretches_.end()) {
    const Stretch shared{std::max(a->from, b->from), std::min(a->to, b->to)};
    if (shared.from < shared.to) both.push_back(shared);
    if (a->to < b->to)
      ++a;
    else
      ++b;
  }
  stretches_ = std::move(both);
}

}  // namespace amont::approvals
