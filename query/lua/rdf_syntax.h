// How RDF is spelled: one file a syntax (rdf_turtle.cc, rdf_json_ld.cc). What comes here was checked (rdf_writer.cc).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "amont/status.h"
#include "query/lua/triple.h"

namespace amont {

struct RdfSubject {
  struct Object {
    Triple::Kind kind = Triple::Kind::kIri;
    std::string text;
    std::string language;
    std::string datatype;
    bool operator==(const Object&) const = default;
  };
  struct Predicate {
    std::string name;
    std::vector<Object> objects;
  };
  std::string name;
  std::vector<Predicate> predicates;
};

using RdfPrefixes = std::map<std::string, std::string, std::less<>>;

class RdfText {
 public:
  virtual ~RdfText() = default;
  virtual void begin(const RdfPrefixes& prefixes) = 0;
  virtual Status subject(const RdfSubject& subject) = 0;
  virtual Status end() = 0;
};

// Both append to `out`.
std::unique_ptr<RdfText> turtle_text(std::string& out);
std::unique_ptr<RdfText> json_ld_text(std::string& out);

}  // namespace amont
