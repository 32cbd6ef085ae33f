#include <fmt/format.h>

#include "tests/bench/peer.h"
#include "tests/bench/sqlite_edges.h"

namespace amont {
namespace {

class Sqlite final : public Peer {
 public:
  explicit Sqlite(std::string path) : path_(std::move(path)) {}
  std::string name() const override { return fmt::format("SQLite {}", sqlite3_libversion()); }

  Status load(const Lineage& lineage) override {
    AMONT_TRY(db_.open(path_));
    AMONT_TRY(db_.run("PRAGMA journal_mode = WAL; PRAGMA cache_size = -1048576"));
    AMONT_TRY(load_edges(db_, lineage));
    AMONT_TRY(prepare({}, free_));
    AMONT_LET(reaches_, db_.prepare(closure_sql(Direction::kUpstream, {}) + " WHERE node = ?2 LIMIT 1"));
    for (const Restriction& only : {Restriction{.without = kWeakEdge}, Restriction()}) {
      PathSteps steps;
      AMONT_LET(steps.causes, db_.prepare(closure_sql(Direction::kUpstream, only)));
      AMONT_LET(steps.effects, db_.prepare(neighbours_sql(Direction::kDownstream, only)));
      paths_.push_back(std::move(steps));
    }
    places_.resize(lineage.nodes);
    // One transaction for all that is asked, as a snapshot is: else each question locks the file and lets go of it.
    return db_.run("BEGIN");
  }

  Status restrict_to(const Restriction& only) override {
    is_free_ = only.all_edges() && only.all_nodes();
    return is_free_ ? Status() : prepare(only, restricted_);
  }

  Result<std::uint64_t> closure(std::uint32_t start, Direction direction) override {
    const Closures& closures = is_free_ ? free_ : restricted_;
    found_.clear();
    AMONT_TRY(each_row(closures[static_cast<std::size_t>(direction)], start, [&](std::uint32_t node) {
      if (node != start) found_.push_back(node);
      return true;
    }));
    return found_.size();
  }
  std::vector<std::uint32_t> found() const override { return found_; }

  Result<bool> reaches(std::uint32_t a, std::uint32_t b) override {
    sqlite3_bind_int64(reaches_.get(), 2, a);
    bool met = false;
    AMONT_TRY(each_row(reaches_, b, [&](std::uint32_t) {
      met = true;
      return false;
    }));
    return met;
  }

  // Its recursion gives nodes in the order of a breadth-first search, and ends when no more are asked for. Then back from the
  // cause: of the effects of each node the first in that order is a step nearer. Depths or parents beside the nodes would
  // make UNION take each node more than once.
  Result<std::uint64_t> path(std::uint32_t effect, std::uint32_t cause) override {
    for (const PathSteps& steps : paths_) {
      AMONT_LET(const bool met, number_until(steps, effect, cause));
      found_.clear();
      if (!met) continue;
      for (std::uint32_t at = cause; at != effect;) {
        found_.push_back(at);
        std::uint64_t first = UINT64_MAX;
        AMONT_TRY(each_row(steps.effects, at, [&](std::uint32_t node) {
          if (places_[node] < first_place_ || places_[node] >= first) return true;
          first = places_[node];
          at = node;
          return true;
        }));
        if (first == UINT64_MAX) return damaged("SQLite: a node that nothing led to");
      }
      found_.push_back(effect);
      return found_.size() - 1;
    }
    return 0;
  }

 private:
  using Closures = std::vector<SqliteStatement>;  // by direction
  struct PathSteps {
    SqliteStatement causes, effects;
  };

  Status prepare(const Restriction& only, Closures& out) {
    out.clear();
    for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
      AMONT_LET(out.emplace_back(), db_.prepare(closure_sql(direction, only)));
    }
    return {};
  }

  // Each node that the statement gives for `node`, until `wants_more` says no.
  template <class WantsMore>
  Status each_row(const SqliteStatement& statement, std::uint32_t node, const WantsMore& wants_more) {
    sqlite3_bind_int64(statement.get(), 1, node);
    int step = SQLITE_ROW;
    while ((step = sqlite3_step(statement.get())) == SQLITE_ROW)
      if (!wants_more(static_cast<std::uint32_t>(sqlite3_column_int64(statement.get(), 0)))) break;
    sqlite3_reset(statement.get());
    return step == SQLITE_DONE || step == SQLITE_ROW ? Status() : db_.failed();
  }

  // Nodes get places in their order, from first_place_ on, until `cause` has one: then true.
  Result<bool> number_until(const PathSteps& steps, std::uint32_t effect, std::uint32_t cause) {
    first_place_ = next_place_;
    bool met = false;
    AMONT_TRY(each_row(steps.causes, effect, [&](std::uint32_t node) {
      places_[node] = next_place_++;
      met = node == cause;
      return !met;
    }));
    return met;
  }

  std::string path_;
  SqliteFile db_;
  Closures free_, restricted_;  // statements go before the database
  SqliteStatement reaches_;
  std::vector<PathSteps> paths_;  // along edges that aren't weak, along all
  bool is_free_ = true;
  std::vector<std::uint64_t> places_;  // below first_place_: of an earlier question
  std::uint64_t first_place_ = 1, next_place_ = 1;
  std::vector<std::uint32_t> found_;
};

}  // namespace

std::unique_ptr<Peer> sqlite(const std::string& folder) { return std::make_unique<Sqlite>(folder + "/edges.sqlite"); }

}  // namespace amont
