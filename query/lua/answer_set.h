// AnswerSet: what a script calls a set: nodes, and how the question that gave them reached each.
//
// Nodes stay numbers in a bitmap until a script asks for one; then they are read a page at a time, in the order of the
// answer. `a & b`, `a - b`, a:only() and a:where() keep what is known of a's nodes; a | b keeps it when both come from
// one answer, and is otherwise a plain set, since two questions have no common depth.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "amont/node_set.h"
#include "amont/query.h"
#include "query/lua/budget.h"
#include "query/lua/script_context.h"

namespace amont {

// Bytes counted against a run's memory as long as this lives.
class Held {
 public:
  Held(Budget& budget, std::uint64_t bytes) : budget_(budget), bytes_(budget.hold(bytes) ? bytes : 0) {}
  ~Held() { budget_.release(bytes_); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  Budget& budget_;
  std::uint64_t bytes_;
};

std::uint64_t bytes_of(const Node& node);
std::uint64_t bytes_of(const Properties& props);

// Refs as texts, one after the other.
struct OrderedRefs {
  std::string texts;
  std::vector<std::uint32_t> ends;

  void add(const Ref& ref);
  std::string_view operator[](std::size_t i) const {
    const std::uint32_t begin = i == 0 ? 0 : ends[i - 1];
    return std::string_view(texts).substr(begin, ends[i] - begin);
  }
  std::uint64_t bytes() const { return texts.capacity() + ends.capacity() * sizeof ends[0]; }
};

// Nodes that are read together, once, when the first of them is looked into: a loop that only counts or collects reads none. One that
// is not alive in its view has its ref and nothing else.
struct NodesRead {
  const AtView* at = nullptr;
  std::vector<NodeId> ids;
  std::shared_ptr<const OrderedRefs>
      refs;  // from putting them in order, if it was kept; they begin with the text at first_ref
  std::size_t first_ref = 0;
  // These are there after read(), which is const, since what they hold was settled with the ids.
  mutable std::vector<Node> nodes;
  mutable std::vector<bool> alive;
  mutable std::unique_ptr<Held> held;

  bool is_read() const { return nodes.size() == ids.size(); }
  // The ref of a node, if it is known without reading the node.
  std::optional<std::string_view> ref(std::size_t index) const {
    if (!refs) return std::nullopt;
    return (*refs)[first_ref + index];
  }
  Status read(Budget& budget) const;
};
Result<std::shared_ptr<const NodesRead>> read_page(const AtView& at, Budget& budget, std::span<const NodeId> ids);

class AnswerSet {
 public:
  // More than a reader keeps of one call (core/index/reader.cc): going through a large set pushes nothing out.
  static constexpr std::size_t kPageNodes = 1024;

  AnswerSet(const AtView* at, NodeSet nodes) : at_(at), nodes_(std::move(nodes)) {}
  // The nodes of an answer, sorted as answers are.
  AnswerSet(const AtView* at, Budget& budget, std::vector<Reached> answer);

  const AtView& at() const { return *at_; }
  const NodeSet& nodes() const { return nodes_; }
  std::uint64_t size() const { return order_ ? order_->nodes.size() : nodes_.size(); }
  bool is_answer() const { return answer_ != nullptr; }
  // The same answer with fewer nodes.
  AnswerSet narrowed(NodeSet nodes) const;
  AnswerSet united(const AnswerSet& other) const;

  // All nodes in order: of an answer by depth, then by ref; of a plain set by ref. Good until the set is changed or
  // gone.
  Result<std::span<const Reached>> in_order(Budget& budget);
  // The page of in_order() that has the node at `position`, which is the page's node at position % kPageNodes. Not read yet, maybe.
  Result<std::shared_ptr<const NodesRead>> page_at(Budget& budget, std::size_t position);

  std::uint64_t bytes() const { return 64 + 2 * nodes_.size(); }

 private:
  struct Order {
    std::vector<Reached> nodes;
    std::unique_ptr<Held> held;
    std::shared_ptr<const OrderedRefs> refs;  // of the same nodes, for a plain set that is not too large
  };
  static std::shared_ptr<const Order> order_of(Budget& budget, std::vector<Reached> nodes,
                                               std::shared_ptr<const OrderedRefs> refs = nullptr);

  const AtView* at_;
  NodeSet nodes_;
  std::shared_ptr<const Order> answer_;  // what the question gave; nullptr for a plain set
  std::shared_ptr<const Order> order_;   // answer_ narrowed to nodes_, or nodes_ sorted by ref; made when needed
  std::shared_ptr<const NodesRead> page_;
  std::size_t page_first_ = 0;
};

inline std::uint64_t bytes_held(const AnswerSet& set) noexcept { return set.bytes(); }

// The nodes of `set` whose kind has one of these names, which must be known.
Result<NodeSet> of_kinds(const AtView& at, Budget& budget, const NodeSet& set, std::span<const std::string> kinds);
// All nodes of a kind, or of all kinds when empty, that count in the view.
Result<NodeSet> all_of_kind(const AtView& at, Budget& budget, std::string_view kind);
// The nodes at the far end of edges of these kinds (all when empty) that leave or enter nodes of `set`.
Result<NodeSet> far_ends(const AtView& at, Budget& budget, const NodeSet& set, Direction direction,
                         std::span<const std::string> edge_kinds);

}  // namespace amont
