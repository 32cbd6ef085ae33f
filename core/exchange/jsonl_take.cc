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

}  // namespace

Status take_jsonl(ImportWork& work, JsonlChunk::Line& line, std::string_view text, const SchemaReader& read_schema) {
  const Place where{line.number, 1};
  if (auto* change = std::get_if<Change>(&line.content)) return work.take(std::move(*change), where, text);
  if (auto* schema = std::get_if<SchemaLine>(&line.content))
    return take_schema(work, *schema, where, text, read_schema);
  if (auto* bad = std::get_if<BadLine>(&line.content)) return work.refuse(bad->why, {line.number, bad->at + 1}, text);
  return {};
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
