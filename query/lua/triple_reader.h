// TripleReader: the statements of a Turtle, N-Triples, TriG or RDF/XML input, one after the other, in memory for one description: what
// stands before a full stop, or what some 64 KiB of RDF/XML say.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "amont/exchange.h"
#include "query/lua/triple.h"

namespace amont {

class TripleParser;

class TripleReader {
 public:
  // A name that ends in .trig tells TriG, .owl or .rdf RDF/XML; anything else is Turtle, of which N-Triples is a part.
  TripleReader(ByteSource source, std::string_view path);
  ~TripleReader();

  // The next statement, good until the next call; null at the end. IRIs are whole; one that is relative, where the input names no
  // base, stays so. kInvalid for what is not of the syntax, is not UTF-8 or has a prefix that nobody declared, kUnsupported for literals
  // of RDF/XML that are XML, kLimit for a description that is too long or nested too deep, or what the source says. After a failure
  // there is nothing more.
  Result<const Triple*> next();

  std::uint64_t line() const;    // of the last statement or failure, from 1
  std::uint64_t column() const;  // of a failure, in bytes from 1; 0 when it is not known
  std::uint64_t bytes() const;   // taken from the input so far

 private:
  std::unique_ptr<TripleParser> parser_;
  Triple current_;
};

}  // namespace amont
