#include "core/log/salt.h"

#include <sys/random.h>

namespace amont {

Result<std::uint64_t> random_salt() {
  std::uint64_t salt = 0;
  if (::getrandom(&salt, sizeof salt, 0) != sizeof salt) return io_error("the system has no random numbers to give");
  return salt;
}

}  // namespace amont
