#include "query/lua/triple_reader.h"

#include <utility>

#include <fmt/format.h>

#include "core/text/utf8.h"
#include "query/lua/triple_parser.h"

namespace amont {

Status TripleParser::check_text(std::string_view text) {
  const std::size_t misfit = first_misfit(text, TextRule::kNoNul);
  return misfit == text.size() ? Status() : invalid("a text or an IRI: " + misfit_text(text, misfit));
}

Status TripleParser::queue(Triple triple) {
  bytes_waiting_ += triple.bytes();
  if (bytes_waiting_ > kDescriptionBytesMax)
    return limit_exceeded(
        fmt::format("a description, up to its full stop, is longer than {} bytes", kDescriptionBytesMax));
  waiting.push_back(std::move(triple));
  return {};
}

TripleReader::TripleReader(ByteSource source, std::string_view path)
    : parser_(path.ends_with(".owl") || path.ends_with(".rdf")
                  ? rdf_xml_parser(std::move(source))
                  : turtle_parser(std::move(source), path.ends_with(".trig"))) {}
TripleReader::~TripleReader() = default;

Result<const Triple*> TripleReader::next() {
  if (parser_->waiting.empty() && parser_->failure.ok()) parser_->read_on();
  if (!parser_->waiting.empty()) {
    current_ = std::move(parser_->waiting.front());
    parser_->waiting.pop_front();
    return &current_;
  }
  if (parser_->failure.ok()) return static_cast<const Triple*>(nullptr);
  current_.line = parser_->failed_line ? parser_->failed_line : parser_->lines;
  return parser_->failure;
}

std::uint64_t TripleReader::line() const { return current_.line; }
std::uint64_t TripleReader::column() const { return parser_->failed_column; }
std::uint64_t TripleReader::bytes() const { return parser_->bytes; }

}  // namespace amont
