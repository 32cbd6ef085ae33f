// Turtle, as the writer of serd spells it. It is C and calls back with pieces of text; nothing may be thrown through it.

#include <serd/serd.h>

#include <new>

#include "query/lua/rdf_syntax.h"

namespace amont {
namespace {

// Without flags a literal stands in one line, its line ends escaped.
SerdNode node_of(SerdType type, const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.c_str()), text.size(), text.size(), 0, type};
}

SerdNode name_of(const std::string& name) {
  if (!name.starts_with("_:")) return node_of(SERD_URI, name);
  return {reinterpret_cast<const std::uint8_t*>(name.c_str() + 2), name.size() - 2, name.size() - 2, 0, SERD_BLANK};
}

class TurtleText : public RdfText {
 public:
  explicit TurtleText(std::string& out)
      : out_(out),
        env_(serd_env_new(nullptr)),
        writer_(serd_writer_new(SERD_TURTLE, static_cast<SerdStyle>(SERD_STYLE_ABBREVIATED | SERD_STYLE_CURIED), env_,
                                nullptr, take, this)) {
    if (!env_ || !writer_) throw std::bad_alloc();
    serd_writer_set_error_sink(writer_, ignore, nullptr);
  }
  ~TurtleText() override {
    serd_writer_free(writer_);
    serd_env_free(env_);
  }
  TurtleText(const TurtleText&) = delete;
  TurtleText& operator=(const TurtleText&) = delete;

  void begin(const RdfPrefixes& prefixes) override {
    for (const auto& [name, iri] : prefixes) {
      const SerdNode prefix = node_of(SERD_LITERAL, name), whole = node_of(SERD_URI, iri);
      serd_writer_set_prefix(writer_, &prefix, &whole);
    }
  }

  Status subject(const RdfSubject& subject) override {
    const SerdNode name = name_of(subject.name);
    for (const RdfSubject::Predicate& predicate : subject.predicates) {
      const SerdNode verb = node_of(SERD_URI, predicate.name);
      for (const RdfSubject::Object& object : predicate.objects) {
        const bool literal = object.kind == Triple::Kind::kLiteral;
        const SerdNode value = literal ? node_of(SERD_LITERAL, object.text) : name_of(object.text);
        const SerdNode language = node_of(SERD_LITERAL, object.language), type = node_of(SERD_URI, object.datatype);
        const SerdStatus status = serd_writer_write_statement(writer_, 0, nullptr, &name, &verb, &value,
                                                              object.datatype.empty() ? nullptr : &type,
                                                              object.language.empty() ? nullptr : &language);
        if (no_memory_) throw std::bad_alloc();
        if (status != SERD_SUCCESS)
          return invalid(std::string("can't be written as Turtle: ") +
                         reinterpret_cast<const char*>(serd_strerror(status)));
      }
    }
    return {};
  }

  Status end() override {
    serd_writer_finish(writer_);
    return {};
  }

 private:
  static std::size_t take(const void* bytes, std::size_t size, void* handle) noexcept {
    TurtleText& text = *static_cast<TurtleText*>(handle);
    try {
      text.out_.append(static_cast<const char*>(bytes), size);
      return size;
    } catch (...) {
      text.no_memory_ = true;
      return 0;
    }
  }
  static SerdStatus ignore(void*, const SerdError*) noexcept { return SERD_SUCCESS; }  // the status is what tells

  std::string& out_;
  bool no_memory_ = false;
  SerdEnv* env_;
  SerdWriter* writer_;
};

}  // namespace

std::unique_ptr<RdfText> turtle_text(std::string& out) { return std::make_unique<TurtleText>(out); }

}  // namespace amont
