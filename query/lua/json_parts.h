// JsonParts: one JSON object in memory that is not made into tables as a whole: its objects can be asked for their names, and gone
// through member by member. So a large document costs its text and one member of it.
//
// Names are found by going over the text once for each object that is asked for; that also sees whether it is JSON, and whether a name
// stands twice. Offsets are in the whole text.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "amont/exchange.h"
#include "core/exchange/json_cursor.h"

namespace amont {

class JsonParts {
 public:
  struct Spot {
    std::size_t at = 0;      // of the value
    std::uint64_t line = 1;  // from 1
  };
  // Values by their names, in order.
  using Members = std::map<std::string, Spot, std::less<>>;

  // The text, which must outlive it, is UTF-8 without U+0000.
  explicit JsonParts(std::string_view text) : text_(text) {}

  // Where the value begins that the names lead to, from the outside in; nothing when a name is not there. kInvalid for what is no JSON,
  // or no object on the way; failed_at() says where.
  Result<std::optional<Spot>> find(std::span<const std::string> path);
  // The members of the object there, which `what` names in errors. Good as long as this is.
  Result<const Members*> members(Spot spot, std::string_view what);
  std::size_t failed_at() const { return failed_at_; }

 private:
  std::string_view text_;
  std::map<std::size_t, Members> known_;  // by where the object begins
  std::size_t failed_at_ = 0;
};

}  // namespace amont
