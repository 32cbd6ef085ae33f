// The parent's side of running a script apart (child.cc is the other). It believes nothing that the child says until it is checked, and
// nothing of what the child said is shown unless all of it came.
#include "amont/apart.h"

#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include <fmt/format.h>

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

// Why there is no report of a child that has ended, or sent what is none.
Status ended_from_outside(ChildProcess& child, const ScriptRunLimits& limits, const Status& why) {
  const std::optional<int> status = child.how_it_ended();
  const std::string nothing = "; nothing of what it found is shown";
  if (!status || !WIFSIGNALED(*status))
    return {Code::kScript, fmt::format("its process ended without an answer that can be trusted{}{}{}",
                                       why.ok() ? "" : ": ", why.text(), nothing)};
  const int signal = WTERMSIG(*status);
  switch (signal) {
    case SIGSYS:
      return {Code::kScript, "its process was killed, for it asked the operating system for what no script needs" +
                                 nothing + ". Do not trust this script"};
    case SIGXCPU:
      return {Code::kTimeout, fmt::format("its process was killed: it used more processor time than the {} ms that the "
                                          "script was allowed; ask for less, or allow more time",
                                          limits.time_ms)};
    case SIGKILL:
      return {Code::kLimit,
              "its process was killed, most likely for want of memory; ask for less, or look at the "
              "system's log" +
                  nothing};
    default:
      return {Code::kScript, fmt::format("its process crashed ({}){}. This process is not affected; please report it",
                                         ::strsignal(signal), nothing)};
  }
}

// What a first message says, or its absence.
Status expect_ready(ChildProcess& child, const Apart& apart, const std::atomic<bool>* cancel,
                    const ScriptRunLimits& limits) {
  const Result<std::optional<Message>> first = child.hear({kFirstBytesMax, {}, cancel});
  if (first.code() == Code::kTimeout || first.code() == Code::kIo) return first.status();
  if (first.ok() && *first && (*first)->what == Tell::kStatus) return decode_status((*first)->bytes);
  if (first.ok() && *first && (*first)->what == Tell::kReady && (*first)->bytes == encode_layout()) return {};
  const std::optional<int> status = child.how_it_ended();
  if (status && WIFSIGNALED(*status)) return ended_from_outside(child, limits, {});
  return {Code::kUnsupported,
          fmt::format("{} does not run scripts apart as this version asks it to; is it the same version of Amont?",
                      apart.program)};
}

Result<Report> ask(ChildProcess& child, const ScriptRunLimits& limits, const ReportCaps& caps, const Apart& apart,
                   const std::atomic<bool>* cancel) {
  AMONT_TRY(expect_ready(child, apart, cancel, limits));
  const auto time = std::chrono::milliseconds(std::min(limits.time_ms, kTimeMax));
  const Result<std::optional<Message>> heard =
      child.hear({caps.bytes_max, ChildProcess::Clock::now() + time + kGrace, cancel});
  if (heard.code() == Code::kTimeout && !(cancel && cancel->load(std::memory_order_relaxed)))
    return Status(Code::kTimeout, fmt::format("the script ran for more than {} ms, all it was allowed, and was killed; "
                                              "ask for less, or allow more time",
                                              limits.time_ms));
  if (heard.code() == Code::kTimeout || heard.code() == Code::kIo) return heard.status();
  if (!heard.ok() || !*heard) return ended_from_outside(child, limits, heard.status());
  const Message& message = **heard;
  if (message.what == Tell::kStatus) return decode_status(message.bytes);
  if (message.what != Tell::kReport) return ended_from_outside(child, limits, invalid("it is ready twice"));
  Result<Report> report = decode_report(message.bytes, caps);
  if (!report.ok()) return ended_from_outside(child, limits, report.status());
  return report;
}

}  // namespace

Result<Report> run_script_apart(const std::string& store, const Snapshot& view, std::string_view name,
                                std::string_view source, const ScriptArguments& arguments,
                                const ScriptRunLimits& limits, const Apart& apart, const std::atomic<bool>* cancel) {
  const ApartRequest request = {store, view.tx(), std::string(name), std::string(source), arguments, limits};
  AMONT_LET(ChildProcess child, ChildProcess::start(apart.program, kApartWord, encode_request(request)));
  Result<Report> report = ask(child, limits, caps_for(limits, view.id_count()), apart, cancel);
  if (!report.ok()) {
    const std::string prefix = std::string(name) + ":";
    const bool says_which = report.status().text().starts_with(prefix);
    return says_which ? report.status() : report.status().while_doing(name);
  }
  report->known_at = view.tx();
  report->script_sha256 = hex(sha256(source));
  return report;
}

}  // namespace amont
