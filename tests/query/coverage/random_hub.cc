#include "tests/query/coverage/random_hub.h"

namespace amont {
namespace {

constexpr std::uint64_t kDatasets = 6, kOutputs = 2, kProjects = 3, kApprovals = 6, kRuns = 5, kPurposes = 4;
constexpr std::uint64_t kPlaces = 2, kAgents = 2, kOpinions = 2;

Value text(const std::string& one) { return Value(one); }

}  // namespace

void RandomHub::node(const Ref& ref, std::vector<PropertyChange> props, bool has_interval) {
  PutNode put;
  put.ref = ref;
  put.props = std::move(props);
  if (has_interval) {
    Timestamp a = any_time(), b = any_time();
    if (generous_) b.micros += 12'000'000;
    if (!one_in(6)) put.valid_from = std::min(a, b);
    if (!one_in(6) && a != b) put.valid_to = std::max(a, b);
  }
  changes_.emplace_back(std::move(put));
}

void RandomHub::edge(const std::string& kind, const Ref& from, const Ref& to, std::vector<PropertyChange> props,
                     bool has_interval) {
  PutEdge put{kind, from, to, one_in(8) ? "again" : "", std::move(props), {}, {}};
  if (has_interval) {
    const Timestamp a = any_time(), b = any_time();
    put.valid_from = std::min(a, b);
    if (!one_in(4) && a != b) put.valid_to = std::max(a, b);
  }
  changes_.emplace_back(std::move(put));
}

void RandomHub::times(std::vector<PropertyChange>& props, const std::string& from, const std::string& to,
                      std::uint64_t one_in_n) {
  const Timestamp a = any_time(), b = any_time();
  if (!one_in(one_in_n)) props.push_back({from, Value(std::min(a, b))});
  if (!one_in(one_in_n)) props.push_back({to, Value(std::max(a, b))});
}

void RandomHub::years(std::vector<PropertyChange>& props) {
  if (!rarely(3)) return;
  const int first = 2010 + static_cast<int>(dice_.below(4)), last = first + 1 + static_cast<int>(dice_.below(4));
  if (!one_in(6)) props.push_back({"data_from", Value(*Timestamp::parse(std::to_string(first) + "-01-01T00:00:00Z"))});
  if (!one_in(6)) props.push_back({"data_to", Value(*Timestamp::parse(std::to_string(last) + "-01-01T00:00:00Z"))});
}

void RandomHub::data() {
  const std::vector<std::string> told = {"aggregated", "anonymised", "pseudonymised", "pseudonymised", "nominative"};
  node({"catalogue", "c"}, {});
  for (std::uint64_t i = 0; i < kDatasets; ++i) {
    std::vector<PropertyChange> props;
    if (i == 0 || one_in(3)) props.push_back({"restricted", Value(i == 0 || !one_in(3))});
    if (one_in(4)) props.push_back({"access_rights", text(any({"PUBLIC", "RESTRICTED"}))});
    if (one_in(2)) props.push_back({"identifiability", text(any(told))});
    years(props);
    const Ref self{"dataset", std::to_string(i)};
    node(self, props);
    if (one_in(3)) edge(any({"part_of", "version_of"}), self, numbered("dataset", kDatasets));
    if (one_in(8)) edge("same_as", self, numbered("dataset", kDatasets));
    if (one_in(6)) edge("part_of", self, {"catalogue", "c"});
    if (one_in(3)) edge("generated_by", self, one_in(5) ? numbered("project", kProjects) : numbered("run", kRuns));
    if (one_in(4))
      edge("derived_from", self, numbered("dataset", kDatasets), {{"how", text(any({"copy", "join", "anonymise"}))}});
    if (one_in(4)) edge("holds", {"organisation", "o"}, self, {}, one_in(3));
  }
  for (const char* name : {"a", "b"}) {
    const Ref self{"variable", std::string("v/") + name};
    std::vector<PropertyChange> props = {{"name", text(name)}};
    if (one_in(3)) props.push_back({"created_year", Value(std::int64_t{2011})});
    if (one_in(3)) props.push_back({"deleted_year", Value(std::int64_t{2014})});
    node(self, props);
    if (!one_in(4)) edge("part_of", self, numbered("dataset", kDatasets));
    if (one_in(4)) edge("derived_from", self, numbered("dataset", kDatasets), {{"how", text("aggregate")}});
  }
  for (std::uint64_t i = 0; i < kOutputs; ++i) {
    const Ref self{"output", std::to_string(i)};
    std::vector<PropertyChange> props;
    if (one_in(3)) props.push_back({"identifiability", text(any(told))});
    if (one_in(2)) props.push_back({"checked_at", Value(any_time())});
    node(self, props);
    edge("generated_by", self, numbered("run", kRuns));
    if (one_in(2)) edge("checked_by", self, numbered("run", kRuns), {{"result", text(any({"passed", "failed"}))}});
  }
}

void RandomHub::people_and_places() {
  node({"organisation", "o"}, {});
  for (std::uint64_t i = 0; i < kPlaces; ++i) {
    std::vector<PropertyChange> props;
    if (rarely(2)) times(props, "homologated_from", "homologated_to");
    node({"environment", std::to_string(i)}, props);
  }
  for (std::uint64_t i = 0; i < kAgents; ++i) {
    std::vector<PropertyChange> props;
    if (rarely(2)) times(props, "habilitated_from", "habilitated_to");
    node({"agent", std::to_string(i)}, props);
    if (one_in(2)) edge("acts_for", {"agent", std::to_string(i)}, {"organisation", "o"}, {}, one_in(3));
  }
}

void RandomHub::projects() {
  for (std::uint64_t i = 0; i < kPurposes; ++i) {
    const Ref self{"purpose", std::to_string(i)};
    node(self, {{"prohibited", Value(i == 3 && rarely(2))}});
    if (one_in(2)) edge("part_of", self, numbered("purpose", 2));
  }
  for (std::uint64_t i = 0; i < kProjects; ++i) {
    const Ref self{"project", std::to_string(i)};
    std::vector<PropertyChange> props;
    times(props, "start", "end");
    node(self, props);
    if (!one_in(4)) edge("for_purpose", self, numbered("purpose", kPurposes));
    if (one_in(3)) edge("supersedes", self, numbered("project", kProjects));
    if (one_in(3)) edge("used", self, numbered("dataset", kDatasets), {{"at", Value(any_time())}}, one_in(3));
  }
}

void RandomHub::approvals() {
  const std::vector<std::string> types = {"authorisation", "permit", "convention", "holder_consent", "suspension"};
  for (std::uint64_t i = 0; i < kOpinions; ++i) {
    node({"approval", "opinion" + std::to_string(i)},
         {{"type", text("ethics_opinion")}, {"decision", text(any({"favourable", "reserves", "unfavourable"}))}}, true);
    if (one_in(2)) edge("for_project", {"approval", "opinion" + std::to_string(i)}, numbered("project", kProjects));
  }
  for (std::uint64_t i = 0; i < kApprovals; ++i) {
    const Ref self{"approval", std::to_string(i)};
    std::vector<PropertyChange> props = {{"decision", text(rarely(8) ? "refused" : any({"granted", "reserves"}))}};
    if (!one_in(12)) props.push_back({"type", text(any(types))});
    if (one_in(3)) props.push_back({"decided_at", Value(any_time())});
    if (rarely(8)) props.push_back({"revoked_at", Value(any_time())});
    if (one_in(5)) props.push_back({"suspended_from", Value(List{any_time()})});
    if (one_in(5)) props.push_back({"suspended_to", Value(List{any_time()})});
    if (rarely(4)) props.push_back({"identifiability_max", text(any({"anonymised", "pseudonymised", "nominative"}))});
    years(props);
    node(self, props, true);
    for (std::uint64_t n = 1 + dice_.below(3) + (generous_ ? 3 : 0); n > 0; --n) {
      std::vector<PropertyChange> cover;
      if (rarely(4)) cover.push_back({"scope", text(any({"all", "list"}))});
      if (rarely(6)) cover.push_back({"identifiability", text(any({"anonymised", "pseudonymised"}))});
      years(cover);
      const Ref what = one_in(8)   ? Ref{"catalogue", "c"}
                       : one_in(4) ? Ref{"variable", any({"v/a", "v/b"})}
                                   : numbered("dataset", kDatasets);
      edge("covers", self, what, cover, one_in(5));
    }
    if (!one_in(8)) edge("for_project", self, numbered("project", kProjects), {}, one_in(6));
    if (one_in(generous_ ? 1 : 4)) edge("for_project", self, numbered("project", kProjects));
    if (rarely(2)) edge("for_purpose", self, numbered("purpose", kPurposes), {}, one_in(6));
    if (rarely(3)) edge("permits_in", self, numbered("environment", kPlaces), {}, one_in(6));
    if (rarely(3))
      edge("requires", self, {"approval", "opinion" + std::to_string(dice_.below(kOpinions))}, {}, one_in(4));
    if (rarely(6)) edge("requires", self, numbered("approval", kApprovals), {}, one_in(4));
    if (one_in(4)) {
      std::vector<PropertyChange> how = {{"kind", text(any({"renews", "extends", "replaces", "amends"}))}};
      if (one_in(2)) how.push_back({"at", Value(any_time())});
      edge("supersedes", self, numbered("approval", kApprovals), how, one_in(4));
    }
    for (const char* kind : {"suspends", "revokes"}) {
      if (!one_in(8)) continue;
      std::vector<PropertyChange> stop;
      times(stop, "at", "until", 2);
      edge(kind, self, numbered("approval", kApprovals), stop, one_in(4));
    }
  }
}

void RandomHub::runs() {
  for (std::uint64_t i = 0; i < kRuns; ++i) {
    const Ref self{"run", std::to_string(i)};
    std::vector<PropertyChange> props = {{"type", text(one_in(4) ? "linkage" : "analysis")}};
    times(props, "started_at", "ended_at", 8);
    node(self, props, one_in(6));
    for (std::uint64_t n = 1 + dice_.below(3); n > 0; --n) {
      std::vector<PropertyChange> used;
      if (one_in(4))
        used.push_back(
            {"columns", Value(one_in(2) ? List{std::string("a")} : List{std::string("a"), std::string("b")})});
      if (one_in(6)) used.push_back({"at", Value(any_time())});
      years(used);
      const Ref what = one_in(8)   ? numbered("output", kOutputs)
                       : one_in(8) ? Ref{"variable", any({"v/a", "v/b"})}
                                   : numbered("dataset", kDatasets);
      edge("used", self, what, used, one_in(8));
    }
    if (!one_in(5)) edge("performed_for", self, numbered("project", kProjects));
    if (one_in(8)) edge("performed_for", self, numbered("project", kProjects));
    if (one_in(3)) edge("for_purpose", self, numbered("purpose", kPurposes));
    if (one_in(2)) edge("executed_in", self, numbered("environment", kPlaces));
    if (one_in(2)) edge("performed_by", self, one_in(3) ? Ref{"organisation", "o"} : numbered("agent", kAgents));
    if (one_in(3)) edge("under", self, numbered("approval", kApprovals));
  }
}

std::vector<std::vector<Change>> RandomHub::transactions() {
  generous_ = one_in(2);
  people_and_places();
  projects();
  runs();
  data();
  approvals();
  // Nodes before edges, and both spread over three transactions; an edge that comes too early comes again later.
  std::vector<std::vector<Change>> out(4);
  for (Change& change : changes_) {
    if (!std::holds_alternative<PutNode>(change)) continue;
    out[one_in(3) ? 1 : 0].push_back(change);
  }
  for (Change& change : changes_)
    if (std::holds_alternative<PutEdge>(change)) out[1 + dice_.below(2)].push_back(change);
  // Then some of it is put again as something else, or taken back.
  changes_.clear();
  (one_in(2) ? approvals() : data());
  for (Change& change : changes_)
    if (one_in(6)) out[3].push_back(change);
  if (one_in(2)) out[3].push_back(RetractNode{numbered("approval", kApprovals)});
  if (one_in(3)) out[3].push_back(RetractNode{numbered("dataset", kDatasets)});
  changes_.clear();
  return out;
}

}  // namespace amont
