// How a line of Lua that somebody types may go on: words, kinds, properties, options and refs of the register.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "amont/snapshot.h"

namespace amont {

struct Completion {
  std::size_t begin = 0;  // in bytes: from here on the text is replaced
  std::vector<std::string>
      texts;  // by one of these, sorted. They are printable: in a text of Lua, other characters are written \u{..}
  bool cut = false;  // there may be more: too many, or the time was up

  // What all texts begin with. What was typed already when there may be more.
  std::string common(std::string_view typed) const;
};

// Where a search for refs stopped because its time was up. A call that asks for the same in the same state goes on from there.
struct RefSearch {
  TxNumber tx = 0;
  std::string typed;
  std::uint64_t next = 0;
  std::vector<std::string> found;
};

// `before` is all text up to the cursor, with the lines before it; `own` are names that the session has besides. Refs are looked for
// among those that begin as the text typed, a part up to the next "/" at a time, until `deadline`; `search`, when there is one, goes from
// call to call. Never fails: what can't be read is not offered.
Completion complete_script(const Snapshot& view, std::string_view before, std::span<const std::string> own,
                           std::chrono::steady_clock::time_point deadline, RefSearch* search = nullptr);

}  // namespace amont
