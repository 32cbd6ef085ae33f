#include "tools/run_arguments.h"

#include <algorithm>

#include "tools/exit_code.h"
#include "tools/render/excerpt.h"

namespace amont::tool {

std::vector<Option> run_options(RunArguments& arguments) {
  std::vector<Option> options = {
      {"--steps", "N", "how many steps it may take", into(arguments.steps)},
      {"--memory", "MIB", "how much memory it may use", into(arguments.memory_mib)},
      {"--raw", "", "CSV for machines: texts that look like formulas stay as they are", into(arguments.ask.raw)},
  };
  add_time_options(options, arguments.ask);
  return options;
}

ScriptRunLimits limits_of(const RunArguments& arguments) {
  ScriptRunLimits limits;
  if (arguments.steps) limits.steps_max = arguments.steps;
  if (arguments.ask.timeout_micros) limits.time_ms = std::max<std::uint64_t>(1, arguments.ask.timeout_micros / 1000);
  if (arguments.memory_mib) limits.memory_bytes = std::min<std::uint64_t>(arguments.memory_mib, 1 << 20) << 20;
  return limits;
}

int tell_script_error(Session& session, std::string_view name, std::string_view source, const Status& why) {
  session.error(why.text());
  const std::string shown = excerpt(source, line_in(name, why.text()), 0, why.text());
  for (std::size_t at = 0; at < shown.size();) {
    const std::size_t end = std::min(shown.find('\n', at), shown.size());
    session.note(std::string_view(shown).substr(at, end - at));
    at = end + 1;
  }
  return exit_code(why.code());
}

}  // namespace amont::tool
