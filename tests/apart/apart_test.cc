// Scripts that run apart answer as they do here.
#include "amont/apart.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "tests/apart/apart_register.h"
#include "tests/support/without_seccomp.h"

namespace amont {
namespace {

class ScriptsApart : public testing::Test {
 protected:
  ScriptsApart() {
    hub.link("output:x", "generated_by", "run:r");
    hub.link("run:r", "used", "dataset:a");
    hub.link("run:r", "performed_for", "project:p");
  }
  ApartRegister hub;
};

TEST_F(ScriptsApart, AReportIsTheSameByteForByte) {
  for (const char* const source : {
           "return upstream('output:x')",
           "print('a', 1, '\\xff\\0') return report{title = 'T', answer = false, rows{upstream('output:x'), 'ref', "
           "{'tx', function(n) return n.tx end}, {'half', function() return 0.5 end}, {'no', function() return nil "
           "end}, "
           "{'yes', function() return true end}, {'day', function() return time('2026-01-01') end}}}",
           "return tree{'output:x'}, graph{'output:x', highlight = path('output:x', 'dataset:a')}, text{'a', 'b'}",
           "return timeline{{{a = time('2026-01-01'), l = 'one'}}, label = 'l', from = 'a'}, "
           "chart{{{l = 'one', v = 1.5}, {l = 'two', v = 2}}, label = 'l', value = 'v', shape = 'line', unit = 'u'}",
           "return at{known_at = 2}:upstream('output:x'), transaction(2).author, known_at().tx",
           "return reaches('dataset:a', 'output:x')",
           "return upstream('output:x', {depth = 1}), coverage()",
           "error('no')",
           "return upstream('output:none')",
           "return upsteam('output:x')",
           "this is no Lua",
           "return transaction(100)",
       }) {
    const Result<Report> here = hub.here(source);
    EXPECT_EQ(bytes_of(here), bytes_of(hub.apart(source))) << source;
  }
}

TEST_F(ScriptsApart, WhatIsWrittenBetweenIsNotSeen) {
  const Snapshot before = hub.view();
  hub.link("output:x", "derived_from", "dataset:later");
  const std::string source = "return upstream('output:x'), known_at().tx";
  EXPECT_EQ(bytes_of(run_script(before, &hub.store(), "test", source, {})),
            bytes_of(run_script_apart(hub.path(), before, "test", source, {}, {}, {"/proc/self/exe"})));
}

TEST_F(ScriptsApart, LimitsAreTheSame) {
  ScriptRunLimits few;
  few.steps_max = 100'000;
  EXPECT_EQ(bytes_of(hub.here("while true do end", few)), bytes_of(hub.apart("while true do end", few)));
  few = {};
  few.rows_max = 1;
  EXPECT_EQ(bytes_of(hub.here("return upstream('output:x')", few)),
            bytes_of(hub.apart("return upstream('output:x')", few)));
  few = {};
  few.output_bytes_max = 1000;
  EXPECT_EQ(hub.apart("print(('x'):rep(2000))", few).code(), Code::kLimit);
  few = {};
  few.time_ms = 50;
  few.steps_max = ~std::uint64_t{0} / 2;
  EXPECT_EQ(hub.apart("while true do end", few).code(), Code::kTimeout);
}

TEST_F(ScriptsApart, AQuestionWithoutAnAnswerSaysWhy) {
  EXPECT_EQ(run_script_apart("/nowhere/at/all", hub.view(), "test", "return 1", {}, {}, {"/proc/self/exe"}).code(),
            Code::kNotFound);
  const Result<Report> nobody = hub.apart("return 1", {}, "/nowhere/amont");
  EXPECT_EQ(nobody.code(), Code::kUnsupported);
  EXPECT_NE(nobody.status().text().find("cannot start /nowhere/amont"), std::string::npos) << nobody.status().text();
  const Result<Report> another = hub.apart("return 1", {}, "/bin/echo");
  EXPECT_EQ(another.code(), Code::kUnsupported) << another.status().text();
}

TEST_F(ScriptsApart, CanBeCancelledFromAnotherThread) {
  std::atomic<bool> cancel = false;
  ScriptRunLimits long_time;
  long_time.steps_max = ~std::uint64_t{0} / 2;
  long_time.time_ms = 60'000;
  std::thread soon([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    cancel = true;
  });
  const auto start = std::chrono::steady_clock::now();
  const Result<Report> report = hub.apart("while true do end", long_time, "/proc/self/exe", &cancel);
  soon.join();
  EXPECT_EQ(report.code(), Code::kTimeout);
  EXPECT_NE(report.status().text().find("cancelled"), std::string::npos) << report.status().text();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST_F(ScriptsApart, ManyMayRunAtOnceOfOneProcess) {
  std::vector<std::thread> threads;
  std::atomic<int> same = 0;
  const std::string expected = bytes_of(hub.here("return upstream('output:x')"));
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] { same += bytes_of(hub.apart("return upstream('output:x')")) == expected; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(same, 4);
}

TEST_F(ScriptsApart, WithoutSeccompNothingIsRun) {
  const Snapshot view = hub.view();
  const pid_t process = ::fork();
  if (process == 0) {
    if (!take_seccomp_away()) ::_exit(10);
    const Result<Report> report = run_script_apart(hub.path(), view, "test", "return 1", {}, {}, {"/proc/self/exe"});
    if (report.code() != Code::kUnsupported) ::_exit(20);
    ::_exit(report.status().text().find("this system can't confine a process (seccomp") == std::string::npos ? 30 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(process, &status, 0), process);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace amont
