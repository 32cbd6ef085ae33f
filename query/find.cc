// find and nodes_of_kind: questions about all nodes. There is no index of words: find() reads every node once, in the order of
// ids and some thousands at a time, so it costs what reading the register's nodes costs (some 5 microseconds each), and
// memory for what it found, or for a few times `limit`.
#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "amont/query.h"
#include "core/text/utf8.h"
#include "query/walk/walk.h"
#include "query/words.h"

namespace amont {
namespace {

constexpr std::size_t kNodesAtOnce = 2048;

struct Found {
  bool by_word = false;  // and not by its ref's beginning
  std::string ref;
  NodeId id{};
  auto operator<=>(const Found&) const = default;
};

class Finder {
 public:
  Finder(const Snapshot& view, std::string_view text, std::uint64_t limit, const AskOptions& options)
      : view_(view),
        text_(text),
        folded_(fold_words(text)),
        words_(split_words(folded_)),
        limit_(limit),
        options_(options),
        clock_(options) {}

  Status choose_kinds(std::span<const std::string> kinds) {
    wanted_.assign(view_.schema().nodes().size(), kinds.empty());
    for (const std::string& kind : kinds) {
      const NodeRow* row = view_.schema().node(kind);
      if (!row) return not_found(fmt::format("the schema has no node kind {}", in_quotes(kind)));
      wanted_[number_of(row->kind)] = true;
    }
    return {};
  }

  Result<std::vector<NodeId>> run() {
    const std::uint64_t count = view_.id_count();
    std::vector<NodeId> ids;
    for (std::uint64_t first = 0; first < count; first += kNodesAtOnce) {
      if (clock_.stops_now())
        return Status(
            Code::kTimeout,
            fmt::format("find: out of time after {} of {} nodes; ask for a kind, or allow more time", first, count));
      const std::size_t some = static_cast<std::size_t>(std::min<std::uint64_t>(kNodesAtOnce, count - first));
      AMONT_LET(const auto briefs, view_.briefs(NodeId{first}, some));
      ids.clear();
      for (std::size_t i = 0; i < some; ++i)
        if (briefs[i].alive && wanted_[number_of(briefs[i].kind)]) ids.push_back(NodeId{first + i});
      if (ids.empty()) continue;
      AMONT_LET(const auto nodes, view_.nodes(ids));
      for (const std::optional<Node>& node : nodes)
        if (node) look_at(*node);
    }
    cut();
    std::vector<NodeId> out;
    out.reserve(found_.size());
    for (const Found& found : found_) out.push_back(found.id);
    return out;
  }

 private:
  void look_at(const Node& node) {
    if (options_.valid_at) {
      const bool there = options_.valid_until ? node.valid.overlaps(*options_.valid_at, *options_.valid_until)
                                              : node.valid.contains(*options_.valid_at);
      if (!there) return;
    }
    const bool begins = ref_begins(node.ref);
    if (!begins && !has_all_words(node)) return;
    found_.push_back({!begins, node.ref.text(), node.id});
    if (limit_ > 0 && found_.size() >= 2 * limit_ + 1024) cut();
  }

  bool ref_begins(const Ref& ref) const {
    if (text_.size() <= ref.kind.size()) return ref.kind.starts_with(text_);
    const std::string_view after = text_.substr(ref.kind.size() + 1);
    return text_.starts_with(ref.kind) && text_[ref.kind.size()] == ':' && ref.key.starts_with(after);
  }

  bool has_all_words(const Node& node) {
    if (words_.empty()) return false;
    fold_words(node.ref.key, key_);
    bool folded_title = false;
    return std::ranges::all_of(words_, [&](std::string_view word) {
      if (has_word(key_, word)) return true;
      if (!folded_title) fold_words(text_property(node.props, "title"), title_);
      folded_title = true;
      return has_word(title_, word);
    });
  }

  void cut() {
    std::ranges::sort(found_);
    if (limit_ > 0 && found_.size() > limit_) found_.resize(limit_);
  }

  const Snapshot& view_;
  std::string_view text_;
  std::string folded_;
  std::vector<std::string_view> words_;
  std::uint64_t limit_;
  const AskOptions& options_;
  Clock clock_;
  std::vector<bool> wanted_;  // by NodeKind
  std::vector<Found> found_;
  std::string key_, title_;  // of the node looked at, folded
};

}  // namespace

Result<std::vector<NodeId>> find(const Snapshot& view, std::string_view text, std::span<const std::string> kinds,
                                 std::uint64_t limit, const AskOptions& options) {
  Finder finder(view, text, limit, options);
  AMONT_TRY(finder.choose_kinds(kinds));
  return finder.run();
}

Result<NodeSet> nodes_of_kind(const Snapshot& view, std::string_view kind) {
  const NodeRow* row = kind.empty() ? nullptr : view.schema().node(kind);
  if (!row && !kind.empty()) return not_found(fmt::format("the schema has no node kind {}", in_quotes(kind)));
  NodeSet set;
  std::vector<NodeId> ids;
  constexpr std::uint64_t kAtOnce = 1 << 16;
  for (std::uint64_t first = 0; first < view.id_count(); first += kAtOnce) {
    AMONT_LET(const auto briefs,
              view.briefs(NodeId{first}, static_cast<std::size_t>(std::min(kAtOnce, view.id_count() - first))));
    ids.clear();
    for (std::size_t i = 0; i < briefs.size(); ++i)
      if (briefs[i].alive && (!row || briefs[i].kind == row->kind)) ids.push_back(NodeId{first + i});
    set = first == 0 ? NodeSet(ids) : set | NodeSet(ids);
  }
  return set;
}

}  // namespace amont
