#include "core/evidence/bundle_uses.h"

#include <initializer_list>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "core/evidence/json_forms.h"

namespace amont {
namespace {

class UsesChecker {
 public:
  UsesChecker(const Json& options, const Proven& proven, VerifiedBundle& out)
      : options_(options), proven_(proven), out_(out) {
    for (const ProvenEdge& edge : proven_.edges)
      if (edge.kind_name == "used" || edge.kind_name == "for_project")
        edges_.emplace(edge.kind_name, edge.from, edge.to, edge.label);
  }

  Status check(const Json& uses) {
    if (!uses.array()) return refused("uses is no list");
    if (const Json* const told = options_.member("project")) {
      for (const Json& project : *told->array()) {
        AMONT_TRY(check_role(project.text(), {Role::kProject}));
        projects_.insert(*project.text());
      }
    }
    for (const Json& one : *uses.array()) AMONT_TRY(check_use(one));
    for (const std::size_t at : out_.followed) {
      const ProvenEdge& edge = proven_.edges[at];
      if (edge.kind_name == "used" && is_user(edge.from) && !listed_.contains({edge.from, edge.to, edge.label}))
        out_.unlisted.push_back(at);
    }
    return {};
  }

 private:
  static Status misfit() { return refused("a use is not of the form"); }

  Role role(std::size_t node) const { return proven_.schema.node(proven_.nodes[node].ref.kind)->role; }
  bool is_user(std::size_t node) const { return role(node) == Role::kRun || role(node) == Role::kProject; }

  Result<std::size_t> place_of(const std::string& ref) const {
    const std::size_t node = proven_.node(ref);
    if (node == Proven::kNone) return refused(fmt::format("nothing proves that {} is in the register", ref));
    return node;
  }

  Status check_role(const std::string* ref, std::initializer_list<Role> roles) const {
    AMONT_LET(const std::size_t node, place_of(*ref));
    if (std::ranges::find(roles, role(node)) != roles.end()) return {};
    return refused(fmt::format("{} is no {}", *ref, name_of(*roles.begin())));
  }

  Status check_approval(const std::string& ref) const {
    AMONT_LET(const std::size_t node, place_of(ref));
    return proven_.nodes[node].ref.kind == "approval" ? Status() : refused(fmt::format("{} is no approval", ref));
  }

  // From when to when: times, or unknown.
  static Status check_stretch(const Json& told) {
    const Json *const from = told.member("from"), *const to = told.member("to");
    if (!is_time_or_null(from) || !is_time_or_null(to)) return misfit();
    const auto first = time_in(from), last = time_in(to);
    return first && last && *last < *first ? refused("a use ends before it begins") : Status();
  }

  Status check_use(const Json& one) {
    if (!one.has_exactly({"by", "from", "gaps", "label", "project", "to", "used", "user"}) ||
        !one.member("by")->array() || !one.member("gaps")->array() || !is_text(one.member("label")) ||
        !is_text_or_null(one.member("project")) || !is_text(one.member("used")) || !is_text(one.member("user")))
      return misfit();
    BundleUse use{*one.member("user")->text(),
                  text_or_empty(one.member("project")),
                  *one.member("used")->text(),
                  *one.member("label")->text(),
                  text_or_empty(one.member("from")),
                  text_or_empty(one.member("to")),
                  {},
                  {}};
    const std::size_t user = proven_.node(use.user), used = proven_.node(use.used);
    if (!edges_.contains({"used", user, used, use.label}))
      return refused(fmt::format("nothing proves that {} used {}", use.user, use.used));
    AMONT_TRY(check_role(&use.user, {Role::kRun, Role::kProject}));
    if (one.member("project")->text()) AMONT_TRY(check_role(&use.project, {Role::kProject}));
    if (!projects_.empty() && !projects_.contains(use.project))
      return refused("a use is for none of the projects asked about");
    if (one.member("gaps")->array()->empty() && (one.member("by")->array()->empty() || options_.member("gaps")))
      return refused("a use is told as neither covered nor not");
    AMONT_TRY(check_stretch(one));
    Place place = {use.user, use.used, use.project, use.label};
    if (!out_.uses.empty() && place <= before_) return refused("the uses are not in order");
    before_ = std::move(place);
    for (const Json& by : *one.member("by")->array()) AMONT_TRY(take_cover(by, use));
    for (const Json& gap : *one.member("gaps")->array()) AMONT_TRY(take_gap(gap, use));
    listed_.emplace(user, used, use.label);
    out_.uses.push_back(std::move(use));
    return {};
  }

  Status take_cover(const Json& by, BundleUse& use) const {
    if (!by.has_exactly({"approval", "from", "late", "to"}) || !is_text(by.member("approval")) ||
        !is_text(by.member("from")) || !is_text(by.member("to")) || !is_bool(by.member("late")))
      return misfit();
    const std::string& approval = *by.member("approval")->text();
    AMONT_TRY(check_approval(approval));
    AMONT_TRY(check_stretch(by));
    const bool is_for_project = edges_.contains({"for_project", proven_.node(approval), proven_.node(use.project), ""});
    use.by.push_back({approval, *by.member("from")->text(), *by.member("to")->text(), is_for_project,
                      std::get<bool>(by.member("late")->value)});
    return {};
  }

  Status take_gap(const Json& gap, BundleUse& use) const {
    if (!gap.has_exactly({"from", "nearest", "reason", "to"}) || !is_text_or_null(gap.member("nearest")) ||
        !is_text(gap.member("reason")))
      return misfit();
    if (gap.member("nearest")->text()) AMONT_TRY(check_approval(*gap.member("nearest")->text()));
    AMONT_TRY(check_stretch(gap));
    use.gaps.push_back({text_or_empty(gap.member("from")), text_or_empty(gap.member("to")),
                        *gap.member("reason")->text(), text_or_empty(gap.member("nearest"))});
    return {};
  }

  using Place = std::tuple<std::string, std::string, std::string, std::string>;

  const Json& options_;
  const Proven& proven_;
  VerifiedBundle& out_;
  std::set<std::tuple<std::string, std::size_t, std::size_t, std::string>> edges_;
  std::set<std::string> projects_;                                      // that were asked about
  std::set<std::tuple<std::size_t, std::size_t, std::string>> listed_;  // edges of the uses
  Place before_;
};

}  // namespace

Status check_uses(const Json& uses, const Json& options, const Proven& proven, VerifiedBundle& out) {
  return UsesChecker(options, proven, out).check(uses);
}

}  // namespace amont
