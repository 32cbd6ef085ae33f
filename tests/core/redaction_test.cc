// Redaction: what is gone, and what stays.
#include "amont/redaction.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/io/files.h"
#include "tests/core/redacting.h"
#include "tests/support/small_schema.h"
#include "tests/support/store_bytes.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

class Redacting : public testing::Test {
 protected:
  Redacting() {
    options_.segment_bytes = 4 << 10;
    options_.memory_bytes = 4 << 20;
  }
  void SetUp() override { create(); }
  void create() {
    auto made = Store::create(path_, small_schema(), options_);
    ASSERT_TRUE(made.ok()) << made.status().text();
    store_ = *std::move(made);
  }
  void reopen() {
    store_.reset();
    auto opened = Store::open(path_, options_);
    ASSERT_TRUE(opened.ok()) << opened.status().text();
    store_ = *std::move(opened);
  }
  TxNumber commit(Transaction transaction) {
    const auto done = store_->commit(transaction);
    EXPECT_TRUE(done.ok()) << done.status().text();
    return done ? done->tx : 0;
  }
  TxNumber commit(Change change) { return commit(one(std::move(change))); }
  RedactionReport redact(RedactText text) {
    auto done = store_->redact(of(std::move(text)));
    EXPECT_TRUE(done.ok()) << done.status().text();
    return done ? *std::move(done) : RedactionReport();
  }
  void expect_gone(std::string_view text) {
    EXPECT_EQ(fmt::format("{}", fmt::join(files_that_hold(posix_files(), path_, text), ", ")), "");
  }
  // Closes the store, verifies it, makes its index anew, and compares.
  void expect_sound() {
    const std::string before = export_of(*store_) + history_of(*store_);
    store_.reset();
    EXPECT_EQ(findings_of(path_, options_), "");
    const Status rebuilt = Store::rebuild(path_, options_);
    EXPECT_TRUE(rebuilt.ok()) << rebuilt.text();
    EXPECT_EQ(findings_of(path_, options_), "");
    ASSERT_NO_FATAL_FAILURE(reopen());
    EXPECT_EQ(export_of(*store_) + history_of(*store_), before);
  }

  TempDir dir_;
  const std::string path_ = dir_ / "hub";
  Options options_;
  std::unique_ptr<Store> store_;
};

TEST_F(Redacting, ATextIsGoneFromEveryFileAndEveryVersion) {
  const TxNumber first = commit(put("a", "contact", Value(fmt::format("first {}", kSecret))));
  commit(put("a", "title", Value(std::string("A"))));
  ASSERT_TRUE(store_->flush().ok());
  const TxNumber second = commit(put("a", "contact", Value(fmt::format("second {}", kSecret))));
  commit(put("b", "contact", Value(std::string(kOther))));
  ASSERT_TRUE(store_->flush().ok());
  commit(one(RetractNode{dataset("a")}));
  commit(put("a", "contact", Value(List{Scalar(fmt::format("third {}", kSecret)), Scalar(std::int64_t{7})})));
  ASSERT_FALSE(files_that_hold(posix_files(), path_, kSecret).empty());
  auto before = std::make_unique<Result<Snapshot>>(store_->snapshot());
  ASSERT_TRUE(before->ok());

  const RedactionReport report = redact(RedactText::of_node(dataset("a"), "contact"));
  EXPECT_TRUE(report.receipt.written);
  ASSERT_EQ(report.erased.size(), 3u);
  EXPECT_EQ(report.erased[0].tx, first);
  EXPECT_EQ(report.erased[0].until, second);
  EXPECT_EQ(report.erased[2].until, 0u);
  expect_gone(kSecret);
  EXPECT_FALSE(files_that_hold(posix_files(), path_, kOther).empty());
  for (TxNumber at = first; at <= report.receipt.tx; ++at)
    EXPECT_EQ(text_of(*store_, at, "a", "contact").find(kSecret), std::string::npos) << "at " << at;
  EXPECT_EQ(text_of(*store_, first, "a", "contact"), "(none)");
  EXPECT_EQ(text_of(*store_, second, "a", "title"), "A");
  // A snapshot that was taken before shows no more.
  const auto node = (*before)->node(dataset("a"));
  ASSERT_TRUE(node.ok() && *node);
  EXPECT_EQ(find_property((*node)->props, "contact"), nullptr);
  before.reset();
  expect_sound();
  expect_gone(kSecret);
}

TEST_F(Redacting, WhatIsLeftOfATextSaysWhichTransactionTookIt) {
  const TxNumber first = commit(put("a", "contact", Value(std::string(kSecret))));
  const TxNumber second = commit(put("a", "contact", Value(std::string(kOther))));
  const RedactionReport report = redact(RedactText::of_node(dataset("a"), "contact", first));
  ASSERT_EQ(report.erased.size(), 1u);
  {
    const auto then = store_->snapshot_at(first), now = store_->snapshot();
    const auto id = now->find(dataset("a"));
    const auto redacted = then->redacted(**id);
    ASSERT_TRUE(redacted.ok());
    ASSERT_EQ(redacted->size(), 1u);
    EXPECT_EQ((*redacted)[0], (RedactedText{"contact", first, second, report.receipt.tx, report.erased[0].commitment}));
    EXPECT_TRUE(now->redacted(**id)->empty());
  }
  EXPECT_EQ(text_of(*store_, second, "a", "contact"), kOther);
  expect_gone(kSecret);
  const auto detail = store_->transaction(first);
  ASSERT_TRUE(detail.ok());
  ASSERT_EQ(detail->changes[0].redacted.size(), 1u);
  EXPECT_EQ(detail->changes[0].redacted[0].by, report.receipt.tx);
  const auto said = store_->transaction(report.receipt.tx);
  ASSERT_TRUE(said.ok());
  ASSERT_EQ(said->changes.size(), 1u);
  EXPECT_EQ(said->changes[0].what, TxChange::What::kRedact);
  EXPECT_EQ(said->changes[0].node, dataset("a"));
  EXPECT_EQ(said->changes[0].redacted_name, "contact");
  EXPECT_EQ(said->changes[0].redacted_tx, first);
  EXPECT_EQ(said->entry.author, "dpo");
  expect_sound();
}

TEST_F(Redacting, LaterPutsAreRefusedUnlessTheySayWhy) {
  commit(put("a", "contact", Value(std::string(kSecret))));
  commit(put("b", "title", Value(std::string("B"))));
  commit(link("a", "b", "how", Value(std::string(kSecret))));
  redact(RedactText::of_node(dataset("a"), "contact"));
  redact(RedactText::of_edge("derived_from", dataset("a"), dataset("b"), "l", "how"));
  const auto refused = store_->commit(one(put("a", "contact", Value(std::string("new")))));
  EXPECT_EQ(refused.code(), Code::kRefused);
  EXPECT_NE(refused.status().text().find("redacted by transaction"), std::string::npos) << refused.status().text();
  EXPECT_EQ(store_->commit(one(link("a", "b", "how", Value(std::string("new"))))).code(), Code::kRefused);
  commit(one(RetractEdge{"derived_from", dataset("a"), dataset("b"), "l"}));
  EXPECT_EQ(store_->commit(one(link("a", "b", "how", Value(std::string("new"))))).code(), Code::kRefused);
  // Neither removing it, nor another property, nor another record is.
  commit(put("a", "title", Value(std::string("A"))));
  EXPECT_TRUE(store_->commit(one(put("a", "contact", std::nullopt))).ok());
  commit(put("b", "contact", Value(std::string("b"))));
  commit(link("a", "b", "", {}));
  reopen();
  Transaction again = one(put("a", "contact", Value(std::string("new"))));
  again.again = "the person agreed";
  const TxNumber tx = commit(again);
  EXPECT_EQ(text_of(*store_, tx, "a", "contact"), "new");
  EXPECT_EQ(store_->log(tx, tx)->front().again, "the person agreed");
  // What is there again is not told to be gone.
  {
    const auto now = store_->snapshot();
    EXPECT_TRUE(now->redacted(**now->find(dataset("a")))->empty());
  }
  EXPECT_EQ(export_of(*store_).find("\"contact\":{\"@redacted"), std::string::npos);
  // The same once more changes nothing, and needs no reason.
  EXPECT_FALSE(store_->commit(one(put("a", "contact", Value(std::string("new")))))->written);
  const RedactionReport second = redact(RedactText::of_node(dataset("a"), "contact"));
  EXPECT_EQ(second.erased.size(), 1u);
  EXPECT_EQ(text_of(*store_, tx, "a", "contact"), "(none)");
  expect_sound();
}

TEST_F(Redacting, AnEdgesTextIsGoneFromAllItsLives) {
  commit(put("a", "title", Value(std::string("A"))));
  commit(put("b", "title", Value(std::string("B"))));
  const TxNumber first = commit(link("a", "b", "how", Value(std::string(kSecret))));
  commit(link("a", "b", "n", Value(std::int64_t{3})));
  commit(one(RetractEdge{"derived_from", dataset("a"), dataset("b"), "l"}));
  commit(link("a", "b", "how", Value(fmt::format("again {}", kSecret))));
  commit(one(RetractNode{dataset("b")}));
  commit(put("b", "title", Value(std::string("B2"))));
  Transaction both = one(link("a", "b", "how", Value(fmt::format("short {}", kSecret))));
  both.changes.push_back(RetractEdge{"derived_from", dataset("a"), dataset("b"), "l"});
  both.changes.push_back(link("a", "b", "how", Value(fmt::format("last {}", kSecret))));
  commit(both);
  const RedactionReport report = redact(RedactText::of_edge("derived_from", dataset("a"), dataset("b"), "l", "how"));
  EXPECT_EQ(report.erased.size(), 4u);
  expect_gone(kSecret);
  {
    const auto then = store_->snapshot_at(first);
    const auto edges = then->edges(**then->find(dataset("a")), Direction::kUpstream);
    ASSERT_TRUE(edges.ok());
    ASSERT_EQ(edges->size(), 1u);
    EXPECT_TRUE(edges->front().props.empty());
    EXPECT_EQ(then->redacted(edges->front())->size(), 1u);
  }
  expect_sound();
}

TEST_F(Redacting, TextsOfBatchesGoAndThoseOfVoidedOnesToo) {
  options_.batch_part_bytes = 256;
  reopen();
  const auto fill = [&](Batch& batch, const std::string& text) {
    for (int n = 0; n < 20; ++n) {
      ASSERT_TRUE(batch.add(put(fmt::format("n{}", n), "contact", Value(fmt::format("{} {}", text, n)))).ok());
      if (n == 10) {
        ASSERT_TRUE(batch.add(put("x", "contact", Value(std::string(text)))).ok());
      }
    }
  };
  {
    auto batch = store_->begin_batch({});
    ASSERT_TRUE(batch.ok());
    fill(**batch, kSecret);
    ASSERT_TRUE((*batch)->abandon().ok());
  }
  commit(put("y", "contact", Value(std::string(kOther))));  // takes an id that the voided batch gave
  {
    Transaction heading;
    heading.idempotency_key = "key";
    auto batch = store_->begin_batch(heading);
    ASSERT_TRUE(batch.ok());
    fill(**batch, kSecret);
    ASSERT_TRUE((*batch)->close().ok());
  }
  Redaction all = of(RedactText::of_node(dataset("x"), "contact"));
  for (int n = 0; n < 20; ++n) all.texts.push_back(RedactText::of_node(dataset(fmt::format("n{}", n)), "contact"));
  const auto report = store_->redact(all);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_GT(report->erased.size(), 21u);  // of the voided batch, all but what had not come to a part
  EXPECT_EQ(report->request_digests, 1u);
  expect_gone(kSecret);
  EXPECT_EQ(text_of(*store_, report->receipt.tx, "y", "contact"), kOther);
  // The same batch under the same key can't be told from another any more.
  Transaction heading;
  heading.idempotency_key = "key";
  auto batch = store_->begin_batch(heading);
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ((*batch)->close().code(), Code::kConflict);
  batch->reset();
  expect_sound();
}

TEST_F(Redacting, ADigestThatWouldTellAGuessedTextGoesToo) {
  Transaction keyed = one(put("a", "contact", Value(std::string("short"))));
  keyed.idempotency_key = "k1";
  commit(keyed);
  EXPECT_FALSE(store_->commit(keyed)->written);
  const RedactionReport report = redact(RedactText::of_node(dataset("a"), "contact"));
  EXPECT_EQ(report.request_digests, 1u);
  const auto again = store_->commit(keyed);
  EXPECT_EQ(again.code(), Code::kConflict);
  EXPECT_NE(again.status().text().find("redacted"), std::string::npos) << again.status().text();
  expect_sound();
  EXPECT_EQ(store_->commit(keyed).code(), Code::kConflict);
}

TEST_F(Redacting, AuthorReasonAndSourceCanGo) {
  Transaction told = one(put("a", "title", Value(std::string("A"))));
  told.author = fmt::format("author {}", kSecret);
  told.reason = fmt::format("reason {}", kSecret);
  told.source.file = fmt::format("file {}", kSecret);
  const TxNumber tx = commit(told);
  Redaction all = of(RedactText::of_transaction(RedactText::Of::kAuthor, tx));
  all.texts.push_back(RedactText::of_transaction(RedactText::Of::kReason, tx));
  all.texts.push_back(RedactText::of_transaction(RedactText::Of::kSource, tx));
  const auto report = store_->redact(all);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->erased.size(), 3u);
  expect_gone(kSecret);
  const auto entry = store_->log(tx, tx)->front();
  EXPECT_EQ(entry.author, "");
  EXPECT_EQ(entry.redacted.size(), 3u);
  EXPECT_EQ(store_->redact(of(RedactText::of_transaction(RedactText::Of::kAgain, tx))).code(), Code::kNotFound);
  const auto twice = store_->redact(all);
  ASSERT_TRUE(twice.ok()) << twice.status().text();
  EXPECT_FALSE(twice->receipt.written);
  expect_sound();
}

TEST_F(Redacting, ARedactionCanLoseItsOwnReason) {
  commit(put("a", "contact", Value(std::string("x"))));
  Redaction first = of(RedactText::of_node(dataset("a"), "contact"));
  first.reason = kSecret;
  const auto done = store_->redact(first);
  ASSERT_TRUE(done.ok());
  redact(RedactText::of_transaction(RedactText::Of::kReason, done->receipt.tx));
  expect_gone(kSecret);
  expect_sound();
}

TEST_F(Redacting, TwiceTheSameChangesNothingAndWhatNeverWasIsNotFound) {
  const TxNumber tx = commit(put("a", "contact", Value(std::string(kSecret))));
  commit(put("a", "n", Value(std::int64_t{3})));
  redact(RedactText::of_node(dataset("a"), "contact"));
  const TxNumber head = store_->info().head;
  EXPECT_FALSE(redact(RedactText::of_node(dataset("a"), "contact")).receipt.written);
  EXPECT_FALSE(redact(RedactText::of_node(dataset("a"), "contact", tx)).receipt.written);
  EXPECT_EQ(store_->info().head, head);
  const auto code = [&](RedactText text) { return store_->redact(of(std::move(text))).code(); };
  EXPECT_EQ(code(RedactText::of_node(dataset("a"), "nothing")), Code::kNotFound);
  EXPECT_EQ(code(RedactText::of_node(dataset("zz"), "contact")), Code::kNotFound);
  EXPECT_EQ(code(RedactText::of_node(dataset("a"), "contact", 1)), Code::kNotFound);
  EXPECT_EQ(code(RedactText::of_node(dataset("a"), "contact", 99)), Code::kNotFound);
  EXPECT_EQ(code(RedactText::of_node(dataset("a"), "n")), Code::kRefused);
  EXPECT_EQ(code(RedactText::of_edge("nonsense", dataset("a"), dataset("a"), "", "x")), Code::kNotFound);
  EXPECT_EQ(code(RedactText::of_transaction(RedactText::Of::kAuthor, 0)), Code::kNotFound);
  EXPECT_EQ(store_->redact({}).code(), Code::kInvalid);
  Redaction nameless = of(RedactText::of_node(dataset("a"), "contact"));
  nameless.author = "";
  EXPECT_EQ(store_->redact(nameless).code(), Code::kInvalid);
  EXPECT_EQ(store_->info().head, head);
}

TEST_F(Redacting, ADryRunTellsAndChangesNothing) {
  commit(put("a", "contact", Value(std::string(kSecret))));
  const TxNumber head = store_->info().head;
  const auto report = store_->redact(of(RedactText::of_node(dataset("a"), "contact")), /*dry=*/true);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->erased.size(), 1u);
  EXPECT_FALSE(report->receipt.written);
  EXPECT_EQ(store_->info().head, head);
  EXPECT_EQ(text_of(*store_, head, "a", "contact"), kSecret);
}

ByteSource bytes_of(const std::string& text) {
  return [text, at = std::size_t{0}](std::span<char> out) mutable -> Result<std::size_t> {
    const std::size_t size = std::min(out.size(), text.size() - at);
    std::copy_n(text.data() + at, size, out.data());
    at += size;
    return size;
  };
}

TEST_F(Redacting, AHistoryWithRedactionsIsImportedAndStaysClosed) {
  commit(put("a", "contact", Value(std::string(kSecret))));
  commit(put("b", "title", Value(std::string("B"))));
  commit(link("a", "b", "how", Value(std::string(kOther))));
  redact(RedactText::of_node(dataset("a"), "contact"));
  redact(RedactText::of_edge("derived_from", dataset("a"), dataset("b"), "l", "how"));
  redact(RedactText::of_transaction(RedactText::Of::kReason, 1));
  Transaction again = one(put("a", "contact", Value(std::string("new"))));
  again.again = "agreed";
  commit(again);
  const std::string history = history_of(*store_);
  EXPECT_NE(history.find("\"@redacted\""), std::string::npos) << history;
  EXPECT_NE(history.find("{\"redact\":{\"node\":\"dataset:a\",\"property\":\"contact\"}}"), std::string::npos)
      << history;
  const std::uint64_t transactions = store_->info().head;

  auto other = Store::create(dir_ / "other", small_schema(), options_);
  ASSERT_TRUE(other.ok());
  ImportOptions import;
  import.read_schema = [](std::string_view)->Result<SchemaGrowth> { return small_schema();
};
const auto imported = import_jsonl(**other, bytes_of(history), import);
ASSERT_TRUE(imported.ok()) << imported.status().text() << "\n" << history;
// All but the one that declares the schema, which is there already.
EXPECT_EQ((*other)->info().head, transactions) << history_of(**other);
EXPECT_EQ(text_of(**other, (*other)->info().head, "a", "contact"), "new");
EXPECT_EQ((*other)->commit(one(link("a", "b", "how", Value(std::string("x"))))).code(), Code::kRefused);
EXPECT_EQ((*other)->commit(one(put("a", "contact", Value(std::string("x"))))).code(), Code::kRefused);

// Each transaction of a history says for itself why texts come back; one that does not refuses the whole.
const auto put_again = [&](const std::string& why) {
  return import_jsonl(**other,
                      bytes_of(R"({"tx":{"number":1,"time":"2026-01-01T00:00:00Z","again":"agreed"}})"
                               "\n"
                               R"({"node":"dataset:a","props":{"contact":"first"}})"
                               "\n"
                               R"({"tx":{"number":2,"time":"2026-01-02T00:00:00Z")" +
                               why + "}}\n" + R"({"node":"dataset:a","props":{"contact":"second"}})"),
                      import);
};
const TxNumber before = (*other)->info().head;
EXPECT_EQ(put_again("").code(), Code::kRefused);
EXPECT_EQ((*other)->info().head, before);
const auto taken = put_again(R"(,"again":"asked for")");
EXPECT_TRUE(taken.ok()) << taken.status().text();
EXPECT_EQ(text_of(**other, (*other)->info().head, "a", "contact"), "second");
other->reset();
EXPECT_EQ(findings_of(dir_ / "other", options_), "");
}  // namespace

TEST_F(Redacting, ReadersBesideGoOnAndLoseTheTextsToo) {
  options_.segment_bytes = 1 << 10;
  reopen();
  for (int n = 0; n < 40; ++n)
    commit(put(fmt::format("n{}", n % 8), "contact", Value(fmt::format("{} {}", kSecret, n))));
  ASSERT_TRUE(store_->flush().ok());
  auto reader = Store::open_read_only(path_, options_);
  ASSERT_TRUE(reader.ok());
  std::atomic<bool> stop = false;
  std::string failed;
  std::thread reading([&] {
    while (!stop && failed.empty()) {
      const auto view = (*reader)->snapshot();
      if (!view) {
        failed = view.status().text();
        break;
      }
      const auto log = (*reader)->log(1, view->tx());
      if (!log) failed = "log: " + log.status().text();
      for (TxNumber tx = 2; tx <= 41 && failed.empty(); tx += 3)
        if (const auto detail = (*reader)->transaction(tx); !detail) failed = "transaction: " + detail.status().text();
      if (!view->damage().empty()) failed = view->damage();
    }
  });
  for (int n = 0; n < 8; ++n) redact(RedactText::of_node(dataset(fmt::format("n{}", n)), "contact"));
  stop = true;
  reading.join();
  EXPECT_EQ(failed, "");
  const std::string seen = history_of(**reader) + export_of(**reader);
  EXPECT_EQ(seen.find(kSecret), std::string::npos);
  EXPECT_EQ(seen, history_of(*store_) + export_of(*store_));
  reader->reset();
  expect_gone(kSecret);
  expect_sound();
}

TEST_F(Redacting, KnownCopiesAreTold) {
  commit(put("a", "contact", Value(std::string(kSecret))));
  ASSERT_TRUE(store_->note_copy("backup", "/mnt/a b\t\\n\n/x", 2).ok());
  ASSERT_TRUE(store_->note_copy("bundle", "out.bundle", 1).ok());
  ASSERT_TRUE(store_->note_copy("bundle", "out.bundle", 2).ok());
  EXPECT_EQ(store_->note_copy("backup", "", 2).code(), Code::kInvalid);
  auto reader = Store::open_read_only(path_, options_);
  ASSERT_TRUE((*reader)->note_copy("bundle", "reader.bundle", 2).ok());
  const RedactionReport report = redact(RedactText::of_node(dataset("a"), "contact"));
  ASSERT_EQ(report.copies.size(), 3u);
  EXPECT_EQ(report.copies[0].path, "/mnt/a b\t\\n\n/x");
  EXPECT_EQ(report.copies[1].up_to, 2u);
  EXPECT_EQ(report.copies[2].path, "reader.bundle");
}

TEST_F(Redacting, WhatWentOfAnEarlierLifeIsNotMissingFromTheNext) {
  commit(put("a", "contact", Value(std::string(kSecret))));
  commit(put("b", "title", Value(std::string("B"))));
  commit(link("a", "b", "how", Value(std::string(kOther))));
  redact(RedactText::of_node(dataset("a"), "contact"));
  redact(RedactText::of_edge("derived_from", dataset("a"), dataset("b"), "l", "how"));
  const auto stubs = [&](TxNumber at) {
    const Snapshot view = *store_->snapshot_at(at);
    const NodeId id = **view.find(dataset("a"));
    std::size_t count = view.redacted(id)->size();
    const auto edges = view.edges(id, Direction::kUpstream);
    for (const Edge& edge : *edges) count += view.redacted(edge)->size();
    return count;
  };
  const TxNumber first_life = store_->info().head;
  EXPECT_EQ(stubs(first_life), 2u);
  commit(RetractNode{dataset("a")});
  commit(put("a", "title", Value(std::string("A"))));
  commit(link("a", "b", "", {}));
  EXPECT_EQ(stubs(store_->info().head), 0u);
  EXPECT_EQ(stubs(first_life), 2u);
}

}  // namespace amont
}  // namespace amont
