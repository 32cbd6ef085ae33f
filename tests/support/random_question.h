// What may be asked of a random register: options of every sort.
#pragma once

#include <string>

#include "amont/query.h"
#include "amont/schema.h"
#include "tests/support/random_register.h"

namespace amont {

Timestamp any_time(Dice& dice);  // about when records of a RandomRegister are valid
AskOptions any_options(Dice& dice, const Schema& schema);
std::string text_of(const AskOptions& options);

}  // namespace amont
