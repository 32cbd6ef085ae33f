// JSON-LD 1.1: prefixes as the context, a node for each subject, a property a line. Literals keep how they are written: numbers too are
// texts with a type.

#include <algorithm>
#include <string_view>
#include <utility>

#include "amont/exchange.h"
#include "query/lua/rdf_syntax.h"

namespace amont {
namespace {

constexpr std::string_view kType = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

class JsonLdText : public RdfText {
 public:
  explicit JsonLdText(std::string& out) : out_(out) {}

  void begin(const RdfPrefixes& prefixes) override {
    prefixes_ = prefixes;
    out_ += "{\n  \"@context\": {";
    const char* separator = "\n";
    for (const auto& [name, iri] : prefixes_) {
      out_ += std::exchange(separator, ",\n");
      out_ += "    ";
      append_json_string(out_, name);
      out_ += ": ";
      append_json_string(out_, iri);
    }
    out_ += prefixes_.empty() ? "},\n  \"@graph\": [" : "\n  },\n  \"@graph\": [";
  }

  Status subject(const RdfSubject& subject) override {
    out_ += first_ ? "\n    {\n      \"@id\": " : ",\n    {\n      \"@id\": ";
    first_ = false;
    append_json_string(out_, subject.name);
    for (const RdfSubject::Predicate& predicate : subject.predicates) {
      const bool is_type = predicate.name == kType;
      out_ += ",\n      ";
      append_json_string(out_, is_type ? "@type" : short_name(predicate.name));
      out_ += ": ";
      append_objects(predicate.objects, is_type);
    }
    out_ += "\n    }";
    return {};
  }

  Status end() override {
    out_ += first_ ? "]\n}\n" : "\n  ]\n}\n";
    return {};
  }

 private:
  // A processor takes a prefix for one only when its IRI ends so.
  std::string short_name(const std::string& iri) const {
    for (const auto& [name, whole] : prefixes_) {
      if (!iri.starts_with(whole) || std::string_view(":/?#[]@").find(whole.back()) == std::string_view::npos) continue;
      const std::string_view rest = std::string_view(iri).substr(whole.size());
      const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
      };
      if (!rest.empty() && std::ranges::all_of(rest, plain)) return name + ":" + std::string(rest);
    }
    return iri;
  }

  void append_objects(const std::vector<RdfSubject::Object>& objects, bool are_types) {
    if (objects.size() > 1) out_ += '[';
    const char* separator = "";
    for (const RdfSubject::Object& object : objects) {
      out_ += std::exchange(separator, ", ");
      if (are_types)
        append_json_string(out_, short_name(object.text));
      else
        append_object(object);
    }
    if (objects.size() > 1) out_ += ']';
  }

  void append_object(const RdfSubject::Object& object) {
    if (object.kind == Triple::Kind::kLiteral && object.language.empty() && object.datatype.empty())
      return append_json_string(out_, object.text);
    out_ += object.kind == Triple::Kind::kLiteral ? "{\"@value\": " : "{\"@id\": ";
    append_json_string(out_, object.text);
    if (!object.language.empty()) append_member("@language", object.language);
    if (!object.datatype.empty()) append_member("@type", short_name(object.datatype));
    out_ += '}';
  }

  void append_member(std::string_view name, std::string_view value) {
    out_ += ", ";
    append_json_string(out_, name);
    out_ += ": ";
    append_json_string(out_, value);
  }

  std::string& out_;
  RdfPrefixes prefixes_;
  bool first_ = true;
};

}  // namespace

std::unique_ptr<RdfText> json_ld_text(std::string& out) { return std::make_unique<JsonLdText>(out); }

}  // namespace amont
