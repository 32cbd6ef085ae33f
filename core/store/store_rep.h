// What a Store holds.
#pragma once

#include <memory>

#include "core/store/engine.h"

namespace amont {

struct Store::Rep {
  std::shared_ptr<Engine> engine;
};

}  // namespace amont
