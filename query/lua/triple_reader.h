// TripleReader: the statements of a Turtle, N-Triples or TriG input, one after the other, in memory for one description
// (what stands before a full stop).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "amont/exchange.h"

namespace amont {

struct Triple {
  enum class Kind : std::uint8_t { kIri, kBlank, kLiteral };

  std::string subject;  // an IRI, or "_:" and the name of a blank node, good within its input
  std::string predicate;
  std::string object;
  Kind kind = Kind::kIri;  // of the object
  std::string language;    // of a literal, as it was written; empty: none
  std::string datatype;    // of a literal, an IRI; empty: a plain text
  std::string graph;       // TriG: as a subject; empty: the default graph
  std::uint64_t line = 0;  // where it ends, from 1
  std::uint64_t bytes() const;
};

class TripleReader {
 public:
  static constexpr std::size_t kDescriptionBytesMax = 64 << 20;

  // A name that ends in .trig tells TriG; anything else is Turtle, of which N-Triples is a part.
  TripleReader(ByteSource source, std::string_view path);
  ~TripleReader();

  // The next statement, good until the next call; null at the end. IRIs are whole; one that is relative, where the input names no
  // base, stays so. kInvalid for what is no Turtle, is not UTF-8 or has a prefix that nobody declared, kLimit for a description that is too
  // long or nested too deep, or what the source says. After a failure there is nothing more.
  Result<const Triple*> next();

  std::uint64_t line() const;    // of the last statement or failure, from 1
  std::uint64_t column() const;  // of a failure, in bytes from 1; 0 when it is not known
  std::uint64_t bytes() const;   // taken from the input so far

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace amont
