// The parent's side of running a script apart (child.cc is the other). It believes nothing that the child says until it is checked, and
// nothing of what the child said is shown unless all of it came.
#include "amont/apart.h"

#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include <fmt/format.h>

#include "core/index/memory_plan.h"
#include "core/index/view.h"
#include "core/index/whole_graph.h"
#include "core/merkle/sha256.h"
#include "query/apart/process.h"
#include "query/apart/wire.h"

namespace amont {
namespace {

using namespace std::chrono_literals;

constexpr auto kGrace = 2s;  // beyond the script's own time: the sandbox ends it by itself, and then sends what it has
constexpr std::uint64_t kTimeMax = 366ull * 24 * 3600 * 1000;  // milliseconds
constexpr std::uint64_t kFirstBytesMax = 64 << 10;

ReportCaps caps_for(const ScriptRunLimits& limits, std::uint64_t ids) {
  // What counts as output within the sandbox is about what it takes in memory; vectors and strings round up.
  const std::uint64_t output = std::min<std::uint64_t>(limits.output_bytes_max, 1ull << 40);
  return {limits.rows_max, 4 * output + (16 << 20) + 64 * ids, ids};
}

// One question, from the start of the child to its end. What the child itself says of a script that fails is passed on as it is.
class Asking {
 public:
  Asking(ChildProcess child, std::string_view name, const ScriptRunLimits& limits, const Apart& apart,
         const std::atomic<bool>* cancel)
      : child_(std::move(child)), name_(name), limits_(limits), apart_(apart), cancel_(cancel) {}

  Result<Report> ask(const ReportCaps& caps) {
    AMONT_TRY(expect_ready());
    const auto time = std::chrono::milliseconds(std::min(limits_.time_ms, kTimeMax));
    const Result<std::optional<Message>> heard =
        child_.hear({caps.bytes_max, ChildProcess::Clock::now() + time + kGrace, cancel_});
    if (heard.code() == Code::kTimeout) return out_of_time(heard.status());
    if (heard.code() == Code::kIo) return heard.status();
    if (!heard.ok()) return distrusted(heard.status());
    if (!*heard) return ended();
    const Message& message = **heard;
    if (message.what == Tell::kStatus) {
      Status status;
      const Status read = decode_status(message.bytes, &status);
      return read.ok() ? status : distrusted(read);
    }
    if (message.what != Tell::kReport) return distrusted(invalid("it is ready twice"));
    Result<Report> report = decode_report(message.bytes, caps);
    return report.ok() ? std::move(report) : distrusted(report.status());
  }

 private:
  Status expect_ready() {
    const Result<std::optional<Message>> first = child_.hear({kFirstBytesMax, {}, cancel_});
    if (first.code() == Code::kTimeout || first.code() == Code::kIo) return first.status();
    if (first.ok() && !*first) {
      const Status why = ended();
      if (why.code() != Code::kScript || was_killed_) return why;
    }
    const bool any = first.ok() && *first;
    if (any && (*first)->what == Tell::kReady && (*first)->bytes == encode_layout()) return {};
    Status refusal;
    if (any && (*first)->what == Tell::kStatus && decode_status((*first)->bytes, &refusal).ok()) return refusal;
    return {Code::kUnsupported,
            fmt::format("{} does not run scripts apart as this version asks it to; is it the same version of Amont?",
                        apart_.program)};
  }

  Status failed(Code code, std::string_view what) const {
    return {code, fmt::format("{}: its process {}; nothing of what it found is shown", name_, what)};
  }
  Status distrusted(const Status& why) const {
    return failed(Code::kScript, "sent an answer that can't be trusted: " + why.text());
  }
  Status out_of_time(const Status& why) const {
    if (cancel_ && cancel_->load(std::memory_order_relaxed)) return Status(why).while_doing(name_);
    return failed(Code::kTimeout,
                  fmt::format("ran for more than {} ms, all it was allowed, and was killed (ask for less, or allow "
                              "more time)",
                              limits_.time_ms));
  }

  // It ended by itself, or was ended, without a whole answer.
  Status ended() {
    const std::optional<int> status = child_.how_it_ended();
    was_killed_ = status && WIFSIGNALED(*status);
    if (!was_killed_) return failed(Code::kScript, "ended without an answer");
    switch (const int signal = WTERMSIG(*status); signal) {
      case SIGSYS:
        return failed(Code::kScript,
                      "was killed, for it asked the operating system for what no script needs (do not trust it)");
      case SIGXCPU:
        return failed(Code::kTimeout,
                      fmt::format("was killed, for it used more processor time than the {} ms that the script was "
                                  "allowed (ask for less, or allow more time)",
                                  limits_.time_ms));
      case SIGKILL:
        return failed(Code::kLimit,
                      "was killed, most likely for want of memory (ask for less, or look at the system's log)");
      default: return failed(Code::kScript, fmt::format("crashed: {} (please report it)", ::strsignal(signal)));
    }
  }

  ChildProcess child_;
  std::string_view name_;
  const ScriptRunLimits& limits_;
  const Apart& apart_;
  const std::atomic<bool>* cancel_;
  bool was_killed_ = false;
};

}  // namespace

Result<Report> run_script_apart(const std::string& store, const Snapshot& view, std::string_view name,
                                std::string_view source, const ScriptArguments& arguments,
                                const ScriptRunLimits& limits, const Apart& apart, const std::atomic<bool>* cancel) {
  const std::uint64_t store_memory = view.view().whole->bytes_max() / MemoryPlan(16).whole_graph * 16;
  const ApartRequest request = {store,     view.tx(), std::string(name), std::string(source),
                                arguments, limits,    store_memory};
  AMONT_LET(ChildProcess child, ChildProcess::start(apart.program, kApartWord, encode_request(request)));
  AMONT_LET(Report report,
            Asking(std::move(child), name, limits, apart, cancel).ask(caps_for(limits, view.id_count())));
  report.known_at = view.tx();
  report.script_sha256 = hex(sha256(source));
  return report;
}

}  // namespace amont
