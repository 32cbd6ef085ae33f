// A child process that runs amont_crash_writer.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/temp_dir.h"

namespace amont {

// A child running amont_crash_writer, which lies beside this program. What it says goes to a file.
class Child {
 public:
  Child(std::string mode, const TempDir& temp, std::uint64_t seed) : said_(temp / (mode + std::to_string(seed))) {
    const std::string program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "amont_crash_writer";
    const std::string store = temp / "hub";
    const std::string board = temp / "board";
    const std::string number = std::to_string(seed);
    pid_ = ::fork();
    if (pid_ != 0) return;
    const int out = ::open(said_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::execl(program.c_str(), program.c_str(), mode.c_str(), store.c_str(), board.c_str(), number.c_str(), nullptr);
    ::_exit(127);
  }
  ~Child() {
    if (pid_ > 0) finish(SIGKILL);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Sends the signal, if any, and waits; returns what waitpid said.
  int finish(int signal) {
    int status = 0;
    if (signal != 0) ::kill(pid_, signal);
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }

  std::string said() const {
    std::ifstream file(said_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::string said_;
  ::pid_t pid_ = -1;
};

}  // namespace amont
