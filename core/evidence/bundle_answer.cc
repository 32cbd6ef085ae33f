#include "core/evidence/bundle_answer.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "core/evidence/bundle_uses.h"
#include "core/evidence/json_forms.h"
#include "core/evidence/proven_walk.h"
#include "core/merkle/sha256.h"

namespace amont {
namespace {

constexpr std::string_view kVerbs[] = {"upstream", "downstream", "sources", "touches", "coverage", "run"};
// The options there are, and what each must be.
enum class OptionType : std::uint8_t { kCount, kTrue, kText, kTexts };
constexpr std::pair<std::string_view, OptionType> kOptions[] = {
    {"as_of", OptionType::kText},    {"depth", OptionType::kCount},      {"exact", OptionType::kTrue},
    {"gaps", OptionType::kTrue},     {"granularity", OptionType::kText}, {"kind", OptionType::kTexts},
    {"known_at", OptionType::kText}, {"limit", OptionType::kCount},      {"project", OptionType::kTexts},
    {"through", OptionType::kTexts}, {"valid_at", OptionType::kText}};

bool fits(const Json& value, OptionType type) {
  switch (type) {
    case OptionType::kCount: return is_count(&value);
    case OptionType::kTrue: return value == Json(true);
    case OptionType::kText: return is_text(&value);
    case OptionType::kTexts: return is_texts(&value);
  }
  return false;
}

class Checker {
 public:
  Checker(const Json& answer, const Proven& proven, VerifiedBundle& out) : answer_(answer), proven_(proven), out_(out) {
    for (std::size_t at = 0; at < proven_.edges.size(); ++at) {
      const ProvenEdge& edge = proven_.edges[at];
      edges_[{edge.kind_name, edge.from, edge.to, edge.label}] = at;
    }
  }

  Status check(const Json& script) {
    if (!answer_.has_exactly({"amont", "completeness", "edges", "known_at", "nodes", "question", "uses", "valid_at"}) ||
        *answer_.member("amont") != Json(std::int64_t{1}))
      return refused("the answer is not of the form");
    AMONT_TRY(check_known_at());
    AMONT_TRY(check_question());
    AMONT_TRY(check_completeness());
    AMONT_TRY(check_nodes());
    AMONT_TRY(check_edges());
    AMONT_TRY(check_uses());
    AMONT_TRY(check_script(script));
    return ask_again();
  }

 private:
  Status check_known_at() {
    const Json& known = *answer_.member("known_at");
    if (!known.has_exactly({"time", "tx"}) || !is_text(known.member("time")) || !is_count(known.member("tx")))
      return refused("known_at is not of the form");
    out_.tx = static_cast<TxNumber>(*known.member("tx")->integer());
    const ProvenTx* const there = proven_.transaction(out_.tx);
    if (!there) return refused("the transaction as of which the answer is is not in the bundle");
    out_.time = there->time;
    if (out_.time.text() != *known.member("time")->text()) return refused("known_at tells another time than the log");
    for (const ProvenTx& one : proven_.transactions)
      if (one.visible > out_.tx)
        return refused(fmt::format("transaction {} became known after what the answer is of", one.number));
    return {};
  }

  // What the question says of time, against what the answer says.
  Status check_clocks() {
    if (const Json* const asked = options_->member("known_at")) {
      const std::string& text = *asked->text();
      if (is_number(text)) {
        if (out_.tx > std::stoull(text)) return refused("the answer is of a later transaction than the question");
      } else {
        const Result<Timestamp> time = Timestamp::parse_date_or_time(text);
        if (!time.ok() || out_.time > *time) return refused("the answer is of a later time than the question");
      }
    }
    const Json& valid = *answer_.member("valid_at");
    Json as_asked = valid;
    if (valid.has_exactly({"from", "to"})) {
      const auto from = time_in(valid.member("from")), to = time_in(valid.member("to"));
      if (!from || !to || *from >= *to) return refused("valid_at is not of the form");
      as_asked = Json(from->text() + "/" + to->text());
    } else if (!is_time_or_null(&valid)) {
      return refused("valid_at is not of the form");
    }
    const Json* const asked = options_->member("valid_at");
    if (as_asked != (asked ? *asked : Json())) return refused("the answer is of another time than the question");
    out_.valid_at = write_json(valid);
    const Json* const as_of = options_->member("as_of");
    return as_of && !time_in(as_of) ? refused("the question's option \"as_of\" is no time") : Status();
  }

  // Of a transaction: digits, as many as fit.
  static bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 19 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  }

  Status check_question() {
    const Json& question = *answer_.member("question");
    if (!question.has_exactly({"options", "start", "verb"}) || !is_texts(question.member("start")) ||
        !is_text(question.member("verb")) || !question.member("options")->object())
      return refused("the question is not of the form");
    out_.verb = *question.member("verb")->text();
    if (std::ranges::count(kVerbs, out_.verb) == 0) return refused("no bundle answers such a question");
    for (const auto& [name, value] : *question.member("options")->object()) {
      const auto known = std::ranges::find(kOptions, std::string_view(name), [](const auto& one) { return one.first; });
      if (known == std::end(kOptions) || !fits(value, known->second))
        return refused(fmt::format("the question's option \"{}\" is not of the form", name));
    }
    options_ = question.member("options");
    out_.options = write_json(*options_);
    for (const Json& start : *question.member("start")->array()) {
      AMONT_LET(const std::size_t node, place_of(start.text()));
      if (std::ranges::count(out_.starts, node) > 0) return refused("a start is told twice");
      out_.starts.push_back(node);
    }
    AMONT_TRY(check_clocks());
    if (out_.starts.empty() && out_.verb != "coverage" && out_.verb != "run")
      return refused("the question has no start");
    return {};
  }

  Result<std::size_t> place_of(const std::string* ref) const {
    const std::size_t node = ref ? proven_.node(*ref) : Proven::kNone;
    if (node == Proven::kNone)
      return refused(fmt::format("nothing proves that {} is in the register", ref ? *ref : "it"));
    return node;
  }

  Status check_completeness() {
    const Json& told = *answer_.member("completeness");
    const auto misfit = [] { return refused("completeness is not of the form"); };
    if (!told.has_exactly({"reasons", "state", "unknown"}) || !told.member("reasons")->array() ||
        !told.member("unknown")->array())
      return misfit();
    for (const Json& one : *told.member("reasons")->array()) {
      if (!one.has_exactly({"at_least", "count", "reason"}) || !is_count(one.member("count")) ||
          !is_text(one.member("reason")) || !is_bool(one.member("at_least")))
        return misfit();
      out_.reasons.push_back(*one.member("reason")->text());
    }
    for (const Json& one : *told.member("unknown")->array()) {
      if (!one.has_exactly({"missing", "ref"}) || !is_text(one.member("missing")) || !is_text(one.member("ref")))
        return misfit();
      AMONT_TRY(place_of(one.member("ref")->text()).status());
      out_.unknown.push_back(*one.member("ref")->text());
    }
    out_.complete = out_.reasons.empty();
    return *told.member("state") == Json(out_.complete ? "complete" : "partial") ? Status() : misfit();
  }

  Status check_nodes() {
    const Json::Array* const nodes = answer_.member("nodes")->array();
    if (!nodes) return refused("nodes is no list");
    const bool may_lack_depth = out_.verb == "touches" || out_.verb == "run";
    std::pair<std::uint64_t, std::string_view> before;
    for (const Json& one : *nodes) {
      const bool has_form =
          out_.verb == "touches"
              ? one.has_exactly({"depth", "direct", "key", "kind", "precision", "ref"}) && is_bool(one.member("direct"))
              : one.has_exactly({"depth", "key", "kind", "precision", "ref"});
      if (!has_form || !is_text(one.member("ref"))) return refused("a node is not of the form");
      const std::string& ref = *one.member("ref")->text();
      AMONT_LET(const std::size_t node, place_of(&ref));
      const Ref& proven = proven_.nodes[node].ref;
      const Json& depth = *one.member("depth");
      const bool has_depth = is_count(&depth) && *depth.integer() < INT64_C(0xffffffff);
      const bool possible = *one.member("precision") == Json("possible");
      if (*one.member("kind") != Json(proven.kind) || *one.member("key") != Json(proven.key) ||
          (!has_depth && !(depth.is_null() && may_lack_depth)) ||
          (!possible && *one.member("precision") != Json("exact")))
        return refused(fmt::format("what is told of {} does not fit", ref));
      const std::pair<std::uint64_t, std::string_view> at = {has_depth ? *depth.integer() : UINT64_C(0xffffffff), ref};
      if (!out_.listed.empty() && at <= before) return refused("the nodes are not in order");
      before = at;
      out_.listed.push_back({node, {}, possible});
      if (has_depth) out_.listed.back().depth = static_cast<std::uint32_t>(at.first);
    }
    return {};
  }

  Status check_edges() {
    const Json::Array* const edges = answer_.member("edges")->array();
    if (!edges) return refused("edges is no list");
    using Name = std::tuple<std::string, std::string, std::string, std::string>;
    Name before;
    for (const Json& one : *edges) {
      if (!one.has_exactly({"from", "kind", "label", "to", "tx"}) || !is_text(one.member("from")) ||
          !is_text(one.member("kind")) || !is_text(one.member("label")) || !is_text(one.member("to")))
        return refused("an edge is not of the form");
      Name name = {*one.member("kind")->text(), *one.member("from")->text(), *one.member("to")->text(),
                   *one.member("label")->text()};
      const auto& [kind, from, to, label] = name;
      const auto found = edges_.find({kind, proven_.node(from), proven_.node(to), label});
      if (found == edges_.end())
        return refused(fmt::format("nothing proves the edge {} from {} to {}", kind, from, to));
      if (*one.member("tx") != Json(proven_.edges[found->second].tx))
        return refused(fmt::format("the edge {} from {} to {} is of another transaction", kind, from, to));
      if (!out_.followed.empty() && name <= before) return refused("the edges are not in order");
      before = std::move(name);
      out_.followed.push_back(found->second);
    }
    return {};
  }

  Status check_uses() {
    const Json& uses = *answer_.member("uses");
    if (out_.verb == "coverage") return amont::check_uses(uses, *options_, proven_, out_);
    return uses.is_null() ? Status() : refused("only coverage tells of uses");
  }

  Status check_script(const Json& script) {
    if (out_.verb != "run") return script.is_null() ? Status() : refused("a script is told, and the question is none");
    if (!script.has_exactly({"arguments", "name", "report", "sha256", "source"}) || !is_text(script.member("name")) ||
        !is_text(script.member("report")) || !is_text(script.member("source")) || !script.member("arguments")->object())
      return refused("the script is not of the form");
    BundleScript told{
        *script.member("name")->text(), *script.member("source")->text(), {}, {}, *script.member("report")->text()};
    for (const auto& [name, value] : *script.member("arguments")->object()) {
      if (!value.text()) return refused("the script is not of the form");
      told.arguments.emplace_back(name, *value.text());
    }
    told.sha256 = hex(sha256(told.source));
    if (*script.member("sha256") != Json(told.sha256)) return refused("the script's digest is not that of its text");
    out_.script = std::move(told);
    return {};
  }

  // The question once more, of the proven records alone.
  Status ask_again() {
    if (out_.starts.empty() || !answer_.member("valid_at")->is_null()) return {};
    if (out_.verb == "touches" || out_.verb == "run") return {};
    ProvenWalkOptions options;
    options.direction = out_.verb == "downstream" ? Direction::kDownstream : Direction::kUpstream;
    for (const auto& [name, value] : *options_->object()) {
      if (name == "depth")
        options.depth_max = static_cast<std::uint32_t>(std::min<std::int64_t>(*value.integer(), UINT32_MAX));
      if (name == "exact") options.exact = true;
      if (name == "kind" && out_.verb != "sources")
        for (const Json& kind : *value.array()) options.kinds.push_back(*kind.text());
      if (name == "limit" || name == "granularity" || name == "through") return {};
    }
    const ProvenWalk again = walk_proven(proven_, out_.starts, options);
    const auto same = [](const BundleEntry& a, const BundleEntry& b) {
      return a.node == b.node && a.depth == b.depth && a.possible == b.possible;
    };
    if (again.followed != out_.followed)
      return refused("the proven records lead along other edges than the answer tells");
    if (out_.verb == "sources") {
      for (const BundleEntry& one : out_.listed)
        if (std::ranges::none_of(again.listed, [&](const BundleEntry& other) { return same(one, other); }))
          return refused("the proven records do not lead to what the answer lists");
      return {};
    }
    if (!std::ranges::equal(again.listed, out_.listed, same)) return refused("the proven records give another answer");
    out_.recomputed = true;
    return {};
  }

  const Json& answer_;
  const Json* options_ = nullptr;
  const Proven& proven_;
  VerifiedBundle& out_;
  std::map<std::tuple<std::string, std::size_t, std::size_t, std::string>, std::size_t> edges_;
};

}  // namespace

Status check_answer(const Json& answer, const Json& script, const Proven& proven, VerifiedBundle& out) {
  return Checker(answer, proven, out).check(script);
}

}  // namespace amont
