#include "amont/make_bundle.h"

#include <algorithm>
#include <map>
#include <span>
#include <tuple>

#include <fmt/format.h>

#include "core/evidence/bundle_file.h"
#include "core/evidence/checkpoint.h"
#include "core/merkle/sha256.h"
#include "core/store/excerpt.h"
#include "query/bundle/answer_json.h"
#include "query/bundle/records.h"

namespace amont {
namespace {

Status check_view(const Snapshot& view) {
  if (view.damage().empty()) return {};
  if (is_of_bundle(view.damage())) return invalid("a bundle is made from the register itself; " + view.damage());
  return damaged("a damaged register proves nothing: " + view.damage());
}

// What a bundle is made of, whatever was asked.
struct Material {
  const Snapshot& view;
  std::string_view signer;
  std::string checkpoint;
  std::string compare_with;
};

Result<Answer> ask(const Snapshot& view, const BundleRequest& request, Coverage& uses) {
  const AskOptions& options = request.options.ask;
  if (request.verb == "upstream") return upstream(view, request.starts, options);
  if (request.verb == "downstream") return downstream(view, request.starts, options);
  if (request.verb == "sources") return sources(view, request.starts, options);
  if (request.verb == "touches") return touches(view, request.starts, options);
  if (request.verb != "coverage") return invalid(fmt::format("a bundle can't hold an answer to \"{}\"", request.verb));
  AMONT_LET(uses, coverage(view, request.starts, request.options));
  Answer lineage;
  if (!request.starts.empty()) {
    AMONT_LET(lineage, upstream(view, request.starts, options));
  }
  for (const PartialReason& one : uses.completeness.reasons)
    if (std::ranges::none_of(lineage.completeness.reasons,
                             [&](const auto& known) { return known.reason == one.reason; }))
      lineage.completeness.reasons.push_back(one);
  return lineage;
}

// With which each edge last changed, in order.
Result<std::vector<TxNumber>> transactions_of(const Snapshot& view, const std::vector<FollowedEdge>& edges) {
  std::vector<std::size_t> order(edges.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) { return edges[i].from; });
  std::vector<TxNumber> out(edges.size());
  std::vector<Edge> of_node;
  std::optional<NodeId> node;
  for (const std::size_t i : order) {
    if (node != edges[i].from) {
      node = edges[i].from;
      AMONT_LET(of_node, view.edges(*node, Direction::kUpstream));
    }
    const auto key = [](const auto& edge) { return std::tie(edge.kind, edge.to, edge.label); };
    const auto found = std::ranges::find_if(of_node, [&](const Edge& edge) { return key(edge) == key(edges[i]); });
    if (found == of_node.end()) return damaged("an edge was followed and is not there; run `amont verify`");
    out[i] = found->tx;
  }
  return out;
}

std::vector<NodeId> named_in(const BundleRequest& request, const Answer& answer, const Coverage& uses) {
  std::vector<NodeId> ids = request.starts;
  ids.insert(ids.end(), request.options.projects.begin(), request.options.projects.end());
  for (const Reached& one : answer.nodes) ids.push_back(one.id);
  for (const UnknownOrigin& one : answer.completeness.unknown) ids.push_back(one.id);
  for (const FollowedEdge& edge : answer.edges) ids.insert(ids.end(), {edge.from, edge.to});
  for (const UseCoverage& one : uses.uses) {
    ids.insert(ids.end(), {one.use.user, one.use.used});
    if (one.use.project) ids.push_back(*one.use.project);
    for (const CoveringApproval& by : one.by) ids.push_back(by.approval);
    for (const CoverageGap& gap : one.gaps)
      if (gap.nearest) ids.push_back(*gap.nearest);
  }
  return ids;
}

Result<std::string> finish(Store& store, const Material& material, const RecordsToShow& records, Json answer,
                           Json script) {
  AMONT_LET(const SignerKey key, parse_signer_key(material.signer).while_doing("the key"));
  AMONT_LET(const SignedCheckpoint own, parse_signed_checkpoint(material.checkpoint).while_doing("the checkpoint"));
  if (!has_good_signature(own.note, key.verifier)) return invalid("the checkpoint is not signed with this key");
  std::vector<TxNumber> headings = {material.view.tx()};
  if (!material.compare_with.empty()) {
    AMONT_LET(const SignedCheckpoint other,
              parse_signed_checkpoint(material.compare_with).while_doing("the checkpoint given"));
    if (other.checkpoint.origin != own.checkpoint.origin) return invalid("the checkpoint given is of another register");
    if (other.checkpoint.size >= material.view.tx() && other.checkpoint.size != own.checkpoint.size)
      return invalid(
          "the checkpoint given is not before what the question is about; prove it with `amont checkpoint --prove`");
    // The transaction after it holds its root.
    if (other.checkpoint.size < material.view.tx()) headings.push_back(other.checkpoint.size + 1);
  }
  AMONT_LET(const Excerpt excerpt, excerpt_of(store.info().path, material.view, records.nodes(), records.edges(),
                                              headings, own.checkpoint.size));
  return write_bundle({std::move(answer), material.checkpoint, encode_excerpt(excerpt), std::move(script)}, key);
}

// The nodes whose refs stand in a JSON text as strings.
Status find_refs(const Snapshot& view, std::string_view json, std::vector<NodeId>& out) {
  for (std::size_t at = json.find('"'); at != std::string_view::npos;) {
    std::string text;
    std::size_t end = at + 1;
    bool plain = true;
    for (; end < json.size() && json[end] != '"'; ++end) {
      if (json[end] == '\\') {
        ++end;
        plain = end < json.size() && (json[end] == '"' || json[end] == '\\' || json[end] == '/') && plain;
        if (end == json.size()) break;
      }
      text += json[end];
    }
    const Result<Ref> ref = Ref::parse(text);
    if (plain && ref.ok()) {
      AMONT_LET(const auto node, view.node(*ref));
      if (node) out.push_back(node->id);
    }
    at = end < json.size() ? json.find('"', end + 1) : std::string_view::npos;
  }
  return {};
}

}  // namespace

Result<std::string> checkpoint_for_bundle(const Store& store, const Snapshot& view, std::string_view signer) {
  AMONT_LET(const SignerKey key, parse_signer_key(signer).while_doing("the key"));
  AMONT_LET(std::string note, store.checkpoint());
  AMONT_LET(const SignedCheckpoint kept, parse_signed_checkpoint(note));
  if (kept.checkpoint.size >= view.tx() && has_good_signature(kept.note, key.verifier)) return note;
  return not_found(fmt::format("no checkpoint of transaction {} or later is signed with this key", view.tx()));
}

Result<std::string> make_bundle(Store& store, const Snapshot& view, const BundleRequest& request,
                                std::string_view signer) {
  AMONT_TRY(check_view(view));
  BundleRequest asked = request;
  asked.options.ask.want_edges = true;
  asked.options.ask.reduce_edges = false;
  for (auto at = asked.starts.begin(); at != asked.starts.end();)  // each is told once
    at = std::find(asked.starts.begin(), at, *at) == at ? std::next(at) : asked.starts.erase(at);
  Coverage uses;
  AMONT_LET(const Answer answer, ask(view, asked, uses));
  if (answer.completeness.out_of_time()) return Status(Code::kTimeout, "time ran out before the answer was whole");
  AMONT_LET(const std::vector<TxNumber> tx, transactions_of(view, answer.edges));
  RefNames names(view);
  AMONT_TRY(names.learn(named_in(asked, answer, uses)));

  RecordsToShow records(view);
  for (const NodeId id : names.ids()) records.add(id);
  for (const FollowedEdge& edge : answer.edges) records.add(edge);
  AMONT_TRY(records.add_ties());
  const bool covers = asked.verb == "coverage";
  if (covers) AMONT_TRY(records.add_governance(uses));

  Json::Object told = {{"amont", Json(std::int64_t{1})},
                       {"completeness", completeness_json(answer.completeness, names)},
                       {"edges", edges_json(answer.edges, tx, view, names)},
                       {"known_at", known_at_json(view)},
                       {"nodes", nodes_json(answer.nodes, names, true, asked.verb == "touches")},
                       {"question", question_json(asked, names)},
                       {"uses", covers ? uses_json(uses, names) : Json()},
                       {"valid_at", valid_at_json(asked.options.ask)}};
  return finish(store, {view, signer, request.checkpoint, request.compare_with}, records, Json(std::move(told)), {});
}

Result<std::string> make_bundle(Store& store, const Snapshot& view, const ScriptToBundle& script,
                                std::string_view checkpoint, std::string_view signer) {
  AMONT_TRY(check_view(view));
  std::vector<NodeId> ids;
  AMONT_TRY(find_refs(view, script.report, ids));
  for (const UnknownOrigin& one : script.completeness.unknown) ids.push_back(one.id);
  RefNames names(view);
  AMONT_TRY(names.learn(std::move(ids)));
  RecordsToShow records(view);
  for (const NodeId id : names.ids()) records.add(id);
  AMONT_TRY(records.add_lineage_between());
  AMONT_TRY(records.add_ties());

  std::vector<Reached> listed;
  for (const NodeId id : names.ids()) listed.push_back({id, {}});
  std::ranges::sort(listed, {}, [&](const Reached& one) { return names[one.id].text(); });
  Json::Object arguments;
  for (const auto& [name, value] : script.arguments) arguments.emplace_back(name, Json(value));
  Json told_script(Json::Object{{"arguments", Json(std::move(arguments))},
                                {"name", script.name},
                                {"report", script.report},
                                {"sha256", hex(sha256(script.source))},
                                {"source", script.source}});
  Json::Object question = {{"options", Json(Json::Object{})}, {"start", Json(Json::Array{})}, {"verb", "run"}};
  Json::Object told = {{"amont", Json(std::int64_t{1})},
                       {"completeness", completeness_json(script.completeness, names)},
                       {"edges", Json(Json::Array{})},
                       {"known_at", known_at_json(view)},
                       {"nodes", nodes_json(listed, names, false, false)},
                       {"question", Json(std::move(question))},
                       {"uses", Json()},
                       {"valid_at", Json()}};
  return finish(store, {view, signer, std::string(checkpoint), {}}, records, Json(std::move(told)),
                std::move(told_script));
}

}  // namespace amont
