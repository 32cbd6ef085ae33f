// The reader of serd under TripleReader. It is C, and calls back: nothing may be thrown through it, and what it meets is kept in Rep
// until it has returned. It reads a byte at a time, so that the lines counted here are those that it has seen.

#include "query/lua/triple_reader.h"

#include <serd/serd.h>

#include <cstdarg>
#include <cstdio>
#include <deque>
#include <new>

#include <fmt/format.h>

#include "core/text/utf8.h"

namespace amont {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;
// serd calls itself for what is nested, and tells each level before it goes deeper; a level takes some hundred bytes.
constexpr std::size_t kStackBytesMax = 512 << 10;

std::string_view text_of(const SerdNode* node) {
  return {reinterpret_cast<const char*>(node->buf), node->n_bytes};
}

SerdSyntax syntax_of(std::string_view path) { return path.ends_with(".trig") ? SERD_TRIG : SERD_TURTLE; }

// serd lets overlong forms, surrogates and \u0000 pass.
Status check_text(std::string_view text) {
  const std::size_t misfit = first_misfit(text, TextRule::kNoNul);
  return misfit == text.size() ? Status() : invalid("a text or an IRI: " + misfit_text(text, misfit));
}

}  // namespace

std::uint64_t Triple::bytes() const {
  return sizeof(Triple) + subject.size() + predicate.size() + object.size() + datatype.size() + graph.size();
}

struct TripleReader::Rep {
  Rep(ByteSource from, std::string_view path)
      : source(std::move(from)),
        env(serd_env_new(nullptr)),
        reader(serd_reader_new(syntax_of(path), this, nullptr, take_base, take_prefix, take_statement, nullptr)) {
    if (!env || !reader) throw std::bad_alloc();
    serd_reader_set_strict(reader, true);
    serd_reader_set_error_sink(reader, take_error, this);
    serd_reader_start_source_stream(reader, give_bytes, has_failed, this, nullptr, 1);
  }
  ~Rep() {
    serd_reader_free(reader);
    serd_env_free(env);
  }
  Rep(const Rep&) = delete;
  Rep& operator=(const Rep&) = delete;

  // Reads on until there is a statement, or the end.
  Status read_on();
  Status fail(Status why) {
    if (failure.ok()) failure = std::move(why);
    return failure;
  }

  static std::size_t give_bytes(void* out, std::size_t size, std::size_t count, void* handle) noexcept;
  static int has_failed(void* handle) noexcept { return static_cast<Rep*>(handle)->failure.ok() ? 0 : 1; }
  static SerdStatus take_base(void* handle, const SerdNode* iri) noexcept;
  static SerdStatus take_prefix(void* handle, const SerdNode* name, const SerdNode* iri) noexcept;
  static SerdStatus take_statement(void* handle, SerdStatementFlags, const SerdNode* graph, const SerdNode* subject,
                                   const SerdNode* predicate, const SerdNode* object, const SerdNode* datatype,
                                   const SerdNode* language) noexcept;
  static SerdStatus take_error(void* handle, const SerdError* error) noexcept;

  Status queue(const SerdNode* graph, const SerdNode* subject, const SerdNode* predicate, const SerdNode* object,
               const SerdNode* datatype, const SerdNode* language);
  Status append_name(const SerdNode* node, std::string* out) const;
  template <class Work>
  SerdStatus guarded(Work&& work) noexcept;

  ByteSource source;
  std::string piece;
  std::size_t at = 0;  // in the piece
  std::uint64_t bytes = 0;
  std::uint64_t lines = 1;  // begun
  std::uint64_t bytes_at_statement = 0;
  std::deque<Triple> waiting;
  std::size_t bytes_waiting = 0;
  Triple current;
  Status failure;
  std::string said;  // of a fault, by serd
  std::uint64_t failed_line = 0;
  std::uint64_t failed_column = 0;
  bool source_ended = false;
  bool ended = false;
  const char* stack = nullptr;  // where serd was called
  SerdEnv* env;
  SerdReader* reader;
};

template <class Work>
SerdStatus TripleReader::Rep::guarded(Work&& work) noexcept {
  try {
    return fail(work()).ok() ? SERD_SUCCESS : SERD_ERR_UNKNOWN;
  } catch (...) {
    failure = {Code::kLimit, {}};  // no memory for words either
    return SERD_ERR_INTERNAL;
  }
}

std::size_t TripleReader::Rep::give_bytes(void* out, std::size_t, std::size_t, void* handle) noexcept {
  Rep& rep = *static_cast<Rep*>(handle);
  const SerdStatus ready = rep.guarded([&]() -> Status {
    if (rep.bytes - rep.bytes_at_statement > kDescriptionBytesMax)
      return limit_exceeded(fmt::format("a statement is longer than {} bytes", kDescriptionBytesMax));
    if (rep.at < rep.piece.size()) return {};
    rep.piece.resize(kPieceBytes);
    Result<std::size_t> got = rep.source(rep.piece);
    rep.piece.resize(got.ok() ? *got : 0);
    rep.at = 0;
    rep.source_ended = got.ok() && *got == 0;
    return std::move(got).status();
  });
  if (ready != SERD_SUCCESS || rep.piece.empty()) return 0;
  const char byte = rep.piece[rep.at++];
  ++rep.bytes;
  if (byte == '\n') ++rep.lines;
  if (byte == '\0') {  // serd would take it for the end
    rep.guarded([] { return invalid("a NUL byte"); });
    return 0;
  }
  *static_cast<char*>(out) = byte;
  return 1;
}

SerdStatus TripleReader::Rep::take_base(void* handle, const SerdNode* iri) noexcept {
  return serd_env_set_base_uri(static_cast<Rep*>(handle)->env, iri);
}

SerdStatus TripleReader::Rep::take_prefix(void* handle, const SerdNode* name, const SerdNode* iri) noexcept {
  return serd_env_set_prefix(static_cast<Rep*>(handle)->env, name, iri);
}

SerdStatus TripleReader::Rep::take_statement(void* handle, SerdStatementFlags, const SerdNode* graph, const SerdNode* subject,
                                             const SerdNode* predicate, const SerdNode* object, const SerdNode* datatype,
                                             const SerdNode* language) noexcept {
  Rep& rep = *static_cast<Rep*>(handle);
  return rep.guarded([&]() -> Status {
    const char* const here = static_cast<const char*>(__builtin_frame_address(0));
    if (rep.stack - here > static_cast<std::ptrdiff_t>(kStackBytesMax))
      return limit_exceeded("blank nodes or lists are nested too deep");
    return rep.queue(graph, subject, predicate, object, datatype, language);
  });
}

SerdStatus TripleReader::Rep::take_error(void* handle, const SerdError* error) noexcept {
  Rep& rep = *static_cast<Rep*>(handle);
  if (!rep.said.empty()) return SERD_SUCCESS;  // the first one tells most
  return rep.guarded([&]() -> Status {
    char text[200];
    std::va_list arguments;
    va_copy(arguments, *error->args);
    std::vsnprintf(text, sizeof text, error->fmt, arguments);
    va_end(arguments);
    rep.said = text;
    while (!rep.said.empty() && rep.said.back() == '\n') rep.said.pop_back();
    rep.failed_line = error->line;
    rep.failed_column = error->col;
    return {};
  });
}

Status TripleReader::Rep::append_name(const SerdNode* node, std::string* out) const {
  if (node->type == SERD_BLANK) {
    out->append("_:").append(text_of(node));
    return {};
  }
  SerdNode whole = serd_env_expand_node(env, node);
  if (whole.type != SERD_URI) {
    serd_node_free(&whole);
    const std::string_view text = text_of(node);
    if (node->type == SERD_CURIE)
      return invalid(fmt::format("the prefix of {} was not declared", in_quotes(text)));
    out->append(text);
    return {};
  }
  try {
    out->append(text_of(&whole));
  } catch (...) {
    serd_node_free(&whole);
    throw;
  }
  serd_node_free(&whole);
  return {};
}

Status TripleReader::Rep::queue(const SerdNode* graph, const SerdNode* subject, const SerdNode* predicate,
                                const SerdNode* object, const SerdNode* datatype, const SerdNode* language) {
  bytes_at_statement = bytes;
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
  bytes_waiting += triple.bytes();
  if (bytes_waiting > kDescriptionBytesMax)
    return limit_exceeded(fmt::format("a description, up to its full stop, is longer than {} bytes", kDescriptionBytesMax));
  waiting.push_back(std::move(triple));
  return {};
}

Status TripleReader::Rep::read_on() {
  bytes_waiting = 0;
  while (waiting.empty() && failure.ok() && !ended) {
    const char here = 0;
    stack = &here;
    const SerdStatus status = serd_reader_read_chunk(reader);
    if (status == SERD_SUCCESS && said.empty()) continue;
    ended = true;
    if (!failure.ok() || (status == SERD_FAILURE && said.empty() && source_ended)) break;
    if (said.empty()) said = reinterpret_cast<const char*>(serd_strerror(status));
    failure = invalid(said);
  }
  return {};
}

TripleReader::TripleReader(ByteSource source, std::string_view path)
    : rep_(std::make_unique<Rep>(std::move(source), path)) {}
TripleReader::~TripleReader() = default;

Result<const Triple*> TripleReader::next() {
  if (rep_->waiting.empty()) AMONT_TRY(rep_->read_on());
  if (!rep_->waiting.empty()) {
    rep_->current = std::move(rep_->waiting.front());
    rep_->waiting.pop_front();
    return &rep_->current;
  }
  if (rep_->failure.ok()) return static_cast<const Triple*>(nullptr);
  rep_->current.line = rep_->failed_line ? rep_->failed_line : rep_->lines;
  return rep_->failure;
}

std::uint64_t TripleReader::line() const { return rep_->current.line; }
std::uint64_t TripleReader::column() const { return rep_->failed_column; }
std::uint64_t TripleReader::bytes() const { return rep_->bytes; }

}  // namespace amont
