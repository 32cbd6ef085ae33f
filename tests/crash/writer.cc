// amont_crash_writer: a process to be killed, and one to watch it. Used by kill_test.cc.
//
//   amont_crash_writer write STORE BOARD SEED   commits the history of history.h for ever, one after the other
//   amont_crash_writer read STORE BOARD SEED    reads it for as long as the board does not say stop
//
// The board is a file of three numbers that all processes map: a process that is killed leaves what it wrote there. The
// writer acknowledges a commit by putting its number on it, after commit() has returned and not before.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "amont/query.h"
#include "amont/store.h"
#include "tests/crash/board.h"
#include "tests/crash/history.h"
#include "tests/support/crash_disk.h"
#include "tests/support/model_walks.h"
#include "tests/support/same_register.h"

namespace amont {
namespace {

// Small, so that a short run sees many segments and many flushes.
Options small_options() {
  Options options;
  options.segment_bytes = 128 << 10;
  options.flush_log_bytes = 64 << 10;
  options.batch_part_bytes = 256;  // so that batches have several parts
  options.memory_bytes = 4 << 20;
  return options;
}

Status write(const std::string& path, Board& board, std::uint64_t seed) {
  AMONT_LET(const std::unique_ptr<Store> store, Store::open(path, small_options()));
  AMONT_LET(const Snapshot view, store->snapshot());
  AMONT_LET(const std::uint64_t shown, length_shown(view));
  History history;
  history.advance_to(shown);
  board.acknowledged = shown;  // what the writer before committed and could not tell any more
  board.started = seed;
  for (Dice dice(seed);;) {
    AMONT_TRY(commit_next(*store, history));
    history.advance();
    board.acknowledged = history.length();
    if (dice.below(25) == 0) AMONT_TRY(store->flush());
  }
}

// The ids and depths that a walk must find: the engine's and the model's, as text.
Status check_walk(const Snapshot& view, const ModelState& model, const Ref& start) {
  AMONT_LET(const std::optional<NodeId> id, view.find(start));
  if (!id || !model.nodes.contains(start)) return {};
  const NodeId starts[] = {*id};
  AMONT_LET(const Answer answer, upstream(view, starts));
  const ModelAnswer expected = ModelWalk(model, {start}, Direction::kUpstream, {}).answer();
  if (answer.nodes.size() != expected.nodes.size()) {
    return damaged(
        fmt::format("upstream {} has {} nodes, expected {}", start.text(), answer.nodes.size(), expected.nodes.size()));
  }
  for (std::size_t i = 0; i < answer.nodes.size(); ++i) {
    AMONT_LET(const Ref ref, view.ref(answer.nodes[i].id));
    if (ref.text() == expected.nodes[i].ref && answer.nodes[i].depth == expected.nodes[i].depth) continue;
    return damaged(fmt::format("upstream {} has {}, expected {}", start.text(), ref.text(), expected.nodes[i].ref));
  }
  return {};
}

Status read(const std::string& path, Board& board, std::uint64_t seed) {
  Dice dice(seed);
  AMONT_LET(std::unique_ptr<Store> store, Store::open_read_only(path, small_options()));
  History history;
  std::uint64_t checks = 0;
  while (!board.stop) {
    if (dice.below(20) == 0) {  // a reader that has just come
      store.reset();
      AMONT_LET(store, Store::open_read_only(path, small_options()));
    }
    const std::uint64_t acknowledged = board.acknowledged;
    AMONT_LET(const Snapshot view, store->snapshot());
    if (!view.damage().empty()) return damaged("the reader says: " + view.damage());
    AMONT_LET(const std::uint64_t shown, length_shown(view));
    if (shown < acknowledged)
      return damaged(fmt::format("shows {}, and {} was acknowledged before", shown, acknowledged));
    if (shown < history.length())
      return damaged(fmt::format("shows {} after it had shown {}", shown, history.length()));
    history.advance_to(shown);
    const Comparison compared = compare(view, history.state(), dice.below(8) == 0);
    AMONT_TRY(Status(compared.status));
    if (!compared.wrong.empty()) return damaged(compared.wrong);
    for (int i = 0; i < 3; ++i) {
      AMONT_TRY(check_walk(view, history.state(), {"output", "o" + std::to_string(dice.below(40))}));
    }
    ++checks;
    ++board.reads;
    if (board.seen < shown) board.seen = shown;  // only a lower bound when two readers race, which is enough
  }
  fmt::print("{} checks\n", checks);
  return {};
}

int run(int argc, char** argv) {
  if (argc != 5) {
    fmt::print(stderr, "usage: amont_crash_writer write|read STORE BOARD SEED\n");
    return 2;
  }
  Board* board = map_board(argv[3]);
  if (board == nullptr) return 2;
  const std::uint64_t seed = std::strtoull(argv[4], nullptr, 10);
  const Status done = argv[1][0] == 'w' ? write(argv[2], *board, seed) : read(argv[2], *board, seed);
  if (done.ok()) return 0;
  fmt::print(stderr, "{}: {}\n", argv[1], done.text());
  return 1;
}

}  // namespace
}  // namespace amont

int main(int argc, char** argv) { return amont::run(argc, argv); }
