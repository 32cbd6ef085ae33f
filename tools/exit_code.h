// Exit codes of the command. They are part of its interface and never change.
#pragma once

#include "amont/status.h"

namespace amont::tool {

enum Exit : int {
  kYes = 0,         // yes, or done
  kNo = 1,          // the answer is no: not reachable, not verified
  kBadUse = 2,      // usage, bad input, a script's error
  kAbsent = 3,      // a name that is not there
  kIncomplete = 4,  // incomplete under --strict; out of time or budget; cancelled
  kBusy = 5,        // locked, or taking no writes now
  kBroken = 6,      // damaged, or the disk fails
};

int exit_code(Code code);

}  // namespace amont::tool
