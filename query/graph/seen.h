// Marks of a search over millions of vertices, of which it may visit a few: nothing is cleared by size.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>

namespace amont {

// An array of zeros that costs no memory where it is not touched.
template <class T>
class ZeroArray {
 public:
  // Holds at least `size` items. All are zero again when it had to grow.
  bool grow(std::size_t size) {
    if (size <= size_) return false;
    size_ = size + size / 4;
    items_.reset(static_cast<T*>(std::calloc(size_, sizeof(T))));
    if (!items_) std::abort();
    return true;
  }
  void clear() { items_.reset(size_ == 0 ? nullptr : static_cast<T*>(std::calloc(size_, sizeof(T)))); }
  T* data() const { return items_.get(); }

 private:
  struct Free {
    void operator()(T* items) const { std::free(items); }
  };
  std::unique_ptr<T[], Free> items_;
  std::size_t size_ = 0;
};

// Has this search met the vertex?
class Seen {
 public:
  void start(std::size_t ids) {
    if (array_.grow(ids)) now_ = 0;
    if (++now_ == 0) {
      array_.clear();
      now_ = 1;
    }
  }
  bool has(std::uint32_t id) const { return array_.data()[id] == now_; }
  void add(std::uint32_t id) { array_.data()[id] = now_; }
  void remove(std::uint32_t id) { array_.data()[id] = static_cast<std::uint16_t>(now_ - 1); }

  // For the plain loop.
  std::uint16_t* data() const { return array_.data(); }
  std::uint16_t now() const { return now_; }

 private:
  ZeroArray<std::uint16_t> array_;
  std::uint16_t now_ = 0;
};

}  // namespace amont
