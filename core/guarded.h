// Where exceptions end: what is thrown for want of memory, or by what a caller gave, becomes a Status.
#pragma once

#include <type_traits>

#include "amont/status.h"

namespace amont {

// Of the exception that is being handled: kLimit when there is no memory, else kInvalid and what it says.
Status status_of_exception() noexcept;

// What `work` returns, a Status or a Result; the status of what it throws.
template <class Work>
std::invoke_result_t<const Work&> guarded(const Work& work) {
  try {
    return work();
  } catch (...) {
    return status_of_exception();
  }
}

}  // namespace amont
