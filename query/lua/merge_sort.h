// A merge sort that may be left half-way: by `keep_going` returning false, or by `less` raising a Lua error. It is
// stable, never leaves its two rooms whatever `less` answers, and is linear when the input is already in order.
#pragma once

#include <algorithm>
#include <cstddef>

namespace amont {

// Sorts items[0 .. count - 1] with the help of a spare room of the same size. The result is in the room that is
// returned; nullptr when `keep_going`, asked after every 256 items moved, said false.
template <class T, class Less, class KeepGoing>
T* merge_sort(T* items, T* spare, std::size_t count, Less less, KeepGoing keep_going) {
  T* from = items;
  T* to = spare;
  for (std::size_t width = 1; width < count; width *= 2) {
    std::size_t moved = 0;
    for (std::size_t start = 0; start < count; start += 2 * width) {
      const std::size_t middle = std::min(start + width, count);
      const std::size_t end = std::min(middle + width, count);
      std::size_t left = start, right = middle;
      const bool in_order = middle == end || !less(from[middle], from[middle - 1]);
      for (std::size_t at = start; at < end; ++at) {
        const bool take_right = left == middle || (!in_order && right < end && less(from[right], from[left]));
        to[at] = take_right ? from[right++] : from[left++];
        if (++moved % 256 == 0 && !keep_going()) return nullptr;
      }
    }
    std::swap(from, to);
  }
  return from;
}

}  // namespace amont
