// coverage(): from the question to the answer. Users are taken some thousands at a time: read, then all that their uses may depend
// on, each thing once, then judged use by use.
#include "amont/coverage.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "amont/bundle.h"
#include "query/completeness.h"
#include "query/coverage/find_users.h"
#include "query/coverage/judge.h"
#include "query/ref_order.h"

namespace amont {
namespace approvals {
namespace {

constexpr std::size_t kUsersAtOnce = 4096;
constexpr std::size_t kThingsKeptMax = std::size_t{1} << 19;  // then all is read again that is still needed

// All that was read, and what was found about it.
struct Court {
  explicit Court(FactReader& reader)
      : approvals(reader),
        projects(reader, approvals),
        things(reader),
        circumstances(reader),
        judge(reader, approvals, things, circumstances) {}

  Approvals approvals;
  Projects projects;
  Things things;
  Circumstances circumstances;
  Judge judge;
  boost::unordered_flat_set<const Approval*> looked_at;
};

class Survey {
 public:
  Survey(const Snapshot& view, const CoverageOptions& options)
      : view_(view),
        options_(options),
        clock_(options.ask),
        reader_(view, clock_),
        court_(std::make_unique<Court>(reader_)) {}

  Result<Coverage> run(std::span<const NodeId> of) {
    AMONT_TRY(check_projects());
    AMONT_LET(const std::vector<NodeId> ids, find_users(view_, reader_, of, options_, answer_.completeness));
    std::size_t done = 0;
    for (std::size_t first = 0; first < ids.size() && !clock_.stops_now(); first += kUsersAtOnce) {
      const auto some = std::span(ids).subspan(first, std::min(kUsersAtOnce, ids.size() - first));
      std::vector<User> users;
      if (court_->things.count() > kThingsKeptMax) court_ = std::make_unique<Court>(reader_);
      AMONT_TRY(read_users(reader_, some, users));
      AMONT_TRY(read_around(users));
      if (clock_.stopped()) break;
      for (const User& user : users) {
        if (clock_.stops()) break;
        AMONT_TRY(survey(user));
      }
      if (!clock_.stopped()) done += some.size();
    }
    return finish(ids.size() - done);
  }

 private:
  Status check_projects() {
    for (const NodeId id : options_.projects) {
      AMONT_LET(const PageNode node, reader_.brief(id));
      if (!(node.flags & kNodeAlive)) return not_found(fmt::format("node {} is not in the register", number_of(id)));
      if (view_.schema().node(NodeKind{node.kind}).role == Role::kProject) continue;
      AMONT_LET(const Ref ref, view_.ref(id));
      return invalid(
          fmt::format("{} is no project, so no use is for it; ask of it itself, or name a project", ref.text()));
    }
    return {};
  }

  // All that judging these may ask for.
  Status read_around(const std::vector<User>& users) {
    std::vector<NodeId> projects, claimed, purposes, places, performers, used;
    const auto add = [](std::vector<NodeId>& to, const std::vector<NodeId>& ids) {
      to.insert(to.end(), ids.begin(), ids.end());
    };
    for (const User& user : users) {
      add(projects, user.projects);
      add(claimed, user.under);
      add(purposes, user.purposes);
      add(places, user.places);
      add(performers, user.performers);
      std::vector<NodeId> its;
      for (const UsedEdge& edge : user.uses) its.push_back(edge.used);
      add(used, its);
      court_->things.know_maker(user.id, user.links, std::move(its));
    }
    AMONT_TRY(court_->projects.need(projects));
    AMONT_TRY(court_->approvals.need(claimed));
    std::vector<NodeId> variables;
    const auto add_approval = [&](const Approval& approval) {
      if (!court_->looked_at.insert(&approval).second) return;
      for (const Tied& purpose : approval.purposes) purposes.push_back(purpose.to);
      for (const Cover& cover : approval.variable_covers) variables.push_back(cover.target);
    };
    for (const NodeId id : claimed)
      if (const Approval* approval = court_->approvals.find(id)) add_approval(*approval);
    for (const NodeId id : projects) {
      const Project* project = court_->projects.find(id);
      if (!project) continue;
      add(purposes, project->purposes);
      for (const Approval* approval : project->approvals) add_approval(*approval);
    }
    AMONT_TRY(court_->circumstances.need_purposes(std::move(purposes)));
    AMONT_TRY(court_->circumstances.need_places(std::move(places)));
    AMONT_TRY(court_->circumstances.need_performers(std::move(performers)));
    add(used, variables);
    AMONT_TRY(court_->things.need(std::move(used)));
    for (const User& user : users)
      for (const UsedEdge& edge : user.uses)
        if (!edge.columns.empty() || court_->things.holder(edge.used)) variables.push_back(edge.used);
    return court_->things.need_variables(std::move(variables));
  }

  Status survey(const User& user) {
    std::vector<NodeId> projects = user.projects;
    std::ranges::sort(projects);
    projects.erase(std::ranges::unique(projects).begin(), projects.end());
    if (!options_.projects.empty())
      std::erase_if(projects,
                    [&](NodeId id) { return std::ranges::find(options_.projects, id) == options_.projects.end(); });
    for (const NodeId id : projects) AMONT_TRY(survey(user, court_->projects.find(id)));
    if (user.projects.empty() && options_.projects.empty()) AMONT_TRY(survey(user, nullptr));
    return {};
  }

  Status survey(const User& user, const Project* project) {
    const Case one = court_->judge.open_case(user, project);
    for (const UsedEdge& edge : user.uses) {
      // A use costs about as much as there are approvals to ask.
      for (std::size_t n = 0; n <= one.candidates.size(); ++n)
        if (clock_.stops()) return {};
      When when = when_used(user, edge, project);
      if (when.is_open && options_.as_of) {
        if (options_.as_of->micros < *when.from) {  // not yet begun
          not_looked_at_ += court_->judge.needs_approval(edge, when);
          continue;
        }
        when.to = options_.as_of->micros;
        when.is_open = false;
      }
      const auto looked = looked_at(when);
      if (!looked) {
        at_other_times_ += court_->judge.needs_approval(edge, when);
        continue;
      }
      AMONT_LET(auto judged, court_->judge.judge(one, edge, when, *looked));
      if (clock_.stopped()) return {};  // in the middle of it
      if (!judged) {
        ++answer_.open;
        continue;
      }
      ++answer_.checked;
      if (!judged->covered()) ++answer_.uncovered;
      if (when.is_open && looked->from == *when.from) ++not_looked_at_;
      if (!options_.gaps_only || !judged->covered()) answer_.uses.push_back(*std::move(judged));
    }
    return {};
  }

  // Nothing when it did not go on at valid_at. What has no time may have.
  std::optional<Judge::Looked> looked_at(const When& when) const {
    Judge::Looked looked{when.from.value_or(0), when.to};
    if (!options_.ask.valid_at || !when.from) return looked;
    const Micros first = options_.ask.valid_at->micros;
    const Micros last = options_.ask.valid_until ? options_.ask.valid_until->micros : first + 1;
    const Micros to = when.is_open ? kEndless : std::max(when.to, *when.from + 1);
    if (*when.from >= last || first >= to) return std::nullopt;
    looked.from = std::max(looked.from, first);
    looked.to = when.is_open ? looked.from : std::min(looked.to, last);
    if (!options_.ask.valid_until) looked.to = looked.from;
    return looked;
  }

  Result<Coverage> finish(std::size_t users_left) {
    if (!view_.damage().empty() && std::ranges::none_of(answer_.completeness.reasons, [&](const PartialReason& one) {
          return one.reason == reason_of(view_.damage());
        }))
      add_reason(answer_.completeness, reason_of(view_.damage()), 0, true);
    if (not_looked_at_ > 0) add_reason(answer_.completeness, "as_of", not_looked_at_, clock_.stopped());
    if (at_other_times_ > 0) add_reason(answer_.completeness, "valid_at", at_other_times_, clock_.stopped());
    RefOrder order;
    for (const UseCoverage& one : answer_.uses) {
      order.want(one.use.user);
      order.want(one.use.used);
      if (one.use.project) order.want(*one.use.project);
      for (const CoverageGap& gap : one.gaps)
        for (const NodeId source : gap.missing_sources) order.want(source);
    }
    AMONT_TRY(order.read(view_, clock_));
    if (clock_.stopped()) {
      std::erase_if(answer_.uses, [&](const UseCoverage& one) { return !is_known(order, one); });
      if (!answer_.completeness.out_of_time())
        add_reason(answer_.completeness, "timeout", std::max<std::size_t>(users_left, 1), true);
    }
    sort(order);
    for (UseCoverage& one : answer_.uses)
      for (CoverageGap& gap : one.gaps)
        std::ranges::sort(gap.missing_sources, {}, [&](NodeId id) { return order.place(id); });
    return std::move(answer_);
  }

  // And cuts, as was asked for.
  void sort(const RefOrder& order) {
    struct Place {
      std::uint32_t user = 0, used = 0, project = 0;
      std::size_t at = 0;
    };
    std::vector<UseCoverage>& uses = answer_.uses;
    std::vector<Place> places;
    places.reserve(uses.size());
    for (const UseCoverage& one : uses)
      places.push_back({order.place(one.use.user), order.place(one.use.used),
                        one.use.project ? order.place(*one.use.project) + 1 : 0, places.size()});
    std::ranges::sort(places, [&](const Place& a, const Place& b) {
      const auto key = [](const Place& one) { return std::tie(one.user, one.used, one.project); };
      return key(a) != key(b) ? key(a) < key(b) : uses[a.at].use.label < uses[b.at].use.label;
    });
    const std::uint64_t limit = options_.ask.limit;
    if (limit > 0 && uses.size() > limit) {
      add_reason(answer_.completeness, "limit", uses.size() - limit, false);
      places.resize(limit);
    }
    std::vector<UseCoverage> sorted;
    sorted.reserve(places.size());
    for (const Place& place : places) sorted.push_back(std::move(uses[place.at]));
    uses = std::move(sorted);
  }

  static bool is_known(const RefOrder& order, const UseCoverage& one) {
    const auto known = [&](NodeId id) { return order.known(id); };
    return known(one.use.user) && known(one.use.used) && (!one.use.project || known(*one.use.project)) &&
           std::ranges::all_of(one.gaps,
                               [&](const CoverageGap& gap) { return std::ranges::all_of(gap.missing_sources, known); });
  }

  const Snapshot& view_;
  const CoverageOptions& options_;
  Clock clock_;
  FactReader reader_;
  std::unique_ptr<Court> court_;
  std::uint64_t not_looked_at_ = 0;   // for want of as_of, or for it
  std::uint64_t at_other_times_ = 0;  // than valid_at
  Coverage answer_;
};

}  // namespace
}  // namespace approvals

Result<Coverage> coverage(const Snapshot& view, std::span<const NodeId> of, const CoverageOptions& options) {
  return approvals::Survey(view, options).run(of);
}

std::string_view name_of(GapReason reason) {
  constexpr std::string_view kNames[] = {"no_project",
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
  return kNames[static_cast<std::size_t>(reason)];
}

}  // namespace amont
