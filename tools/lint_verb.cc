// The lint verb: what a look at scripts finds.

#include <fmt/format.h>

#include "amont/exchange.h"
#include "amont/lint.h"
#include "tools/exit_code.h"
#include "tools/find_script.h"
#include "tools/render/excerpt.h"
#include "tools/render/heading.h"
#include "tools/render/table.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

Result<int> run_lint(Session& session, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  Output& out = session.out();
  const TableLook look = {session.colour(), session.width()};
  std::string json = "{\"amont\": 1, \"findings\": [";
  std::size_t count = 0;
  for (const std::string& word : words) {
    AMONT_LET(const ShippedScript script, find_script(word));
    AMONT_LET(const std::vector<LintFinding> findings, lint_script(script.name, script.source));
    for (const LintFinding& finding : findings) {
      json += count++ ? ",\n  {" : "\n  {";
      append_member(json, "script");
      append_json_string(json, word);
      append_member(json, "line");
      json += std::to_string(finding.line);
      append_member(json, "column");
      json += std::to_string(finding.column);
      append_member(json, "text");
      append_json_string(json, finding.text);
      json += "}";
      if (format != Format::kTable) continue;
      const std::string column = finding.column ? fmt::format(":{}", finding.column) : "";
      write_line(out, fmt::format("{}:{}{}: {}", word, finding.line, column, finding.text), look, Style::kWarning);
      const std::string shown = excerpt(script.source, finding.line, finding.column, finding.text);
      if (!shown.empty() && finding.column) out.add(shown + "\n");
    }
  }
  if (format == Format::kJson) out.add(json + "]}\n");
  if (format == Format::kTable && count == 0)
    write_line(out, fmt::format("nothing to say of {}", counted(words.size(), "script")), look, Style::kGood);
  AMONT_TRY(out.flush());
  return count > 0 ? kNo : kYes;
}

}  // namespace

std::vector<Verb> lint_verbs(Session& session) {
  Verb verb;
  verb.name = "lint";
  verb.group = "script";
  verb.words = "NAME|FILE.lua...";
  verb.words_min = 1;
  verb.words_max = kAnyNumber;
  verb.formats = {Format::kTable, Format::kJson};
  verb.summary = "look at scripts without running them";
  verb.about =
      "Finds what does not compile, names that nobody has, arguments that are not declared or never used, and answers\n"
      "that are thrown away. Exit code 1 when there is something to say.";
  verb.examples =
      "amont lint mine.lua\n"
      "amont lint rules/*.lua --json";
  verb.run = [&session](const std::vector<std::string>& words) { return run_lint(session, words); };
  return {verb};
}

}  // namespace amont::tool
