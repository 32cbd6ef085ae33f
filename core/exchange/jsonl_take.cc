#include "core/exchange/jsonl_take.h"

namespace amont {
namespace {

Status take_schema(ImportWork& work, SchemaLine& schema, Place where, std::string_view text,
                   const SchemaReader& read_schema) {
  if (!read_schema)
    return work.refuse(Status(Code::kUnsupported, "a schema can't be read here: no reader for it was given"), where,
                       text);
  auto growth = read_schema(schema.lua);
  if (!growth) return work.refuse(std::move(growth).status().while_doing("schema"), where, text);
  if (growth->source.empty()) growth->source = std::move(schema.lua);
  return work.take(GrowSchema{*std::move(growth)}, where, text);
}

// What judges data does not come with them unasked.
bool is_of_a_rule(const Change& change) {
  return std::holds_alternative<PutRule>(change) || std::holds_alternative<RemoveRule>(change);
}

Status take_content(ImportWork& work, JsonlLine& content, std::uint64_t line, std::string_view text,
                    const SchemaReader& read_schema) {
  const Place where{line, 1};
  if (auto* change = std::get_if<Change>(&content)) {
    if (is_of_a_rule(*change) && !work.takes_rules())
      return work.refuse(
          refused("this line changes the register's rules, and an import may do so only when it is told to"), where,
          text);
    return work.take(std::move(*change), where, text);
  }
  if (auto* schema = std::get_if<SchemaLine>(&content)) return take_schema(work, *schema, where, text, read_schema);
  if (std::holds_alternative<RedactLine>(content))
    return work.refuse(invalid("a redaction can't be imported but with the history that it is part of"), where, text);
  if (auto* bad = std::get_if<BadLine>(&content)) return work.refuse(bad->why, {line, bad->at + 1}, text);
  return {};
}

}  // namespace

Status take_jsonl(ImportWork& work, JsonlChunk& chunk, const JsonlChunk::Line& line, const SchemaReader& read_schema) {
  const std::string_view text = chunk.text_of(line);
  if (JsonlLine* const content = chunk.content_of(line))
    return take_content(work, *content, line.number, text, read_schema);
  work.expect(chunk.puts, line.what);
  AMONT_LET(const bool taken, work.take(chunk.puts[line.what], {line.number, 1}, text));
  if (taken) return {};
  JsonlLine content = chunk.read_again(line);
  return take_content(work, content, line.number, text, read_schema);
}

Locate locate_in_jsonl() {
  return [](Place begin, std::string_view record, const Culprit& culprit) -> Place {
    JsonlLineReader reader;
    if (std::holds_alternative<BadLine>(reader.read(record))) return begin;
    std::size_t at = 0;
    switch (culprit.part) {
      case Culprit::Part::kWhole: break;
      case Culprit::Part::kFrom: at = reader.offset_of(LineField::kFrom); break;
      case Culprit::Part::kTo: at = reader.offset_of(LineField::kTo); break;
      case Culprit::Part::kLabel: at = reader.offset_of(LineField::kLabel); break;
      case Culprit::Part::kProperty: at = reader.offset_of_property(culprit.property); break;
      case Culprit::Part::kInterval: {
        at = reader.offset_of(LineField::kValidFrom);
        if (at == 0) at = reader.offset_of(LineField::kValidTo);
        break;
      }
    }
    return {begin.line, at + 1};
  };
}

}  // namespace amont
