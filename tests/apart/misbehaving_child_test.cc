// What a child may do that is no longer ours: the parent says so, shows nothing of it, and is not affected. The children are shell
// scripts that speak as much of the protocol as they like.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/apart/apart_register.h"

namespace amont {
namespace {

constexpr const char* kReady = "printf '\\001\\010\\0\\0\\0\\0\\0\\0\\0\\001\\0\\0\\0\\0\\0\\0\\0'\n";

class MisbehavingChild : public testing::Test {
 protected:
  Result<Report> run(const std::string& body, std::uint64_t time_ms = 10'000) {
    const std::string program = dir_ / "child";
    std::ofstream(program) << "#!/bin/sh\n" << body;
    ::chmod(program.c_str(), 0700);
    ScriptRunLimits limits;
    limits.time_ms = time_ms;
    return hub_.apart("return 1", limits, program);
  }
  // "code: text", if the text holds `part`.
  void expect(const Result<Report>& report, Code code, const std::string& part) {
    EXPECT_EQ(report.code(), code);
    EXPECT_NE(report.status().text().find(part), std::string::npos) << report.status().text();
    EXPECT_TRUE(report.status().text().starts_with("test: ") || code == Code::kUnsupported) << report.status().text();
  }

  TempDir dir_;
  ApartRegister hub_;
};

TEST_F(MisbehavingChild, ThatIsNotOursIsTold) {
  expect(run("echo hello, I am another program\n"), Code::kUnsupported, "the same version");
  expect(run("exit 0\n"), Code::kUnsupported, "the same version");
  // Another layout.
  expect(run("printf '\\001\\010\\0\\0\\0\\0\\0\\0\\0\\377\\0\\0\\0\\0\\0\\0\\0'\n"), Code::kUnsupported,
         "the same version");
}

TEST_F(MisbehavingChild, ThatCrashesIsTold) {
  expect(run(std::string(kReady) + "kill -SEGV $$\n"), Code::kScript, "crashed: Segmentation fault");
  expect(run("kill -ABRT $$\n"), Code::kScript, "crashed: Aborted");
  expect(run(std::string(kReady) + "kill -SYS $$\n"), Code::kScript, "for what no script needs");
  expect(run(std::string(kReady) + "kill -XCPU $$\n"), Code::kTimeout, "processor time");
  expect(run(std::string(kReady) + "kill -KILL $$\n"), Code::kLimit, "want of memory");
}

TEST_F(MisbehavingChild, ThatSendsNoReportIsTold) {
  expect(run(std::string(kReady) + "exit 0\n"), Code::kScript, "without an answer");
  // Half a report, a report of junk, one that is larger than may be, a status that is none, and ready twice.
  expect(run(std::string(kReady) + "printf '\\003\\100\\0\\0\\0\\0\\0\\0\\0abc'\n"), Code::kScript,
         "without an answer");
  expect(
      run(std::string(kReady) + "printf '\\003\\011\\0\\0\\0\\0\\0\\0\\0\\377\\377\\377\\377\\377\\377\\377\\377a'\n"),
      Code::kScript, "it ends too early");
  expect(run(std::string(kReady) + "printf '\\003\\0\\0\\0\\0\\0\\0\\0\\177'; sleep 60\n"), Code::kScript,
         "larger than its limits");
  expect(run(std::string(kReady) + "printf '\\002\\001\\0\\0\\0\\0\\0\\0\\0\\377'\n"), Code::kScript,
         "it ends too early");
  expect(run(std::string(kReady) + kReady), Code::kScript, "ready twice");
}

TEST_F(MisbehavingChild, ThatFallsSilentIsKilledInTime) {
  const auto start = std::chrono::steady_clock::now();
  expect(run(std::string(kReady) + "exec sleep 60\n", 100), Code::kTimeout,
         "100 ms, all it was allowed, and was killed");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST_F(MisbehavingChild, ThatStartsOthersDoesNotKeepTheParentWaiting) {
  const auto start = std::chrono::steady_clock::now();
  expect(run(std::string(kReady) + "sleep 30 > /dev/null &\nexit 0\n", 100), Code::kScript, "without an answer");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

}  // namespace
}  // namespace amont
