#include "query/lua/script_context.h"

#include <fmt/format.h>

#include <algorithm>

#include "amont/bundle.h"
#include "query/lua/nearest.h"

namespace amont {
namespace {

constexpr std::size_t kViewsMax = 1000;

template <class Rows>
std::vector<std::string_view> names_of(const Rows& rows) {
  std::vector<std::string_view> names;
  for (const auto& row : rows) names.push_back(row.name);
  return names;
}

Status no_store() {
  return {Code::kUnsupported,
          "this run sees the register at one transaction only, so at{known_at = ...} and transaction() can't be asked "
          "here"};
}

}  // namespace

Result<const AtView*> ScriptContext::keep(AtView at) {
  const auto same = [&](const AtView& other) {
    return other.view.tx() == at.view.tx() && other.valid_at == at.valid_at && other.valid_until == at.valid_until;
  };
  for (const AtView& other : views_)
    if (same(other)) return &other;
  if (views_.size() >= kViewsMax)
    return limit_exceeded(
        fmt::format("a script may look at {} different times of the register, and this one asks for more", kViewsMax));
  return &views_.emplace_back(std::move(at));
}

Status ScriptContext::look_at(AtView at) {
  AMONT_LET(now_, keep(std::move(at)));
  return {};
}

void ScriptContext::begin_line() {
  reasons_.clear();
  unknown_.clear();
}

Result<Snapshot> ScriptContext::known_at(TxNumber tx) const {
  if (tx > now_->view.tx())
    return invalid(fmt::format("known_at = {} is beyond transaction {}, where this run looks at the register", tx,
                               now_->view.tx()));
  if (tx == now_->view.tx()) return now_->view;
  if (!store_) return no_store();
  return store_->snapshot_at(tx);
}

Result<Snapshot> ScriptContext::known_at(Timestamp time) const {
  if (time >= now_->view.time()) return now_->view;
  if (!store_) return no_store();
  AMONT_LET(Snapshot then, store_->snapshot_at(time));
  return then.tx() > now_->view.tx() ? now_->view : then;
}

Result<TxEntry> ScriptContext::transaction(TxNumber tx) const {
  if (tx == 0 || tx > now_->view.tx())
    return not_found(fmt::format("there is no transaction {}: this run sees 1 to {}", tx, now_->view.tx()));
  if (!store_) return no_store();
  AMONT_LET(std::vector<TxEntry> entries, store_->log(tx, tx));
  if (entries.empty()) return not_found(fmt::format("there is no transaction {}", tx));
  return std::move(entries.front());
}

void ScriptContext::take(const Completeness& answer) {
  for (const PartialReason& reason : answer.reasons) {
    const auto known = std::find_if(reasons_.begin(), reasons_.end(),
                                    [&](const PartialReason& other) { return other.reason == reason.reason; });
    if (known == reasons_.end()) {
      reasons_.push_back(reason);
    } else {
      known->count = std::max(known->count, reason.count);
      known->at_least = true;
    }
  }
  for (const UnknownOrigin& unknown : answer.unknown) unknown_.emplace(unknown.id, unknown.missing);
}

Result<Completeness> ScriptContext::completeness() const {
  Completeness all;
  all.reasons = reasons_;
  const std::string_view why = reason_of(now_->view.damage());
  const auto is_damage = [&](const PartialReason& reason) { return reason.reason == why; };
  if (!now_->view.damage().empty() && std::none_of(all.reasons.begin(), all.reasons.end(), is_damage))
    all.reasons.push_back({std::string(why), 0, true});
  std::sort(all.reasons.begin(), all.reasons.end(),
            [](const PartialReason& a, const PartialReason& b) { return a.reason < b.reason; });

  std::vector<NodeId> ids;
  for (const auto& [id, missing] : unknown_) ids.push_back(id);
  // The newest view knows the refs of all.
  const AtView& newest = *std::max_element(views_.begin(), views_.end(),
                                           [](const AtView& a, const AtView& b) { return a.view.tx() < b.view.tx(); });
  AMONT_LET(const std::vector<Ref> refs, newest.view.refs(ids));
  std::vector<std::pair<Ref, UnknownOrigin>> sorted;
  for (const auto& [id, missing] : unknown_) sorted.emplace_back(refs[sorted.size()], UnknownOrigin{id, missing});
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [ref, unknown] : sorted) all.unknown.push_back(std::move(unknown));
  return all;
}

Status check_node_kind(const Schema& schema, std::string_view name) {
  if (schema.node(name)) return {};
  return invalid(fmt::format("there is no node kind \"{}\" in this register{}", name,
                             did_you_mean(name, names_of(schema.nodes()))));
}

Status check_edge_kind(const Schema& schema, std::string_view name) {
  if (schema.edge(name)) return {};
  return invalid(fmt::format("there is no edge kind \"{}\" in this register{}", name,
                             did_you_mean(name, names_of(schema.edges()))));
}

Result<NodeId> find_id(const AtView& at, std::string_view text) {
  AMONT_LET(const Ref ref, Ref::parse(text));
  if (at.view.schema().nodes().empty()) return not_found(fmt::format("the register was empty, and knew no {}", text));
  AMONT_TRY(check_node_kind(at.view.schema(), ref.kind));
  AMONT_LET(const std::optional<NodeId> id, at.view.find(ref));
  if (!id) return not_found(fmt::format("the register knows no {}", text));
  return *id;
}

}  // namespace amont
