#include "query/bundle/answer_json.h"

#include <algorithm>

namespace amont {
namespace {

Json time_json(const std::optional<Timestamp>& time) { return time ? Json(time->text()) : Json(); }

Json texts_json(const std::vector<std::string>& texts, std::string_view before = {}) {
  Json::Array out;
  for (const std::string& text : texts) out.emplace_back(std::string(before) + text);
  return Json(std::move(out));
}

Json options_json(const BundleRequest& request, const RefNames& names) {
  const AskOptions& ask = request.options.ask;
  Json::Object out;
  if (ask.depth != kAnyDepth) out.emplace_back("depth", Json(std::uint64_t{ask.depth}));
  if (!ask.kinds.empty()) out.emplace_back("kind", texts_json(ask.kinds));
  if (!ask.through.empty()) out.emplace_back("through", texts_json(ask.through, ask.through_adds ? "+" : ""));
  if (ask.exact) out.emplace_back("exact", Json(true));
  if (ask.granularity == Granularity::kVariable) out.emplace_back("granularity", Json("variable"));
  if (ask.valid_at)
    out.emplace_back("valid_at", Json(ask.valid_at->text() + (ask.valid_until ? "/" + ask.valid_until->text() : "")));
  if (ask.limit > 0) out.emplace_back("limit", Json(ask.limit));
  if (!request.known_at.empty()) out.emplace_back("known_at", Json(request.known_at));
  if (request.verb != "coverage") return Json(std::move(out));
  if (request.options.as_of) out.emplace_back("as_of", time_json(request.options.as_of));
  if (request.options.gaps_only) out.emplace_back("gaps", Json(true));
  Json::Array projects;
  for (const NodeId id : request.options.projects) projects.emplace_back(names[id].text());
  if (!projects.empty()) out.emplace_back("project", Json(std::move(projects)));
  return Json(std::move(out));
}

Json by_json(const CoveringApproval& by, const RefNames& names) {
  return Json(Json::Object{{"approval", names[by.approval].text()},
                           {"from", by.from.text()},
                           {"late", by.recorded_late},
                           {"to", by.to.text()}});
}

Json gap_json(const CoverageGap& gap, const RefNames& names) {
  return Json(Json::Object{{"from", time_json(gap.from)},
                           {"nearest", gap.nearest ? Json(names[*gap.nearest].text()) : Json()},
                           {"reason", name_of(gap.reason)},
                           {"to", time_json(gap.to)}});
}

}  // namespace

Status RefNames::learn(std::vector<NodeId> ids) {
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  ids_ = std::move(ids);
  AMONT_LET(refs_, view_.refs(ids_));
  return {};
}

const Ref& RefNames::operator[](NodeId id) const {
  return refs_[static_cast<std::size_t>(std::ranges::lower_bound(ids_, id) - ids_.begin())];
}

Json question_json(const BundleRequest& request, const RefNames& names) {
  Json::Array start;
  for (const NodeId id : request.starts) start.emplace_back(names[id].text());
  return Json(Json::Object{
      {"options", options_json(request, names)}, {"start", Json(std::move(start))}, {"verb", request.verb}});
}

Json valid_at_json(const AskOptions& options) {
  if (!options.valid_at || !options.valid_until) return time_json(options.valid_at);
  return Json(Json::Object{{"from", options.valid_at->text()}, {"to", options.valid_until->text()}});
}

Json known_at_json(const Snapshot& view) { return Json(Json::Object{{"time", view.time().text()}, {"tx", view.tx()}}); }

Json completeness_json(const Completeness& completeness, const RefNames& names) {
  Json::Array reasons, unknown;
  for (const PartialReason& one : completeness.reasons)
    reasons.emplace_back(
        Json::Object{{"at_least", Json(one.at_least)}, {"count", Json(one.count)}, {"reason", Json(one.reason)}});
  for (const UnknownOrigin& one : completeness.unknown)
    unknown.emplace_back(Json::Object{{"missing", Json(one.missing)}, {"ref", Json(names[one.id].text())}});
  const char* const state = completeness.complete() ? "complete" : "partial";
  return Json(
      Json::Object{{"reasons", Json(std::move(reasons))}, {"state", state}, {"unknown", Json(std::move(unknown))}});
}

Json nodes_json(const std::vector<Reached>& nodes, const RefNames& names, bool with_depth, bool with_direct) {
  Json::Array out;
  out.reserve(nodes.size());
  for (const Reached& one : nodes) {
    const Ref& ref = names[one.id];
    Json::Object node = {{"depth", with_depth && one.depth ? Json(std::uint64_t{*one.depth}) : Json()},
                         {"key", ref.key},
                         {"kind", ref.kind},
                         {"precision", one.precision == Precision::kExact ? "exact" : "possible"},
                         {"ref", ref.text()}};
    if (with_direct) node.emplace_back("direct", Json(one.direct));
    out.emplace_back(std::move(node));
  }
  return Json(std::move(out));
}

Json edges_json(const std::vector<FollowedEdge>& edges, const std::vector<TxNumber>& tx, const Snapshot& view,
                const RefNames& names) {
  Json::Array out;
  out.reserve(edges.size());
  for (std::size_t i = 0; i < edges.size(); ++i)
    out.emplace_back(Json::Object{{"from", names[edges[i].from].text()},
                                  {"kind", view.schema().edge(edges[i].kind).name},
                                  {"label", edges[i].label},
                                  {"to", names[edges[i].to].text()},
                                  {"tx", Json(tx[i])}});
  return Json(std::move(out));
}

Json uses_json(const Coverage& coverage, const RefNames& names) {
  Json::Array out;
  for (const UseCoverage& one : coverage.uses) {
    Json::Array by, gaps;
    for (const CoveringApproval& each : one.by) by.push_back(by_json(each, names));
    for (const CoverageGap& each : one.gaps) gaps.push_back(gap_json(each, names));
    out.emplace_back(Json::Object{{"by", Json(std::move(by))},
                                  {"from", time_json(one.use.from)},
                                  {"gaps", Json(std::move(gaps))},
                                  {"label", one.use.label},
                                  {"project", one.use.project ? Json(names[*one.use.project].text()) : Json()},
                                  {"to", time_json(one.use.to)},
                                  {"used", names[one.use.used].text()},
                                  {"user", names[one.use.user].text()}});
  }
  return Json(std::move(out));
}

}  // namespace amont
