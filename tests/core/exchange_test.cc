// Round trips: what is exported reads back as it was, in every format, whatever the register holds; and the external
// parts of that (spool, sorter) with more than they keep in memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "amont/exchange.h"
#include "core/exchange/line_sorter.h"
#include "core/exchange/spool.h"
#include "tests/support/crash_disk.h"
#include "tests/support/exchange_desk.h"
#include "tests/support/model_store.h"
#include "tests/support/random_register.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

// A random history: plain transactions and batches, with every growth known to the desk's reader. The model only helps
// to draw what the register will mostly take.
void write_history(ExchangeDesk& desk, std::uint64_t seed, int transactions) {
  RandomRegister random(seed, {});
  ModelState state;
  {
    const auto view = desk.store().snapshot();
    state.schema = view->schema();
    state.tx = view->tx();
  }
  for (int i = 0; i < transactions; ++i) {
    std::vector<Change> changes = random.changes(state);
    int growths = 0;
    for (Change& change : changes) {
      if (auto* grow = std::get_if<GrowSchema>(&change)) {
        grow->growth.source =
            "growth " + std::to_string(seed) + " " + std::to_string(i) + " " + std::to_string(growths++);
        desk.schemas().add(grow->growth.source, grow->growth);
        if (random.one_in(3)) grow->growth.source.clear();  // then the export writes the schema's own text
      }
    }
    ModelState next = state;
    const auto taken = apply_all(next, changes, desk.store().info().head + 1);
    Transaction transaction;
    transaction.author = "author " + std::to_string(i);
    transaction.reason = random.one_in(2) ? "because \"" + std::to_string(i) + "\"" : "";
    if (random.one_in(4)) transaction.idempotency_key = "key " + std::to_string(seed) + " " + std::to_string(i);
    if (random.one_in(4)) transaction.source = {"format", "file", "", TxNumber{7}, Timestamp{5}};
    if (random.one_in(3)) {
      auto batch = desk.store().begin_batch(transaction);
      ASSERT_TRUE(batch.ok()) << batch.status().text();
      bool all = true;
      for (const Change& change : changes) all &= (*batch)->add(change).ok();
      if (!all) continue;
      ASSERT_TRUE((*batch)->close().ok());
    } else {
      transaction.changes = changes;
      const auto receipt = desk.store().commit(transaction);
      if (!receipt.ok()) continue;
    }
    if (!taken.ok()) continue;
    state = std::move(next);
    const auto view = desk.store().snapshot();
    state.tx = view->tx();
    desk.schemas().add(view->schema());
  }
}

TEST(Exchange, AnExportReadsBackAsItWasInEveryFormat) {
  const std::uint64_t seed = seed_of_this_run();
  for (std::uint64_t round = 0; round < 6; ++round) {
    ExchangeDesk desk;
    write_history(desk, seed + round, 120);
    const std::string all = desk.exported_jsonl();
    ASSERT_GT(std::count(all.begin(), all.end(), '\n'), 30);

    ExchangeDesk copy;
    copy.schemas() = desk.schemas();
    const auto report = copy.jsonl(all);
    ASSERT_TRUE(report.ok()) << report.status().text();
    EXPECT_EQ(copy.exported_jsonl(), all);
    // Again, it changes nothing and so writes nothing.
    const auto again = copy.jsonl(all);
    ASSERT_TRUE(again.ok());
    EXPECT_FALSE(again->receipt.written);

    ExchangeDesk from_csv;
    from_csv.schemas() = desk.schemas();
    ASSERT_TRUE(from_csv.jsonl(all.substr(0, all.find('\n'))).ok());
    const auto nodes = from_csv.csv(desk.exported_nodes());
    ASSERT_TRUE(nodes.ok()) << nodes.status().text();
    const auto edges = from_csv.csv(desk.exported_edges());
    ASSERT_TRUE(edges.ok()) << edges.status().text();
    EXPECT_EQ(from_csv.exported_jsonl(), all);
    EXPECT_EQ(from_csv.exported_nodes(), desk.exported_nodes());
    EXPECT_EQ(from_csv.exported_edges(), desk.exported_edges());
  }
}

TEST(Exchange, AHistoryReadsBackTransactionByTransaction) {
  const std::uint64_t seed = seed_of_this_run();
  for (std::uint64_t round = 0; round < 4; ++round) {
    ExchangeDesk desk;
    write_history(desk, seed + 100 + round, 80);
    const std::string history = desk.exported_history();
    ExchangeDesk copy;
    copy.schemas() = desk.schemas();
    const auto report = copy.jsonl(history);
    ASSERT_TRUE(report.ok()) << report.status().text();

    const auto made = copy.store().log(2, copy.store().info().head);
    ASSERT_TRUE(made.ok());
    ASSERT_GT(made->size(), 20u);
    EXPECT_EQ(report->receipt.tx, copy.store().info().head);
    for (const TxEntry& entry : *made) {
      ASSERT_TRUE(entry.source.original_number.has_value());
      const TxNumber old = *entry.source.original_number;
      EXPECT_EQ(copy.exported_jsonl(entry.number), desk.exported_jsonl(old)) << entry.number << " was " << old;
      const auto original = desk.store().transaction(old);
      ASSERT_TRUE(original.ok());
      EXPECT_EQ(entry.author, original->entry.author);
      EXPECT_EQ(entry.reason, original->entry.reason);
      EXPECT_EQ(entry.idempotency_key, original->entry.idempotency_key);
      EXPECT_EQ(entry.source.format, original->entry.source.format);
      EXPECT_EQ(*entry.source.original_time, original->entry.time);
    }
    EXPECT_EQ(copy.exported_jsonl(), desk.exported_jsonl());
  }
}

TEST(Exchange, ALargeBatchIsOneTransactionOfTheHistory) {
  ExchangeDesk desk;
  std::string text;
  const std::string title(2000, 't');
  for (int i = 0; i < 6000; ++i)
    text += "{\"node\":\"dataset:k" + std::to_string(i) + "\",\"props\":{\"title\":\"" + title + "\"}}\n";
  ASSERT_TRUE(desk.jsonl(text).ok());
  ASSERT_TRUE(desk.jsonl("{\"node\":\"dataset:after\"}").ok());
  const TxNumber head = desk.store().info().head;
  ASSERT_GT(head, 3u) << "the batch must have several parts";
  const std::string history = desk.exported_history();
  std::size_t headings = 0;
  for (std::size_t at = history.find("{\"tx\":"); at != std::string::npos; at = history.find("\n{\"tx\":", at + 1))
    ++headings;
  EXPECT_EQ(headings, 3u);
  EXPECT_NE(history.find("{\"tx\":{\"number\":" + std::to_string(head - 1) + ","), std::string::npos);

  ExchangeDesk copy;
  const auto report = copy.jsonl(history);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->nodes, 6001u);
  EXPECT_EQ(copy.exported_jsonl(), desk.exported_jsonl());
}

TEST(Exchange, AHistoryIsCheckedAsAWholeBeforeAnythingIsWritten) {
  const std::string first =
      "{\"comment\":\"c\"}\n{\"tx\":{\"number\":5,\"time\":\"2026-01-01T00:00:00Z\",\"key\":\"k\"}}\n{\"node\":"
      "\"dataset:a\"}\n";
  ExchangeDesk desk;
  const auto failure = [&](const std::string& text) {
    const auto report = desk.jsonl(text);
    EXPECT_FALSE(report.ok());
    EXPECT_EQ(desk.store().info().head, 1u);
    return report.status().text();
  };
  const std::string second = "{\"tx\":{\"number\":6,\"time\":\"2026-01-02T00:00:00Z\"}}\n";
  EXPECT_EQ(failure(first + second + "{\"node\":\"dataset:b\",}\n"),
            "in.jsonl:5:21: a field's name in double quotes is expected here; found }; is there a comma too many?");
  EXPECT_EQ(
      failure(first + second +
              "{\"edge\":\"derived_from\",\"from\":\"dataset:a\",\"to\":\"dataset:b\"}\n{\"node\":\"dataset:b\"}\n"),
      "in.jsonl:5:48: dataset:b is not in the register; put it first");
  EXPECT_EQ(failure(first + first), "in.jsonl:5:1: line 2 has the idempotency key \"k\" too");
  EXPECT_EQ(failure("{\"node\":\"dataset:a\"}\n" + second),
            "in.jsonl:2:1: \"tx\" opens a transaction of an exported history, and then the file must begin with one");

  const auto report = desk.jsonl(first + second + "{\"retract\":{\"node\":\"dataset:a\"}}\n" +
                                 "{\"node\":\"dataset:a\",\"props\":{\"u\":1}}");
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->records, 3u);
  EXPECT_EQ(desk.store().info().head, 3u);
  const auto again = desk.jsonl(first);
  EXPECT_EQ(again.code(), Code::kConflict);
  EXPECT_EQ(again.status().text(),
            "in.jsonl:2:1: transaction 2 of the register has the idempotency key \"k\" already; was this history "
            "imported before?");
}

TEST(Exchange, AnImporterTellsAnyReadersRejectsWithTheirPlaces) {
  ExchangeDesk desk;
  ImportOptions options = desk.options("catalogue.ttl");
  options.keep_going = true;
  Importer importer(desk.store(), options);
  importer.set_source({"dcat", "catalogue.ttl", "", {}, {}});
  EXPECT_TRUE(
      importer.take(PutEdge{"derived_from", {"output", "x"}, {"dataset", "a"}, "", {}, {}, {}}, {"", 1, 0}).ok());
  EXPECT_TRUE(importer.take(PutNode{{"nosuchkind", "x"}, {}, {}, {}}, {"other.ttl", 2, 3}, "the record").ok());
  EXPECT_TRUE(importer.refuse(invalid("no subject"), {"", 3, 0}, "another").ok());
  EXPECT_TRUE(
      importer.take(PutNode{{"output", "x"}, {{"at", Value("2026-01-01T00:00:00Z")}}, {}, {}}, {"", 4, 0}).ok());
  importer.warn({"", 4, 0}, "odd");
  const auto report = importer.finish();
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->records, 4u);
  EXPECT_EQ(report->rejected, 3u);
  EXPECT_EQ(report->warnings, 1u);
  ASSERT_EQ(desk.rejects.size(), 3u);
  EXPECT_EQ(desk.rejects[0].where.text(), "catalogue.ttl:1");
  EXPECT_EQ(desk.rejects[0].reason, "dataset:a is not in the register; put it first");
  EXPECT_EQ(desk.rejects[1].where.text(), "other.ttl:2:3");
  EXPECT_EQ(desk.rejects[1].record, "the record");
  EXPECT_EQ(desk.rejects[2].reason, "no subject");
  EXPECT_EQ(desk.warnings, std::vector<std::string>{"catalogue.ttl:4: odd"});
  EXPECT_EQ((*desk.store().log(2, 2))[0].source.format, "dcat");
  EXPECT_EQ(importer.take(PutNode{{"output", "y"}, {}, {}, {}}, {}).code(), Code::kClosed);
}

TEST(Exchange, AnImporterThatFailedGivesTheWriterBack) {
  ExchangeDesk desk;
  Importer importer(desk.store(), desk.options("in"));
  EXPECT_FALSE(importer.take(PutNode{{"nosuchkind", "x"}, {}, {}, {}}, {"", 2, 3}).ok());
  Transaction transaction;
  transaction.changes.push_back(PutNode{{"dataset", "a"}, {}, {}, {}});
  EXPECT_TRUE(desk.store().commit(transaction).ok());
  EXPECT_EQ(importer.finish().status().text().substr(0, 7), "in:2:3:");
}

TEST(Exchange, ManyEdgesMayWait) {
  ExchangeDesk desk;
  std::string text;
  const std::string label(1000, 'l');
  for (int i = 0; i < 8000; ++i)
    text += "{\"edge\":\"derived_from\",\"from\":\"output:x\",\"to\":\"dataset:a\",\"label\":\"" + std::to_string(i) +
            label.substr(0, 900) + "\"}\n";
  const auto report = desk.jsonl(text + "{\"node\":\"output:x\"}\n{\"node\":\"dataset:a\"}\n");
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->edges, 8000u);
}

TEST(Exchange, ASpoolReadsWhatWasAppendedInMemoryAndOnDisk) {
  Dice dice(seed_of_this_run());
  for (const std::size_t memory : {std::size_t{1} << 20, std::size_t{1000}, std::size_t{0}}) {
    Spool spool(memory);
    std::vector<std::string> entries;
    for (int i = 0; i < 300; ++i) {
      entries.emplace_back(dice.below(i % 50 == 0 ? 400'000 : 100), static_cast<char>('a' + i % 26));
      ASSERT_TRUE(append_entry(spool, entries.back()).ok());
    }
    EntryReader reader(spool);
    std::string_view entry;
    for (const std::string& expected : entries) {
      const auto more = reader.next(entry);
      ASSERT_TRUE(more.ok() && *more);
      ASSERT_EQ(entry, expected);
    }
    EXPECT_FALSE(*reader.next(entry));
  }
}

TEST(Exchange, ALineSorterSortsMoreThanItKeepsInMemory) {
  Dice dice(seed_of_this_run());
  for (const std::size_t memory : {std::size_t{64} << 20, std::size_t{5000}}) {
    LineSorter sorter(memory);
    std::vector<std::string> keys;
    for (int i = 0; i < 3000; ++i) keys.push_back(std::to_string(dice.below(1'000'000'000)) + "/" + std::to_string(i));
    for (const std::string& key : keys) ASSERT_TRUE(sorter.add(key, "line of " + key).ok());
    std::sort(keys.begin(), keys.end());
    std::size_t at = 0;
    const Status told = sorter.tell([&](std::string_view line) -> Status {
      EXPECT_EQ(line, "line of " + keys.at(at));
      ++at;
      return {};
    });
    EXPECT_TRUE(told.ok()) << told.text();
    EXPECT_EQ(at, keys.size());
  }
}

}  // namespace
}  // namespace amont
