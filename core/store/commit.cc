// Group commit: who waits, who leads, and three groups at a time: one is checked, one is on its way to disk, one comes into the index.
//
//   commit -> check, for who has the writer -> the writer is given on -> log, synced -> index, visible, and commit() returns
//
// A group is checked against what the register will be once those before it are on disk (Ahead), and takes each step only after them.
// When one does not get to disk, the one checked upon it is checked again. So nobody is told anything that rests on what is not on
// disk, nor before the index shows it. What has got to disk comes into the index, whatever became of the one before. Nor does
// anything that is thrown leave the writer with nobody: it fails the one commit that it was thrown for, or the group that was to land.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "core/guarded.h"
#include "core/record/parts.h"
#include "core/store/engine.h"
#include "core/store/foresight.h"

namespace amont {
namespace {

using Clock = std::chrono::steady_clock;

// One more for as long as it lives.
class Counted {
 public:
  explicit Counted(std::atomic<std::size_t>& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<std::size_t>& count_;
};

// From so many commits, or bytes of their records, nobody joins any more.
constexpr std::size_t kGroupMax = 128, kGroupBytes = 4 << 20;
// So few calls wait for the disk more than for the processor: the next group goes there while one comes into the index. With more
// the groups would only be smaller, and small ones cost more of the processor for each commit.
constexpr std::size_t kFewCalls = 12;
// What was looked at is kept as long as group follows upon group: at this many transactions there is a pause, and one counts for more
// when its record is large, so that what is remembered of them stays small. Where nothing follows, less is kept for who comes next.
constexpr std::size_t kAheadMax = 8192, kKeptMax = 1024, kBytesOfOne = 512, kChangesOfOne = 8;

// What looks at more of the register than what it names, or at what groups before it leave in the index.
bool looks_around(const Transaction& transaction) {
  return !transaction.override_rules.empty() || !transaction.again.empty() ||
         std::ranges::any_of(transaction.changes, [](const Change& change) {
           return std::holds_alternative<GrowSchema>(change) || std::holds_alternative<PutRule>(change) ||
                  std::holds_alternative<RemoveRule>(change);
         });
}

}  // namespace

// A call that waits for the writer: a commit, or a batch, which has no transaction. The one in front has the writer. Each waits on
// its own, so that nobody is woken for another.
class Engine::Waiting {
 public:
  enum class Turn { kHasToWait, kToLead, kIsDone };
  explicit Waiting(const Transaction* with) : transaction(with) {
    if (with) flat.emplace(*with);
  }

  Turn wait() {
    std::unique_lock lock(mutex_);
    told_.wait(lock, [&] { return turn_ != Turn::kHasToWait; });
    return turn_;
  }
  void tell(Turn turn) {
    {
      const std::lock_guard lock(mutex_);
      turn_ = turn;
    }
    told_.notify_one();
  }

  void fail(const Status& why) noexcept {
    result = guarded([&]() -> Result<Receipt> { return why; });
  }

  const Transaction* const transaction;
  std::optional<FlatChanges> flat;  // of the transaction; made by who waits, while others have the writer
  Result<Receipt> result = Status(Code::kClosed, "not committed");

 private:
  std::mutex mutex_;
  std::condition_variable told_;
  Turn turn_ = Turn::kHasToWait;
};

// The register as it will be when all that was checked is on disk.
struct Engine::Ahead {
  Ahead(std::shared_ptr<Index> of, LogHead head)
      : index(std::move(of)), tip(std::move(head)), pending(*index, *index->newest_view()) {}

  std::shared_ptr<Index> index;
  LogHead tip;
  Pending pending;
  std::map<std::string, std::pair<Digest, TxNumber>, std::less<>> keys;  // of transactions that it has taken
  std::size_t taken = 0;
};

// Commits that land together, as far as they are checked.
struct Engine::Group {
  explicit Group(const Engine& owner, const Ahead& ahead, bool is_upon)
      : head(ahead.tip.number),
        is_first(ahead.taken == 0),
        upon_another(is_upon),
        foresight(ahead.index, *owner.log_) {}

  TxNumber head;      // what lands before it ends with this
  bool is_first;      // all that it is checked against is in the index
  bool upon_another;  // which was on its way when this one was begun
  Foresight foresight;
  std::vector<Sealed> sealed;
  std::vector<SplitRecord> split;  // the same, once they are on their way to disk
  PreparedIndex prepared;          // of them
  std::vector<Waiting*> at_stake;  // their answers stand only if the group lands
  std::size_t bytes = 0;
  Clock::time_point begun = Clock::now();
};

Result<Receipt> Engine::commit(const Transaction& transaction) {
  AMONT_TRY(may_wait());
  AMONT_TRY(may_write());
  AMONT_TRY(check_heading(transaction));
  return guarded([&]() -> Result<Receipt> {
    const Counted counted(calls_);
    const auto mine = std::make_shared<Waiting>(&transaction);
    Commits led;  // has its room before anybody waits
    led.reserve(kGroupMax);
    queue_up(mine);
    if (mine->wait() == Waiting::Turn::kToLead) lead(led);
    return std::move(mine->result);
  });
}

// The writer, and who waits for it -------------------------------------------------------------------------------------

// First come, first served.
void Engine::queue_up(const std::shared_ptr<Waiting>& mine) {
  const std::lock_guard lock(queue_mutex_);
  queue_.push_back(mine);
  if (!std::exchange(writer_taken_, true))
    mine->tell(Waiting::Turn::kToLead);
  else if (landing_)
    moved_.notify_all();  // a leader that waits for its place may take it along
}

// The commit in front, if it is one.
bool Engine::take_waiting(Commits& commits) {
  if (queue_.empty() || !queue_.front()->transaction) return false;
  commits.push_back(std::move(queue_.front()));
  queue_.pop_front();
  return true;
}

Result<Engine::WithWriter> Engine::take_writer() {
  AMONT_TRY(may_wait());
  const auto mine = std::make_shared<Waiting>(nullptr);
  queue_up(mine);
  (void)mine->wait();
  std::unique_lock lock(queue_mutex_);
  queue_.pop_front();
  wait_for_landing(lock);
  return WithWriter(*this);
}

void Engine::give_writer_back() {
  batch_thread_ = std::thread::id();
  const std::lock_guard lock(queue_mutex_);
  give_writer_on();
}

void Engine::give_writer_on() {
  writer_taken_ = !queue_.empty();
  if (writer_taken_)
    queue_.front()->tell(Waiting::Turn::kToLead);
  else if (!landing_ && !indexing_)
    ahead_.reset();
}

// After this nothing is on its way, and what comes next begins with what is in the log.
void Engine::wait_for_landing(std::unique_lock<std::mutex>& lock) {
  moved_.wait(lock, [&] { return !landing_ && !indexing_; });
  landing_failed_ = false;
  ahead_.reset();
}

// A group ----------------------------------------------------------------------------------------------------------------

// For who has the writer, which it gives on. Nothing that is thrown gets out of here.
void Engine::lead(Commits& commits) {
  std::optional<Group> group;
  bool alone = false;
  for (std::size_t at = 0;;) {
    if (!group) {
      at = 0;
      if (const Status ready = guarded([&] { return begin_group(group, alone); }); !ready.ok()) {
        {
          const std::lock_guard lock(queue_mutex_);
          if (commits.empty()) take_waiting(commits);
          give_writer_on();
        }
        for (const auto& waiting : commits) {
          waiting->fail(ready);
          waiting->tell(Waiting::Turn::kIsDone);
        }
        return;
      }
    }
    if (at == commits.size()) {
      const bool has_room = commits.size() < kGroupMax && group->bytes < kGroupBytes;
      std::unique_lock lock(queue_mutex_);
      if (has_room && !is_time_to_land(*group) && take_waiting(commits)) continue;
      const auto may_go_on = [&] { return !landing_ || (has_room && !queue_.empty() && queue_.front()->transaction); };
      if (landing_) {
        moved_.wait(lock, may_go_on);
        if (landing_) continue;
      }
      if (std::exchange(landing_failed_, false)) {  // it was checked upon what is not there
        ahead_.reset();
        group.reset();
        continue;
      }
      landing_ = true;
      alone = signer_ || !ahead_->pending.rules()->empty();
      if (!alone) give_writer_on();
      break;
    }
    bool is_told = false;
    const Status checked = guarded([&]() -> Status {
      is_told = check_one(*commits[at], *group);
      return {};
    });
    if (is_told) {
      ++at;
      continue;
    }
    group.reset();
    if (checked.ok()) {
      alone = true;
    } else {  // what is ahead may hold half of what it changes: the others are checked again without it
      drop_ahead();
      commits[at]->fail(checked);
      commits[at]->tell(Waiting::Turn::kIsDone);
      commits.erase(commits.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  const bool hands_on = !alone && calls_ <= kFewCalls;
  const Clock::time_point from = Clock::now();
  Status landed = guarded([&] { return to_log(*group); });
  {
    std::unique_lock lock(queue_mutex_);
    moved_.wait(lock, [&] { return !indexing_; });
    indexing_ = true;
    landing_took_ = Clock::now() - from;
    if (hands_on) {
      landing_ = false;
      landing_failed_ = landing_failed_ || !landed.ok();
      moved_.notify_all();
    }
  }
  if (landed.ok())
    landed = guarded([&] { return to_index(*group); });
  else if (landed.code() == Code::kNoSpace)
    (void)guarded([&]() -> Status {
      met_full_disk();
      return {};
    });
  if (!landed.ok())
    for (Waiting* waiting : group->at_stake) waiting->fail(landed);
  if (alone)
    (void)guarded([&]() -> Status {
      sign_when_due();
      return {};
    });
  {
    const std::lock_guard lock(queue_mutex_);
    indexing_ = false;
    if (!hands_on) {
      landing_ = false;
      landing_took_ = Clock::now() - from;
    }
    landing_failed_ = landing_failed_ || !landed.ok();
    if (alone || (!landing_ && !writer_taken_ && !(landed.ok() && may_keep_ahead()))) ahead_.reset();
    if (alone) {
      landing_failed_ = false;
      give_writer_on();
    }
    moved_.notify_all();
  }
  for (const auto& waiting : commits) waiting->tell(Waiting::Turn::kIsDone);
}

Status Engine::to_log(Group& group) {
  if (group.sealed.empty()) return {};
  return to_log(group.sealed, group.head, true, group.split, [&] { prepare_index(group); });
}

// While the group is on its way to disk: so that little is left to do once it is there. It goes without when the group before is
// still coming into the index.
void Engine::prepare_index(Group& group) {
  (void)guarded([&]() -> Status {
    {
      const std::lock_guard lock(queue_mutex_);
      if (indexing_) return {};
    }
    std::shared_ptr<Index> index = writers_index();
    if (index->last_seen() != group.head) return {};
    AMONT_LET(group.prepared.work, index->prepare(group.split));
    group.prepared.index = std::move(index);
    return {};
  });
}

Status Engine::to_index(Group& group) {
  if (!group.split.empty()) return to_index(group.split, group.prepared);
  // Answers alone, which may rest on a group that is on disk and did not come into the index.
  return group.upon_another && writers_index()->last_seen() < group.head ? recover_index() : Status();
}

// For a group that may come long after. A table that was set aside must be held by nobody, or RocksDB can't be opened anew.
bool Engine::may_keep_ahead() const { return ahead_ && ahead_->taken < kKeptMax && !index_in_memory_; }

void Engine::drop_ahead() {
  const std::lock_guard lock(queue_mutex_);
  ahead_.reset();
}

// Who was looked at for as long as the last group took to land is not kept waiting for more: the next leader looks at those meanwhile.
bool Engine::is_time_to_land(const Group& group) const {
  return !landing_ && !group.sealed.empty() && Clock::now() - group.begun >= landing_took_;
}

// Upon the group that is on its way, unless there is none or this one is to stand alone. Upon the one before where that has landed: then
// what is ahead says the same as the index, and knows more of it.
Status Engine::begin_group(std::optional<Group>& group, bool alone) {
  {
    std::unique_lock lock(queue_mutex_);
    if ((landing_ || indexing_) && ahead_ && !alone && ahead_->taken < kAheadMax) {
      group.emplace(*this, *ahead_, true);
      return {};
    }
    moved_.wait(lock, [&] { return !landing_ && !indexing_; });
    const bool failed = std::exchange(landing_failed_, false);
    if (alone || failed || !may_keep_ahead()) ahead_.reset();
  }
  AMONT_TRY(ready_to_write());
  std::shared_ptr<Index> index = writers_index();
  LogHead head = log_->head();
  if (!ahead_ || ahead_->index != index || ahead_->tip.number != head.number)
    ahead_ = std::make_shared<Ahead>(std::move(index), std::move(head));
  group.emplace(*this, *ahead_, false);
  return {};
}

// False when it can only be told once nothing is on its way: then the group is to be checked again.
bool Engine::check_one(Waiting& waiting, Group& group) {
  const Transaction& transaction = *waiting.transaction;
  if (!group.is_first && looks_around(transaction)) return false;
  ++ahead_->taken;
  const std::string& key = transaction.idempotency_key;
  if (const auto used = ahead_->keys.find(key); !key.empty() && used != ahead_->keys.end()) {
    if (used->second.first == digest_of(transaction))
      waiting.result = Receipt{used->second.second, false};
    else
      waiting.result = Status(Code::kConflict, fmt::format("the idempotency key {} was used for other content", key));
    // Its answer stands only if the first one's does: it is written again below when that fails.
    if (group.upon_another || used->second.second > group.head) group.at_stake.push_back(&waiting);
    return true;
  }
  Result<std::optional<Sealed>> made =
      prepare_one(transaction, *waiting.flat, ahead_->pending, ahead_->tip, group.sealed, group.foresight);
  // The index may have moved between two looks at it.
  if (made.code() == Code::kDamaged && !group.is_first) return false;
  if (!made) {
    waiting.result = std::move(made).status();
    if (group.upon_another) group.at_stake.push_back(&waiting);
    ahead_->taken += transaction.changes.size() / kChangesOfOne;
  } else if (!*made) {
    waiting.result = Receipt{ahead_->tip.number, false};
    // What it asks for may be there only because of another in this group.
    if (group.upon_another || ahead_->tip.number != group.head) group.at_stake.push_back(&waiting);
  } else {
    waiting.result = (*made)->receipt;
    if (!key.empty()) ahead_->keys.emplace(key, std::pair((*made)->request, (*made)->receipt.tx));
    if (group.upon_another || (*made)->receipt.written) group.at_stake.push_back(&waiting);
    if ((*made)->receipt.written) {
      group.bytes += (*made)->encoded.bytes.size();
      ahead_->taken += (*made)->encoded.bytes.size() / kBytesOfOne;
      group.sealed.push_back(*std::move(*made));
    }
  }
  return true;
}

}  // namespace amont
