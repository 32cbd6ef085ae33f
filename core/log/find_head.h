// Finding how far a log goes: what opening it comes down to.
//
// The second place (core/log/head_file.h) says how far it was acknowledged; one record is looked at to see that the log
// agrees, and what was written after that, seldom more than a second's worth, is walked through. Without a second
// place, or when the two disagree, the whole log is. What is no good record is a torn tail only if nothing shows that
// it was ever on disk:
//
//   - the second place says no more than what comes before it;
//   - it is in the last segment (one is begun only once the one before is on disk), and no good frame after it was
//     written when it was on disk (`group_first`, core/log/frame.h);
//   - a segment's own header is torn only if nothing follows it: it is on disk before the first frame is written.
//
// Anything else is damage.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/io/files.h"
#include "core/log/head_file.h"
#include "core/log/segment.h"

namespace amont {

struct FoundHead {
  HeadSlot head;                                   // the last of the good records
  std::vector<std::shared_ptr<Segment>> segments;  // those that are good, from the first on
  std::uint64_t end = 0;                           // after the last good frame of the last of them
  std::uint64_t closed_bytes = 0;                  // of all of them but the last
  bool unsure = false;  // the last holds what the second place does not know; it may not be on disk
  std::string damage;   // file, offset, what, and what to do; empty when all is well
  // A torn tail: from there on the segment is to be cut; at 0 the file is to go.
  std::shared_ptr<Segment> torn;
  std::uint64_t torn_at = 0;
};

struct HeadSearch {
  Files& files;
  std::string directory;  // the log's
  RegisterId register_id{};
  bool writable = true;  // else what was not acknowledged is not looked at
};

// Changes nothing. kNotFound when there is no log, kUnsupported when it is of a newer format.
Result<FoundHead> find_head(const HeadSearch& search, const std::optional<HeadSlot>& slot);

// The first numbers of the segments in a log's directory, ascending. kNotFound when there is no such directory.
Result<std::vector<TxNumber>> list_segments(Files& files, const std::string& directory);

// Does the segment hold transaction head.number, whole, where `head` says?
Result<bool> holds(const Segment& segment, const HeadSlot& head);

// What to do about damage to the log, for the end of a message.
inline constexpr std::string_view kDamageAdvice = "put the file back from a backup";

}  // namespace amont
