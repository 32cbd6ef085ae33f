// SharedJson: objects that stand in many documents of one import, such as a dataset's description in each event about it. From the second
// time on that the same bytes are read, Lua is given the table that was made of them before.
//
// It keeps so many bytes and forgets all when there are more. What it keeps does not change what a document says, only that tables may be the
// same one; so a script that wants it must not change what it reads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace amont {

class SharedJson {
 public:
  // One that is neither too short nor too long to keep, and where it stands in its document.
  struct Object {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
    std::uint64_t hash = 0;
  };
  struct Known {
    std::string text;
    std::int64_t number = 0;  // of its table
    int height = 0;           // how deep it is nested; 1 for an object of plain values
  };

  explicit SharedJson(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Appends the objects of a document, in the order in which they begin. One that is no JSON may give wrong ends, which are then of no text
  // that was ever kept. On any thread.
  static void find_objects(std::string_view document, std::vector<Object>& objects);

  // Begins a document with its objects; both must stay where they are.
  void begin(std::string_view document, std::span<const Object> objects);
  // The object that begins there, if it is one of these; else nullptr. Offsets must grow from call to call.
  const Object* object_at(std::size_t offset);
  // nullptr when it is not kept. Good until the next keep().
  const Known* find(const Object& object) const;
  // Whether to keep an object that was not found: when it is read for the second time, as far as that is remembered.
  bool is_worth_keeping(const Object& object);
  // Keeps it; the number of its table, from 1. `forgot` is set when all others are forgotten, and numbers begin anew.
  std::int64_t keep(const Object& object, int height, bool* forgot);

 private:
  std::string_view text_of(const Object& object) const { return document_.substr(object.begin, object.size); }

  const std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::string_view document_;
  std::span<const Object> objects_;
  std::size_t at_ = 0;  // in objects_
  boost::unordered_flat_map<std::uint64_t, Known> known_;
  std::array<std::uint64_t, 4096> seen_once_{};
};

}  // namespace amont
