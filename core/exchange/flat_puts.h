// FlatPuts: puts in the order of an input, with their properties end to end: nothing is allocated for a put alone.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/record/flat_put.h"

namespace amont {

// Within these a record is far from the model's bounds.
inline constexpr std::size_t kFlatBytesMax = 256 << 10, kFlatPropertiesMax = 64;

class FlatPuts {
 public:
  // The properties of a put come before it: one more, good until the next; all since the last put; and none after all.
  FlatProperty& add_property() { return props_.emplace_back(); }
  std::span<FlatProperty> new_properties() { return std::span(props_).subspan(settled_); }
  void drop_new_properties() { props_.resize(settled_); }
  void add(FlatPut put) {
    put.props = new_properties();  // settle() knows where they end up
    settled_ = props_.size();
    puts_.push_back(put);
  }
  // After the last put.
  void settle() {
    FlatProperty* next = props_.data();
    for (FlatPut& put : puts_) {
      put.props = std::span(next, put.props.size());
      next += put.props.size();
    }
  }

  std::span<FlatPut> all() { return puts_; }
  std::size_t size() const { return puts_.size(); }
  // Once settled.
  FlatPut& operator[](std::size_t i) { return puts_[i]; }
  const FlatPut& operator[](std::size_t i) const { return puts_[i]; }
  void clear() {
    puts_.clear();
    props_.clear();
    settled_ = 0;
  }

 private:
  std::vector<FlatPut> puts_;
  std::vector<FlatProperty> props_;
  std::size_t settled_ = 0;  // properties of puts
};

}  // namespace amont
