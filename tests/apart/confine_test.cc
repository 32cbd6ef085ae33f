// What a process can't do any more once it is confined. Each test does one thing in a child of its own.
#include "query/apart/confine.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <new>
#include <system_error>
#include <thread>

namespace amont {
namespace {

constexpr int kNotConfined = 99;

// How a confined process ends that does this; its exit code is what `act` returns.
int end_of(const std::function<int()>& act, std::uint64_t memory_bytes = 64 << 20) {
  const pid_t process = ::fork();
  if (process == 0) {
    if (!confine({.reply = 1, .memory_bytes = memory_bytes, .cpu_ms = 0}).ok()) ::_exit(kNotConfined);
    ::_exit(act());
  }
  int status = 0;
  EXPECT_EQ(::waitpid(process, &status, 0), process);
  return status;
}

bool is_killed(const std::function<int()>& act, int by = SIGSYS) {
  const int status = end_of(act);
  return WIFSIGNALED(status) && WTERMSIG(status) == by;
}
bool is_refused(const std::function<bool()>& act) {
  return end_of([&] { return act() ? 1 : 0; }) == 0;
}

TEST(Confined, MayComputeAndReadWhatItHasOpen) {
  int ends[2] = {};
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "x", 1), 1);
  EXPECT_TRUE(is_refused([&] {
    char got = 0;
    std::string text(1 << 20, 'x');
    return ::read(ends[0], &got, 1) != 1 || got != 'x' || text.back() != 'x' || ::write(1, "", 0) != 0;
  }));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Confined, OpensAndLooksAtNoFile) {
  EXPECT_TRUE(is_refused([] { return ::open("/etc/passwd", O_RDONLY) >= 0; }));
  EXPECT_TRUE(is_refused([] { return ::open("/tmp/amont-confined", O_CREAT | O_WRONLY, 0600) >= 0; }));
  EXPECT_TRUE(is_refused([] {
    struct ::stat found {};
    return ::stat("/etc/passwd", &found) == 0 || ::access("/etc/passwd", R_OK) == 0 || ::unlink("/nowhere") == 0;
  }));
}

TEST(Confined, WritesToNothingButItsReply) {
  int ends[2] = {};
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_TRUE(is_killed([&] { return static_cast<int>(::write(ends[1], "x", 1)); }));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Confined, HasNoNetwork) {
  EXPECT_TRUE(is_killed([] { return ::socket(AF_INET, SOCK_STREAM, 0); }));
  EXPECT_TRUE(is_killed([] { return ::socket(AF_UNIX, SOCK_STREAM, 0); }));
  EXPECT_TRUE(is_killed([] { return static_cast<int>(::syscall(SYS_io_uring_setup, 1, nullptr)); }));
}

TEST(Confined, StartsNoProcessNorThreadNorProgram) {
  EXPECT_TRUE(is_refused([] { return ::fork() >= 0; }));
  EXPECT_TRUE(is_refused([] { return ::syscall(SYS_clone3, nullptr, 0) >= 0; }));
  EXPECT_TRUE(is_refused([] {
    try {
      std::thread([] {}).join();
    } catch (const std::system_error&) {
      return false;
    }
    return true;
  }));
  char* const none[] = {nullptr};
  EXPECT_TRUE(is_killed([&] { return ::execve("/bin/true", none, none); }));
}

TEST(Confined, TouchesNoOtherProcess) {
  EXPECT_TRUE(is_killed([] { return ::kill(::getppid(), 0); }));
  EXPECT_TRUE(is_killed([] { return static_cast<int>(::syscall(SYS_tgkill, ::getppid(), ::getppid(), 0)); }));
  EXPECT_TRUE(is_killed([] { return static_cast<int>(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }));
}

TEST(Confined, MakesNoPageExecutable) {
  constexpr std::size_t kPage = 4096;
  EXPECT_TRUE(is_killed(
      [] { return ::mmap(nullptr, kPage, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED; }));
  EXPECT_TRUE(is_killed([] {
    void* const page = ::mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return ::mprotect(page, kPage, PROT_READ | PROT_EXEC);
  }));
}

TEST(Confined, HasSoMuchProcessorTimeAndNoMore) {
  EXPECT_TRUE(is_killed(
      [] {
        for (;;) asm volatile("");
        return 0;
      },
      SIGXCPU));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(Confined, HasSoMuchMemoryAndNoMore) {
  const auto take = [](std::size_t bytes) {
    return [bytes] {
      try {
        const std::unique_ptr<char[]> block(new char[bytes]);
        return block[bytes / 2] == 1 ? 2 : 1;
      } catch (const std::bad_alloc&) {
        return 0;
      }
    };
  };
  EXPECT_EQ(WEXITSTATUS(end_of(take(32 << 20))), 1);
  EXPECT_EQ(WEXITSTATUS(end_of(take(128 << 20))), 0);
}
#endif

}  // namespace
}  // namespace amont
