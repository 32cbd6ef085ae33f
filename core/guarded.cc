#include "core/guarded.h"

#include <exception>
#include <new>
#include <string>

namespace amont {

// Texts that are made without memory fit into the string itself.
Status status_of_exception() noexcept {
  try {
    try {
      throw;
    } catch (const std::bad_alloc&) {
      return Status(Code::kLimit, "no memory left");
    } catch (const std::exception& error) {
      return Status(Code::kInvalid, std::string("an exception: ") + error.what());
    }
  } catch (...) {
  }
  return Status(Code::kInvalid, "an exception");
}

}  // namespace amont
