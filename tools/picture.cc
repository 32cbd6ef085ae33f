#include "tools/picture.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>

#include <fmt/format.h>

namespace amont::tool {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kDrawingTakesAtMost{60};
constexpr rlim_t kMemoryBytesMax = rlim_t{2} << 30;
constexpr rlim_t kPictureBytesMax = 256 << 20;
constexpr std::size_t kComplaintShown = 300;
constexpr const char* kNotInstalled =
    "a picture as SVG is drawn by Graphviz, whose `dot` is not in PATH: install it (Debian, Ubuntu: apt install "
    "graphviz), "
    "or take --format dot or html, which need nothing";

Status failed(std::string_view what) {
  return {Code::kIo, fmt::format("can't {}: {}", what, std::generic_category().message(errno))};
}

// Folders of PATH that are named from the root: what lies in the folder at hand is not run by accident.
std::optional<std::string> find_dot() {
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "";
  while (!rest.empty()) {
    const std::string_view folder = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
    if (!folder.starts_with('/')) continue;
    const std::string program = std::string(folder) + "/dot";
    std::error_code error;
    if (std::filesystem::is_regular_file(program, error) && ::access(program.c_str(), X_OK) == 0) return program;
  }
  return std::nullopt;
}

// A file in memory: nobody waits for anybody, and how much is written can be bounded.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : descriptor_(::memfd_create(name, MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  int get() const { return descriptor_; }

  Status hold(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t done = ::write(descriptor_, text.data(), text.size());
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) return failed("hand a graph to Graphviz");
      text.remove_prefix(static_cast<std::size_t>(done));
    }
    return ::lseek(descriptor_, 0, SEEK_SET) == 0 ? Status() : failed("hand a graph to Graphviz");
  }

  Result<std::string> contents() const {
    std::string text(static_cast<std::size_t>(std::max<off_t>(::lseek(descriptor_, 0, SEEK_END), 0)), '\0');
    std::size_t filled = 0;
    while (filled < text.size()) {
      const ssize_t got = ::pread(descriptor_, text.data() + filled, text.size() - filled, static_cast<off_t>(filled));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return failed("read what Graphviz wrote");
      filled += static_cast<std::size_t>(got);
    }
    return text;
  }

 private:
  int descriptor_;
};

// In a group of its own, so that Ctrl-C reaches us alone; of our environment it gets nothing.
Result<pid_t> start(const std::string& program, const MemoryFile& in, const MemoryFile& out,
                    const MemoryFile& complaints) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t how;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawnattr_init(&how);
  int error = 0;
  const int descriptors[] = {in.get(), out.get(), complaints.get()};
  for (int i = 0; i < 3 && error == 0; ++i) error = ::posix_spawn_file_actions_adddup2(&files, descriptors[i], i);
  if (error == 0) error = ::posix_spawn_file_actions_addclosefrom_np(&files, 3);
  if (error == 0) error = ::posix_spawnattr_setpgroup(&how, 0);
  if (error == 0) error = ::posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP);
  std::string name = "dot", wanted = "-Tsvg", locale = "LC_ALL=C.UTF-8";
  char* const words[] = {name.data(), wanted.data(), nullptr};
  char* const environment[] = {locale.data(), nullptr};
  pid_t process = -1;
  if (error == 0) error = ::posix_spawn(&process, program.c_str(), &files, &how, words, environment);
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&how);
  if (error != 0)
    return Status(Code::kUnsupported,
                  fmt::format("can't start {}: {}", program, std::generic_category().message(error)));
  return process;
}

void bound(pid_t process) {
  const auto seconds = static_cast<rlim_t>(kDrawingTakesAtMost.count());
  const std::pair<__rlimit_resource, rlim_t> bounds[] = {
      {RLIMIT_AS, kMemoryBytesMax}, {RLIMIT_FSIZE, kPictureBytesMax}, {RLIMIT_CPU, seconds}, {RLIMIT_CORE, 0}};
  for (const auto& [what, most] : bounds) {
    const rlimit limit = {most, most};
    ::prlimit(process, what, &limit, nullptr);
  }
}

// How it ended; killed when it is over time.
Result<int> wait_for(pid_t process, const std::atomic<bool>& cancel) {
  const Clock::time_point end = Clock::now() + kDrawingTakesAtMost;
  auto pause = std::chrono::milliseconds(1);
  while (true) {
    int ended = 0;
    const pid_t found = ::waitpid(process, &ended, WNOHANG);
    if (found == process) return ended;
    if (found < 0 && errno != EINTR) return failed("wait for Graphviz");
    const bool cancelled = cancel.load(std::memory_order_relaxed);
    if (cancelled || Clock::now() > end) {
      ::kill(process, SIGKILL);
      while (::waitpid(process, &ended, 0) < 0 && errno == EINTR) {
      }
      if (cancelled) return Status(Code::kTimeout, "the drawing was cancelled");
      return Status(Code::kTimeout,
                    fmt::format("Graphviz had not drawn this after {} seconds; ask for less (--depth, --kind), or take "
                                "--format graphml to look at it with another program",
                                kDrawingTakesAtMost.count()));
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(20));
  }
}

// One graph drawn: from <svg to </svg>, without what is before it, which names the version of Graphviz and a definition elsewhere.
Result<std::string> drawn(const std::string& program, const std::string& graph, const std::atomic<bool>& cancel) {
  const MemoryFile in("graph"), out("picture"), complaints("complaints");
  if (in.get() < 0 || out.get() < 0 || complaints.get() < 0) return failed("make a file in memory");
  AMONT_TRY(in.hold(graph));
  AMONT_LET(const pid_t process, start(program, in, out, complaints));
  bound(process);
  AMONT_LET(const int ended, wait_for(process, cancel));
  if (WIFSIGNALED(ended))
    return Status(
        Code::kLimit,
        fmt::format("Graphviz was ended by signal {}: the picture takes too much memory, time or room; ask for "
                    "less, or take --format graphml",
                    WTERMSIG(ended)));
  AMONT_LET(const std::string text, out.contents());
  const std::size_t begin = text.find("<svg"), end = text.rfind("</svg>");
  if (WEXITSTATUS(ended) != 0 || begin == std::string::npos || end == std::string::npos) {
    AMONT_LET(const std::string said, complaints.contents());
    return invalid(fmt::format("{} could not draw this: {}", program, said.substr(0, kComplaintShown)));
  }
  return text.substr(begin, end + std::string_view("</svg>").size() - begin);
}

// What we write has no links, and what Graphviz makes of it neither; a picture that has something active is not given out.
Status check_passive(std::string_view svg) {
  for (const std::string_view active :
       {"<script", "<a ", "<a>", "<foreignObject", "<image", "<iframe", "<use", "<style", "<animate", "<set"})
    if (svg.find(active) != std::string_view::npos)
      return invalid(fmt::format("Graphviz wrote {}, which has no place in these pictures", active));
  return {};
}

// Of `width="123pt"`; 0 when there is none.
double points(std::string_view svg, std::string_view name) {
  const std::string_view head = svg.substr(0, svg.find('>'));
  const std::string wanted = fmt::format(" {}=\"", name);
  const std::size_t at = head.find(wanted);
  double value = 0;
  if (at != std::string_view::npos) std::from_chars(head.data() + at + wanted.size(), head.data() + head.size(), value);
  return value;
}

}  // namespace

Result<std::string> picture_of(const std::vector<std::string>& graphs, const std::atomic<bool>& cancel) {
  const std::optional<std::string> program = find_dot();
  if (!program) return Status(Code::kUnsupported, kNotInstalled);
  std::vector<std::string> pictures;
  for (const std::string& graph : graphs) {
    AMONT_LET(std::string picture, drawn(*program, graph, cancel));
    AMONT_TRY(check_passive(picture));
    pictures.push_back(std::move(picture));
  }
  if (pictures.size() == 1) return pictures[0] + "\n";
  double width = 0, height = 0;
  std::string inside;
  for (std::string& picture : pictures) {
    constexpr std::string_view kBegin = "<svg";
    inside += fmt::format("<svg y=\"{}pt\"{}\n", height, picture.substr(kBegin.size()));
    width = std::max(width, points(picture, "width"));
    height += points(picture, "height");
  }
  return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}pt\" height=\"{}pt\">\n{}</svg>\n", width,
                     height, inside);
}

}  // namespace amont::tool
