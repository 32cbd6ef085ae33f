// Work done aside, while its caller goes on.
#pragma once

#include <functional>
#include <future>
#include <system_error>

#include "amont/status.h"
#include "core/guarded.h"

namespace amont {

// Runs `work` on a thread of its own; at once, on this one, when the system has no thread to give. The future's destructor waits,
// and get() throws nothing: what `work` throws is a status.
inline std::future<Status> aside(const std::function<Status()>& work) {
  try {
    return std::async(std::launch::async, [work] { return guarded(work); });
  } catch (const std::system_error&) {
    std::promise<Status> done;
    done.set_value(guarded(work));
    return done.get_future();
  }
}

}  // namespace amont
