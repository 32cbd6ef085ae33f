// Work done aside, while its caller goes on.
#pragma once

#include <functional>
#include <future>
#include <new>
#include <system_error>

#include "amont/status.h"

namespace amont {

// Runs `work` on a thread of its own; at once, on this one, when the system has no thread to give. The future's destructor waits,
// and get() throws nothing: no memory is kLimit.
inline std::future<Status> aside(const std::function<Status()>& work) {
  const auto guarded = [work]() -> Status {
    try {
      return work();
    } catch (const std::bad_alloc&) {
      return Status(Code::kLimit, "there is no memory left");
    }
  };
  try {
    return std::async(std::launch::async, guarded);
  } catch (const std::system_error&) {
    std::promise<Status> done;
    done.set_value(guarded());
    return done.get_future();
  }
}

}  // namespace amont
