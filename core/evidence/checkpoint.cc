#include "core/evidence/checkpoint.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/text/base64.h"

namespace amont {
namespace {

// The next line without its newline; `text` must have one.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace

std::string origin_of(const RegisterId& id) {
  return "amont/" + hex(std::string_view(reinterpret_cast<const char*>(id.data()), id.size()));
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  if (!text.ends_with('\n') || std::ranges::count(text, '\n') < 3)
    return invalid("a checkpoint has at least three lines: origin, size, root");
  Checkpoint checkpoint;
  checkpoint.origin = take_line(text);
  if (checkpoint.origin.empty()) return invalid("the first line of a checkpoint, its origin, is empty");
  const std::string_view size = take_line(text);
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), checkpoint.size);
  if (error != std::errc() || end != size.data() + size.size() || (size.size() > 1 && size[0] == '0'))
    return invalid("the second line of a checkpoint is not a size");
  const auto root = from_base64(take_line(text));
  if (!root || root->size() != checkpoint.root.size())
    return invalid("the third line of a checkpoint is not base 64 of a root of 32 bytes");
  std::copy(root->begin(), root->end(), checkpoint.root.begin());
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty()) return invalid("a checkpoint has an empty line");
    checkpoint.extensions.emplace_back(line);
  }
  return checkpoint;
}

std::string format_checkpoint(const Checkpoint& checkpoint) {
  std::string out = fmt::format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.size, base64(view_of(checkpoint.root)));
  for (const std::string& line : checkpoint.extensions) out += line + "\n";
  return out;
}

Result<SignedCheckpoint> parse_signed_checkpoint(std::string_view bytes) {
  SignedCheckpoint out;
  AMONT_LET(out.note, parse_note(bytes));
  AMONT_LET(out.checkpoint, parse_checkpoint(out.note.text));
  return out;
}

}  // namespace amont
