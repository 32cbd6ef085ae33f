#include "tests/support/random_question.h"

#include <fmt/format.h>

namespace amont {

Timestamp any_time(Dice& dice) {
  return {static_cast<std::int64_t>(dice.below(41)) * 100 * 86'400'000'000 + static_cast<std::int64_t>(dice.below(3))};
}

AskOptions any_options(Dice& dice, const Schema& schema) {
  AskOptions options;
  if (dice.coin()) options.depth = static_cast<std::uint32_t>(dice.below(4));
  options.exact = dice.below(3) == 0;
  if (dice.below(3) == 0) options.granularity = Granularity::kVariable;
  if (dice.below(3) == 0) options.valid_at = any_time(dice);
  if (options.valid_at && dice.coin()) {
    options.valid_until = any_time(dice);
    if (*options.valid_until < *options.valid_at) std::swap(options.valid_until, options.valid_at);
  }
  if (dice.below(4) == 0) options.limit = 1 + dice.below(4);
  if (dice.below(4) == 0) options.kinds = {"dataset", "project"};
  if (dice.below(4) == 0) {
    const auto& rows = schema.edges();
    for (std::uint64_t n = 1 + dice.below(2); n > 0; --n) options.through.push_back(rows[dice.below(rows.size())].name);
    options.through_adds = dice.coin();
  }
  return options;
}

std::string text_of(const AskOptions& options) {
  std::string through;
  for (const std::string& kind : options.through) through += kind + " ";
  return fmt::format("depth {}, exact {}, by variable {}, valid {} to {}, limit {}, {} kinds, through {}({})",
                     static_cast<std::int32_t>(options.depth), options.exact,
                     options.granularity == Granularity::kVariable, options.valid_at ? options.valid_at->text() : "",
                     options.valid_until ? options.valid_until->text() : "", options.limit, options.kinds.size(),
                     options.through_adds ? "+" : "", through);
}

}  // namespace amont
