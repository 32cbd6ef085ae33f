// A statement of RDF, as it is read and written.
#pragma once

#include <cstdint>
#include <string>

namespace amont {

struct Triple {
  enum class Kind : std::uint8_t { kIri, kBlank, kLiteral };

  std::string subject;  // an IRI, or "_:" and the name of a blank node, good within its file
  std::string predicate;
  std::string object;
  Kind kind = Kind::kIri;  // of the object
  std::string language;    // of a literal, as it was written; empty: none
  std::string datatype;    // of a literal, an IRI; empty: a plain text
  std::string graph;       // TriG: as a subject; empty: the default graph
  std::uint64_t line = 0;  // of what was read: where it ends, from 1

  std::uint64_t bytes() const {
    return sizeof(Triple) + subject.size() + predicate.size() + object.size() + datatype.size() + graph.size();
  }
};

}  // namespace amont
