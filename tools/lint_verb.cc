// The lint verb: what a look at scripts finds.

#include <optional>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "amont/lint.h"
#include "amont/schema_script.h"
#include "tools/exit_code.h"
#include "tools/files.h"
#include "tools/find_script.h"
#include "tools/render/excerpt.h"
#include "tools/render/heading.h"
#include "tools/render/table.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

constexpr std::size_t kSchemaBytesMax = 4 << 20;

// The store's, if there is one; hub, or a file that declares one.
Result<std::optional<Schema>> schema_for(Session& session, const std::string& wanted) {
  Schema schema;
  if (wanted.empty() && !session.has_store()) return std::optional<Schema>();
  if (wanted.empty()) {
    AMONT_LET(const std::unique_ptr<Store> store, session.open_to_read());
    AMONT_LET(const Snapshot now, store->snapshot());
    return std::optional<Schema>(now.schema());
  }
  SchemaGrowth growth = hub_schema();
  if (wanted != "hub") {
    AMONT_LET(const std::string lua, read_text_file(wanted, kSchemaBytesMax));
    AMONT_LET(growth, read_schema(lua, wanted));
  }
  AMONT_TRY(schema.grow(growth).status());
  return std::optional<Schema>(std::move(schema));
}

Result<int> run_lint(Session& session, const std::string& wanted, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(const std::optional<Schema> schema, schema_for(session, wanted));
  Output& out = session.out();
  const TableLook look = {session.colour(), session.width()};
  std::string json = "{\"amont\": 1, \"findings\": [";
  std::size_t count = 0;
  for (const std::string& word : words) {
    AMONT_LET(const ShippedScript script, find_script(word));
    AMONT_LET(const std::vector<LintFinding> findings,
              lint_script(script.name, script.source, schema ? &*schema : nullptr));
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
  const auto wanted = std::make_shared<std::string>();
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
      "that are thrown away. With a store, or --schema, also kinds that its schema does not have, and properties that\n"
      "are one slip away from a declared one. Exit code 1 when there is something to say.";
  verb.examples =
      "amont lint mine.lua\n"
      "amont lint rules/*.lua --json";
  verb.options = {
      {"--schema", "hub|FILE.lua", "the schema to look beside; the store's unless given", into(*wanted)},
  };
  verb.run = [&session, wanted](const std::vector<std::string>& words) { return run_lint(session, *wanted, words); };
  return {verb};
}

}  // namespace amont::tool
