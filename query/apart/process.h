// A child process that is asked one thing: starting it, hearing from it in time, and learning how it ended. It takes its question from
// standard input and answers on standard output, in messages: a byte that says of which kind, the size, and the bytes.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "amont/status.h"

namespace amont {

enum class Tell : std::uint8_t { kReady = 1, kStatus = 2, kReport = 3 };

struct Message {
  Tell what{};
  std::string bytes;
};

// Sends a message, from the child. False when nobody listens.
bool tell(int descriptor, Tell what, std::string_view bytes);

class ChildProcess {
 public:
  using Clock = std::chrono::steady_clock;
  struct Wait {
    std::uint64_t bytes_max = 0;           // of the message
    std::optional<Clock::time_point> end;  // nullopt: for as long as it takes
    const std::atomic<bool>* cancel = nullptr;
  };

  // Starts the program with one argument, `question` as its input, an empty environment but for what a loader needs, and no other
  // descriptor of this process. kUnsupported when it does not start, kIo.
  static Result<ChildProcess> start(const std::string& program, std::string_view argument, std::string_view question);
  // Kills what still runs.
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ChildProcess& operator=(ChildProcess&&) = delete;

  // The next message. nullopt: it ended, or closed its output, without one; then how_it_ended() tells more. kTimeout: cancelled, or
  // out of time. kInvalid: what it sent is no message, or a larger one than allowed.
  Result<std::optional<Message>> hear(const Wait& wait);

  // The status of waitpid(). nullopt when it did not end by itself within a moment, and was killed; and when somebody else has waited
  // for it already. Once only.
  std::optional<int> how_it_ended();

 private:
  ChildProcess(pid_t process, int answers) : process_(process), answers_(answers) {}
  Result<bool> fill(std::size_t bytes, const Wait& wait);  // false: no more comes

  pid_t process_ = -1;  // -1: waited for
  int answers_ = -1;
  std::string heard_;
};

}  // namespace amont
