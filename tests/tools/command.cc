#include "tests/tools/command.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <simdjson.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "amont/exchange.h"
#include "amont/schema_script.h"
#include "tests/support/without_seccomp.h"

namespace amont {
namespace {

constexpr const char* kOut = ".stdout";
constexpr const char* kErr = ".stderr";
constexpr const char* kIn = ".stdin";

// In the child: never returns.
[[noreturn]] void become_command(const std::string& folder, const std::vector<std::string>& words,
                                 const std::vector<std::string>& environment) {
  if (::chdir(folder.c_str()) != 0) ::_exit(127);
  std::vector<char*> arguments = {const_cast<char*>(AMONT_COMMAND)};
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::vector<char*> variables;
  const auto is_given = [&](std::string_view text) {
    const std::string_view name = text.substr(0, text.find('=') + 1);
    return std::ranges::any_of(environment, [&](const std::string& one) { return one.starts_with(name); });
  };
  for (char** one = environ; *one; ++one) {
    const std::string_view text = *one;
    if (!is_given(text) && !text.starts_with("AMONT_STORE=") && !text.starts_with("NO_COLOR=") &&
        !text.starts_with("TERM=") && !text.starts_with("AMONT_TRUSTED=") && !text.starts_with("AMONT_HISTORY="))
      variables.push_back(*one);
  }
  for (const std::string& one : environment) variables.push_back(const_cast<char*>(one.c_str()));
  variables.push_back(nullptr);
  ::execve(AMONT_COMMAND, arguments.data(), variables.data());
  ::_exit(127);
}

void redirect(int descriptor, const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags, 0600);
  if (file < 0 || ::dup2(file, descriptor) < 0) ::_exit(127);
  ::close(file);
}

int code_of(pid_t process) {
  int status = 0;
  EXPECT_EQ(::waitpid(process, &status, 0), process);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Outcome Workplace::run(const std::vector<std::string>& words, std::string_view input,
                       const std::vector<std::string>& environment) const {
  write(kIn, input);
  return run_after([] { return true; }, words, environment);
}

Outcome Workplace::run_without_seccomp(const std::vector<std::string>& words,
                                       const std::vector<std::string>& environment) const {
  write(kIn, {});
  return run_after(take_seccomp_away, words, environment);
}

Outcome Workplace::run_after(bool (*prepare)(), const std::vector<std::string>& words,
                             const std::vector<std::string>& environment) const {
  const pid_t process = ::fork();
  if (process == 0) {
    redirect(0, path(kIn), O_RDONLY);
    redirect(1, path(kOut), O_WRONLY | O_CREAT | O_TRUNC);
    redirect(2, path(kErr), O_WRONLY | O_CREAT | O_TRUNC);
    if (!prepare()) ::_exit(127);
    become_command(path(""), words, environment);
  }
  const int code = code_of(process);
  return {code, read(kOut), read(kErr)};
}

Outcome Workplace::run_on_terminal(const std::vector<std::string>& words, unsigned short columns,
                                   const std::vector<std::string>& environment) const {
  int terminal = -1;
  winsize size = {40, columns, 0, 0};
  const pid_t process = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (process == 0) become_command(path(""), words, environment);
  Outcome outcome;
  char buffer[4096];
  for (ssize_t count = 0; (count = ::read(terminal, buffer, sizeof buffer)) > 0;)
    outcome.out.append(buffer, static_cast<std::size_t>(count));
  ::close(terminal);
  outcome.code = code_of(process);
  return outcome;
}

Workplace::Running Workplace::start_on_terminal(const std::vector<std::string>& words, unsigned short columns,
                                                const std::vector<std::string>& environment) const {
  int terminal = -1;
  winsize size = {40, columns, 0, 0};
  const pid_t process = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (process == 0) become_command(path(""), words, environment);
  return {process, terminal};
}

Workplace::Running Workplace::start(const std::vector<std::string>& words) const {
  int ends[2] = {};
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const pid_t process = ::fork();
  if (process == 0) {
    ::dup2(ends[0], 0);
    redirect(1, path(kOut), O_WRONLY | O_CREAT | O_TRUNC);
    redirect(2, path(kErr), O_WRONLY | O_CREAT | O_TRUNC);
    become_command(path(""), words, {});
  }
  ::close(ends[0]);
  return {process, ends[1]};
}

std::string Workplace::written() const { return read(kOut); }

Outcome Workplace::wait(Running running) const {
  const int code = code_of(running.process);
  ::close(running.input);
  return {code, read(kOut), read(kErr)};
}

void Workplace::write(const std::string& name, std::string_view text) const {
  std::ofstream(path(name), std::ios::binary) << text;
}

std::string Workplace::read(const std::string& name) const {
  std::ifstream file(path(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool Workplace::has(const std::string& name) const { return std::filesystem::exists(path(name)); }

Options at_day(int day) {
  Options options;
  const Timestamp time = *Timestamp::parse(fmt::format("2026-01-{:02}T00:00:00Z", day));
  options.clock = [time] { return time; };
  return options;
}

void make_hub(const Workplace& place) {
  constexpr std::string_view kRecords = R"(
{"node": "dataset:claims", "props": {"title": "Claims", "n_records": 12}}
{"node": "dataset:hospital", "props": {"title": "Hospital stays"}}
{"node": "dataset:old", "props": {"title": "Registered twice"}}
{"node": "variable:claims/age", "props": {"title": "Age"}}
{"node": "project:p", "props": {"title": "Linkage"}}
{"node": "project:q", "props": {"title": "Audit"}}
{"node": "run:r"}
{"node": "output:x", "props": {"title": "Result"}, "valid_from": "2026-01-01T00:00:00Z"}
{"node": "output:y", "props": {"title": "Figure"}}
{"node": "output:alone", "props": {"title": "Alone"}}
{"edge": "part_of", "from": "variable:claims/age", "to": "dataset:claims"}
{"edge": "used", "from": "project:p", "to": "dataset:claims", "label": "yearly", "props": {"purpose": "linkage"}}
{"edge": "used", "from": "project:p", "to": "dataset:hospital"}
{"edge": "generated_by", "from": "output:x", "to": "project:p"}
{"edge": "derived_from", "from": "output:y", "to": "variable:claims/age"}
{"edge": "performed_for", "from": "run:r", "to": "project:q"}
{"edge": "used", "from": "run:r", "to": "dataset:hospital"}
)";
  const std::string hub = place.path("hub");
  ASSERT_TRUE(Store::create(hub, hub_schema(), at_day(1)).ok());
  {
    const auto store = Store::open(hub, at_day(2));
    ASSERT_TRUE(store.ok());
    std::string_view left = kRecords.substr(1);
    const ByteSource bytes = [&](std::span<char> out) -> Result<std::size_t> {
      const std::size_t count = left.copy(out.data(), out.size());
      left.remove_prefix(count);
      return count;
    };
    ImportOptions options;
    options.file = "hub.jsonl";
    options.author = "curator";
    options.reason = "first load";
    const auto report = import_jsonl(**store, bytes, options);
    ASSERT_TRUE(report.ok()) << report.status().text();
    ASSERT_EQ(report->receipt.tx, 2u);
  }
  const auto commit = [&](int day, Change change, std::string author) {
    const auto store = Store::open(hub, at_day(day));
    ASSERT_TRUE(store.ok());
    Transaction transaction;
    transaction.changes.push_back(std::move(change));
    transaction.author = std::move(author);
    ASSERT_TRUE((*store)->commit(transaction).ok());
  };
  PutNode title{{"dataset", "claims"}, {{"title", Value("Claims of 2025")}}, {}, {}};
  commit(3, std::move(title), "curator");
  commit(4, RetractNode{{"dataset", "old"}}, "auditor");
}

bool is_json(std::string_view text) {
  simdjson::dom::parser parser;
  return parser.parse(std::string(text)).error() == simdjson::SUCCESS;
}

bool is_ndjson(std::string_view text) {
  if (text.empty() || text.back() != '\n') return false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    if (!is_json(text.substr(at, end - at))) return false;
    at = end + 1;
  }
  return true;
}

}  // namespace amont
