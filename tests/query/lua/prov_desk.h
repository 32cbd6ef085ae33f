// Registers that go out as PROV and come back.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "tests/query/lua/import_desk.h"

namespace amont {

inline std::string as_prov(ImportDesk& desk, const std::string& format) {
  const ShippedScript* script = find_shipped_script("formats/out/" + format);
  if (!script) return "no such script";
  std::string text;
  const auto report = export_with_script(desk.hub.snapshot(), nullptr, script->name, script->source, {},
                                         [&](std::string_view bytes) {
                                           text += bytes;
                                           return Status();
                                         },
                                         {});
  if (!report.ok()) return report.status().text();
  for (const std::string& note : report->notes) desk.said.push_back("note " + note);
  return text;
}

// The records of a register, without its schema, one a line.
inline std::vector<std::string> records_of(ImportDesk& desk) {
  std::vector<std::string> lines;
  std::istringstream text(desk.exported());
  for (std::string line; std::getline(text, line);)
    if (!line.starts_with("{\"schema\"") && !line.starts_with("{\"node\":\"prefixes:")) lines.push_back(line);
  return lines;
}

// What a register has and what comes back of it through `format` has not, or the other way round; the first such record.
inline std::string lost_through(ImportDesk& desk, const std::string& format) {
  const std::string text = as_prov(desk, format);
  ImportDesk back;
  const Result<ImportReport> report = back.import("formats/" + format, {{"back", text}});
  if (!report.ok()) return format + ": " + report.status().text() + " in " + text.substr(0, 2000);
  const std::vector<std::string> before = records_of(desk), after = records_of(back);
  const auto [one, other] = std::ranges::mismatch(before, after);
  if (one == before.end() && other == after.end()) return "";
  return format + ": " + (one == before.end() ? "nothing" : *one) + " became " +
         (other == after.end() ? "nothing" : *other);
}

inline std::string lost_on_the_way(ImportDesk& desk) {
  const std::string lost = lost_through(desk, "prov-json");
  return lost.empty() ? lost_through(desk, "prov-n") : lost;
}

}  // namespace amont
