// Giving up, for good, what a process may do. With confine.cc, the only place that speaks to seccomp.
#pragma once

#include <cstdint>

#include "amont/status.h"

namespace amont {

struct Confinement {
  int reply = 1;                   // the one descriptor that may still be written to
  std::uint64_t memory_bytes = 0;  // how much more address space than now
  std::uint64_t cpu_ms = 0;        // how much more processor time than now; whole seconds from there on
};

// From its return on, this process, with all of its threads, may compute, take and give back memory, read from the descriptors that it
// has, and write to one. To open or look at a file, to change one, to start a thread or a process is refused to it; whatever else,
// sockets and exec among it, kills it (SIGSYS), and so does too much processor time (SIGXCPU). It leaves no core file, and
// nobody may trace it. Nothing of this can be undone.
//
// kUnsupported: the system can't do that; the process is then half confined and should end.
Status confine(const Confinement& to);

}  // namespace amont
