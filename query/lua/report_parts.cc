#include "query/lua/report_parts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/text/utf8.h"
#include "query/lua/nearest.h"

namespace amont {
namespace {

using What = ScriptValue::What;

constexpr std::size_t kTitleBytesMax = 4096;

}  // namespace

std::uint64_t bytes_held(const RowsBuilder& builder) noexcept { return builder.bytes; }

Status check_text(std::string_view text, std::string_view where) {
  const std::size_t misfit = first_misfit(text, TextRule::kNoNul);
  if (misfit == text.size()) return {};
  return invalid(fmt::format("{} is no text: {}", where, misfit_text(text, misfit)));
}

Status check_label_text(std::string_view text, std::string_view what) {
  if (text.size() > kTitleBytesMax)
    return limit_exceeded(fmt::format("{} has {} bytes, more than {}", what, text.size(), kTitleBytesMax));
  return check_text(text, what);
}

Status check_names(const ScriptValue& table, std::string_view block, std::span<const std::string_view> names) {
  for (const auto& [name, value] : table.fields) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    return invalid(
        fmt::format("{} takes {}, and no \"{}\"{}", block, fmt::join(names, ", "), name, did_you_mean(name, names)));
  }
  return {};
}

Result<ScriptValue> read_named(lua_State* L, int table, std::string_view block,
                               std::span<const std::string_view> names) {
  ScriptValue named;
  named.what = What::kTable;
  const lua_Unsigned count = lua_rawlen(L, table);
  for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
    std::string_view name;
    if (lua_isinteger(L, -2)) {
      const lua_Integer place = lua_tointeger(L, -2);
      if (place >= 1 && static_cast<lua_Unsigned>(place) <= count) continue;
    }
    if (!read_text(L, -2, &name))
      return invalid(fmt::format("{} has a hole: a column, or what comes first, is nil", block));
    AMONT_LET(ScriptValue value, read_value(L, -1));
    named.fields.emplace_back(name, std::move(value));
  }
  std::sort(named.fields.begin(), named.fields.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  AMONT_TRY(check_names(named, block, names));
  return named;
}

Status read_label(const ScriptValue& table, std::string_view name, std::string* out) {
  const ScriptValue* value = table.field(name);
  if (!value) return {};
  if (value->what != What::kText) return invalid(fmt::format("{} must be text", name));
  AMONT_TRY(check_label_text(value->text, name));
  *out = value->text;
  return {};
}

Result<bool> read_flag(const ScriptValue& table, std::string_view name, bool unless_told) {
  const ScriptValue* value = table.field(name);
  if (!value) return unless_told;
  if (value->what != What::kBoolean) return invalid(fmt::format("{} must be true or false", name));
  return value->boolean;
}

const AtView& view_of(const ScriptValue& value, const AtView& unless_told) {
  const AtView* found = nullptr;
  const auto look = [&](const ScriptValue& one, const auto& again) -> void {
    if (found) return;
    if (const auto* set = slot_in<AnswerSet>(one); set && set->value) found = &set->value->at();
    if (const auto* node = slot_in<NodeItem>(one); node && node->value) found = node->value->at;
    if (const auto* edge = slot_in<EdgeItem>(one); edge && edge->value) found = edge->value->at;
    for (const ScriptValue& inner : one.list) again(inner, again);
    for (const auto& [name, inner] : one.fields) again(inner, again);
  };
  look(value, look);
  return found ? *found : unless_told;
}

Result<Block> make_block(Budget& budget, std::shared_ptr<const ReportBlock> block, std::uint64_t bytes) {
  std::uint64_t labels = block->title.size();
  for (const std::string& header : block->columns) labels += header.size() + sizeof header;
  if (!budget.take_output(labels)) return budget.reason();
  bytes += labels;
  auto held = std::make_shared<const Held>(budget, sizeof(ReportBlock) + bytes);
  if (budget.ended()) return budget.reason();
  return Block{std::move(block), std::move(held), bytes};
}

}  // namespace amont
