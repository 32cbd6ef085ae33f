#include "query/apart/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace amont {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kHeadBytes = 9;
constexpr std::size_t kReadBytes = 64 << 10;
constexpr auto kLookAround = 50ms;  // how soon a cancellation is seen
constexpr auto kTimeToEnd = 2s;

Status failed(std::string_view what, int error) {
  return io_error(fmt::format("cannot {}: {}", what, std::generic_category().message(error)));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  // Out of the way of 0, 1 and 2, which the child has for its own.
  Status move_up() {
    if (fd_ > 2) return {};
    const int moved = ::fcntl(fd_, F_DUPFD_CLOEXEC, 3);
    if (moved < 0) return failed("move a descriptor", errno);
    ::close(std::exchange(fd_, moved));
    return {};
  }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

// A file in memory rather than a pipe: it takes all of the question whether or not the child reads.
int file_with(std::string_view question) {
  const int fd = ::memfd_create("question", MFD_CLOEXEC);
  if (fd >= 0 && write_all(fd, question) && ::lseek(fd, 0, SEEK_SET) == 0) return fd;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  errno = error;
  return -1;
}

// What the loader and the sanitizers must be told; nothing else of the host is the child's business.
std::vector<char*> child_environment() {
  constexpr std::string_view kNames[] = {"LD_LIBRARY_PATH=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "TSAN_OPTIONS="};
  std::vector<char*> kept;
  for (char** one = environ; one && *one; ++one)
    if (std::ranges::any_of(kNames, [&](std::string_view name) { return std::string_view(*one).starts_with(name); }))
      kept.push_back(*one);
  kept.push_back(nullptr);
  return kept;
}

struct SpawnActions {
  posix_spawn_file_actions_t actions;
  SpawnActions() { ::posix_spawn_file_actions_init(&actions); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
};
struct SpawnAttributes {
  posix_spawnattr_t attributes;
  SpawnAttributes() { ::posix_spawnattr_init(&attributes); }
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
};

// 0, or why not. In a group of its own, so that Ctrl-C at a terminal reaches the host alone, which then decides.
int spawn(const std::string& program, std::string_view argument, int question, int answers, pid_t* process) {
  SpawnActions files;
  int error = ::posix_spawn_file_actions_adddup2(&files.actions, question, 0);
  if (error == 0) error = ::posix_spawn_file_actions_adddup2(&files.actions, answers, 1);
  if (error == 0) error = ::posix_spawn_file_actions_addopen(&files.actions, 2, "/dev/null", O_WRONLY, 0);
  if (error == 0) error = ::posix_spawn_file_actions_addclosefrom_np(&files.actions, 3);
  SpawnAttributes how;
  sigset_t none, all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  if (error == 0) error = ::posix_spawnattr_setsigmask(&how.attributes, &none);
  if (error == 0) error = ::posix_spawnattr_setsigdefault(&how.attributes, &all);
  if (error == 0) error = ::posix_spawnattr_setpgroup(&how.attributes, 0);
  if (error == 0)
    error = ::posix_spawnattr_setflags(&how.attributes,
                                       POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  if (error != 0) return error;
  std::string word(argument);
  char* const words[] = {const_cast<char*>(program.c_str()), word.data(), nullptr};
  const std::vector<char*> environment = child_environment();
  return ::posix_spawnp(process, program.c_str(), &files.actions, &how.attributes, words, environment.data());
}

}  // namespace

bool tell(int descriptor, Tell what, std::string_view bytes) {
  std::string head(1, static_cast<char>(what));
  for (int shift = 0; shift < 64; shift += 8) head.push_back(static_cast<char>(bytes.size() >> shift));
  return write_all(descriptor, head) && write_all(descriptor, bytes);
}

Result<ChildProcess> ChildProcess::start(const std::string& program, std::string_view argument,
                                         std::string_view question) {
  Descriptor input(file_with(question));
  if (input.get() < 0) return failed("hand a script to a process of its own", errno);
  int ends[2] = {};
  if (::pipe2(ends, O_CLOEXEC) != 0) return failed("make a pipe", errno);
  Descriptor ours(ends[0]), theirs(ends[1]);
  for (Descriptor* one : {&input, &ours, &theirs}) AMONT_TRY(one->move_up());
  pid_t process = -1;
  if (const int error = spawn(program, argument, input.get(), theirs.get(), &process); error != 0)
    return Status(Code::kUnsupported, fmt::format("cannot start {}, which runs scripts apart: {}", program,
                                                  std::generic_category().message(error)));
  return ChildProcess(process, ours.release());
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      answers_(std::exchange(other.answers_, -1)),
      heard_(std::move(other.heard_)) {}

ChildProcess::~ChildProcess() {
  if (answers_ >= 0) ::close(answers_);
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<bool> ChildProcess::fill(std::size_t bytes, const Wait& wait) {
  while (heard_.size() < bytes) {
    if (wait.cancel && wait.cancel->load(std::memory_order_relaxed))
      return Status(Code::kTimeout, "the script was cancelled");
    auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(kLookAround);
    if (wait.end) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*wait.end - Clock::now());
      if (left.count() < 0) return Status(Code::kTimeout, "out of time");
      patience = std::min(patience, left + 1ms);
    }
    pollfd look = {answers_, POLLIN, 0};
    const int ready = ::poll(&look, 1, static_cast<int>(patience.count()));
    if (ready < 0 && errno != EINTR) return failed("wait for a script", errno);
    if (ready <= 0) continue;
    const std::size_t had = heard_.size();
    const std::size_t more = std::min(bytes - had, kReadBytes);
    heard_.resize(had + more);
    const ssize_t got = ::read(answers_, heard_.data() + had, more);
    heard_.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno != EINTR) return failed("hear from a script", errno);
    if (got == 0) return false;
  }
  return true;
}

Result<std::optional<Message>> ChildProcess::hear(const Wait& wait) {
  heard_.clear();
  AMONT_LET(const bool has_head, fill(kHeadBytes, wait));
  if (!has_head) return std::optional<Message>();
  Message message;
  message.what = static_cast<Tell>(heard_[0]);
  std::uint64_t size = 0;
  for (std::size_t i = 8; i >= 1; --i) size = size << 8 | static_cast<unsigned char>(heard_[i]);
  if (message.what < Tell::kReady || message.what > Tell::kReport) return invalid("it is no answer");
  if (size > wait.bytes_max) return invalid("it is larger than its limits allow");
  heard_.clear();
  AMONT_LET(const bool is_whole, fill(size, wait));
  if (!is_whole) return std::optional<Message>();
  message.bytes = std::exchange(heard_, {});
  return std::optional<Message>(std::move(message));
}

std::optional<int> ChildProcess::how_it_ended() {
  if (process_ < 0) return std::nullopt;
  const pid_t process = std::exchange(process_, -1);
  const Clock::time_point end = Clock::now() + kTimeToEnd;
  int status = 0;
  for (;;) {
    const bool waits = Clock::now() < end;
    if (!waits) ::kill(process, SIGKILL);
    const pid_t ended = ::waitpid(process, &status, waits ? WNOHANG : 0);
    if (ended == process) return waits ? std::optional<int>(status) : std::nullopt;
    if (ended < 0 && errno != EINTR) return std::nullopt;
    if (ended == 0) std::this_thread::sleep_for(1ms);
  }
}

}  // namespace amont
