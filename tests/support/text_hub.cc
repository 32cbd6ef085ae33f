#include "tests/support/text_hub.h"

#include <gtest/gtest.h>

#include <sstream>
#include <utility>

#include "tests/support/small_schema.h"

namespace amont {
namespace {

TimeChange time_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return std::optional<Timestamp>(*Timestamp::parse_date_or_time(text));
}

}  // namespace

TextHub::TextHub(std::string_view edges) {
  Options options;
  options.files = &disk_;
  options.index_in_memory = true;
  auto store = Store::create("hub", small_schema(), options);
  if (!store.ok()) ADD_FAILURE() << store.status().text(), std::abort();
  store_ = *std::move(store);
  commit({GrowSchema{custom_growth()}});
  add(edges);
}

void TextHub::add(std::string_view edges) {
  std::vector<Change> changes;
  std::string text(edges);
  for (char& c : text)
    if (c == ';') c = '\n';
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string from, kind, to, label;
    if (!(words >> from)) continue;
    words >> kind >> to >> label;
    for (const std::string& end : {from, to}) {
      if (end.empty()) continue;
      PutNode node;
      node.ref = *Ref::parse(end);
      changes.push_back(std::move(node));
    }
    if (kind.empty()) continue;
    PutEdge edge;
    edge.kind = kind;
    edge.from = *Ref::parse(from);
    edge.to = *Ref::parse(to);
    edge.label = label;
    changes.push_back(std::move(edge));
  }
  if (!changes.empty()) commit(std::move(changes));
}

void TextHub::put(const std::string& ref, const std::string& valid_from, const std::string& valid_to,
                  std::vector<PropertyChange> props) {
  PutNode node;
  node.ref = *Ref::parse(ref);
  node.valid_from = time_of(valid_from);
  node.valid_to = time_of(valid_to);
  node.props = std::move(props);
  commit({std::move(node)});
}

void TextHub::put_edge(const std::string& from, const std::string& kind, const std::string& to,
                       const std::string& valid_from, const std::string& valid_to) {
  PutEdge edge;
  edge.kind = kind;
  edge.from = *Ref::parse(from);
  edge.to = *Ref::parse(to);
  edge.valid_from = time_of(valid_from);
  edge.valid_to = time_of(valid_to);
  commit({std::move(edge)});
}

void TextHub::commit(std::vector<Change> changes) {
  Transaction transaction;
  transaction.changes = std::move(changes);
  const Result<Receipt> receipt = store_->commit(transaction);
  EXPECT_TRUE(receipt.ok()) << receipt.status().text();
}

Snapshot TextHub::view() { return *store_->snapshot(); }

NodeId TextHub::id(std::string_view ref) {
  const auto found = view().find(*Ref::parse(ref));
  EXPECT_TRUE(found.ok() && found->has_value()) << ref;
  return found.ok() ? found->value_or(NodeId{kNodesMax}) : NodeId{kNodesMax};
}

std::vector<NodeId> TextHub::ids(std::string_view refs) {
  std::vector<NodeId> out;
  std::istringstream words{std::string(refs)};
  for (std::string ref; words >> ref;) out.push_back(id(ref));
  return out;
}

std::string TextHub::ref(NodeId id) {
  const auto found = view().ref(id);
  return found.ok() ? found->text() : found.status().text();
}

}  // namespace amont
