#include "query/lua/report_tree.h"

namespace amont {
namespace {

constexpr std::size_t kNone = SIZE_MAX;
constexpr std::uint32_t kDeepest = 64;  // a line is indented by its depth, and nobody reads further

class TreeWriter {
 public:
  TreeWriter(const TreeNodes& nodes, Budget& budget, std::vector<TreeLine>& lines)
      : nodes_(nodes), budget_(budget), lines_(lines), homes_(nodes.items.size()), written_(nodes.items.size()) {}

  std::uint64_t cut() const { return cut_; }
  Result<std::uint64_t> write() {
    AMONT_TRY(find_homes());
    for (const std::size_t root : nodes_.roots) {
      if (written_[root]) continue;  // named twice
      AMONT_TRY(add(root, 0, {}, true));
      AMONT_TRY(spread(root));
    }
    return bytes_;
  }

 private:
  // Below which item a node is spread out.
  struct Home {
    std::size_t parent = kNone;
    bool found = false;
  };
  struct Frame {
    std::size_t item = 0;
    std::size_t next = 0;  // child
  };

  Status find_homes() {
    std::vector<std::size_t> queue;
    const auto settle = [&](std::size_t item, std::size_t parent) {
      if (homes_[item].found) return;
      homes_[item] = {parent, true};
      queue.push_back(item);
    };
    for (const std::size_t root : nodes_.roots) settle(root, kNone);
    for (std::size_t at = 0; at < queue.size(); ++at) {
      const std::vector<TreeNodes::Child>& children = nodes_.items[queue[at]].children;
      if (!budget_.charge(children.size() + 1)) return budget_.reason();
      for (const TreeNodes::Child& child : children) settle(child.place, queue[at]);
    }
    return {};
  }

  Status spread(std::size_t root) {
    std::vector<Frame> frames = {{root, 0}};
    while (!frames.empty()) {
      Frame& frame = frames.back();
      const TreeNodes::Item& item = nodes_.items[frame.item];
      if (frame.next == item.children.size()) {
        frames.pop_back();
        continue;
      }
      const TreeNodes::Child& child = item.children[frame.next++];
      if (child.both_ways && homes_[frame.item].parent == child.place) continue;
      const bool is_home = homes_[child.place].parent == frame.item && !written_[child.place];
      const auto depth = static_cast<std::uint32_t>(frames.size());
      const bool opens = is_home && depth < kDeepest;
      AMONT_TRY(add(child.place, depth, child.through, is_home));
      if (opens) frames.push_back({child.place, 0});
    }
    return {};
  }

  Status add(std::size_t place, std::uint32_t depth, const std::string& through, bool is_home) {
    const TreeNodes::Item& item = nodes_.items[place];
    TreeLine line{depth, item.ref, item.title, through, item.note};
    const auto note = [&](std::string_view more) {
      if (!line.note.empty()) line.note += "; ";
      line.note += more;
    };
    if (!item.children.empty() && !is_home) note(written_[place] ? "see above" : "see below");
    if (!item.children.empty() && is_home && depth >= kDeepest) {
      note("goes on deeper than can be shown");
      cut_ += item.children.size();
    }
    if (is_home) written_[place] = true;
    const std::uint64_t bytes =
        sizeof line + line.ref.size() + line.title.size() + line.through.size() + line.note.size();
    if (!budget_.take_rows(1) || !budget_.take_output(bytes) || !budget_.charge(10)) return budget_.reason();
    bytes_ += bytes;
    lines_.push_back(std::move(line));
    return {};
  }

  const TreeNodes& nodes_;
  Budget& budget_;
  std::vector<TreeLine>& lines_;
  std::vector<Home> homes_;
  std::vector<bool> written_;
  std::uint64_t bytes_ = 0;
  std::uint64_t cut_ = 0;
};

}  // namespace

std::uint64_t bytes_held(const TreeNodes& nodes) noexcept {
  std::uint64_t bytes = 0;
  for (const TreeNodes::Item& item : nodes.items)
    bytes += sizeof item + item.ref.size() + item.title.size() + item.children.size() * sizeof(TreeNodes::Child);
  return bytes;
}

Result<std::uint64_t> write_tree(const TreeNodes& nodes, Budget& budget, std::vector<TreeLine>& lines,
                                 Completeness& completeness) {
  TreeWriter writer(nodes, budget, lines);
  AMONT_LET(const std::uint64_t bytes, writer.write());
  if (writer.cut() > 0) completeness.reasons.push_back({"depth", writer.cut(), true});
  return bytes;
}

}  // namespace amont
