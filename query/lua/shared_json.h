// SharedJson: objects that stand in many documents of one import, such as a dataset's description in each event about it. From the second
// time on that the same bytes are read, Lua is given the table that was made of them before.
//
// It keeps so many bytes and forgets all when there are more. What it keeps does not change what a document says, only that tables may be the
// same one; so a script that wants it must not change what it reads.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace amont {

class SharedJson {
 public:
  struct Known {
    std::string text;
    std::int64_t number = 0;  // of its table
    int height = 0;           // how deep it is nested; 1 for an object of plain values
  };

  explicit SharedJson(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Begins a document, which must stay where it is: looks for where its objects begin and end. One that is no JSON may give wrong ends,
  // which are then of no text that was ever kept.
  void begin(std::string_view document);
  // The text of the object that begins there; empty when it is too short or too long to keep. Offsets must grow from call to call.
  std::string_view object_at(std::size_t offset);
  // nullptr when it is not kept. Good until the next keep().
  const Known* find(std::string_view object) const;
  // Whether to keep an object that was not found: when it is read for the second time, as far as that is remembered.
  bool is_worth_keeping(std::string_view object);
  // Keeps it; the number of its table, from 1. `forgot` is set when all others are forgotten, and numbers begin anew.
  std::int64_t keep(std::string_view object, int height, bool* forgot);

 private:
  struct Span {
    std::size_t begin;
    std::size_t end;
  };

  const std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::string_view document_;
  std::vector<Span> spans_;  // of its objects, in the order in which they begin
  std::vector<std::size_t> open_;
  std::size_t at_ = 0;  // in spans_
  std::unordered_map<std::uint64_t, Known> known_;
  std::array<std::uint64_t, 4096> seen_once_{};
};

}  // namespace amont
