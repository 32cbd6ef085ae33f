// What the tests of redaction share: two secrets, changes of a line, and what a register says of them.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "amont/exchange.h"
#include "amont/keeping.h"
#include "amont/redaction.h"
#include "amont/store.h"

namespace amont {

inline constexpr const char* kSecret = "Zk7qVw9XbLs2RtYp4McD";
inline constexpr const char* kOther = "Hj3nUe8GfAo6WiQz1KxB";

inline Ref dataset(const std::string& key) { return {"dataset", key}; }

inline PutNode put(const std::string& key, const std::string& name, std::optional<Value> value) {
  PutNode change;
  change.ref = dataset(key);
  change.props.push_back({name, std::move(value)});
  return change;
}

inline PutEdge link(const std::string& from, const std::string& to, const std::string& name,
                    std::optional<Value> value) {
  PutEdge change;
  change.kind = "derived_from";
  change.from = dataset(from);
  change.to = dataset(to);
  change.label = "l";
  if (!name.empty()) change.props.push_back({name, std::move(value)});
  return change;
}

inline Transaction one(Change change) {
  Transaction transaction;
  transaction.changes.push_back(std::move(change));
  return transaction;
}

inline Redaction of(RedactText text) {
  Redaction redaction;
  redaction.texts.push_back(std::move(text));
  redaction.author = "dpo";
  redaction.reason = "asked for";
  return redaction;
}

inline std::string text_of(Store& store, TxNumber at, const std::string& key, const std::string& name) {
  const auto view = store.snapshot_at(at);
  if (!view) return view.status().text();
  const auto node = view->node(dataset(key));
  if (!node) return node.status().text();
  if (!*node) return "(absent)";
  const Value* const value = find_property((*node)->props, name);
  return value ? std::string(text_property((*node)->props, name)) : "(none)";
}

inline std::string history_of(Store& store) {
  std::string out;
  const auto view = store.snapshot();
  const Status done = export_jsonl_history(store, *view, [&](std::string_view bytes) {
    out += bytes;
    return Status();
  });
  return done.ok() ? out : done.text();
}

inline std::string export_of(Store& store) {
  std::string out;
  const auto view = store.snapshot();
  const Status done = export_jsonl(*view, [&](std::string_view bytes) {
    out += bytes;
    return Status();
  });
  return done.ok() ? out : done.text();
}

inline std::string findings_of(const std::string& path, const Options& options) {
  const auto report = Store::verify(path, options);
  if (!report) return report.status().text();
  return fmt::format("{}", fmt::join(report->findings, "\n"));
}

}  // namespace amont
