#include "tools/run_arguments.h"

#include <algorithm>

#include "tools/exit_code.h"
#include "tools/render/excerpt.h"

namespace amont::tool {

std::vector<Option> run_options(RunArguments& arguments) {
  std::vector<Option> options = {
      {"--raw", "", "CSV for machines: texts that look like formulas stay as they are", into(arguments.ask.raw)},
  };
  add_time_options(options, arguments.ask);
  add_limit_options(options, arguments.limits, "it");
  return options;
}

ScriptRunLimits limits_of(const RunArguments& arguments) {
  return limits_of(arguments.limits, arguments.ask.timeout_micros);
}

int tell_script_error(const Session& session, std::string_view name, std::string_view source,
                      const ScriptRunLimits& limits, const Status& why) {
  session.error(why.text());
  const std::string shown = excerpt(source, line_in(name, why.text()), 0, why.text());
  for (std::size_t at = 0; at < shown.size();) {
    const std::size_t end = std::min(shown.find('\n', at), shown.size());
    session.note(std::string_view(shown).substr(at, end - at));
    at = end + 1;
  }
  const bool met_a_limit = why.code() == Code::kLimit || why.code() == Code::kTimeout;
  if (met_a_limit && !session.interrupted()) session.note(limits_note(limits));
  return exit_code(why.code());
}

}  // namespace amont::tool
