#include "tests/bench/machine.h"

#include <fmt/format.h>
#include <rocksdb/version.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <boost/version.hpp>
#include <cstdlib>
#include <fstream>

namespace amont {
namespace {

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name"))
      if (const std::size_t colon = line.find(": "); colon != std::string::npos) return line.substr(colon + 2);
  return "unknown";
}

// Those that this process may run on.
std::uint64_t cores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<std::uint64_t>(CPU_COUNT(&set));
  return static_cast<std::uint64_t>(sysconf(_SC_NPROCESSORS_ONLN));
}

std::uint64_t memory() {
  return static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGE_SIZE));
}

std::string system_name() {
  utsname name{};
  return uname(&name) == 0 ? fmt::format("{} {} {}", name.sysname, name.release, name.machine) : "unknown";
}

// What else the machine does: above the cores, times tell nothing, and ratios less.
std::string load() {
  double averages[1] = {0};
  return getloadavg(averages, 1) == 1 ? fmt::format("{:.2f}", averages[0]) : "unknown";
}

std::string joined(int argc, char** argv) {
  std::string out = "amont_bench";  // without its folder
  for (int i = 1; i < argc; ++i) out += fmt::format(" {}", argv[i]);
  // JSON is UTF-8, and a file's name may be anything.
  for (char& c : out)
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  return out;
}

}  // namespace

void note_machine(int argc, char** argv, const Arguments& arguments, BenchReport& report) {
  const std::string cpu = cpu_model(), rocks = rocksdb::GetRocksVersionAsString(), command = joined(argc, argv);
  report.fact("machine", "cpu", cpu);
  report.fact("machine", "cores", cores());
  report.fact("machine", "memory_bytes", memory());
  report.fact("machine", "system", system_name());
  report.fact("machine", "load_at_start", load());
  report.fact("versions", "amont", AMONT_VERSION);
  report.fact("versions", "rocksdb", rocks);
  report.fact("versions", "sqlite", sqlite3_libversion());
  report.fact("versions", "boost", BOOST_LIB_VERSION);
  report.fact("versions", "compiler", __VERSION__);
  report.fact("run", "command", command);
  report.fact("run", "workload", arguments.workload);
  if (arguments.workload == "hub") report.fact("run", "edges", arguments.hub.edges);
  report.fact("run", "seed", arguments.hub.seed);
  report.fact("run", "walks", arguments.walks.walks);

  report.section("this run");
  report.remark("command", command);
  report.remark("machine", fmt::format("{}, {} cores, {:.1f} GB, {}; load {} at the start", cpu, cores(),
                                       static_cast<double>(memory()) / 1e9, system_name(), load()));
  report.remark("versions", fmt::format("Amont {}, RocksDB {}, SQLite {}, Boost {}, compiler {}", AMONT_VERSION, rocks,
                                        sqlite3_libversion(), BOOST_LIB_VERSION, __VERSION__));
}

}  // namespace amont
