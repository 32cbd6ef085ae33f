#include "tools/render/note.h"

#include <fmt/format.h>

#include "amont/evidence.h"
#include "amont/exchange.h"
#include "tools/render/heading.h"
#include "tools/render/table.h"

namespace amont::tool {

Result<std::string> note_json(const std::string& note) {
  AMONT_LET(const CheckpointSummary said, read_checkpoint(note));
  std::string json = "\"origin\": ";
  append_json_string(json, said.origin);
  json += fmt::format(", \"size\": {}, \"root\": \"{}\", \"signatures\": [", said.size, said.root);
  for (const CheckpointSummary::Signature& one : said.signatures) {
    json += json.ends_with('[') ? "{\"name\": " : ", {\"name\": ";
    append_json_string(json, one.name);
    json += fmt::format(", \"key_id\": \"{}\", \"claimed_time\": {}}}", one.key_id,
                        one.claimed ? fmt::format("\"{}\"", one.claimed->text()) : "null");
  }
  json += "], \"note\": ";
  append_json_string(json, note);
  return json;
}

Status write_note(Session& session, Format format, Output& out, const std::string& note, bool on_terminal) {
  if (format == Format::kJson) {
    AMONT_LET(const std::string members, note_json(note));
    out.add("{\"amont\": 1, " + members + "}\n");
  } else if (on_terminal) {
    write_lines(out, note, {session.colour()});
  } else {
    out.add(note);
  }
  return {};
}

}  // namespace amont::tool
