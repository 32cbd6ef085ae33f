// RdfWriter: statements as Turtle or JSON-LD, the same bytes for the same statements in the same order. It keeps the statements of
// one subject, so that they stand together: rdf:type first, then predicates in the order in which they came.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "amont/status.h"
#include "query/lua/triple.h"

namespace amont {

enum class RdfSyntax : std::uint8_t { kTurtle, kJsonLd };

class RdfWriter {
 public:
  // Appends to `out`, which must outlive it.
  RdfWriter(RdfSyntax syntax, std::string& out);
  ~RdfWriter();

  // Only before the first statement. kInvalid for a name that is none, one that was declared with another IRI, or what is no IRI.
  Status prefix(std::string_view name, std::string_view iri);

  // "dct:title" as a whole IRI by the prefixes declared; an IRI as it is, but what no IRI may hold percent-encoded; "_:x" as it is.
  // kInvalid for what is neither.
  Result<std::string> name(std::string_view text) const;

  // Names in it are as name() gives them. A statement that was made of this subject just now is not made again. kInvalid for a literal
  // that its datatype can't have (integers, decimals, booleans: what is written without quotes), or a language that is none.
  Status add(Triple triple);

  // Ends the file. Nothing may follow.
  Status finish();

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace amont
