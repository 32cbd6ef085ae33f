// The limit: breadth-first search over flat arrays in memory, with an epoch-marked visited array.
#include <optional>

#include "tests/bench/flat_search.h"
#include "tests/bench/peer.h"

namespace amont {
namespace {

class FlatArrays final : public Peer {
 public:
  std::string name() const override { return "flat arrays"; }

  Status load(const Lineage& lineage) override {
    for (const Direction direction : {Direction::kUpstream, Direction::kDownstream})
      rows_.emplace_back(lineage, direction);
    search_.emplace(lineage.nodes);
    return {};
  }

  Result<std::uint64_t> closure(std::uint32_t start, Direction direction) override {
    search_->run(rows_[static_cast<std::size_t>(direction)], start, kNoTarget, [](std::uint32_t) { return true; });
    return search_->found().size();
  }
  std::vector<std::uint32_t> found() const override { return {search_->found().begin(), search_->found().end()}; }

  Result<bool> reaches(std::uint32_t a, std::uint32_t b) override {
    return search_->run(rows_[0], b, a, [](std::uint32_t) { return true; });
  }

 private:
  std::vector<Rows> rows_;  // by direction
  std::optional<FlatSearch> search_;
};

}  // namespace

std::unique_ptr<Peer> flat_arrays() { return std::make_unique<FlatArrays>(); }

}  // namespace amont
