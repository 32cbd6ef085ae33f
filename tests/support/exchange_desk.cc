#include "tests/support/exchange_desk.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/exchange/schema_text.h"
#include "tests/support/small_schema.h"

namespace amont {
namespace {

ByteSink into(std::string& out) {
  return [&out](std::string_view bytes) -> Status {
    out += bytes;
    return {};
  };
}

}  // namespace

ByteSource source_of(std::string text, std::size_t piece) {
  return [text = std::move(text), piece, at = std::size_t{0}](std::span<char> out) mutable -> Result<std::size_t> {
    const std::size_t size = std::min({out.size(), piece, text.size() - at});
    std::copy_n(text.data() + at, size, out.data());
    at += size;
    return size;
  };
}

void KnownSchemas::add(const Schema& schema) {
  SchemaGrowth growth = schema.as_growth();
  growth.source = schema_text(schema);
  add(growth.source, growth);
}

SchemaReader KnownSchemas::reader() const {
  return [this](std::string_view lua) -> Result<SchemaGrowth> {
    const auto at = known_.find(lua);
    if (at == known_.end()) return Status(Code::kScript, "schema:1: no such text");
    return at->second;
  };
}

ExchangeDesk::ExchangeDesk(Judge judge) {
  Options options;
  options.judge = std::move(judge);
  options.index_in_memory = true;
  options.files = &files_;
  options.clock = [this] { return Timestamp{clock_ += 1'000'000}; };
  auto made = Store::create("/register", small_schema(), options);
  if (!made) ADD_FAILURE() << made.status().text();
  store_ = *std::move(made);
  schemas_.add(view().schema());
  schemas_.add("custom", custom_growth());
  schemas_.add(small_schema().source, small_schema());
}

ImportOptions ExchangeDesk::options(const std::string& file) {
  ImportOptions options;
  options.file = file;
  options.read_schema = schemas_.reader();
  options.reject = [this](const Reject& reject) -> Status {
    rejects.push_back(reject);
    return {};
  };
  options.warn = [this](const Position& where, std::string_view text) {
    warnings.push_back(where.text() + ": " + std::string(text));
  };
  return options;
}

Result<ImportReport> ExchangeDesk::jsonl(const std::string& text, bool keep_going) {
  ImportOptions with = options("in.jsonl");
  with.keep_going = keep_going;
  return import_jsonl(*store_, source_of(text), with);
}

Result<ImportReport> ExchangeDesk::csv(const std::string& text, bool keep_going) {
  ImportOptions with = options("in.csv");
  with.keep_going = keep_going;
  return import_csv(*store_, source_of(text), with);
}

Snapshot ExchangeDesk::view(std::optional<TxNumber> at) {
  auto taken = at ? store_->snapshot_at(*at) : store_->snapshot();
  EXPECT_TRUE(taken.ok()) << taken.status().text();
  return *taken;
}

std::string ExchangeDesk::exported_jsonl(std::optional<TxNumber> at) {
  std::string out;
  const Status done = export_jsonl(view(at), into(out));
  EXPECT_TRUE(done.ok()) << done.text();
  return out;
}

std::string ExchangeDesk::exported_history() {
  std::string out;
  const Status done = export_jsonl_history(*store_, view(), into(out));
  EXPECT_TRUE(done.ok()) << done.text();
  return out;
}

std::string ExchangeDesk::exported_nodes() {
  std::string out;
  const Status done = export_csv_nodes(view(), into(out));
  EXPECT_TRUE(done.ok()) << done.text();
  return out;
}

std::string ExchangeDesk::exported_edges() {
  std::string out;
  const Status done = export_csv_edges(view(), into(out));
  EXPECT_TRUE(done.ok()) << done.text();
  return out;
}

}  // namespace amont
