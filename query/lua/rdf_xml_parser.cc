// RDF/XML (https://www.w3.org/TR/rdf-syntax-grammar/) over expat: elements by turns name a thing and say something of it ("striping").
// expat takes care of entities that grow beyond measure, and nothing outside the file is read.

#include <expat.h>
#include <serd/serd.h>

#include <map>
#include <new>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "core/text/utf8.h"
#include "query/lua/triple_parser.h"

namespace amont {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;
constexpr std::size_t kDepthMax = 1000;
const std::string kRdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const std::string kXml = "http://www.w3.org/XML/1998/namespace";
constexpr char kBetween = '\n';  // what expat puts between a namespace and a name; neither holds one

// "http://ns#" and "name" of what expat calls "http://ns#\nname"; the namespace is empty when there is none.
struct Name {
  explicit Name(std::string_view text) {
    const std::size_t at = text.find(kBetween);
    space = at == std::string_view::npos ? std::string_view() : text.substr(0, at);
    local = at == std::string_view::npos ? text : text.substr(at + 1);
  }
  std::string whole() const { return std::string(space) + std::string(local); }
  bool is_rdf(std::string_view name) const { return space == kRdf && local == name; }
  std::string_view space, local;
};

struct Element {
  // What its children are: things; what is said of a thing; the one thing that something leads to; those of a list.
  enum class Holds : std::uint8_t { kThings, kSayings, kObject, kList };

  Holds holds = Holds::kThings;
  std::string base;
  std::string language;
  std::string subject;  // what is described here, or in a saying the thing that it is said of
  std::string predicate;
  std::string datatype;
  std::string reified;  // the IRI by which this saying is spoken of; empty: it is not
  std::string text;     // of a saying, as long as it may be a literal
  std::string last;     // of a list: the cell that was made last
  bool said = false;    // the object is there
  int members = 0;      // of rdf:li
};

class RdfXmlParser : public TripleParser {
 public:
  explicit RdfXmlParser(ByteSource source)
      : source_(std::move(source)), parser_(XML_ParserCreateNS(nullptr, kBetween)) {
    if (!parser_) throw std::bad_alloc();
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, begin, end);
    XML_SetCharacterDataHandler(parser_, text);
    elements_.emplace_back();
  }
  ~RdfXmlParser() override { XML_ParserFree(parser_); }
  RdfXmlParser(const RdfXmlParser&) = delete;
  RdfXmlParser& operator=(const RdfXmlParser&) = delete;

  void read_on() override {
    bytes_waiting_ = 0;
    piece_.resize(kPieceBytes);
    while (waiting.empty() && failure.ok() && !ended_) {
      const Result<std::size_t> got = source_(piece_);
      if (!got.ok()) {
        failure = got.status();
        return;
      }
      bytes += *got;
      ended_ = *got == 0;
      if (XML_Parse(parser_, piece_.data(), static_cast<int>(*got), ended_) == XML_STATUS_OK) continue;
      failed_line = XML_GetCurrentLineNumber(parser_);
      failed_column = XML_GetCurrentColumnNumber(parser_) + 1;
      if (failure.ok()) failure = invalid(XML_ErrorString(XML_GetErrorCode(parser_)));
    }
  }

 private:
  using Attributes = std::map<std::string, std::string>;  // names as expat has them

  template <class Work>
  static void call(void* handle, Work&& work) noexcept {
    RdfXmlParser& parser = *static_cast<RdfXmlParser*>(handle);
    if (!parser.guarded([&] { return work(parser); })) XML_StopParser(parser.parser_, XML_FALSE);
  }
  static void begin(void* handle, const char* name, const char** attributes) noexcept {
    call(handle, [&](RdfXmlParser& parser) { return parser.begin_element(Name(name), attributes); });
  }
  static void end(void* handle, const char*) noexcept {
    call(handle, [](RdfXmlParser& parser) { return parser.end_element(); });
  }
  static void text(void* handle, const char* bytes, int size) noexcept {
    call(handle, [&](RdfXmlParser& parser) { return parser.take_text({bytes, static_cast<std::size_t>(size)}); });
  }

  Status begin_element(Name name, const char** given) {
    lines = XML_GetCurrentLineNumber(parser_);
    if (elements_.size() > kDepthMax) return limit_exceeded("elements are nested too deep");
    Attributes attributes;
    for (; *given; given += 2) attributes.emplace(given[0], given[1]);
    Element element;
    element.base = take(attributes, kXml, "base").value_or(elements_.back().base);
    element.language = take(attributes, kXml, "lang").value_or(elements_.back().language);
    Status done;
    if (elements_.size() == 1 && name.is_rdf("RDF"))
      done = {};  // holds things
    else if (elements_.back().holds == Element::Holds::kSayings)
      done = begin_saying(name, attributes, &element);
    else
      done = begin_thing(name, attributes, &element);
    elements_.push_back(std::move(element));
    return done;
  }

  Status begin_thing(Name name, Attributes& attributes, Element* element) {
    element->holds = Element::Holds::kSayings;
    if (const auto about = take(attributes, kRdf, "about")) element->subject = resolved(*about, element->base);
    if (const auto id = take(attributes, kRdf, "ID")) element->subject = resolved("#" + *id, element->base);
    if (const auto id = take(attributes, kRdf, "nodeID")) element->subject = "_:n" + *id;
    if (element->subject.empty()) element->subject = new_blank();
    Element& outer = elements_.back();
    if (outer.holds == Element::Holds::kObject) {
      if (outer.said) return invalid("a property has two things as its value");
      AMONT_TRY(say(outer, element->subject));
    } else if (outer.holds == Element::Holds::kList) {
      AMONT_TRY(add_to_list(outer, element->subject));
    }
    if (!name.is_rdf("Description")) AMONT_TRY(queue_name(element->subject, kRdf + "type", name.whole()));
    return say_attributes(element->subject, attributes, *element);
  }

  Status begin_saying(Name name, Attributes& attributes, Element* element) {
    Element& outer = elements_.back();
    element->holds = Element::Holds::kObject;
    element->subject = outer.subject;
    element->predicate = name.is_rdf("li") ? fmt::format("{}_{}", kRdf, ++outer.members) : name.whole();
    if (const auto id = take(attributes, kRdf, "ID")) element->reified = resolved("#" + *id, element->base);
    if (const auto type = take(attributes, kRdf, "datatype")) element->datatype = resolved(*type, element->base);
    if (const auto parse = take(attributes, kRdf, "parseType")) {
      if (*parse == "Collection") {
        element->holds = Element::Holds::kList;
        return {};
      }
      if (*parse != "Resource")
        return {Code::kUnsupported, "literals that are XML (rdf:parseType) can't be read; convert the file to Turtle"};
      const std::string blank = new_blank();
      AMONT_TRY(say(*element, blank));
      element->holds = Element::Holds::kSayings;
      element->subject = blank;
      return {};
    }
    std::string object;
    if (const auto resource = take(attributes, kRdf, "resource")) object = resolved(*resource, element->base);
    if (const auto id = take(attributes, kRdf, "nodeID")) object = "_:n" + *id;
    if (object.empty() && attributes.empty()) return {};
    if (object.empty()) object = new_blank();
    AMONT_TRY(say(*element, object));
    return say_attributes(object, attributes, *element);
  }

  Status end_element() {
    Element element = std::move(elements_.back());
    elements_.pop_back();
    if (element.holds == Element::Holds::kList)
      return element.last.empty() ? say(element, kRdf + "nil") : queue_name(element.last, kRdf + "rest", kRdf + "nil");
    if (element.holds != Element::Holds::kObject || element.said) return {};
    Triple triple = made(element.subject, element.predicate, std::move(element.text));
    triple.kind = Triple::Kind::kLiteral;
    triple.datatype = element.datatype;
    if (element.datatype.empty()) triple.language = element.language;
    return queue_said(std::move(triple), element.reified);
  }

  Status take_text(std::string_view piece) {
    Element& element = elements_.back();
    if (element.holds == Element::Holds::kObject && !element.said) {
      if (element.text.size() + piece.size() > kDescriptionBytesMax)
        return limit_exceeded(fmt::format("a text is longer than {} bytes", kDescriptionBytesMax));
      element.text += piece;
      return {};
    }
    if (piece.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
    return invalid("text where an element should be");
  }

  Status say_attributes(const std::string& subject, const Attributes& attributes, const Element& element) {
    for (const auto& [key, value] : attributes) {
      const Name name(key);
      if (name.space.empty() || name.space == kXml) continue;  // nothing of RDF
      if (name.is_rdf("type")) {
        AMONT_TRY(queue_name(subject, kRdf + "type", resolved(value, element.base)));
        continue;
      }
      Triple triple = made(subject, name.whole(), value);
      triple.kind = Triple::Kind::kLiteral;
      triple.language = element.language;
      AMONT_TRY(queue(std::move(triple)));
    }
    return {};
  }

  Status add_to_list(Element& list, const std::string& member) {
    const std::string cell = new_blank();
    AMONT_TRY(list.last.empty() ? say(list, cell) : queue_name(list.last, kRdf + "rest", cell));
    list.last = cell;
    return queue_name(cell, kRdf + "first", member);
  }

  // The thing that a saying leads to.
  Status say(Element& saying, const std::string& object) {
    saying.said = true;
    Triple triple = made(saying.subject, saying.predicate, object);
    triple.kind = object.starts_with("_:") ? Triple::Kind::kBlank : Triple::Kind::kIri;
    return queue_said(std::move(triple), saying.reified);
  }

  Status queue_said(Triple triple, const std::string& reified) {
    if (!reified.empty()) {
      AMONT_TRY(queue_name(reified, kRdf + "type", kRdf + "Statement"));
      AMONT_TRY(queue_name(reified, kRdf + "subject", triple.subject));
      AMONT_TRY(queue_name(reified, kRdf + "predicate", triple.predicate));
      Triple object = triple;
      object.subject = reified;
      object.predicate = kRdf + "object";
      AMONT_TRY(queue(std::move(object)));
    }
    return queue(std::move(triple));
  }

  Status queue_name(const std::string& subject, const std::string& predicate, const std::string& object) {
    Triple triple = made(subject, predicate, object);
    triple.kind = object.starts_with("_:") ? Triple::Kind::kBlank : Triple::Kind::kIri;
    return queue(std::move(triple));
  }

  Triple made(const std::string& subject, const std::string& predicate, std::string object) const {
    Triple triple;
    triple.subject = subject;
    triple.predicate = predicate;
    triple.object = std::move(object);
    triple.line = XML_GetCurrentLineNumber(parser_);
    return triple;
  }

  std::string new_blank() { return fmt::format("_:b{}", ++blanks_); }

  static std::optional<std::string> take(Attributes& attributes, const std::string& space, std::string_view local) {
    const auto found = attributes.find(space + kBetween + std::string(local));
    if (found == attributes.end()) return {};
    std::string value = std::move(found->second);
    attributes.erase(found);
    return value;
  }

  static std::string resolved(const std::string& iri, const std::string& base) {
    if (base.empty()) return iri;
    if (iri.empty()) return base.substr(0, base.find('#'));
    SerdURI from{};
    if (serd_uri_parse(reinterpret_cast<const std::uint8_t*>(base.c_str()), &from) != SERD_SUCCESS) return iri;
    struct Freed {
      SerdNode node;
      ~Freed() { serd_node_free(&node); }
    } const whole{serd_node_new_uri_from_string(reinterpret_cast<const std::uint8_t*>(iri.c_str()), &from, nullptr)};
    if (!whole.node.buf) return iri;
    return {reinterpret_cast<const char*>(whole.node.buf), whole.node.n_bytes};
  }

  ByteSource source_;
  std::string piece_;
  bool ended_ = false;
  std::vector<Element> elements_;  // those that are open; the first stands for the document
  std::uint64_t blanks_ = 0;
  XML_Parser parser_;
};

}  // namespace

std::unique_ptr<TripleParser> rdf_xml_parser(ByteSource source) {
  return std::make_unique<RdfXmlParser>(std::move(source));
}

}  // namespace amont
