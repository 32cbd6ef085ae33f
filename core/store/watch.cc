#include "amont/watch.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/store/engine.h"
#include "core/store/history.h"
#include "core/store/store_rep.h"

namespace amont {
namespace {

using Clock = std::chrono::steady_clock;

// How often a reader looks whether the writer beside it has gone on.
constexpr std::chrono::milliseconds kLookEvery{20};
constexpr std::chrono::milliseconds kPatienceMax = std::chrono::hours(24 * 365);

}  // namespace

Watch::Watch(Engine& engine, TxNumber from) : engine_(engine), news_(engine.news()), next_(from) {}
Watch::~Watch() = default;

Result<std::optional<TxDetail>> Watch::next(std::chrono::milliseconds patience, const std::stop_token& stop) {
  if (!news_->enter()) return Status(Code::kClosed, "the store that was watched is closed");
  Result<std::optional<TxDetail>> found = wait_for_one(Clock::now() + std::min(patience, kPatienceMax), stop);
  news_->leave();
  return found;
}

Result<std::optional<TxDetail>> Watch::wait_for_one(Clock::time_point deadline, const std::stop_token& stop) {
  for (;;) {
    const std::uint64_t seen = news_->told();
    Result<std::optional<TxDetail>> found = look();
    if (!found || *found) return found;
    if (stop.stop_requested() || Clock::now() >= deadline) return found;
    if (news_->is_closed()) return Status(Code::kClosed, "the store that was watched is closed");
    news_->wait(seen, engine_.writable() ? deadline : std::min(deadline, Clock::now() + kLookEvery), stop);
  }
}

// The next one, if there is one already.
Result<std::optional<TxDetail>> Watch::look() {
  AMONT_LET(const auto index, engine_.current());
  const TxNumber last = std::min(index->visible(), engine_.log().head().number);
  for (; next_ <= last; ++next_) {
    AMONT_LET(const auto entry, index->log_entry(next_));
    if (!entry || !entry->visible) continue;  // of a batch that was voided
    AMONT_LET(TxDetail detail, describe_transaction(*index, engine_.log(), next_));
    ++next_;
    return std::optional(std::move(detail));
  }
  const std::string damage = engine_.log().damage();
  if (!damage.empty()) return damaged(damage);
  return std::optional<TxDetail>();
}

Result<std::unique_ptr<Watch>> Store::watch(TxNumber from) {
  Engine& engine = *rep_->engine;
  AMONT_TRY(engine.current().status());
  const TxNumber head = engine.log().head().number;
  if (from > head + 1)
    return invalid(
        fmt::format("there is nothing to watch from transaction {} on: the register ends with {}. Was it put back "
                    "to an earlier state?",
                    from, head));
  return std::unique_ptr<Watch>(new Watch(engine, std::max<TxNumber>(from, 1)));
}

}  // namespace amont
