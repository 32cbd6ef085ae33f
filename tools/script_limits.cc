#include "tools/script_limits.h"

#include <algorithm>

#include <fmt/format.h>

namespace amont::tool {
namespace {

constexpr std::uint64_t kMibMax = 1 << 20;  // a TiB

std::function<Status(const std::string&)> into_positive(std::uint64_t& target) {
  return [&target](const std::string& value) -> Status {
    AMONT_LET(target, parse_count(value));
    return target ? Status() : invalid("0 would allow nothing");
  };
}

std::string unless_told(std::uint64_t count) { return fmt::format(" ({} unless told)", count); }

}  // namespace

void add_limit_options(std::vector<Option>& options, ScriptLimitArguments& arguments, const std::string& who) {
  const ScriptRunLimits usual;
  const std::string may = " " + who + " may ";
  for (Option& option : options)
    if (option.names == "--timeout")
      option.help = fmt::format("how long{}run ({} unless told); there is no answer when that is over, exit code 4",
                                may, usual.time_ms / 1000);
  options.push_back(
      {"--steps", "N", "how many steps" + may + "take" + unless_told(usual.steps_max), into_positive(arguments.steps)});
  options.push_back({"--memory", "MIB", "how much memory" + may + "use" + unless_told(usual.memory_bytes >> 20),
                     into_positive(arguments.memory_mib)});
  options.push_back({"--rows", "N", "how many rows" + may + "answer with" + unless_told(usual.rows_max),
                     into_positive(arguments.rows)});
  options.push_back({"--output", "MIB",
                     "how much" + may + "answer and print" + unless_told(usual.output_bytes_max >> 20),
                     into_positive(arguments.output_mib)});
}

ScriptRunLimits limits_of(const ScriptLimitArguments& arguments, std::uint64_t timeout_micros) {
  ScriptRunLimits limits;
  if (arguments.steps) limits.steps_max = arguments.steps;
  if (arguments.memory_mib) limits.memory_bytes = std::min(arguments.memory_mib, kMibMax) << 20;
  if (arguments.rows) limits.rows_max = arguments.rows;
  if (arguments.output_mib) limits.output_bytes_max = std::min(arguments.output_mib, kMibMax) << 20;
  if (timeout_micros) limits.time_ms = std::max<std::uint64_t>(1, timeout_micros / 1000);
  return limits;
}

std::string limits_note(const ScriptRunLimits& limits) {
  return fmt::format(
      "it had --timeout {} (seconds), --steps {}, --memory {} and --output {} (MiB), --rows {}; give it more of what "
      "it "
      "lacked",
      static_cast<double>(limits.time_ms) / 1000, limits.steps_max, limits.memory_bytes >> 20,
      limits.output_bytes_max >> 20, limits.rows_max);
}

}  // namespace amont::tool
