#include "tests/support/model_walks.h"

#include <algorithm>
#include <utility>

namespace amont {
namespace {

void close_transitively(std::map<Ref, std::set<Ref>>& relation) {
  for (bool grows = true; grows;) {
    grows = false;
    for (auto& [from, reached] : relation) {
      const std::set<Ref> before = reached;
      for (const Ref& middle : before) {
        const auto further = relation.find(middle);
        if (further == relation.end()) continue;
        const std::set<Ref> more = further->second;
        reached.insert(more.begin(), more.end());
      }
      reached.erase(from);
      grows = grows || reached.size() != before.size();
    }
  }
}

const std::set<Ref>& related(const std::map<Ref, std::set<Ref>>& relation, const Ref& thing) {
  static const std::set<Ref> nothing;
  const auto found = relation.find(thing);
  return found == relation.end() ? nothing : found->second;
}

}  // namespace

ModelWalk::ModelWalk(const ModelState& state, std::set<Ref> starts, Direction direction, const AskOptions& options)
    : state_(state), starts_(std::move(starts)), direction_(direction), options_(options) {
  find_things();
  find_ties();
  for (const Ref& start : starts_) start_things_.insert(thing_of(start));
  // "The start is not listed, nor anything of its own thing (its dataset, variables, same_as twins)."
  own_things_ = start_things_;
  for (const Thing& start : start_things_) {
    own_things_.insert(related(containers_, start).begin(), related(containers_, start).end());
    own_things_.insert(related(variables_, start).begin(), related(variables_, start).end());
  }
  exact_depths_ = search(true);
  any_depths_ = search(false);
}

// "valid_at: a record counts if its interval contains the instant (overlaps FROM/TO); an edge is taken only if it and
// its far node do; the start always counts." The near node always counts too, or the walk would not be there.
bool ModelWalk::counts(const Interval& valid) const {
  if (!options_.valid_at) return true;
  if (options_.valid_until) return valid.overlaps(*options_.valid_at, *options_.valid_until);
  return valid.contains(*options_.valid_at);
}

bool ModelWalk::node_counts(const Ref& ref) const {
  return starts_.contains(ref) || counts(state_.nodes.at(ref).valid);
}

bool ModelWalk::edge_counts(const ModelEdgeKey& key, const ModelRecord& record) const {
  return counts(record.valid) && node_counts(key.from) && node_counts(key.to);
}

// "Only lineage is walked unless the question says otherwise. --through K walks exactly these edge kinds instead, each
// one hop, exact unless weak; --through +K adds to lineage."
ModelWalk::Walked ModelWalk::walked(const EdgeRow& row) const {
  const bool named = std::ranges::count(options_.through, row.name) > 0;
  const bool lineage_too = options_.through.empty() || options_.through_adds;
  if (lineage_too && row.edge_class == EdgeClass::kLineage) return Walked::kAsLineage;
  return named ? Walked::kAsNamed : Walked::kNo;
}

// "A variable and the dataset or output it is part_of are one thing", at dataset granularity. "same_as is transitive
// and joins its ends into one thing; between variables only at variable granularity."
bool ModelWalk::joins(const ModelEdgeKey& key) const {
  const bool by_dataset = options_.granularity == Granularity::kDataset;
  const bool from_variable = is(key.from, Role::kVariable);
  if (key.kind == "same_as") return !(by_dataset && from_variable);
  return key.kind == "part_of" && by_dataset && from_variable && holds_variables(key.to);
}

void ModelWalk::find_things() {
  for (const auto& [ref, record] : state_.nodes) {
    if (node_counts(ref)) thing_[ref] = ref;
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [key, record] : state_.edges) {
      if (!joins(key) || !edge_counts(key, record)) continue;
      const Thing smallest = std::min(thing_[key.from], thing_[key.to]);
      changed = changed || thing_[key.from] != smallest || thing_[key.to] != smallest;
      thing_[key.from] = thing_[key.to] = smallest;
    }
  }
  for (const auto& [ref, thing] : thing_) members_[thing].insert(ref);
}

// A node that does not count at valid_at is a thing of its own: it is met only as the far end of a step not taken.
ModelWalk::Thing ModelWalk::thing_of(const Ref& ref) const {
  const auto found = thing_.find(ref);
  return found == thing_.end() ? ref : found->second;
}

// "Datasets within datasets: part_of and version_of between datasets." Ties within one thing say nothing.
void ModelWalk::find_ties() {
  for (const auto& [key, record] : state_.edges) {
    if (!edge_counts(key, record)) continue;
    const Thing from = thing_of(key.from);
    const Thing to = thing_of(key.to);
    if (from == to) continue;
    if (key.kind == "part_of" && is(key.from, Role::kVariable) && holds_variables(key.to)) {
      containers_[from].insert(to);
      variables_[to].insert(from);
    }
    const bool of_datasets = is(key.from, Role::kDataset) && is(key.to, Role::kDataset);
    if ((key.kind == "part_of" || key.kind == "version_of") && of_datasets) {
      wholes_[from].insert(to);
      parts_[to].insert(from);
      if (key.kind == "part_of") tables_[to].insert(from);
    }
  }
  close_transitively(wholes_);  // "Both are transitive."
  close_transitively(parts_);
  close_transitively(tables_);
}

// Whose edges are followed from a settled thing, and whether that is exact.
std::map<ModelWalk::Thing, bool> ModelWalk::contributions(const Thing& thing) const {
  std::map<Thing, bool> found;
  const auto add = [&](const Thing& contributor, bool exact) {
    bool& best = found.emplace(contributor, false).first->second;
    best = best || exact;
  };
  add(thing, true);
  // "Walking from a whole, its parts' edges are followed, exact. Walking from a part, the edges of its wholes are
  // followed, as possible, without going down into their other parts."
  // Upstream, what a version was made from is no proof of what its whole was made from.
  const bool upstream = direction_ == Direction::kUpstream;
  for (const Thing& part : related(parts_, thing)) add(part, !upstream || related(tables_, thing).contains(part));
  for (const Thing& whole : related(wholes_, thing)) add(whole, false);
  // "A lineage edge recorded at a dataset counts, as possible, for each of its variables", and so does what counts for
  // the dataset through its parts and wholes.
  for (const Thing& dataset : related(containers_, thing)) {
    add(dataset, false);
    for (const Thing& part : related(parts_, dataset)) add(part, false);
    for (const Thing& whole : related(wholes_, dataset)) add(whole, false);
  }
  // "A variable's edge counts, as exact, for its dataset when the dataset is a start. A dataset that is not a start
  // contributes only its own edges."
  if (is_start(thing)) {
    for (const Thing& variable : related(variables_, thing)) add(variable, true);
  }
  return found;
}

std::vector<ModelWalk::Step> ModelWalk::steps_of_contributor(const Thing& near, const Thing& whose,
                                                             bool exact_so_far) const {
  std::vector<Step> found;
  const std::set<Ref>& members = members_.at(near);
  const bool is_project = std::ranges::any_of(members, [&](const Ref& ref) { return is(ref, Role::kProject); });
  for (const auto& [key, record] : state_.edges) {
    const bool upstream = direction_ == Direction::kUpstream;
    const Ref& near_end = upstream ? key.from : key.to;
    const Ref& far_end = upstream ? key.to : key.from;
    if (!members.contains(near_end)) continue;
    const EdgeRow& row = *state_.schema.edge(key.kind);
    const Walked how = walked(row);
    if (how == Walked::kNo) continue;
    // Edges that were named are one hop from what they leave; parts and wholes are about lineage.
    if (how == Walked::kAsNamed && near != whose) continue;
    // "Steps are exact, except a step that leaves a project other than a start, informed_by, custom edges declared
    // weak."
    const bool leaves_project = how == Walked::kAsLineage && is_project && !is_start(near);
    const bool exact = exact_so_far && !row.weak && !leaves_project;
    const bool counts_here = edge_counts(key, record);
    const Thing far = thing_of(far_end);
    found.push_back({&key, far, exact, counts_here});
    // "A lineage edge recorded at a dataset counts, as possible, for each of its variables, at either end."
    if (!options_.through.empty() && !options_.through_adds) continue;
    for (const Thing& variable : related(variables_, far)) found.push_back({&key, variable, false, counts_here});
  }
  return found;
}

std::vector<ModelWalk::Step> ModelWalk::steps(const Thing& thing) const {
  std::vector<Step> found;
  for (const auto& [contributor, exact] : contributions(thing)) {
    for (Step& step : steps_of_contributor(contributor, thing, exact)) found.push_back(std::move(step));
  }
  return found;
}

// "A node reached by some all-exact path is exact, any other is possible; its depth is that of the shortest path of the
// precision reported. --depth N bounds both searches."
ModelWalk::Depths ModelWalk::search(bool exact_only) const {
  Depths depths;
  for (const Thing& start : start_things_) depths[start] = 0;
  std::set<Thing> level = start_things_;
  for (std::uint32_t depth = 1; depth <= options_.depth && !level.empty(); ++depth) {
    std::set<Thing> next;
    for (const Thing& thing : level) {
      for (const Step& step : steps(thing)) {
        if (!step.counts || (exact_only && !step.exact)) continue;
        if (depths.emplace(step.far, depth).second) next.insert(step.far);
      }
    }
    level = std::move(next);
  }
  return depths;
}

ModelReached ModelWalk::reached(const Thing& thing) const {
  const auto exact = exact_depths_.find(thing);
  if (exact != exact_depths_.end()) return {thing.text(), exact->second, Precision::kExact, false};
  return {thing.text(), any_depths_.at(thing), Precision::kPossible, false};
}

// "The answer lists the dataset, never the variable (a variable of nothing stands for itself)"; twins are all listed.
std::vector<Ref> ModelWalk::listed_members(const Thing& thing) const {
  std::vector<Ref> listed;
  const std::set<Ref>& members = members_.at(thing);
  const bool has_dataset = std::ranges::any_of(members, [&](const Ref& ref) { return !is(ref, Role::kVariable); });
  for (const Ref& ref : members) {
    if (!has_dataset || !is(ref, Role::kVariable)) listed.push_back(ref);
  }
  return listed;
}

bool ModelWalk::kind_is_wanted(const Ref& ref) const {
  return options_.kinds.empty() || std::ranges::count(options_.kinds, ref.kind) > 0;
}

// Sorts, cuts at the limit, and says how complete that is.
void ModelWalk::finish(ModelAnswer& answer, std::vector<ModelReached> nodes) const {
  std::ranges::sort(nodes, {},
                    [](const ModelReached& node) { return std::pair(node.depth ? *node.depth : kAnyDepth, node.ref); });
  answer.reasons = reasons();
  if (options_.limit > 0 && nodes.size() > options_.limit) {
    answer.reasons["limit"] = nodes.size() - options_.limit;
    nodes.resize(options_.limit);
  }
  answer.nodes = std::move(nodes);
  answer.unknown = unknown();
  for (const auto& [thing, depth] : settled()) {
    if (depth >= options_.depth) continue;
    for (const Step& step : steps(thing)) {
      if (step.counts && (step.exact || !options_.exact)) answer.edges.insert(*step.edge);
    }
  }
}

// What was settled; all things when there is no start.
std::set<ModelWalk::Thing> ModelWalk::asked_about() const {
  std::set<Thing> things;
  for (const auto& [thing, depth] : settled()) things.insert(thing);
  if (starts_.empty())
    for (const auto& [thing, members] : members_) things.insert(thing);
  return things;
}

std::map<Ref, std::map<Ref, bool>> ModelWalk::step_graph() const {
  std::map<Ref, std::map<Ref, bool>> graph;
  for (const Thing& thing : asked_about()) graph[thing];
  for (auto& [near, row] : graph) {
    for (const Step& step : steps(near)) {
      if (!step.counts || (options_.exact && !step.exact) || !graph.contains(step.far)) continue;
      const bool is_loop = step.edge->from == step.edge->to && members_.at(near).contains(step.edge->from);
      if (step.far == near && !is_loop) continue;
      bool& exact = row.emplace(step.far, false).first->second;
      exact = exact || step.exact;
    }
  }
  return graph;
}

std::vector<Ref> ModelWalk::shown_members(const Ref& thing) const {
  if (own_things_.contains(thing) && !is_start(thing)) return {};
  std::vector<Ref> shown = listed_members(thing);
  std::erase_if(shown, [&](const Ref& ref) { return !kind_is_wanted(ref); });
  return shown;
}

ModelAnswer ModelWalk::answer() const {
  std::vector<ModelReached> nodes;
  for (const auto& [thing, depth] : settled()) {
    if (own_things_.contains(thing)) continue;
    for (const Ref& ref : listed_members(thing)) {
      ModelReached node = reached(thing);
      node.ref = ref.text();
      if (kind_is_wanted(ref)) nodes.push_back(std::move(node));
    }
  }
  ModelAnswer answer;
  finish(answer, std::move(nodes));
  return answer;
}

// "count = distinct unlisted things at the far end of steps not taken".
std::map<std::string, std::uint64_t> ModelWalk::reasons() const {
  std::map<std::string, std::set<Thing>> missing;
  for (const auto& [thing, depth] : settled()) {
    for (const Step& step : steps(thing)) {
      if (settled().contains(step.far)) continue;
      if (!step.counts) {
        missing["valid_at"].insert(step.far);
      } else if (options_.exact && !step.exact) {
        missing["exact"].insert(step.far);
      } else {
        missing["depth"].insert(step.far);
      }
    }
  }
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [reason, things] : missing) counts[reason] = things.size();
  return counts;
}

// Does the register hold any lineage of it in that direction, at whatever time it was valid?
bool ModelWalk::has_lineage(const Thing& thing, Direction direction) const {
  std::set<Ref> members = members_.at(thing);
  for (const Thing& variable : related(variables_, thing)) {
    members.insert(members_.at(variable).begin(), members_.at(variable).end());
  }
  for (const auto& [key, record] : state_.edges) {
    const Ref& near_end = direction == Direction::kUpstream ? key.from : key.to;
    if (state_.schema.edge(key.kind)->edge_class == EdgeClass::kLineage && members.contains(near_end)) return true;
  }
  return false;
}

// "unknown lists where the register itself stops short, the start included: outputs and publications without origin,
// runs without inputs, projects that made something and used nothing."
std::set<std::pair<std::string, std::string>> ModelWalk::unknown() const {
  std::set<std::pair<std::string, std::string>> found;
  for (const Thing& thing : asked_about()) {
    if (has_lineage(thing, Direction::kUpstream)) continue;
    for (const Ref& ref : members_.at(thing)) {
      if (is(ref, Role::kOutput) || is(ref, Role::kPublication)) found.emplace(ref.text(), "origin");
      if (is(ref, Role::kRun)) found.emplace(ref.text(), "inputs");
      if (is(ref, Role::kProject) && has_lineage(thing, Direction::kDownstream)) found.emplace(ref.text(), "inputs");
    }
  }
  return found;
}

// All things that exact steps lead to, one after the other, however far.
std::set<ModelWalk::Thing> ModelWalk::exactly_after(const Thing& thing) const {
  std::set<Thing> found;
  std::vector<Thing> open = {thing};
  while (!open.empty()) {
    const Thing next = open.back();
    open.pop_back();
    for (const Step& step : steps(next)) {
      if (step.counts && step.exact && found.insert(step.far).second) open.push_back(step.far);
    }
  }
  return found;
}

// "from which no exact step leaves their own cycle": whatever exact steps lead to leads back.
bool ModelWalk::leaves_its_cycle(const Thing& thing) const {
  for (const Thing& after : exactly_after(thing)) {
    if (after != thing && !exactly_after(after).contains(thing)) return true;
  }
  return false;
}

ModelAnswer ModelWalk::sources() const {
  std::vector<ModelReached> nodes;
  for (const auto& [thing, depth] : settled()) {
    if (own_things_.contains(thing) || leaves_its_cycle(thing)) continue;
    for (const Ref& ref : listed_members(thing)) {
      if (is(ref, Role::kRun) || is(ref, Role::kProject) || !kind_is_wanted(ref)) continue;
      ModelReached node = reached(thing);
      node.ref = ref.text();
      nodes.push_back(std::move(node));
    }
  }
  ModelAnswer answer;
  finish(answer, std::move(nodes));
  return answer;
}

// "the projects in downstream(d), and those that the runs in it were performed_for (no depth, the run's precision),
// each with direct (it used d itself, or a part or variable of it)".
ModelAnswer ModelWalk::touches() const {
  // Who has an edge into a start, a part or a variable of it, and not only into its whole or into a variable's dataset.
  std::set<Thing> users;
  if (options_.depth > 0) {
    for (const Thing& start : start_things_) {
      for (const auto& [contributor, exact] : contributions(start)) {
        if (!exact) continue;
        for (const Step& step : steps_of_contributor(contributor, start, true)) {
          if (step.counts && (step.exact || !options_.exact)) users.insert(step.far);
        }
      }
    }
  }
  std::map<Ref, ModelReached> projects;
  for (const auto& [thing, depth] : settled()) {
    if (own_things_.contains(thing)) continue;
    for (const Ref& ref : listed_members(thing)) {
      if (!is(ref, Role::kProject)) continue;
      ModelReached node = reached(thing);
      node.ref = ref.text();
      node.direct = users.contains(thing);
      projects[ref] = node;
    }
  }
  for (const auto& [key, record] : state_.edges) {
    if (key.kind != "performed_for" || !edge_counts(key, record)) continue;
    const Thing run = thing_of(key.from);
    if (!settled().contains(run) || own_things_.contains(run) || own_things_.contains(thing_of(key.to))) continue;
    const auto known = projects.find(key.to);
    const bool direct = users.contains(run);
    if (known == projects.end()) {
      projects[key.to] = {key.to.text(), std::nullopt, reached(run).precision, direct};
    } else {
      known->second.direct = known->second.direct || direct;
      const bool by_runs_alone = !known->second.depth;
      if (by_runs_alone && reached(run).precision == Precision::kExact) known->second.precision = Precision::kExact;
    }
  }
  std::vector<ModelReached> nodes;
  for (const auto& [ref, node] : projects) {
    if (kind_is_wanted(ref)) nodes.push_back(node);
  }
  ModelAnswer answer;
  finish(answer, std::move(nodes));
  return answer;
}

std::optional<ModelReached> ModelWalk::reaches(const Ref& ref) const {
  if (!node_counts(ref)) return std::nullopt;
  const Thing thing = thing_of(ref);
  if (own_things_.contains(thing) || !settled().contains(thing)) return std::nullopt;
  return reached(thing);
}

bool ModelWalk::has_step(const Ref& near, const Ref& far, bool exact) const {
  return std::ranges::any_of(steps(thing_of(near)), [&](const Step& step) {
    return step.far == thing_of(far) && step.counts && (step.exact || !exact);
  });
}

std::optional<ModelPath> model_path(const ModelState& state, const Ref& a, const Ref& b, const AskOptions& options) {
  for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
    const ModelWalk walk(state, {a}, direction, options);
    const std::optional<ModelReached> found = walk.reaches(b);
    if (found) return ModelPath{*found->depth, direction, found->precision};
  }
  return std::nullopt;
}

}  // namespace amont
