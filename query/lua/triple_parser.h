// What TripleReader reads with: one file a syntax (turtle_parser.cc, rdf_xml_parser.cc), each over a C library that calls back. Nothing may
// be thrown through such a library: what its callbacks meet is kept here until it has returned.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "amont/exchange.h"
#include "query/lua/triple.h"

namespace amont {

class TripleParser {
 public:
  static constexpr std::size_t kDescriptionBytesMax = 64 << 20;

  virtual ~TripleParser() = default;
  // Reads on until a statement is waiting, the end, or a failure.
  virtual void read_on() = 0;

  std::deque<Triple> waiting;
  Status failure;
  std::uint64_t failed_line = 0;  // 0: not known
  std::uint64_t failed_column = 0;
  std::uint64_t lines = 1;  // begun
  std::uint64_t bytes = 0;  // taken

 protected:
  // A text that the library was given and took, whatever it is: kInvalid when it is not UTF-8 or has a NUL.
  static Status check_text(std::string_view text);
  Status queue(Triple triple);
  // What a callback does: keeps its first failure. False after one.
  template <class Work>
  bool guarded(Work&& work) noexcept {
    if (!failure.ok()) return false;
    try {
      failure = work();
    } catch (...) {
      failure = {Code::kLimit, {}};  // no memory for words either
    }
    return failure.ok();
  }

  std::size_t bytes_waiting_ = 0;
};

std::unique_ptr<TripleParser> turtle_parser(ByteSource source, bool is_trig);
std::unique_ptr<TripleParser> rdf_xml_parser(ByteSource source);

}  // namespace amont
