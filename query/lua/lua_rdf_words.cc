// What export scripts say whose header has `--- @output rdf`:
//
//   syntax("json-ld")                          what is written: turtle (unless told) or json-ld; before all else
//   prefix("dct", "http://purl.org/dc/terms/")
//   triple("https://hub/d1", "dct:title", { value = "Title", language = "en" })
//
// A text is the name of a thing (an IRI, "dct:title", "_:blank"); a table is a literal; numbers, booleans and times are what they are.

#include <fmt/format.h>

#include "query/lua/export_context.h"
#include "query/lua/nearest.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

using What = ScriptValue::What;

constexpr std::uint64_t kStepsPerTriple = 50;

std::string_view text_argument(lua_State* L, int index) {
  std::string_view text;
  read_text(L, index, &text);
  return text;
}

// The writer of this export, made when it is first needed.
Result<RdfWriter*> writer_of(ExportContext* context) {
  if (!context->is_rdf) return invalid("only a script whose header says --- @output rdf writes triples");
  if (!context->rdf) context->rdf.emplace(RdfSyntax::kTurtle, context->waiting);
  return &*context->rdf;
}

// Gives the sink what is waiting when it is much; a failure of the sink ends the run.
Status pass_on(lua_State* L, ExportContext* context) {
  Status given = context->give_if_much(budget_of(L));
  if (!given.ok()) budget_of(L).end(given);
  return given;
}

Status literal(std::string value, std::string_view datatype, Triple* triple) {
  triple->kind = Triple::Kind::kLiteral;
  triple->object = std::move(value);
  triple->datatype = "http://www.w3.org/2001/XMLSchema#" + std::string(datatype);
  return {};
}

Status read_literal(const ScriptValue& table, const RdfWriter& writer, Triple* triple) {
  triple->kind = Triple::Kind::kLiteral;
  const ScriptValue* const value = table.field("value");
  if (!value || value->what != What::kText || !table.list.empty())
    return invalid("a literal is { value = \"text\" }, with language or datatype if it has one");
  triple->object = value->text;
  for (const auto& [name, field] : table.fields) {
    if (name == "value") continue;
    static constexpr std::string_view kNames[] = {"value", "language", "datatype"};
    if ((name != "language" && name != "datatype") || field.what != What::kText)
      return invalid(fmt::format("{} is no text of a literal{}", name, did_you_mean(name, kNames)));
    if (name == "language") {
      triple->language = field.text;
    } else {
      AMONT_LET(triple->datatype, writer.name(field.text));
    }
  }
  if (!triple->language.empty() && !triple->datatype.empty())
    return invalid("a literal has a language or a datatype, not both");
  return {};
}

Status read_object(lua_State* L, const RdfWriter& writer, Triple* triple) {
  AMONT_LET(const ScriptValue value, read_value(L, 3));
  if (const auto* time = plain_in<Timestamp>(value)) return literal(time->text(), "dateTime", triple);
  switch (value.what) {
    case What::kText: {
      AMONT_LET(triple->object, writer.name(value.text));
      triple->kind = triple->object.starts_with("_:") ? Triple::Kind::kBlank : Triple::Kind::kIri;
      return {};
    }
    case What::kInteger: return literal(fmt::format("{}", value.integer), "integer", triple);
    case What::kReal: return literal(fmt::format("{}", static_cast<double>(value.real)), "double", triple);
    case What::kBoolean: return literal(value.boolean ? "true" : "false", "boolean", triple);
    case What::kTable: return read_literal(value, writer, triple);
    default: return invalid("an object is a text, a number, a boolean, a time, or a literal { value = ... }");
  }
}

int syntax(lua_State* L) {
  ExportContext* context = context_of<ExportContext>(L);
  luaL_checktype(L, 1, LUA_TSTRING);
  const bool ok = run_work(L, context, [&]() -> Status {
    const std::string_view name = text_argument(L, 1);
    static constexpr std::string_view kNames[] = {"turtle", "json-ld"};
    if (name != kNames[0] && name != kNames[1])
      return invalid(fmt::format("the syntax is turtle or json-ld{}", did_you_mean(name, kNames)));
    if (context->rdf) return invalid("syntax() comes before all prefixes and triples");
    context->rdf.emplace(name == kNames[0] ? RdfSyntax::kTurtle : RdfSyntax::kJsonLd, context->waiting);
    return writer_of(context).status();
  });
  return ok ? 0 : raise_status(L, context->status);
}

int prefix(lua_State* L) {
  ExportContext* context = context_of<ExportContext>(L);
  for (int i = 1; i <= 2; ++i) luaL_checktype(L, i, LUA_TSTRING);
  const bool ok = run_work(L, context, [&]() -> Status {
    AMONT_LET(RdfWriter* const writer, writer_of(context));
    return writer->prefix(text_argument(L, 1), text_argument(L, 2));
  });
  return ok ? 0 : raise_status(L, context->status);
}

int triple(lua_State* L) {
  ExportContext* context = context_of<ExportContext>(L);
  for (int i = 1; i <= 2; ++i) luaL_checktype(L, i, LUA_TSTRING);
  luaL_checkany(L, 3);
  charge(L, kStepsPerTriple);
  const bool ok = run_work(L, context, [&]() -> Status {
    AMONT_LET(RdfWriter* const writer, writer_of(context));
    Triple made;
    AMONT_LET(made.subject, writer->name(text_argument(L, 1)));
    AMONT_LET(made.predicate, writer->name(text_argument(L, 2)));
    AMONT_TRY(read_object(L, *writer, &made));
    AMONT_TRY(writer->add(std::move(made)));
    return pass_on(L, context);
  });
  return ok ? 0 : raise_status(L, context->status);
}

}  // namespace

void install_rdf(lua_State* L, ExportContext* context) {
  static constexpr HostFunction kGlobals[] = {{"prefix", prefix}, {"syntax", syntax}, {"triple", triple}};
  set_globals(L, kGlobals, context);
}

}  // namespace amont
