#include "core/index/rule_history.h"

#include <algorithm>

#include "core/record/part_format.h"
#include "core/record/parts.h"
#include "core/record/rule_parts.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

std::string rule_key(std::uint32_t number) {
  std::string key = "rule";
  append_u32(key, number);
  return key;
}

// False for a change of another kind.
bool apply(const LoggedChange& change, TxNumber tx, RuleList& rules) {
  const auto* const put = std::get_if<LoggedRule>(&change);
  const auto* const removed = std::get_if<LoggedRuleRemoval>(&change);
  if (!put && !removed) return false;
  const std::string& name = put ? put->rule.name : removed->name;
  std::erase_if(rules, [&](const auto& one) { return one->rule.name == name; });
  if (!put) return true;
  const auto place = std::ranges::find_if(rules, [&](const auto& one) { return one->rule.name > name; });
  rules.insert(place, std::make_shared<StoredRule>(StoredRule{put->rule, tx}));
  return true;
}

}  // namespace

RuleHistory::RuleHistory() { versions_.push_back({0, 0, std::make_shared<RuleList>()}); }

Status RuleHistory::load(const Table& table) {
  for (std::uint32_t number = 1;; ++number) {
    AMONT_LET(const auto bytes, table.get(Space::kMeta, rule_key(number)));
    if (!bytes) return {};
    ByteReader in(*bytes);
    const TxNumber tx = in.varint();
    const Result<LoggedChange> change = decode_change(in.rest());
    RuleList rules = *newest().rules;
    if (!in.ok() || !change.ok() || !apply(*change, tx, rules))
      return damaged("a rule in the index can't be read; run `amont rebuild`");
    take({tx, number, std::make_shared<RuleList>(std::move(rules))});
  }
}

const std::shared_ptr<const RuleList>& RuleHistory::at(TxNumber tx) const {
  const auto next = std::ranges::upper_bound(versions_, tx, {}, &Version::tx);
  return std::prev(next)->rules;
}

RuleHistory::Version RuleHistory::after(const LoggedTransaction& transaction, TableBatch& batch) const {
  Version version = newest();
  RuleList rules = *version.rules;
  for (const LoggedChange& change : transaction.changes) {
    if (!apply(change, transaction.head.number, rules)) continue;
    PartList part;
    append_change(part, change, Schema(), NodeKind());
    std::string value;
    append_varint(value, transaction.head.number);
    batch.put(Space::kMeta, rule_key(++version.changes), value.append(part.bytes));
  }
  if (version.changes == newest().changes) return version;
  version.tx = transaction.head.number;
  version.rules = std::make_shared<RuleList>(std::move(rules));
  return version;
}

void RuleHistory::take(Version version) {
  // Several changes of one transaction make one version.
  if (versions_.back().tx == version.tx && version.tx != 0)
    versions_.back() = std::move(version);
  else
    versions_.push_back(std::move(version));
}

}  // namespace amont
