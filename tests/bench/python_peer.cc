// The near end of tests/bench/python_peers.py: starts it, sends it questions by a pipe, reads its answers by another.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/bench/peer.h"

namespace amont {
namespace {

class PythonPeer final : public Peer {
 public:
  PythonPeer(std::string python, std::string system, std::string folder)
      : python_(std::move(python)), system_(std::move(system)), folder_(std::move(folder)), name_(system_) {}
  ~PythonPeer() override {
    for (const int end : {questions_, answers_})
      if (end >= 0) ::close(end);
    if (child_ > 0) ::waitpid(child_, nullptr, 0);
  }
  PythonPeer(const PythonPeer&) = delete;
  PythonPeer& operator=(const PythonPeer&) = delete;

  std::string name() const override { return name_; }

  Status load(const Lineage& lineage) override {
    ::signal(SIGPIPE, SIG_IGN);  // a child that ended is told by a failed write
    std::error_code ignored;
    std::filesystem::create_directories(folder_, ignored);
    std::ofstream edges(folder_ + "/edges.csv"), nodes(folder_ + "/nodes.csv");
    for (std::size_t i = 0; i < lineage.edges.size(); ++i) {
      const std::uint8_t traits = lineage.edge_traits[i];
      edges << lineage.edges[i].from << ',' << lineage.edges[i].to << ',' << traits / kEdgeKindBit << ','
            << ((traits & kWeakEdge) != 0) << ',' << ((traits & kLateEdge) != 0) << '\n';
    }
    for (std::uint64_t node = 0; node < lineage.nodes; ++node) nodes << node << ',' << lineage.node_kinds[node] << '\n';
    edges.close();
    nodes.close();
    if (!edges || !nodes) return io_error("can't write to " + folder_);
    AMONT_TRY(start());
    AMONT_LET(name_, text());
    return name_.starts_with("!") ? io_error(name_.substr(1)) : Status();
  }

  Result<std::uint64_t> closure(std::uint32_t start, Direction direction) override {
    AMONT_TRY(ask(question_of(direction == Direction::kUpstream ? kUpstream : kDownstream, start, 0)));
    std::erase(found_, start);
    return found_.size();
  }
  Status restrict_to(const Restriction& only) override {
    return ask(question_of(kRestrict, 0, 0) + bytes_of(only.node_kinds) + bytes_of(only.edge_kinds) +
               bytes_of(only.without));
  }
  Result<bool> reaches(std::uint32_t a, std::uint32_t b) override {
    AMONT_TRY(ask(question_of(kReaches, b, a)));
    return !found_.empty();
  }
  Result<std::uint64_t> path(std::uint32_t effect, std::uint32_t cause) override {
    AMONT_TRY(ask(question_of(kPath, effect, cause)));
    return found_.empty() ? 0 : found_.size() - 1;
  }
  std::vector<std::uint32_t> found() const override { return found_; }
  std::optional<double> micros() const override { return micros_; }

 private:
  enum Asked : std::uint8_t { kUpstream = 0, kDownstream = 1, kReaches = 2, kPath = 3, kRestrict = 4 };

  Status start() {
    int to_child[2], from_child[2];
    // Closed on exec: a child that kept the end of another's pipe would keep that one waiting for ever.
    if (::pipe2(to_child, O_CLOEXEC) != 0 || ::pipe2(from_child, O_CLOEXEC) != 0) return io_error("no pipe");
    const std::string script = AMONT_SOURCE_DIR "/tests/bench/python_peers.py";
    child_ = ::fork();
    if (child_ < 0) return io_error("no child process");
    if (child_ == 0) {
      ::dup2(to_child[0], 0);
      ::dup2(from_child[1], 1);
      ::execl(python_.c_str(), python_.c_str(), "-Wignore", script.c_str(), system_.c_str(), folder_.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(to_child[0]);
    ::close(from_child[1]);
    questions_ = to_child[1];
    answers_ = from_child[0];
    return {};
  }

  template <class Number>
  static std::string bytes_of(Number number) {
    return {reinterpret_cast<const char*>(&number), sizeof number};
  }
  static std::string question_of(Asked what, std::uint32_t a, std::uint32_t b) {
    return bytes_of(what) + bytes_of(a) + bytes_of(b);
  }
  Status ask(const std::string& question) {
    if (::write(questions_, question.data(), question.size()) != static_cast<ssize_t>(question.size()))
      return io_error("the child takes no questions");
    std::uint32_t count = 0;
    AMONT_TRY(read(&micros_, sizeof micros_));
    AMONT_TRY(read(&count, sizeof count));
    if (count == 0xffff'ffff) {
      AMONT_LET(const std::string why, text());
      return io_error(why);
    }
    found_.resize(count);
    return read(found_.data(), count * sizeof(std::uint32_t));
  }

  Status read(void* to, std::size_t bytes) {
    for (std::size_t got = 0; got < bytes;) {
      const ssize_t some = ::read(answers_, static_cast<char*>(to) + got, bytes - got);
      if (some <= 0) return io_error("the child has ended");
      got += static_cast<std::size_t>(some);
    }
    return {};
  }
  Result<std::string> text() {
    std::uint32_t length = 0;
    AMONT_TRY(read(&length, sizeof length));
    std::string out(length, '\0');
    AMONT_TRY(read(out.data(), length));
    return out;
  }

  const std::string python_, system_, folder_;
  std::string name_;
  pid_t child_ = -1;
  int questions_ = -1, answers_ = -1;
  double micros_ = 0;
  std::vector<std::uint32_t> found_;
};

bool has(const std::string& python, const std::string& system) {
  if (!std::filesystem::exists(python)) return false;
  const std::string module = system == "ladybug" ? "real_ladybug" : system;
  return std::system(fmt::format("'{}' -c 'import {}' >/dev/null 2>&1", python, module).c_str()) == 0;
}

}  // namespace

std::unique_ptr<Peer> python_peer(const std::string& python, const std::string& system, const std::string& folder) {
  if (!has(python, system)) return nullptr;
  return std::make_unique<PythonPeer>(python, system, folder + "/" + system);
}

}  // namespace amont
