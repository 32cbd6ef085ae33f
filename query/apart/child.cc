// The child's side of running a script apart: open, hold, confine, and only then look at what was sent from elsewhere.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <new>

#include "amont/apart.h"
#include "amont/store.h"
#include "core/io/held_files.h"
#include "core/store/directory.h"
#include "query/apart/confine.h"
#include "query/apart/process.h"
#include "query/apart/wire.h"

namespace amont {
namespace {

constexpr int kQuestion = 0;
constexpr int kReply = 1;
constexpr std::uint64_t kQuestionBytesMax = 64 << 20;
constexpr std::uint64_t kHeadFileBytesMax = 64 << 10;

Result<std::string> read_question() {
  std::string question;
  char buffer[64 << 10];
  for (;;) {
    const ssize_t got = ::read(kQuestion, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error("the question can't be read");
    if (got == 0) break;
    question.append(buffer, static_cast<std::size_t>(got));
    if (question.size() > kQuestionBytesMax) return limit_exceeded("the question is too long");
  }
  ::close(kQuestion);
  return question;
}

// A log of a hundred million records has some hundreds of segments, each an open file.
void allow_many_files() {
  rlimit files = {};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &files);
}

struct Opened {
  std::unique_ptr<Store> store;
  Snapshot view;
};

// With all that reading it will take. RocksDB has its files open from the beginning; the log opens its segments as they are asked for.
Result<Opened> open_store(const ApartRequest& request, HeldFiles& files) {
  Options options;
  options.files = &files;
  options.memory_bytes = request.store_memory_bytes;
  AMONT_LET(std::unique_ptr<Store> store, Store::open_read_only(request.store, options));
  AMONT_LET(Snapshot view, store->snapshot_at(request.tx));
  // First how far the log goes, then where it is: what the writer adds from now on is not followed.
  AMONT_TRY(files.hold_bytes(head_path(request.store), kHeadFileBytesMax));
  AMONT_TRY(files.hold_directory(log_directory(request.store)));
  files.seal();
  return Opened{std::move(store), std::move(view)};
}

Confinement confinement_for(const ApartRequest& request, std::uint64_t ids) {
  Confinement to;
  to.reply = kReply;
  to.cpu_ms = request.limits.time_ms;
  // The sandbox counts what a script has; this is for what it does not count: caches, walks, the report as bytes.
  to.memory_bytes = 2 * std::min<std::uint64_t>(request.limits.memory_bytes, 1ull << 40) +
                    8 * std::min<std::uint64_t>(request.limits.output_bytes_max, 1ull << 40) +
                    2 * std::min<std::uint64_t>(request.store_memory_bytes, 1ull << 40) + 64 * ids + (512 << 20);
  return to;
}

Status serve() {
  AMONT_LET(const std::string question, read_question());
  AMONT_LET(const ApartRequest request, decode_request(question));
  allow_many_files();
  HeldFiles files(posix_files());
  AMONT_LET(const Opened opened, open_store(request, files));
  AMONT_TRY(confine(confinement_for(request, opened.view.id_count())));
  if (!tell(kReply, Tell::kReady, encode_layout())) ::_exit(1);
  AMONT_LET(const Report report, run_script(opened.view, opened.store.get(), request.name, request.source,
                                            request.arguments, request.limits));
  if (!tell(kReply, Tell::kReport, encode_report(report))) ::_exit(1);
  ::_exit(0);  // nothing is tidied up: that would take more rights than are left
}

}  // namespace

void serve_apart() {
  (void)::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  Status status;
  try {
    status = serve();
  } catch (const std::bad_alloc&) {
    status = {Code::kLimit, "the script's process has no memory left; ask for less, or allow more memory"};
  }
  ::_exit(tell(kReply, Tell::kStatus, encode_status(status)) ? 0 : 1);
}

}  // namespace amont
