#include "amont/query.h"
#include "tests/bench/peer.h"

namespace amont {
namespace {

class AmontPeer final : public Peer {
 public:
  explicit AmontPeer(Snapshot view) : view_(std::move(view)) {}
  std::string name() const override { return "Amont"; }
  // What it makes in the background once it is asked reaches() often.
  Status load(const Lineage&) override { return prepare_reaches(view_).status(); }

  Result<std::uint64_t> closure(std::uint32_t start, Direction direction) override {
    const NodeId from[] = {NodeId(start)};
    AMONT_LET(found_, amont::closure(view_, from, direction));
    if (!found_.completeness.complete()) return damaged("a closure that is not whole");
    return found_.exact.size() + found_.possible.size();
  }
  std::vector<std::uint32_t> found() const override {
    std::vector<std::uint32_t> ids;
    for (const auto* part : {&found_.exact, &found_.possible})
      for (const NodeId id : *part) ids.push_back(static_cast<std::uint32_t>(number_of(id)));
    return ids;
  }

  Result<bool> reaches(std::uint32_t a, std::uint32_t b) override {
    AMONT_LET(const Reaches answer, amont::reaches(view_, NodeId(a), NodeId(b)));
    return answer.yes;
  }

  Result<std::uint64_t> path(std::uint32_t effect, std::uint32_t cause) override {
    AMONT_LET(PathAnswer answer, amont::path(view_, NodeId(effect), NodeId(cause)));
    if (answer.direction != Direction::kUpstream) return damaged("a path the other way");
    found_ = {};
    found_.exact = std::move(answer.nodes);
    return found_.exact.empty() ? 0 : found_.exact.size() - 1;
  }

 private:
  Snapshot view_;
  Closure found_;
};

}  // namespace

std::unique_ptr<Peer> amont_peer(const Snapshot& view) { return std::make_unique<AmontPeer>(view); }

}  // namespace amont
