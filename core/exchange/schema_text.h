// A schema as the Lua text that declares it.
#pragma once

#include <string>

#include "amont/schema.h"

namespace amont {

std::string schema_text(const Schema& schema);

}  // namespace amont
