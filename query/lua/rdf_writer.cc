#include "query/lua/rdf_writer.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/text/utf8.h"
#include "query/lua/rdf_syntax.h"

namespace amont {
namespace {

constexpr std::string_view kType = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
constexpr std::string_view kXsd = "http://www.w3.org/2001/XMLSchema#";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_prefix_name(std::string_view text) {
  return !text.empty() && is_letter(text[0]) &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

// "https:", "urn:", "mailto:" and what follows.
bool has_scheme(std::string_view text) {
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && colon > 0 && is_letter(text[0]) &&
         std::ranges::all_of(text.substr(0, colon),
                             [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; });
}

bool is_language(std::string_view text) {
  return !text.empty() && is_letter(text[0]) && text.back() != '-' &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

// An integer, or with `point` a decimal, as XML Schema writes them.
bool is_number(std::string_view text, bool point) {
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  const std::size_t dot = text.find('.');
  if (dot != std::string_view::npos) {
    if (!point || dot + 1 == text.size()) return false;
    return (dot == 0 || std::ranges::all_of(text.substr(0, dot), is_digit)) &&
           std::ranges::all_of(text.substr(dot + 1), is_digit);
  }
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

// What Turtle writes without quotes must be what it says.
Status check_lexical(std::string_view text, std::string_view datatype) {
  if (!datatype.starts_with(kXsd)) return {};
  const std::string_view type = datatype.substr(kXsd.size());
  const bool good = type == "integer"   ? is_number(text, false)
                    : type == "decimal" ? is_number(text, true)
                    : type == "boolean" ? text == "true" || text == "false"
                                        : true;
  return good ? Status() : invalid(fmt::format("{} is no xsd:{}", in_quotes(text), type));
}

// Bytes that no IRI may hold in Turtle or JSON-LD have one meaning only.
std::string encoded(std::string_view iri) {
  std::string out;
  out.reserve(iri.size());
  for (const char c : iri) {
    if (static_cast<unsigned char>(c) <= 0x20 || std::string_view("<>\"{}|^`\\\x7F").find(c) != std::string_view::npos)
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out;
}

}  // namespace

struct RdfWriter::Rep {
  std::unique_ptr<RdfText> text;
  std::map<std::string, std::string, std::less<>> prefixes;
  RdfSubject subject;
  bool begun = false;

  Status give() {
    if (subject.predicates.empty()) return {};
    Status written = text->subject(subject);
    subject.predicates.clear();
    return written;
  }
};

RdfWriter::RdfWriter(RdfSyntax syntax, std::string& out) : rep_(std::make_unique<Rep>()) {
  rep_->text = syntax == RdfSyntax::kTurtle ? turtle_text(out) : json_ld_text(out);
}
RdfWriter::~RdfWriter() = default;

Status RdfWriter::prefix(std::string_view name, std::string_view iri) {
  if (!is_prefix_name(name)) return invalid(fmt::format("{} can't name a prefix", in_quotes(name)));
  if (!has_scheme(iri) || encoded(iri) != iri) return invalid(fmt::format("{} is no IRI", in_quotes(iri)));
  if (rep_->begun) return invalid(fmt::format("the prefix {} comes after the first triple", name));
  const auto [found, is_new] = rep_->prefixes.emplace(name, iri);
  if (found->second != iri) return invalid(fmt::format("the prefix {} was declared as <{}>", name, found->second));
  return {};
}

Result<std::string> RdfWriter::name(std::string_view text) const {
  if (text.starts_with("_:") && is_prefix_name(text.substr(2))) return std::string(text);
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    const auto found = rep_->prefixes.find(text.substr(0, colon));
    if (found != rep_->prefixes.end()) return encoded(found->second + std::string(text.substr(colon + 1)));
  }
  if (!has_scheme(text))
    return invalid(fmt::format("{} is no IRI: it begins neither with a scheme (https:) nor with a prefix declared",
                               in_quotes(text)));
  return encoded(text);
}

Status RdfWriter::add(Triple triple) {
  if (triple.kind == Triple::Kind::kLiteral) {
    AMONT_TRY(check_lexical(triple.object, triple.datatype));
    if (!triple.language.empty() && !is_language(triple.language))
      return invalid(fmt::format("{} is no language", in_quotes(triple.language)));
  }
  if (!std::exchange(rep_->begun, true)) rep_->text->begin(rep_->prefixes);
  RdfSubject& subject = rep_->subject;
  if (subject.name != triple.subject) {
    AMONT_TRY(rep_->give());
    subject.name = triple.subject;
  }
  auto place = std::ranges::find(subject.predicates, triple.predicate, &RdfSubject::Predicate::name);
  if (place == subject.predicates.end()) {
    const bool first = triple.predicate == kType;
    place = subject.predicates.insert(first ? subject.predicates.begin() : subject.predicates.end(),
                                      {triple.predicate, {}});
  }
  RdfSubject::Object object{triple.kind, std::move(triple.object), std::move(triple.language),
                            std::move(triple.datatype)};
  if (std::ranges::find(place->objects, object) == place->objects.end()) place->objects.push_back(std::move(object));
  return {};
}

Status RdfWriter::finish() {
  if (!std::exchange(rep_->begun, true)) rep_->text->begin(rep_->prefixes);
  AMONT_TRY(rep_->give());
  return rep_->text->end();
}

}  // namespace amont
