// Turtle through the reader of serd. It reads a byte at a time, so that the lines counted here are those that it has seen.

#include <serd/serd.h>

#include <cstdarg>
#include <cstdio>
#include <new>

#include <fmt/format.h>

#include "core/text/utf8.h"
#include "query/lua/triple_parser.h"

namespace amont {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;
// serd calls itself for what is nested, and tells each level before it goes deeper; a level takes some hundred bytes.
constexpr std::size_t kStackBytesMax = 512 << 10;

std::string_view text_of(const SerdNode* node) { return {reinterpret_cast<const char*>(node->buf), node->n_bytes}; }

class TurtleParser : public TripleParser {
 public:
  TurtleParser(ByteSource source, bool is_trig)
      : source_(std::move(source)),
        env_(serd_env_new(nullptr)),
        reader_(serd_reader_new(is_trig ? SERD_TRIG : SERD_TURTLE, this, nullptr, take_base, take_prefix,
                                take_statement, nullptr)) {
    if (!env_ || !reader_) throw std::bad_alloc();
    serd_reader_set_strict(reader_, true);
    serd_reader_set_error_sink(reader_, take_error, this);
    serd_reader_start_source_stream(reader_, give_byte, has_failed, this, nullptr, 1);
  }
  ~TurtleParser() override {
    serd_reader_free(reader_);
    serd_env_free(env_);
  }
  TurtleParser(const TurtleParser&) = delete;
  TurtleParser& operator=(const TurtleParser&) = delete;

  void read_on() override {
    bytes_waiting_ = 0;
    while (waiting.empty() && failure.ok() && !ended_) {
      const char here = 0;
      stack_ = &here;
      const SerdStatus status = serd_reader_read_chunk(reader_);
      if (status == SERD_SUCCESS && said_.empty()) continue;
      ended_ = true;
      if (!failure.ok() || (status == SERD_FAILURE && said_.empty() && source_ended_)) break;
      if (said_.empty()) said_ = reinterpret_cast<const char*>(serd_strerror(status));
      failure = invalid(said_);
    }
  }

 private:
  static TurtleParser& parser_of(void* handle) { return *static_cast<TurtleParser*>(handle); }

  static std::size_t give_byte(void* out, std::size_t, std::size_t, void* handle) noexcept {
    TurtleParser& parser = parser_of(handle);
    if (!parser.guarded([&] { return parser.refill(); }) || parser.piece_.empty()) return 0;
    const char byte = parser.piece_[parser.at_++];
    ++parser.bytes;
    if (byte == '\n') ++parser.lines;
    if (byte == '\0') {  // serd would take it for the end
      parser.guarded([] { return invalid("a NUL byte"); });
      return 0;
    }
    *static_cast<char*>(out) = byte;
    return 1;
  }

  Status refill() {
    if (bytes - bytes_at_statement_ > kDescriptionBytesMax)
      return limit_exceeded(fmt::format("a statement is longer than {} bytes", kDescriptionBytesMax));
    if (at_ < piece_.size()) return {};
    piece_.resize(kPieceBytes);
    Result<std::size_t> got = source_(piece_);
    piece_.resize(got.ok() ? *got : 0);
    at_ = 0;
    source_ended_ = got.ok() && *got == 0;
    return std::move(got).status();
  }

  static int has_failed(void* handle) noexcept { return parser_of(handle).failure.ok() ? 0 : 1; }
  static SerdStatus take_base(void* handle, const SerdNode* iri) noexcept {
    return serd_env_set_base_uri(parser_of(handle).env_, iri);
  }
  static SerdStatus take_prefix(void* handle, const SerdNode* name, const SerdNode* iri) noexcept {
    return serd_env_set_prefix(parser_of(handle).env_, name, iri);
  }

  static SerdStatus take_statement(void* handle, SerdStatementFlags, const SerdNode* graph, const SerdNode* subject,
                                   const SerdNode* predicate, const SerdNode* object, const SerdNode* datatype,
                                   const SerdNode* language) noexcept {
    TurtleParser& parser = parser_of(handle);
    const bool taken = parser.guarded([&]() -> Status {
      const char* const here = static_cast<const char*>(__builtin_frame_address(0));
      if (parser.stack_ - here > static_cast<std::ptrdiff_t>(kStackBytesMax))
        return limit_exceeded("blank nodes or lists are nested too deep");
      return parser.take(graph, subject, predicate, object, datatype, language);
    });
    return taken ? SERD_SUCCESS : SERD_ERR_UNKNOWN;
  }

  static SerdStatus take_error(void* handle, const SerdError* error) noexcept {
    TurtleParser& parser = parser_of(handle);
    if (!parser.said_.empty()) return SERD_SUCCESS;  // the first one tells most
    const bool taken = parser.guarded([&]() -> Status {
      char text[200];
      std::va_list arguments;
      va_copy(arguments, *error->args);
      std::vsnprintf(text, sizeof text, error->fmt, arguments);
      va_end(arguments);
      parser.said_ = text;
      while (!parser.said_.empty() && parser.said_.back() == '\n') parser.said_.pop_back();
      parser.failed_line = error->line;
      parser.failed_column = error->col;
      return {};
    });
    return taken ? SERD_SUCCESS : SERD_ERR_INTERNAL;
  }

  Status append_name(const SerdNode* node, std::string* out) const {
    if (node->type == SERD_BLANK) {
      out->append("_:").append(text_of(node));
      return {};
    }
    struct Freed {
      SerdNode node;
      ~Freed() { serd_node_free(&node); }
    } const whole{serd_env_expand_node(env_, node)};
    if (whole.node.type != SERD_URI && node->type == SERD_CURIE)
      return invalid(fmt::format("the prefix of {} was not declared", in_quotes(text_of(node))));
    out->append(text_of(whole.node.type == SERD_URI ? &whole.node : node));
    return {};
  }

  Status take(const SerdNode* graph, const SerdNode* subject, const SerdNode* predicate, const SerdNode* object,
              const SerdNode* datatype, const SerdNode* language) {
    bytes_at_statement_ = bytes;
    // serd lets overlong forms, surrogates and \u0000 pass.
    for (const SerdNode* node : {subject, predicate, object, datatype, language})
      if (node && node->buf) AMONT_TRY(check_text(text_of(node)));
    Triple triple;
    triple.line = lines;
    AMONT_TRY(append_name(subject, &triple.subject));
    AMONT_TRY(append_name(predicate, &triple.predicate));
    if (graph && graph->buf) AMONT_TRY(append_name(graph, &triple.graph));
    if (object->type == SERD_LITERAL) {
      triple.kind = Triple::Kind::kLiteral;
      triple.object = text_of(object);
      if (datatype && datatype->buf) AMONT_TRY(append_name(datatype, &triple.datatype));
      if (language && language->buf) triple.language = text_of(language);
    } else {
      triple.kind = object->type == SERD_BLANK ? Triple::Kind::kBlank : Triple::Kind::kIri;
      AMONT_TRY(append_name(object, &triple.object));
    }
    return queue(std::move(triple));
  }

  ByteSource source_;
  std::string piece_;
  std::size_t at_ = 0;  // in the piece
  std::uint64_t bytes_at_statement_ = 0;
  std::string said_;  // of a fault, by serd
  bool source_ended_ = false;
  bool ended_ = false;
  const char* stack_ = nullptr;  // where serd was called
  SerdEnv* env_;
  SerdReader* reader_;
};

}  // namespace

std::unique_ptr<TripleParser> turtle_parser(ByteSource source, bool is_trig) {
  return std::make_unique<TurtleParser>(std::move(source), is_trig);
}

}  // namespace amont
