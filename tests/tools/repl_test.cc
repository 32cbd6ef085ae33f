// repl, through a pipe and on a terminal.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "tests/tools/command.h"

namespace amont {
namespace {

using namespace std::chrono_literals;

class Repl : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = new Workplace;
    make_hub(*place_);
  }
  static void TearDownTestSuite() {
    delete place_;
    place_ = nullptr;
  }
  static Outcome pipe(std::string_view lines, std::vector<std::string> words = {}) {
    words.insert(words.begin(), {"-s", "hub", "repl"});
    return place_->run(words, lines);
  }
  static inline Workplace* place_ = nullptr;
};

// A session on a terminal of its own.
class Terminal {
 public:
  // The limits are wide: on a busy machine nothing but Ctrl-C is to stop a line.
  explicit Terminal(const Workplace& place, const std::string& store = "hub")
      : running_(place.start_on_terminal(
            {"-s", store, "repl", "--steps", "1000000000000", "--timeout", "60"}, 100,
            {"TERM=xterm", "AMONT_HISTORY=" + place.path("history/lines"), "LC_ALL=C.UTF-8"})) {}
  ~Terminal() {
    if (running_.process > 0) {
      ::kill(running_.process, SIGKILL);
      ::waitpid(running_.process, nullptr, 0);
    }
    ::close(running_.input);
  }
  void type(std::string_view keys) {
    EXPECT_EQ(::write(running_.input, keys.data(), keys.size()), ssize_t(keys.size()));
  }
  // Reads until `text` has come since the last time; all up to its end. "NOT SEEN: ..." when it does not come.
  std::string until(std::string_view text, std::chrono::seconds at_most = 20s) {
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    std::size_t at;
    while ((at = unread_.find(text)) == std::string::npos) {
      pollfd wait = {running_.input, POLLIN, 0};
      if (std::chrono::steady_clock::now() > deadline) return "NOT SEEN: " + std::string(text) + " in " + unread_;
      if (::poll(&wait, 1, 100) <= 0) continue;
      char bytes[4096];
      const ssize_t count = ::read(running_.input, bytes, sizeof bytes);
      if (count <= 0) return "ENDED: " + unread_;
      all_.append(bytes, std::size_t(count));
      unread_.append(bytes, std::size_t(count));
    }
    const std::string seen = unread_.substr(0, at + text.size());
    unread_.erase(0, at + text.size());
    return seen;
  }
  // Types Ctrl-C until the running line stops: one that comes before it runs is about the line that is typed. A second one while
  // the first is on its way ends the command, so there is time between them.
  bool stop() {
    for (int i = 0; i < 10; ++i) {
      type("\x03");
      const std::string seen = until("stopped", 3s);
      if (seen.starts_with("ENDED")) return false;
      if (!seen.starts_with("NOT SEEN")) return true;
    }
    return false;
  }
  // Types keys, waits for a text.
  std::string get(std::string_view keys, std::string_view text) {
    type(keys);
    const std::string seen = until(text);
    EXPECT_EQ(seen.find("NOT SEEN"), std::string::npos) << seen;
    EXPECT_EQ(seen.find("ENDED"), std::string::npos) << seen;
    return seen;
  }
  // Types Ctrl-D at the prompt: one that comes before the command waits for a line is lost.
  int end() {
    int status = 0;
    if (!all_.ends_with("amont> ")) until("amont> ");
    type("\x04");
    const bool ended = until("\x04 is no text", 20s).starts_with("ENDED");
    EXPECT_TRUE(ended) << all_;
    if (!ended) ::kill(running_.process, SIGKILL);
    EXPECT_EQ(::waitpid(running_.process, &status, 0), running_.process);
    running_.process = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  void interrupt() { ::kill(running_.process, SIGINT); }
  const std::string& all() const { return all_; }

 private:
  Workplace::Running running_;
  std::string all_, unread_;
};

TEST_F(Repl, AnswersThePipedLinesWithoutAPrompt) {
  const Outcome outcome = pipe("1 + 1\nx = upstream('output:x')\n\n#x\n-- a remark\nx:only('project')\n");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "2\n3\nref        title    depth  precision\nproject:p  Linkage      1  exact\n\n"
            "complete: 1 row; known at transaction 4 (2026-01-04T00:00:00Z), valid at any time\n");
  EXPECT_EQ(outcome.err, "");
}

TEST_F(Repl, WaitsForTheLinesThatMakeAChunkWhole) {
  const Outcome outcome = pipe("function double(n)\n  return 2 * n\nend\ndouble(\n21)");
  EXPECT_EQ(outcome.out, "42\n");
  EXPECT_EQ(outcome.code, 0);
  const Outcome open = pipe("x = {\n1,\n");
  EXPECT_EQ(open.code, 2);
  EXPECT_NE(open.err.find("the input ends within what it began: x = {"), std::string::npos) << open.err;
}

TEST_F(Repl, TellsErrorsWithTheirLineAndGoesOn) {
  const Outcome outcome = pipe("x = 1\n\nx = node('dataset:claims').titel\nx\n");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "1\n");
  EXPECT_NE(outcome.err.find("line:3: no \"titel\" is declared for a dataset; did you mean \"title\"?"),
            std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.err.find("    3 | x = node('dataset:claims').titel\n      |                            ^^^^^\n"),
            std::string::npos)
      << outcome.err;
  EXPECT_EQ(pipe("node('dataset:not-there')").code, 2);
  EXPECT_EQ(pipe("x = = 1\n'open\n1").out, "1\n");
  EXPECT_EQ(pipe("print('said before') error('x')").out, "said before\n");
}

TEST_F(Repl, GoesOnAfterALineThatRanOut) {
  const Outcome outcome = pipe("while true do end\n'still here'\n", {"--steps", "100000"});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_EQ(outcome.out, "still here\n");
  EXPECT_EQ(pipe("upstream('output:x', {depth = 1})", {"--strict"}).code, 4);
  const Outcome full = pipe("t = {} for i = 1, 1e8 do t[i] = {} end\n:reset\n6 * 7\n", {"--memory", "8"});
  EXPECT_EQ(full.out, "42\n");
  EXPECT_NE(full.err.find("`name = nil` or :reset makes room"), std::string::npos) << full.err;
}

TEST_F(Repl, UnderstandsItsCommands) {
  const Outcome outcome = pipe(
      ":help upstream\n:known_at 1\n#nodes()\n:known_at\n#nodes('dataset')\n:valid_at "
      "2020-01-01\n#nodes('output')\n:valid_at\n"
      ":format json\n#nodes('output')\n:format table\nx = 1\n:reset\nx\n:quit\n'not reached'\n");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out.find("upstream(x, {depth = 3})\n  A set: everything that x was made from, nearest first.\n"),
            0u)
      << outcome.out;
  EXPECT_NE(outcome.out.find("\n0\n2\n2\n{\"amont\": 1,"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("}\nnil\n"), std::string::npos) << outcome.out;
  EXPECT_EQ(outcome.out.find("not reached"), std::string::npos);
  EXPECT_NE(outcome.err.find("the register at transaction 1 ("), std::string::npos);
  EXPECT_NE(pipe(":halp").err.find("did you mean :help?"), std::string::npos);
  EXPECT_EQ(pipe(":help upsteam").code, 3);
  EXPECT_EQ(pipe(":known_at 99").code, 2);
  EXPECT_EQ(pipe(":format nothing").code, 2);
  EXPECT_EQ(pipe(":refresh now").code, 2);
}

TEST_F(Repl, TakesInWhatWasWrittenMeanwhileWhenToldTo) {
  Workplace place;
  make_hub(place);
  const Workplace::Running running = place.start({"-s", "hub", "repl"});
  const auto type = [&](std::string_view text) {
    EXPECT_EQ(::write(running.input, text.data(), text.size()), ssize_t(text.size()));
  };
  type("old = nodes('dataset')\n#old\n");
  for (int i = 0; i < 200 && place.read(".stdout").empty(); ++i) ::usleep(20'000);
  {
    const auto store = Store::open(place.path("hub"), at_day(5));
    ASSERT_TRUE(store.ok());
    Transaction transaction;
    transaction.changes.push_back(PutNode{{"dataset", "new"}, {{"title", Value("New")}}, {}, {}});
    ASSERT_TRUE((*store)->commit(transaction).ok());
  }
  type("#nodes('dataset')\n:refresh\n#nodes('dataset')\n#old\n:quit\n");
  const Outcome outcome = place.wait(running);
  EXPECT_EQ(outcome.out, "2\n2\n3\n2\n");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
}

TEST_F(Repl, LetsNoHostileNameReachTheTerminal) {
  Workplace place;
  ASSERT_EQ(place.run({"-s", "evil", "init"}).code, 0);
  place.write("evil.jsonl",
              "{\"node\": \"dataset:x\u202e\u200by\", \"props\": {\"title\": \"\\u001b]0;owned\\u0007\"}}\n");
  ASSERT_EQ(place.run({"-s", "evil", "import", "evil.jsonl"}).code, 0);
  Terminal terminal(place, "evil");
  EXPECT_EQ(terminal.until("amont> ").find("ENDED"), std::string::npos);
  terminal.get("node(\"dataset:x\t", "\\u{202e}\\u{200b}y");
  terminal.get("\").title\r", "\\u{1b}]0;owned\\u{7}");
  terminal.get("nodes()\r", "complete: 1 row");
  EXPECT_EQ(terminal.end(), 0);
  EXPECT_EQ(terminal.all().find("\u202e"), std::string::npos);
  EXPECT_EQ(terminal.all().find("\x1b]0;"), std::string::npos);
  EXPECT_EQ(place.read("history/lines"), "node(\"dataset:x\\u{202e}\\u{200b}y\").title\nnodes()\n");
}

TEST_F(Repl, CompletesOnATerminal) {
  Terminal terminal(*place_);
  terminal.until("amont> ");
  terminal.get("ups\t", "tream");  // what is there already is not drawn again
  terminal.get("(\"output:a\t", "lone");
  terminal.get("\")\r", "complete: 0 rows");
  const std::string choices = terminal.get("nodes(\"pu\t\t", "purpose");
  EXPECT_NE(choices.find("publication"), std::string::npos) << choices;
  terminal.get("\x03", "^C");
  terminal.until("amont> ");
  terminal.get(":for\t md\r", "amont> ");
  EXPECT_EQ(terminal.end(), 0);
}

TEST_F(Repl, KeepsItsHistoryToTheUserAlone) {
  Workplace place;
  make_hub(place);
  {
    Terminal terminal(place);
    terminal.until("amont> ");
    terminal.get("6 * 7\r", "42");
    terminal.until("amont> ");
    EXPECT_EQ(terminal.end(), 0);
  }
  struct ::stat found {};
  ASSERT_EQ(::stat(place.path("history/lines").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_EQ(place.read("history/lines"), "6 * 7\n");
  std::string many = "print('an escape \x1b[2J')\n";
  for (int i = 0; i < 2500; ++i) many += std::to_string(i) + " + 0\n";
  place.write("history/lines", many);
  {
    Terminal terminal(place);
    terminal.until("amont> ");
    terminal.get("\x1b[A\r", "2499");
    terminal.until("amont> ");
    EXPECT_EQ(terminal.end(), 0);
  }
  const std::string kept = place.read("history/lines");
  EXPECT_EQ(std::count(kept.begin(), kept.end(), '\n'), 1001);
  EXPECT_EQ(kept.find('\x1b'), std::string::npos);
}

TEST_F(Repl, StopsTheRunningLineAtCtrlCAndGoesOn) {
  Terminal terminal(*place_);
  terminal.until("amont> ");
  for (int i = 0; i < 3; ++i) {
    terminal.get("while true do end\r", "\n");
    ::usleep(200'000);  // until it runs
    EXPECT_TRUE(terminal.stop());
    terminal.get("'again'\r", "again\r\n");
    terminal.until("amont> ");
  }
  terminal.get("'half a li\x03", "amont> ");
  terminal.get("nodes = 3\r", "nodes was a word of scripts; :reset brings it back");
  terminal.until("amont> ");
  terminal.get("function f()\r", "... ");
  terminal.get("\x03", "amont> ");
  terminal.get("'here ' .. 6 * 7\r", "here 42");
  EXPECT_EQ(terminal.end(), 0);
}

}  // namespace
}  // namespace amont
