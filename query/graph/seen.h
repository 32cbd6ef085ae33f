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

// An array whose items count only in the search that wrote them: each holds that search's number, or is made of it.
template <class Item, class Number>
class NumberedArray {
 public:
  // Begins a search over so many vertices.
  void start(std::size_t vertices) {
    if (items_.grow(vertices)) now_ = 0;
    if (++now_ == 0) {  // all numbers were used
      items_.clear();
      now_ = 1;
    }
  }
  Item* data() const { return items_.data(); }
  Number now() const { return now_; }  // this search's number; never 0

 private:
  ZeroArray<Item> items_;
  Number now_ = 0;
};

// Has this search met the vertex?
class Seen {
 public:
  void start(std::size_t vertices) { array_.start(vertices); }
  bool has(std::uint32_t vertex) const { return data()[vertex] == now(); }
  void add(std::uint32_t vertex) { data()[vertex] = now(); }
  void remove(std::uint32_t vertex) { data()[vertex] = static_cast<std::uint16_t>(now() - 1); }

  // For a walk's plain loop.
  std::uint16_t* data() const { return array_.data(); }
  std::uint16_t now() const { return array_.now(); }

 private:
  NumberedArray<std::uint16_t, std::uint16_t> array_;
};

}  // namespace amont
