#include "tests/query/coverage/model_coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace amont {
namespace {

using Refs = std::set<Ref>;
constexpr std::int64_t kSecond = 1'000'000;

const Value* value_of(const ModelRecord& record, const std::string& name) {
  const auto found = record.props.find(name);
  return found == record.props.end() ? nullptr : &found->second;
}
std::string text_of(const ModelRecord& record, const std::string& name) {
  const Value* value = value_of(record, name);
  return value && std::holds_alternative<std::string>(*value) ? std::get<std::string>(*value) : "";
}
std::optional<Timestamp> time_of(const ModelRecord& record, const std::string& name) {
  const Value* value = value_of(record, name);
  return value && std::holds_alternative<Timestamp>(*value) ? std::optional(std::get<Timestamp>(*value)) : std::nullopt;
}
std::optional<bool> flag_of(const ModelRecord& record, const std::string& name) {
  const Value* value = value_of(record, name);
  return value && std::holds_alternative<bool>(*value) ? std::optional(std::get<bool>(*value)) : std::nullopt;
}
std::vector<Timestamp> times_of(const ModelRecord& record, const std::string& name) {
  std::vector<Timestamp> out;
  if (const Value* value = value_of(record, name))
    for (const Scalar& one : std::get<List>(*value)) out.push_back(std::get<Timestamp>(one));
  return out;
}
Interval interval_of(const ModelRecord& record, const std::string& from, const std::string& to) {
  return {time_of(record, from), time_of(record, to)};
}
bool inside(const Interval& inner, const Interval& outer) {
  return (!outer.from || (inner.from && *outer.from <= *inner.from)) &&
         (!outer.to || (inner.to && *inner.to <= *outer.to));
}
int rank_of(const std::string& identifiability) {
  const std::vector<std::string> order = {"", "aggregated", "anonymised", "pseudonymised", "nominative"};
  return static_cast<int>(std::find(order.begin(), order.end(), identifiability) - order.begin());
}

struct Link {
  const ModelEdgeKey& key;
  const ModelRecord* record;
};

// Why an approval does not cover at an instant, in the order of the checks.
using Failures = std::vector<std::string>;
const std::vector<std::string> kOrder = {"no_project",
                                         "no_approval",
                                         "not_granted",
                                         "other_project",
                                         "out_of_scope",
                                         "out_of_depth",
                                         "identifiability",
                                         "unknown_identifiability",
                                         "other_purpose",
                                         "prohibited_purpose",
                                         "not_yet",
                                         "expired",
                                         "suspended",
                                         "superseded",
                                         "revoked",
                                         "wrong_environment",
                                         "missing_prerequisite",
                                         "not_habilitated",
                                         "linkage",
                                         "no_such_variable",
                                         "unknown_time"};
std::size_t place_of(const std::string& reason) {
  return static_cast<std::size_t>(std::find(kOrder.begin(), kOrder.end(), reason) - kOrder.begin());
}

class Model {
 public:
  Model(const ModelStore& store, const ModelState& state, const ModelCoverageOptions& options)
      : store_(store), state_(state), options_(options) {
    for (const auto& [key, record] : state_.edges) {
      out_[{key.kind, key.from}].push_back({key, &record});
      in_[{key.kind, key.to}].push_back({key, &record});
    }
  }

  std::string run() {
    std::string out;
    using Key = std::tuple<std::string, std::string, std::string, std::string>;
    std::map<Key, std::pair<Link, std::optional<Ref>>> all;
    for (const auto& [key, record] : state_.edges) {
      if (key.kind != "used") continue;
      const Link link{key, &record};
      std::set<Ref> projects;
      if (state_.role_of(link.key.from) == Role::kProject) projects.insert(link.key.from);
      for (const Link& to : links("performed_for", link.key.from, {})) projects.insert(to.key.to);
      for (const Ref& project : projects)
        all.emplace(Key{link.key.from.text(), link.key.to.text(), project.text(), link.key.label},
                    std::pair(link, std::optional(project)));
      if (projects.empty())
        all.emplace(Key{link.key.from.text(), link.key.to.text(), "", link.key.label},
                    std::pair(link, std::optional<Ref>()));
    }
    for (const auto& [key, use] : all) out += told(use.first, use.second);
    return out;
  }

 private:
  // Records -------------------------------------------------------------------------------------------------------------

  // Those that leave or those that enter a node.
  std::vector<Link> links(const std::string& kind, const std::optional<Ref>& from, const std::optional<Ref>& to) const {
    const auto& links = from ? out_ : in_;
    const auto found = links.find({kind, from ? *from : *to});
    return found == links.end() ? std::vector<Link>() : found->second;
  }
  const ModelRecord& node(const Ref& ref) const { return state_.nodes.at(ref); }
  Role role(const Ref& ref) const { return state_.role_of(ref); }

  // The transaction that began the life in which it is.
  template <class Is>
  TxNumber begin_of(const Is& is_there) const {
    TxNumber begin = 0;
    for (const ModelState& state : store_.states()) {
      if (state.tx > state_.tx) break;
      if (!is_there(state))
        begin = 0;
      else if (begin == 0)
        begin = state.tx;
    }
    return begin;
  }
  TxNumber begin_of(const Ref& ref) const {
    return begin_of([&](const ModelState& state) { return state.nodes.contains(ref); });
  }
  TxNumber begin_of(const ModelEdgeKey& key) const {
    return begin_of([&](const ModelState& state) { return state.edges.contains(key); });
  }

  // Data ----------------------------------------------------------------------------------------------------------------

  // What is used when this is; nothing for code lists.
  std::optional<Ref> thing(const Ref& ref) const {
    if (role(ref) == Role::kVariable)
      for (const Link& link : links("part_of", ref, {})) return link.key.to;
    const bool is_data = role(ref) == Role::kVariable || role(ref) == Role::kDataset || role(ref) == Role::kOutput;
    return is_data ? std::optional(ref) : std::nullopt;
  }
  std::vector<Ref> variables(const Ref& of) const {
    std::vector<Ref> out;
    for (const Link& link : links("part_of", {}, of))
      if (role(link.key.from) == Role::kVariable) out.push_back(link.key.from);
    return out;
  }
  std::vector<Refs> levels(const Ref& of) const {
    std::vector<Refs> out = {{of}};
    Refs seen = {of};
    while (!out.back().empty()) {
      Refs next;
      for (const Ref& one : out.back()) {
        if (role(one) != Role::kDataset) continue;
        for (const char* kind : {"part_of", "version_of", "same_as"})
          for (const Link& link : links(kind, one, {}))
            if (seen.insert(link.key.to).second) next.insert(link.key.to);
        for (const Link& link : links("same_as", {}, one))
          if (seen.insert(link.key.from).second) next.insert(link.key.from);
      }
      out.push_back(next);
    }
    return out;
  }
  Refs wholes(const Ref& of) const {
    Refs out;
    for (const Refs& level : levels(of)) out.insert(level.begin(), level.end());
    return out;
  }
  int identifiability(const Ref& of) const {
    for (const Refs& level : levels(of)) {
      int most = 0;
      for (const Ref& one : level)
        if (role(one) != Role::kNone) most = std::max(most, rank_of(text_of(node(one), "identifiability")));
      if (most > 0) return most;
    }
    return 0;
  }
  bool tells_of_people(const Ref& of) const { return identifiability(of) != 1 && identifiability(of) != 2; }
  bool restricted(const Ref& of) const {
    for (const Refs& level : levels(of)) {
      std::optional<bool> said;
      for (const Ref& one : level) {
        if (role(one) == Role::kNone) continue;
        if (const auto flag = flag_of(node(one), "restricted"))
          said = said.value_or(false) || *flag;
        else if (text_of(node(one), "access_rights") == "PUBLIC")
          said = said.value_or(false);
      }
      if (said) return *said;
    }
    return role(of) == Role::kDataset && tells_of_people(of) && !was_made(of);
  }
  bool harmless(const Ref& of, std::optional<Timestamp> at) const {
    if (!tells_of_people(of) && !restricted(of)) return true;
    bool passed = false;
    for (const Link& link : links("checked_by", of, {})) passed |= text_of(*link.record, "result") == "passed";
    const auto checked = time_of(node(of), "checked_at");
    return passed && (!checked || (at && *checked <= *at));
  }
  // What is one with it: the same under another name, over and over.
  Refs twins(const Ref& of) const {
    std::vector<Ref> all = {of};
    Refs seen = {of};
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Ref here = all[i];
      for (const Link& link : links("same_as", here, {}))
        if (seen.insert(link.key.to).second) all.push_back(link.key.to);
      for (const Link& link : links("same_as", {}, here))
        if (seen.insert(link.key.from).second) all.push_back(link.key.from);
    }
    return seen;
  }
  // Whose lineage is its own too: its twins, its parts (not versions of it), and what it is a part or a version of.
  Refs contributors(const Ref& of) const {
    Refs out = twins(of);
    for (const bool down : {true, false}) {
      Refs seen = twins(of);
      std::vector<Ref> way(seen.begin(), seen.end());
      for (std::size_t i = 0; i < way.size(); ++i) {
        const Ref here = way[i];
        if (role(here) != Role::kDataset) continue;
        Refs next;
        for (const char* kind : {"part_of", "version_of"}) {
          if (down && std::string(kind) == "version_of") continue;
          for (const Link& link : down ? links(kind, {}, here) : links(kind, here, {})) {
            const Ref& far = down ? link.key.from : link.key.to;
            if (role(far) == Role::kDataset)
              for (const Ref& twin : twins(far)) next.insert(twin);
          }
        }
        for (const Ref& one : next)
          if (seen.insert(one).second) way.push_back(one);
      }
      out.insert(seen.begin(), seen.end());
    }
    return out;
  }
  // Was it, or a twin of it, made from anything, harmless or not?
  bool was_made(const Ref& of) const {
    for (const Ref& one : twins(of)) {
      bool any = false;
      std::vector<Ref> members = variables(one);
      members.push_back(one);
      for (const Ref& member : members)
        any |= !links("derived_from", member, {}).empty() || !links("generated_by", member, {}).empty();
      if (any) return true;
    }
    return false;
  }
  bool made_harmless(const Link& link) const {
    const std::string how = text_of(*link.record, "how");
    return how == "anonymise" || how == "aggregate";
  }
  Refs raw_inputs(const Ref& of) const {
    Refs out;
    for (const Link& link : links("derived_from", of, {}))
      if (!made_harmless(link)) out.insert(link.key.to);
    std::vector<Ref> members = variables(of);
    for (const Ref& variable : members)
      for (const Link& link : links("derived_from", variable, {})) out.insert(link.key.to);
    members.push_back(of);
    for (const Ref& member : members)
      for (const Link& made : links("generated_by", member, {}))
        for (const Link& used : links("used", made.key.to, {})) out.insert(used.key.to);
    return out;
  }
  Refs inputs(const Ref& of) const {
    Refs out;
    for (const Ref& whose : contributors(of))
      for (const Ref& one : raw_inputs(whose))
        if (const auto data = thing(one); data && *data != of) out.insert(*data);
    return out;
  }
  // How much it tells at most: what it says, else what it was made from, where all of that is known. 0: nobody knows.
  int told_at_most(const Ref& of) const {
    int most = 0;
    Refs seen = {of};
    std::vector<Ref> way = {of};
    for (std::size_t i = 0; i < way.size(); ++i) {
      const Ref here = way[i];
      if (const int said = identifiability(here)) {
        most = std::max(most, said);
        continue;
      }
      bool harmless_origin = false;
      for (const Ref& whose : contributors(here))
        for (const Link& link : links("derived_from", whose, {})) harmless_origin |= made_harmless(link);
      if (harmless_origin) most = std::max(most, 2);
      if (inputs(here).empty() && !harmless_origin) return 0;
      for (const Ref& input : inputs(here))
        if (seen.insert(input).second) way.push_back(input);
    }
    return most;
  }
  bool linked(const Ref& of) const {
    for (const Ref& whose : contributors(of)) {
      std::vector<Ref> members = variables(whose);
      members.push_back(whose);
      for (const Ref& member : members)
        for (const Link& made : links("generated_by", member, {}))
          if (text_of(node(made.key.to), "type") == "linkage") return true;
    }
    return false;
  }
  // Does something restricted, other than itself, lie behind it? A check that has a date does not count here.
  bool restricted_behind(const Ref& of) const {
    Refs seen = {of};
    std::vector<Ref> way = {of};
    for (std::size_t i = 0; i < way.size(); ++i) {
      const Ref here = way[i];
      for (const Ref& input : inputs(here)) {
        if (harmless(input, std::nullopt) || !seen.insert(input).second) continue;
        if (restricted(input)) return true;
        way.push_back(input);
      }
    }
    return false;
  }

  // Approvals -----------------------------------------------------------------------------------------------------------

  bool favourable(const Ref& approval) const {
    const std::string decision = text_of(node(approval), "decision");
    return decision == "granted" || decision == "favourable" || decision == "reserves";
  }
  bool decided(const Ref& approval) const {
    const std::string decision = text_of(node(approval), "decision");
    return favourable(approval) || decision == "refused" || decision == "unfavourable";
  }
  bool may_grant(const Ref& approval) const {
    const std::set<std::string> types = {"authorisation", "convention",     "data_request_answer",
                                         "habilitation",  "holder_consent", "mr_commitment",
                                         "permit",        "simplified"};
    return types.contains(text_of(node(approval), "type"));
  }
  Interval validity(const Ref& approval) const {
    Interval valid = node(approval).valid;
    if (!valid.from) valid.from = time_of(node(approval), "decided_at");
    return valid;
  }
  // Empty when it stands.
  std::string why_not(const Ref& approval, Timestamp t) const {
    const ModelRecord& record = node(approval);
    const auto revoked = time_of(record, "revoked_at");
    if (revoked && *revoked <= t) return "revoked";
    for (const Link& link : links("revokes", {}, approval)) {
      auto at = time_of(*link.record, "at"), until = time_of(*link.record, "until");
      if (!at) at = link.record->valid.from;
      if (!at) at = validity(link.key.from).from;
      if (!until) until = link.record->valid.to;
      if (Interval{at, until}.contains(t)) return "revoked";
    }
    for (const Link& link : links("supersedes", {}, approval)) {
      const std::string kind = text_of(*link.record, "kind");
      const bool ends = kind == "replaces" ? decided(link.key.from) : kind == "amends" && favourable(link.key.from);
      if (!ends) continue;
      auto at = time_of(*link.record, "at");
      if (!at) at = link.record->valid.from;
      if (!at) at = validity(link.key.from).from;
      if (at && *at <= t) return "superseded";
    }
    const Interval valid = validity(approval);
    if (valid.from && t < *valid.from) return "not_yet";
    if (valid.to && *valid.to <= t) return "expired";
    const std::vector<Timestamp> from = times_of(record, "suspended_from"), to = times_of(record, "suspended_to");
    for (std::size_t i = 0; i < from.size(); ++i)
      if (from[i] <= t && (i >= to.size() || t < to[i])) return "suspended";
    for (const Link& link : links("suspends", {}, approval)) {
      const Interval by = validity(link.key.from);
      auto at = time_of(*link.record, "at"), until = time_of(*link.record, "until");
      if (!at) at = link.record->valid.from;
      if (!until) until = link.record->valid.to;
      if (!at) at = by.from;
      if (!until) until = by.to;
      if (Interval{at, until}.contains(t)) return "suspended";
    }
    return "";
  }
  Refs reached(const Ref& from, const std::string& kind, bool backwards) const {
    std::vector<Ref> way = {from};
    Refs seen = {from};
    for (std::size_t i = 0; i < way.size(); ++i) {
      const Ref here = way[i];
      for (const Link& link : backwards ? links(kind, {}, here) : links(kind, here, {})) {
        const Ref& far = backwards ? link.key.from : link.key.to;
        if (seen.insert(far).second) way.push_back(far);
      }
    }
    return seen;
  }
  bool prerequisites(const Ref& approval, Timestamp t) const {
    Refs required;
    std::vector<Ref> way = {approval};
    for (std::size_t i = 0; i < way.size(); ++i) {
      const Ref here = way[i];
      for (const Link& link : links("requires", here, {}))
        if (link.record->valid.contains(t) && required.insert(link.key.to).second) way.push_back(link.key.to);
    }
    for (const Ref& one : required) {
      const Refs itself_or_later = reached(one, "supersedes", true);
      if (std::none_of(itself_or_later.begin(), itself_or_later.end(),
                       [&](const Ref& each) { return favourable(each) && why_not(each, t).empty(); }))
        return false;
    }
    return true;
  }

  // One use ---------------------------------------------------------------------------------------------------------------

  struct Use {
    const Link& link;
    std::optional<Ref> project;
    Ref data;
    std::optional<Timestamp> began;
  };

  Refs purposes(const Use& use) const {
    Refs out;
    for (const Link& link : links("for_purpose", use.link.key.from, {})) out.insert(link.key.to);
    if (out.empty() && use.project)
      for (const Link& link : links("for_purpose", *use.project, {})) out.insert(link.key.to);
    return out;
  }
  bool prohibited(const Ref& purpose) const {
    for (const Ref& one : reached(purpose, "part_of", false))
      if (flag_of(node(one), "prohibited").value_or(false)) return true;
    return false;
  }
  Refs projects(const Use& use) const { return reached(*use.project, "supersedes", false); }

  // The variables read, by name.
  std::vector<std::string> columns(const Use& use) const {
    if (role(use.link.key.to) == Role::kVariable && use.data != use.link.key.to)
      return {name_of_variable(use.link.key.to)};
    std::vector<std::string> out;
    if (const Value* value = value_of(*use.link.record, "columns"))
      for (const Scalar& one : std::get<List>(*value)) out.push_back(std::get<std::string>(one));
    return out;
  }
  std::string name_of_variable(const Ref& ref) const {
    const std::string name = text_of(node(ref), "name");
    return name.empty() ? ref.key.substr(ref.key.rfind('/') + 1) : name;
  }
  Interval years(const Use& use) const {
    const Interval told = interval_of(*use.link.record, "data_from", "data_to");
    return told.bounded() ? told : interval_of(node(use.data), "data_from", "data_to");
  }
  bool depth_fits(const Use& use, const ModelRecord& record) const {
    return !years(use).bounded() || inside(years(use), interval_of(record, "data_from", "data_to"));
  }
  bool told_fits(const Use& use, const std::string& most) const {
    const int told = told_at_most(use.data);
    return rank_of(most) == 0 || (told > 0 && told <= rank_of(most));
  }
  std::string not_told_fitting(const Use& use) const {
    return told_at_most(use.data) == 0 ? "unknown_identifiability" : "identifiability";
  }

  // The `covers` edges with which an approval fulfils the first `checks` of three (scope, depth, identifiability) whenever; at one
  // instant, if there is one.
  std::optional<TxNumber> covers(const Ref& approval, const Use& use, int checks, std::optional<Timestamp> t) const {
    const ModelRecord& record = node(approval);
    if (checks >= 2 && !depth_fits(use, record)) return std::nullopt;
    if (checks >= 3 && !told_fits(use, text_of(record, "identifiability_max"))) return std::nullopt;
    const auto passes = [&](const Link& link) {
      return (!t || link.record->valid.contains(*t)) && (checks < 2 || depth_fits(use, *link.record)) &&
             (checks < 3 || told_fits(use, text_of(*link.record, "identifiability")));
    };
    std::optional<TxNumber> first;
    const auto take = [&](TxNumber tx) { first = std::min(first.value_or(tx), tx); };
    const Refs all = wholes(use.data);
    for (const Link& link : links("covers", approval, {})) {
      const bool is_variable = role(link.key.to) == Role::kVariable;
      if (!is_variable && all.contains(link.key.to) && text_of(*link.record, "scope") != "list" && passes(link))
        take(begin_of(link.key));
    }
    TxNumber last = 0;
    bool all_listed = !columns(use).empty();
    for (const std::string& name : columns(use)) {
      std::optional<TxNumber> one;
      for (const Link& link : links("covers", approval, {})) {
        if (role(link.key.to) != Role::kVariable || name_of_variable(link.key.to) != name || !passes(link)) continue;
        const auto holder = thing(link.key.to);
        if (holder && *holder != link.key.to && all.contains(*holder))
          one = std::min(one.value_or(begin_of(link.key)), begin_of(link.key));
      }
      all_listed = all_listed && one;
      last = std::max(last, one.value_or(0));
    }
    if (all_listed && (t || lists_hold_together(approval, use, checks))) {
      bool any_list = false, list_passes = false;
      for (const Link& link : lists_of(approval, all)) {
        any_list = true;
        list_passes |= passes(link);
      }
      if (!any_list || list_passes) take(last);
    }
    return first;
  }
  // The covers of the data that say "list".
  std::vector<Link> lists_of(const Ref& approval, const Refs& all) const {
    std::vector<Link> out;
    for (const Link& link : links("covers", approval, {}))
      if (role(link.key.to) != Role::kVariable && all.contains(link.key.to) && text_of(*link.record, "scope") == "list")
        out.push_back(link);
    return out;
  }
  // Is there an instant at which each variable read has an edge, and a list, if there are any, holds? One at which an edge begins, then.
  bool lists_hold_together(const Ref& approval, const Use& use, int checks) const {
    const Refs all = wholes(use.data);
    const auto fits = [&](const Link& link, Timestamp t) {
      return link.record->valid.contains(t) && (checks < 2 || depth_fits(use, *link.record)) &&
             (checks < 3 || told_fits(use, text_of(*link.record, "identifiability")));
    };
    const std::vector<Link> lists = lists_of(approval, all);
    for (const Link& start : links("covers", approval, {})) {
      const Timestamp t = start.record->valid.from.value_or(Timestamp{0});
      bool holds =
          lists.empty() || std::any_of(lists.begin(), lists.end(), [&](const Link& one) { return fits(one, t); });
      for (const std::string& name : columns(use)) {
        bool named = false;
        for (const Link& link : links("covers", approval, {})) {
          if (role(link.key.to) != Role::kVariable || name_of_variable(link.key.to) != name) continue;
          const auto holder = thing(link.key.to);
          named |= fits(link, t) && holder && *holder != link.key.to && all.contains(*holder);
        }
        holds &= named;
      }
      if (holds) return true;
    }
    return false;
  }
  // Any cover of the data, whatever variables and years: the first recorded.
  std::optional<TxNumber> any_cover(const Ref& approval, const Ref& data, std::optional<Timestamp> t) const {
    std::optional<TxNumber> of_all, of_some;
    const Refs all = wholes(data);
    for (const Link& link : links("covers", approval, {})) {
      if (t && !link.record->valid.contains(*t)) continue;
      const TxNumber tx = t ? held_since(link.key, *t) : begin_of(link.key);
      if (role(link.key.to) != Role::kVariable) {
        if (all.contains(link.key.to)) of_all = std::min(of_all.value_or(tx), tx);
      } else if (const auto holder = thing(link.key.to); holder && *holder != link.key.to && all.contains(*holder)) {
        of_some = std::min(of_some.value_or(tx), tx);
      }
    }
    return of_all ? of_all : of_some;
  }

  struct Behind {
    Refs uncovered;
    std::map<Ref, TxNumber> covers;  // by approval: the last edge needed
    Refs linked;
    bool covered() const { return uncovered.empty() && !covers.empty(); }
  };
  Behind behind(const Ref& data, const Refs& approvals, std::optional<Timestamp> began,
                std::optional<Timestamp> t) const {
    Behind found;
    Refs seen = {data}, passed, ends;
    std::map<Ref, Refs> leads_to;
    std::vector<Ref> way = {data};
    for (std::size_t i = 0; i < way.size(); ++i) {
      const Ref here = way[i];
      if (linked(here)) found.linked.insert(here);
      for (const Ref& input : inputs(here)) {
        if (harmless(input, began) || (!restricted(input) && !restricted_behind(input))) continue;
        leads_to[here].insert(input);
        if (!seen.insert(input).second) continue;
        bool is_covered = false;
        for (const Ref& approval : approvals) {
          const auto cover = any_cover(approval, input, t);
          if (!cover) continue;
          is_covered = true;
          found.covers[approval] = std::max(found.covers[approval], *cover);
        }
        if (is_covered) {
          ends.insert(input);
          continue;
        }
        if ((was_made(input) || !restricted(input)) && tells_of_people(input) &&
            (!restricted(input) || restricted_behind(input))) {
          if (restricted(input)) passed.insert(input);
          way.push_back(input);
        } else if (restricted(input)) {
          found.uncovered.insert(input);
          ends.insert(input);
        }
      }
    }
    // Something restricted from which no end is reached is itself the source, unless others such lie behind it and it not behind them.
    const auto reach = [&](const Ref& from) {
      Refs out;
      std::vector<Ref> open = {from};
      for (std::size_t i = 0; i < open.size(); ++i) {
        const Ref here = open[i];
        for (const Ref& far : leads_to[here])
          if (out.insert(far).second) open.push_back(far);
      }
      return out;
    };
    const auto is_endless = [&](const Refs& from) {
      return std::none_of(from.begin(), from.end(), [&](const Ref& one) { return ends.contains(one); });
    };
    for (const Ref& one : passed) {
      const Refs behind_it = reach(one);
      bool last = is_endless(behind_it);
      for (const Ref& other : passed)
        last = last && (!behind_it.contains(other) || reach(other).contains(one) || other == one);
      if (last && one != data) found.uncovered.insert(one);
    }
    return found;
  }
  // The one that lacks least of what was linked, when none covers all.
  std::optional<Ref> not_linked_by_one(const Behind& found, std::optional<Timestamp> began,
                                       std::optional<Timestamp> t) const {
    if (found.covers.size() < 2) return std::nullopt;
    std::map<Ref, std::size_t> lacking;
    bool by_none = false;
    for (const Ref& one : found.linked) {
      bool by_one = false;
      for (const auto& [approval, what] : found.covers) {
        const std::size_t count = behind(one, {approval}, began, t).uncovered.size();
        lacking[approval] += count;
        by_one |= count == 0;
      }
      by_none |= !by_one;
    }
    if (!by_none) return std::nullopt;
    return std::min_element(lacking.begin(), lacking.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
  }

  bool needs_approval(const Ref& data, std::optional<Timestamp> began) const {
    if (harmless(data, began)) return false;
    if (restricted(data)) return true;
    const Behind found = behind(data, {}, began, std::nullopt);
    return restricted_behind(data) && !found.uncovered.empty();
  }
  // At an instant; without one: always, as far as the edges tell.
  bool is_holders(const Use& use, std::optional<Timestamp> t) const {
    const auto holds = [&](const Link& link) {
      return t ? link.record->valid.contains(*t) : !link.record->valid.bounded();
    };
    Refs who;
    for (const Link& link : links("performed_by", use.link.key.from, {})) {
      who.insert(link.key.to);
      for (const Link& to : links("acts_for", link.key.to, {}))
        if (holds(to)) who.insert(to.key.to);
    }
    for (const Ref& data : wholes(use.data))
      for (const Link& link : links("holds", {}, data))
        if (who.contains(link.key.from) && holds(link)) return true;
    return false;
  }

  bool right_project(const Ref& approval, const Use& use, std::optional<Timestamp> t) const {
    for (const Link& link : links("for_project", approval, {}))
      if (projects(use).contains(link.key.to) && (!t || link.record->valid.contains(*t))) return true;
    return false;
  }
  // The first of the last states, without a break, in which a record said what it takes.
  TxNumber said_since(const std::function<bool(const ModelState&)>& says) const {
    TxNumber since = 0;
    for (const ModelState& state : store_.states()) {
      if (state.tx > state_.tx) break;
      if (!says(state))
        since = 0;
      else if (since == 0)
        since = state.tx;
    }
    return since;
  }
  TxNumber said_since(const ModelEdgeKey& key, const std::function<bool(const ModelRecord&)>& says) const {
    return said_since([&](const ModelState& state) {
      const auto found = state.edges.find(key);
      return found != state.edges.end() && says(found->second);
    });
  }
  TxNumber held_since(const ModelEdgeKey& key, Timestamp t) const {
    return said_since(key, [&](const ModelRecord& record) { return record.valid.contains(t); });
  }
  // Of the edges of an approval that count, the one that has said so for longest.
  TxNumber first_since(const Ref& approval, const std::string& kind, Timestamp t,
                       const std::function<bool(const Link&)>& counts) const {
    std::optional<TxNumber> first;
    for (const Link& link : links(kind, approval, {}))
      if (link.record->valid.contains(t) && counts(link))
        first = std::min(first.value_or(held_since(link.key, t)), held_since(link.key, t));
    return first.value_or(0);
  }
  // Since when the register has known that the approval allows this at an instant, whatever it says of the data.
  TxNumber since(const Ref& approval, const Use& use, Timestamp t) const {
    TxNumber last = said_since([&](const ModelState& state) {
      const auto found = state.nodes.find(approval);
      return found != state.nodes.end() && allows_by_itself(found->second, use, t);
    });
    last = std::max(last, first_since(approval, "for_project", t,
                                      [&](const Link& link) { return projects(use).contains(link.key.to); }));
    for (const Ref& purpose : purposes(use))
      last = std::max(last, first_since(approval, "for_purpose", t, [&](const Link& link) {
                        return reached(purpose, "part_of", false).contains(link.key.to) && !prohibited(link.key.to);
                      }));
    for (const Link& place : links("executed_in", use.link.key.from, {}))
      last = std::max(
          last, first_since(approval, "permits_in", t, [&](const Link& link) { return link.key.to == place.key.to; }));
    return last;
  }
  bool allows_by_itself(const ModelRecord& record, const Use& use, Timestamp t) const {
    const std::set<std::string> good = {"granted", "favourable", "reserves"};
    const std::set<std::string> types = {"authorisation", "convention",     "data_request_answer",
                                         "habilitation",  "holder_consent", "mr_commitment",
                                         "permit",        "simplified"};
    if (!good.contains(text_of(record, "decision")) || !types.contains(text_of(record, "type"))) return false;
    Interval valid = record.valid;
    if (!valid.from) valid.from = time_of(record, "decided_at");
    const auto revoked = time_of(record, "revoked_at");
    if (!valid.contains(t) || (revoked && *revoked <= t)) return false;
    const std::vector<Timestamp> from = times_of(record, "suspended_from"), to = times_of(record, "suspended_to");
    for (std::size_t i = 0; i < from.size(); ++i)
      if (from[i] <= t && (i >= to.size() || t < to[i])) return false;
    return depth_fits(use, record) && told_fits(use, text_of(record, "identifiability_max"));
  }
  // Of the edges with which it covers the data at an instant: all that are needed.
  TxNumber covers_since(const Ref& approval, const Use& use, Timestamp t) const {
    const Refs all = wholes(use.data);
    const auto known = [&](const Link& link, bool list) {
      return said_since(link.key, [&](const ModelRecord& record) {
        return record.valid.contains(t) && depth_fits(use, record) &&
               told_fits(use, text_of(record, "identifiability")) &&
               (role(link.key.to) == Role::kVariable || (text_of(record, "scope") == "list") == list);
      });
    };
    std::optional<TxNumber> first;
    const auto take = [&](TxNumber tx) {
      if (tx > 0) first = std::min(first.value_or(tx), tx);
    };
    for (const Link& link : links("covers", approval, {}))
      if (role(link.key.to) != Role::kVariable && all.contains(link.key.to)) take(known(link, false));
    TxNumber last = 0;
    bool named = !columns(use).empty();
    for (const std::string& name : columns(use)) {
      std::optional<TxNumber> one;
      for (const Link& link : links("covers", approval, {})) {
        if (role(link.key.to) != Role::kVariable || name_of_variable(link.key.to) != name) continue;
        const auto holder = thing(link.key.to);
        if (!holder || *holder == link.key.to || !all.contains(*holder)) continue;
        if (const TxNumber tx = known(link, false)) one = std::min(one.value_or(tx), tx);
      }
      named = named && one;
      last = std::max(last, one.value_or(0));
    }
    const std::vector<Link> lists = lists_of(approval, all);
    std::optional<TxNumber> list;
    for (const Link& link : lists)
      if (const TxNumber tx = known(link, true)) list = std::min(list.value_or(tx), tx);
    if (named && (lists.empty() || list)) take(std::max(last, list.value_or(0)));
    return first.value_or(0);
  }
  bool right_purpose(const Ref& approval, const Use& use, Timestamp t) const {
    const std::vector<Link> allowed = links("for_purpose", approval, {});
    if (allowed.empty()) return true;
    if (purposes(use).empty()) return false;
    for (const Ref& purpose : purposes(use)) {
      const Refs broader = reached(purpose, "part_of", false);
      if (std::none_of(allowed.begin(), allowed.end(), [&](const Link& link) {
            return broader.contains(link.key.to) && !prohibited(link.key.to) && link.record->valid.contains(t);
          }))
        return false;
    }
    return true;
  }
  bool right_place(const Ref& approval, const Use& use, Timestamp t) const {
    const std::vector<Link> allowed = links("permits_in", approval, {});
    for (const Link& place : links("executed_in", use.link.key.from, {})) {
      const bool permitted = std::any_of(allowed.begin(), allowed.end(), [&](const Link& link) {
        return link.key.to == place.key.to && link.record->valid.contains(t);
      });
      if (!allowed.empty() && !permitted) return false;
      if (!interval_of(node(place.key.to), "homologated_from", "homologated_to").contains(t)) return false;
    }
    return true;
  }
  bool right_people(const Use& use, Timestamp t) const {
    for (const Link& link : links("performed_by", use.link.key.from, {}))
      if (!interval_of(node(link.key.to), "habilitated_from", "habilitated_to").contains(t)) return false;
    return true;
  }

  Refs candidates(const Use& use) const {
    Refs out;
    for (const Ref& project : projects(use))
      for (const Link& link : links("for_project", {}, project))
        if (link.key.from.kind == "approval" && may_grant(link.key.from)) out.insert(link.key.from);
    for (const Link& link : links("under", use.link.key.from, {}))
      if (may_grant(link.key.to)) out.insert(link.key.to);
    return out;
  }

  // Those that may cover only what the data were made from, and that do so together, at whatever time.
  Refs of_sources(const Use& use, Refs* missing) const {
    Refs may, out;
    for (const Ref& approval : candidates(use))
      if (favourable(approval) && right_project(approval, use, std::nullopt) &&
          !any_cover(approval, use.data, std::nullopt))
        may.insert(approval);
    if (may.empty() || (restricted(use.data) && !was_made(use.data))) return {};
    const Behind found = behind(use.data, may, use.began, std::nullopt);
    if (!found.covered()) {
      *missing = found.uncovered;
      return {};
    }
    for (const auto& [approval, what] : found.covers) out.insert(approval);
    return out;
  }

  enum class Data { kLookedAt, kOfSources, kNotLookedAt };
  Failures failures(const Ref& approval, const Use& use, Data data, Timestamp t) const {
    Failures out;
    if (!favourable(approval)) out.push_back("not_granted");
    if (!right_project(approval, use, t)) out.push_back("other_project");
    if (data == Data::kOfSources) {
      if (!depth_fits(use, node(approval)))
        out.push_back("out_of_depth");
      else if (!told_fits(use, text_of(node(approval), "identifiability_max")))
        out.push_back(not_told_fitting(use));
    } else if (data == Data::kLookedAt) {
      if (!covers(approval, use, 1, t))
        out.push_back("out_of_scope");
      else if (!covers(approval, use, 2, t))
        out.push_back("out_of_depth");
      else if (!covers(approval, use, 3, t))
        out.push_back(not_told_fitting(use));
    }
    if (!right_purpose(approval, use, t)) out.push_back("other_purpose");
    if (const std::string why = why_not(approval, t); !why.empty()) out.push_back(why);
    if (!right_place(approval, use, t)) out.push_back("wrong_environment");
    if (!prerequisites(approval, t)) out.push_back("missing_prerequisite");
    if (!right_people(use, t)) out.push_back("not_habilitated");
    return out;
  }

  bool reads_missing_variable(const Use& use) const {
    const Interval read = years(use);
    if (!read.from && !read.to) return false;
    const auto before = [](Timestamp time) { return Timestamp{time.micros - 1}; };
    const std::int64_t first = std::stoi((read.from ? *read.from : before(*read.to)).text());
    const std::int64_t last = std::stoi((read.to ? before(*read.to) : *read.from).text());
    for (const std::string& name : columns(use))
      if (const auto variable = variable_named(use.data, name)) {
        const ModelRecord& record = node(*variable);
        const Value* created = value_of(record, "created_year");
        const Value* deleted = value_of(record, "deleted_year");
        if (created && first < std::get<std::int64_t>(*created)) return true;
        if (deleted && last >= std::get<std::int64_t>(*deleted)) return true;
      }
    return false;
  }
  std::optional<Ref> variable_named(const Ref& data, const std::string& name) const {
    for (const Refs& level : levels(data))
      for (const Ref& one : level)
        for (const Ref& variable : variables(one))
          if (name_of_variable(variable) == name) return variable;
    return std::nullopt;
  }

  // What is true of one instant of a use.
  struct Verdict {
    std::map<Ref, TxNumber> by;
    std::string gap;  // as text, without its time
    bool operator==(const Verdict&) const = default;
  };

  Verdict verdict(const Use& use, Timestamp t) const {
    Verdict out;
    if (!use.project) {
      if (!is_holders(use, t)) out.gap = "no_project";
      return out;
    }
    Refs missing, sources = of_sources(use, &missing), active;
    Failures fewest;
    std::optional<Ref> nearest;
    for (const Ref& approval : candidates(use)) {
      const bool is_of_sources = sources.contains(approval);
      Failures failed = failures(approval, use, is_of_sources ? Data::kOfSources : Data::kLookedAt, t);
      if (failed.empty() && is_of_sources) {
        active.insert(approval);
      } else if (failed.empty()) {
        out.by[approval] = std::max(since(approval, use, t), covers_since(approval, use, t));
      } else if (!nearest || failed.size() < fewest.size() ||
                 (failed.size() == fewest.size() && place_of(failed.front()) > place_of(fewest.front()))) {
        nearest = approval;
        fewest = failed;
      }
    }
    std::optional<Ref> unlinked;
    if (out.by.empty() && !active.empty()) {
      const Behind found = behind(use.data, active, use.began, t);
      if (found.covered()) {
        unlinked = not_linked_by_one(found, use.began, t);
        for (const auto& [approval, what] : found.covers) out.by[approval] = std::max(since(approval, use, t), what);
      } else {
        missing = found.uncovered;
      }
    }
    if (!out.by.empty() && !unlinked) unlinked = linkage_without_one(use, t);
    if (out.by.empty()) {
      if (fewest.empty()) {
        nearest = *active.begin();
        fewest = {"out_of_scope"};
      }
      out.gap = fewest.front() + " " + nearest->text();
      if (fewest.size() > 1) out.gap += " also";
      for (std::size_t i = 1; i < fewest.size(); ++i) out.gap += " " + fewest[i];
      if (fewest.front() == "out_of_scope" && !missing.empty()) {
        out.gap += " lacks";
        std::set<std::string> texts;
        for (const Ref& one : missing) texts.insert(one.text());
        for (const std::string& one : texts) out.gap += " " + one;
      }
    } else if (unlinked) {
      out.gap = "linkage " + unlinked->text();
    } else if (reads_missing_variable(use)) {
      out.gap = "no_such_variable " + out.by.begin()->first.text();
    }
    if (!out.gap.empty()) out.by.clear();
    return out;
  }

  // A linkage needs one approval for all that it brings together.
  std::optional<Ref> linkage_without_one(const Use& use, Timestamp t) const {
    const Ref& run = use.link.key.from;
    if (text_of(node(run), "type") != "linkage" || role(run) != Role::kRun) return std::nullopt;
    std::map<Ref, std::vector<Link>> all;
    for (const Link& link : links("used", run, {}))
      if (const auto data = thing(link.key.to); data && needs_approval(*data, time_of(node(run), "started_at")))
        all[*data].push_back(link);
    if (all.size() < 2) return std::nullopt;
    std::optional<Ref> best;
    int most = 0;
    for (const Ref& approval : candidates(use)) {
      if (!failures(approval, use, Data::kNotLookedAt, t).empty()) continue;
      int count = 0;
      for (const auto& [data, edges] : all) {
        bool fits = true;
        for (const Link& edge : edges) {
          const Use one{edge, use.project, data, use.began};
          const bool limits =
              depth_fits(one, node(approval)) && told_fits(one, text_of(node(approval), "identifiability_max"));
          fits = fits && (covers(approval, one, 3, t) || (!any_cover(approval, data, std::nullopt) && limits &&
                                                          behind(data, {approval}, use.began, t).covered()));
        }
        count += fits;
      }
      if (count == static_cast<int>(all.size())) return std::nullopt;
      if (!best || count > most) {
        best = approval;
        most = count;
      }
    }
    return best;
  }

  // When, and the text of it all ------------------------------------------------------------------------------------------

  std::optional<Interval> when(const Link& link, const std::optional<Ref>& project, bool* open) const {
    const Ref& user = link.key.from;
    const ModelRecord& record = node(user);
    Interval told;
    if (role(user) == Role::kRun && time_of(record, "started_at")) {
      told = interval_of(record, "started_at", "ended_at");
    } else if (link.record->valid.from) {
      told = link.record->valid;
    } else if (const auto at = time_of(*link.record, "at")) {
      told = {at, at};
    } else if (role(user) == Role::kRun) {
      told = record.valid;
    } else if (project) {
      told = interval_of(record, "start", "end");
    }
    *open = told.from && !told.to;
    if (!told.from || (told.to && *told.to < *told.from)) return std::nullopt;
    return told;
  }

  bool holders_throughout(const Use& use, const std::optional<Interval>& time, bool open) const {
    if (!time) return is_holders(use, std::nullopt);
    bool all = is_holders(use, *time->from);
    if (!open)
      for (Timestamp t = *time->from; t < *time->to; t.micros += kSecond) all = all && is_holders(use, t);
    return all;
  }

  std::string told(const Link& link, const std::optional<Ref>& project) const {
    const auto data = thing(link.key.to);
    if (!data) return "";
    bool open = false;
    std::optional<Interval> time = when(link, project, &open);
    if (open && options_.as_of) {
      if (*options_.as_of < *time->from) return "";
      time->to = options_.as_of;
      open = false;
    }
    const Use use{link, project, *data, time ? time->from : std::nullopt};
    if (!needs_approval(*data, use.began)) return "";
    if (!project && holders_throughout(use, time, open)) return "";
    const auto text = [](const std::optional<Timestamp>& one) { return one ? one->text() : std::string("?"); };
    const std::string from = time ? text(time->from) : "?", to = time ? text(open ? time->from : time->to) : "?";
    std::string out =
        fmt::format("{} for {} used {}{} [{} {})\n", link.key.from.text(), project ? project->text() : "nothing",
                    link.key.to.text(), link.key.label.empty() ? "" : " " + link.key.label, from, open ? "?" : to);
    const auto whole = [&](const std::string& reason) {
      return out + fmt::format("  gap [{} {}) {}\n", from, to, reason);
    };
    if (!project && !time) return whole("no_project");
    if (!project) return out + seconds(use, *time->from, open ? *time->from : *time->to);
    if (candidates(use).empty()) return whole("no_approval");
    const Refs for_what = purposes(use);
    if (std::any_of(for_what.begin(), for_what.end(), [&](const Ref& one) { return prohibited(one); }))
      return whole("prohibited_purpose");
    if (!time) return whole("unknown_time");
    const std::string judged = seconds(use, *time->from, open ? *time->from : *time->to);
    const bool has_gap = judged.find("  gap ") != std::string::npos;
    return options_.gaps_only && !has_gap ? "" : out + judged;
  }

  // Every second by itself; then what is the same of neighbours is told once.
  std::string seconds(const Use& use, Timestamp from, Timestamp to) const {
    std::vector<std::pair<Timestamp, Verdict>> all;
    if (from == to) all.push_back({from, verdict(use, from)});
    for (Timestamp t = from; t < to; t.micros += kSecond) all.push_back({t, verdict(use, t)});
    const auto end_of = [&](std::size_t i) { return i + 1 < all.size() ? all[i + 1].first : to; };
    std::vector<std::tuple<Timestamp, Ref, Timestamp, TxNumber>> covers;
    std::string gaps;
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (const auto& [approval, tx] : all[i].second.by) {
        if (i > 0 && all[i - 1].second.by.contains(approval) && all[i - 1].second.by.at(approval) == tx) continue;
        std::size_t last = i;
        while (last + 1 < all.size() && all[last + 1].second.by.contains(approval) &&
               all[last + 1].second.by.at(approval) == tx)
          ++last;
        covers.push_back({all[i].first, approval, end_of(last), tx});
      }
      const std::string& gap = all[i].second.gap;
      if (gap.empty() || (i > 0 && all[i - 1].second.gap == gap)) continue;
      std::size_t last = i;
      while (last + 1 < all.size() && all[last + 1].second.gap == gap) ++last;
      gaps += fmt::format("  gap [{} {}) {}\n", all[i].first.text(), end_of(last).text(), gap);
    }
    std::string out;
    for (const auto& [begin, approval, end, tx] : covers) {
      const auto is_late = [&](TxNumber one) { return one > begin_of(use.link.key) && store_.at(one).time > from; };
      const char* const late = !is_late(tx) ? "" : is_late(begin_of(approval)) ? " late" : " changed late";
      out += fmt::format("  by {} [{} {}){}\n", approval.text(), begin.text(), end.text(), late);
    }
    return out + gaps;
  }

  std::map<std::pair<std::string, Ref>, std::vector<Link>> out_, in_;
  const ModelStore& store_;
  const ModelState& state_;
  const ModelCoverageOptions& options_;
};

}  // namespace

std::string model_coverage(const ModelStore& store, const ModelState& state, const ModelCoverageOptions& options) {
  return Model(store, state, options).run();
}

}  // namespace amont
