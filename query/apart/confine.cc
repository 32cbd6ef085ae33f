// The filter is a list of what is allowed, so a system call that is new, or that nobody thought of, kills. Calls that libraries make
// by themselves and can do without are refused by an error instead: the C library looks for processors and locales, and std::thread
// falls back to no thread.
#include "query/apart/confine.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <memory>
#include <system_error>

#include <fmt/format.h>

namespace amont {
namespace {

// A sanitizer's shadow memory is larger than any limit.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLimitsMemory = false;
#else
constexpr bool kLimitsMemory = true;
#endif

Status cannot(std::string_view what, int error) {
  return {Code::kUnsupported,
          fmt::format("this system can't confine a process ({}: {})", what, std::generic_category().message(error))};
}

std::uint64_t address_space_now() {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t cpu_seconds_now() {
  rusage used = {};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<std::uint64_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
}

Status limit(__rlimit_resource_t resource, std::string_view name, std::uint64_t soft, std::uint64_t more = 0) {
  rlimit limits = {};
  if (::getrlimit(resource, &limits) != 0) return cannot(name, errno);
  limits.rlim_cur = std::min<rlim_t>(limits.rlim_max, soft);  // what is lower already stays so
  limits.rlim_max = std::min<rlim_t>(limits.rlim_max, soft + more);
  return ::setrlimit(resource, &limits) == 0 ? Status() : cannot(name, errno);
}

Status set_limits(const Confinement& to) {
  AMONT_TRY(limit(RLIMIT_CORE, "RLIMIT_CORE", 0));
  AMONT_TRY(limit(RLIMIT_FSIZE, "RLIMIT_FSIZE", 0));
  AMONT_TRY(limit(RLIMIT_NPROC, "RLIMIT_NPROC", 0));
  AMONT_TRY(limit(RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK", 0));
  AMONT_TRY(limit(RLIMIT_MSGQUEUE, "RLIMIT_MSGQUEUE", 0));
  // Half a second of rounding at the start and the end; the kernel counts in whole ones.
  AMONT_TRY(limit(RLIMIT_CPU, "RLIMIT_CPU", cpu_seconds_now() + to.cpu_ms / 1000 + 2, 1));
  const std::uint64_t now = address_space_now();
  if (kLimitsMemory && now != 0) AMONT_TRY(limit(RLIMIT_AS, "RLIMIT_AS", now + to.memory_bytes));
  return limit(RLIMIT_NOFILE, "RLIMIT_NOFILE", 0);  // last: it opens no more
}

constexpr int kAllowed[] = {
    // Time and order.
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(gettimeofday),
    SCMP_SYS(nanosleep), SCMP_SYS(sched_yield), SCMP_SYS(futex), SCMP_SYS(membarrier), SCMP_SYS(rseq),
    SCMP_SYS(restart_syscall), SCMP_SYS(set_robust_list),
    // Memory; executable pages are left out below.
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    // What is open.
    SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(preadv), SCMP_SYS(lseek), SCMP_SYS(fstat),
    SCMP_SYS(fadvise64), SCMP_SYS(readahead), SCMP_SYS(close),
    // Itself.
    SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getrusage), SCMP_SYS(getcpu), SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getrandom), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack), SCMP_SYS(exit), SCMP_SYS(exit_group)};

struct Refused {
  int call;
  int error;
};
constexpr Refused kRefused[] = {
    {SCMP_SYS(open), EACCES},
    {SCMP_SYS(openat), EACCES},
    {SCMP_SYS(openat2), EACCES},
    {SCMP_SYS(creat), EACCES},
    {SCMP_SYS(stat), EACCES},
    {SCMP_SYS(lstat), EACCES},
    {SCMP_SYS(newfstatat), EACCES},
    {SCMP_SYS(statx), EACCES},
    {SCMP_SYS(access), EACCES},
    {SCMP_SYS(faccessat), EACCES},
    {SCMP_SYS(faccessat2), EACCES},
    {SCMP_SYS(readlink), EACCES},
    {SCMP_SYS(readlinkat), EACCES},
    {SCMP_SYS(getdents64), EACCES},
    {SCMP_SYS(getcwd), EACCES},
    {SCMP_SYS(unlink), EACCES},
    {SCMP_SYS(unlinkat), EACCES},
    {SCMP_SYS(pwrite64), EPERM},
    {SCMP_SYS(ftruncate), EPERM},
    {SCMP_SYS(fsync), EPERM},
    {SCMP_SYS(fdatasync), EPERM},
    {SCMP_SYS(flock), EPERM},
    {SCMP_SYS(ioctl), EPERM},
    {SCMP_SYS(fcntl), EPERM},
    {SCMP_SYS(sysinfo), EPERM},
    {SCMP_SYS(uname), EPERM},
    {SCMP_SYS(prctl), EPERM},
    {SCMP_SYS(prlimit64), EPERM},
    {SCMP_SYS(clone), EAGAIN},
    {SCMP_SYS(fork), EAGAIN},
    {SCMP_SYS(vfork), EAGAIN},
    // An unknown call makes the C library take the older one, which is refused in a way that it passes on.
    {SCMP_SYS(clone3), ENOSYS}};

struct ReleaseFilter {
  void operator()(void* filter) const { ::seccomp_release(filter); }
};

// 0, or the error of the first rule that could not be added. Calls that this machine's architecture has not are no error.
int add_rules(scmp_filter_ctx filter, int reply) {
  int error = 0;
  const auto add = [&](std::uint32_t action, int call, std::initializer_list<scmp_arg_cmp> when) {
    if (error == 0)
      error = ::seccomp_rule_add_array(filter, action, call, static_cast<unsigned>(when.size()), when.begin());
  };
  for (const int call : kAllowed) add(SCMP_ACT_ALLOW, call, {});
  for (const Refused& refused : kRefused)
    add(SCMP_ACT_ERRNO(static_cast<std::uint32_t>(refused.error)), refused.call, {});
  const scmp_arg_cmp not_executable = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
  add(SCMP_ACT_ALLOW, SCMP_SYS(mmap), {not_executable});
  add(SCMP_ACT_ALLOW, SCMP_SYS(mprotect), {not_executable});
  for (const int call : {SCMP_SYS(write), SCMP_SYS(writev)})
    add(SCMP_ACT_ALLOW, call, {SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(reply))});
  // abort() kills by this, and then itself alone.
  add(SCMP_ACT_ALLOW, SCMP_SYS(tgkill), {SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid()))});
  return error;
}

Status load_filter(int reply) {
  const std::unique_ptr<void, ReleaseFilter> filter(::seccomp_init(SCMP_ACT_KILL_PROCESS));
  if (!filter) return cannot("seccomp", ENOSYS);
  int error = ::seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);  // threads that there are, too
  if (error == 0) error = add_rules(filter.get(), reply);
  if (error == 0) error = ::seccomp_load(filter.get());
  return error == 0 ? Status() : cannot("seccomp", -error);
}

}  // namespace

Status confine(const Confinement& to) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return cannot("PR_SET_NO_NEW_PRIVS", errno);
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return cannot("PR_SET_DUMPABLE", errno);
  AMONT_TRY(set_limits(to));
  return load_filter(to.reply);
}

}  // namespace amont
