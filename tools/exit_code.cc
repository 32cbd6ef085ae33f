#include "tools/exit_code.h"

namespace amont::tool {

int exit_code(Code code) {
  switch (code) {
    case Code::kOk: return kYes;
    case Code::kInvalid: return kBadUse;
    case Code::kNotFound: return kAbsent;
    case Code::kRefused: return kBadUse;
    case Code::kConflict: return kBadUse;
    case Code::kLimit: return kIncomplete;
    case Code::kTimeout: return kIncomplete;
    case Code::kIo: return kBroken;
    case Code::kNoSpace: return kBusy;
    case Code::kDamaged: return kBroken;
    case Code::kLocked: return kBusy;
    case Code::kReadOnly: return kBusy;
    case Code::kScript: return kBadUse;
    case Code::kUnsupported: return kBadUse;
    case Code::kClosed: return kBadUse;
  }
  return kBadUse;
}

}  // namespace amont::tool
