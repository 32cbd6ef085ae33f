// Putting the newest checkpoint out of reach of whoever may write the store.
#include <sys/stat.h>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/exit_code.h"
#include "tools/key_files.h"
#include "tools/render/table.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

Result<int> run_anchor(Session& session, const std::string& destination) {
  AMONT_LET(const Format format, session.format());
  if (destination.empty()) return invalid("DEST is empty; name a folder or a file");
  AMONT_TRY(refuse_in_store(destination, "an anchor is for a place that whoever may write the store can't change"));
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_read());
  Result<std::string> path = store->anchor(destination);
  if (path.code() == Code::kConflict) {
    session.error(path.status().text());
    return kNo;
  }
  AMONT_TRY(path.status());
  ::chmod(path->c_str(), 0644);  // it is for others to read; the store's own files are not
  Output& out = session.out();
  if (format == Format::kJson) {
    std::string json = "{\"amont\": 1, \"path\": ";
    append_json_string(json, *path);
    out.add(json + "}\n");
  } else {
    write_line(out, *path, {session.colour()});
  }
  AMONT_TRY(out.flush());
  return kYes;
}

}  // namespace

std::vector<Verb> anchor_verbs(Session& session) {
  Verb verb;
  verb.name = "anchor";
  verb.group = "prove";
  verb.words = "DEST";
  verb.words_min = verb.words_max = 1;
  verb.formats = {Format::kTable, Format::kJson};
  verb.summary = "write the newest checkpoint to a place elsewhere";
  verb.about =
      "DEST is a folder, where each checkpoint gets a file of its own, or a file. Choose a place that whoever may "
      "write the store\n"
      "can't change: an auditor's folder, another machine, a medium that is written once. What lies there from before "
      "must be\n"
      "what this log begins with; if not, one of the two was rolled back or forked: nothing is written, exit code 1.";
  verb.examples = "amont -s hub anchor /mnt/auditor\namont -s hub anchor newest.checkpoint";
  verb.run = [&session](const std::vector<std::string>& words) { return run_anchor(session, words[0]); };
  return {verb};
}

}  // namespace amont::tool
