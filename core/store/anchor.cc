// Anchors: the newest checkpoint, put where whoever may write the store can't.
#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "core/store/engine.h"
#include "core/store/store_rep.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

// "amont/12ab" and 42 -> "amont-12ab-00000000000000000042.checkpoint". Of a register's own origin, which is a safe name.
std::string name_of(const Checkpoint& checkpoint) {
  std::string name = checkpoint.origin;
  std::ranges::replace(name, '/', '-');
  return fmt::format("{}-{:020}.checkpoint", name, checkpoint.size);
}

class Anchor {
 public:
  Anchor(const Engine& engine, Files& files, std::string destination)
      : engine_(engine), files_(files), destination_(std::move(destination)) {}

  Result<std::string> write(SignedCheckpoint newest) {
    const auto there = files_.stat(destination_ + "/.");
    const bool is_directory = there.ok() && there->is_directory;
    if (is_directory) AMONT_TRY(check_newest_in_directory(newest.checkpoint));
    const std::string path = is_directory ? destination_ + "/" + name_of(newest.checkpoint) : destination_;
    AMONT_TRY(merge(path, newest));
    // Another process may anchor to the same place; no lock file is left there.
    AMONT_TRY(replace_file(files_, path, format_note(newest.note), fmt::format(".{}.new", ::getpid()))
                  .while_doing("anchoring the checkpoint"));
    return path;
  }

 private:
  // Of what was anchored before under names like ours, the largest must be what the log begins with.
  Status check_newest_in_directory(const Checkpoint& newest) const {
    AMONT_LET(const auto entries, files_.list(destination_));
    const std::string ours = name_of(newest);
    const std::string_view prefix = std::string_view(ours).substr(0, ours.rfind('-') + 1);
    std::string last;
    for (const FileEntry& entry : entries)
      if (entry.name.size() == ours.size() && entry.name.starts_with(prefix) && entry.name.ends_with(".checkpoint"))
        last = std::max(last, entry.name);
    if (last.empty() || last == ours) return {};
    SignedCheckpoint before = {{}, newest};
    return merge(destination_ + "/" + last, before);
  }

  // Whether what is at the path allows to be followed by `newest`; takes over its signatures if it is of the same size.
  Status merge(const std::string& path, SignedCheckpoint& newest) const {
    const auto bytes = read_file(files_, path, kNoteBytesMax);
    if (bytes.code() == Code::kNotFound) return {};
    AMONT_TRY(bytes.status());
    const Result<SignedCheckpoint> there = parse_signed_checkpoint(*bytes);
    if (!there)
      return Status(Code::kConflict,
                    fmt::format("{} is no checkpoint, and is not overwritten; name another file", path));
    if (there->checkpoint.origin != newest.checkpoint.origin)
      return Status(Code::kConflict, fmt::format("{} is a checkpoint of another register, {}; name another file", path,
                                                 in_quotes(there->checkpoint.origin)));
    if (there->checkpoint.size > newest.checkpoint.size)
      return Status(
          Code::kConflict,
          fmt::format("{} is of {} transactions, and the newest checkpoint here of {}: sign a newer one, and "
                      "if the log is shorter than that, it was rolled back; `amont verify --checkpoint {}` tells",
                      path, there->checkpoint.size, newest.checkpoint.size, path));
    AMONT_LET(const bool follows, engine_.log_begins_with(there->checkpoint));
    if (!follows)
      return Status(Code::kConflict,
                    fmt::format("the log does not begin with what {} says: it was rewritten or forked since. Keep that "
                                "file; it is evidence",
                                path));
    if (there->checkpoint.size != newest.checkpoint.size) return {};
    for (const NoteSignature& one : there->note.signatures)
      if (std::ranges::find(newest.note.signatures, one) == newest.note.signatures.end() &&
          newest.note.signatures.size() < kNoteSignaturesMax)
        newest.note.signatures.push_back(one);
    return {};
  }

  const Engine& engine_;
  Files& files_;
  std::string destination_;
};

}  // namespace

Result<std::string> Store::anchor(const std::string& destination) {
  Engine& engine = *rep_->engine;
  AMONT_TRY(engine.current().status());
  AMONT_LET(const std::string note, checkpoint());
  AMONT_LET(SignedCheckpoint newest, parse_signed_checkpoint(note));
  AMONT_LET(const bool ours, engine.log_begins_with(newest.checkpoint));
  if (!ours)
    return damaged(
        "the log does not begin with what the last checkpoint kept says; nothing is anchored. Run `amont verify`");
  Files& files = engine.options().files ? *engine.options().files : posix_files();
  return Anchor(engine, files, destination).write(std::move(newest));
}

}  // namespace amont
