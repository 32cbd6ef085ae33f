// What the kinds of difference that `amont diff` shows have in common.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "amont/diff.h"
#include "amont/report.h"
#include "tools/ask_arguments.h"
#include "tools/format.h"
#include "tools/render/table.h"

namespace amont::tool {

// "added", "removed", "changed".
std::string_view name_of(DiffKind what);

// Members of a JSON object: a text; a transaction, null when it is 0.
void append_text(std::string& out, std::string_view name, std::string_view text);
void append_tx(std::string& out, TxNumber tx);

Result<std::vector<Ref>> refs_of(const std::vector<std::string>& words);

// Who wrote a transaction, each asked once.
class Authors {
 public:
  explicit Authors(Store& store) : store_(store) {}
  Result<std::string> of(TxNumber tx) {
    if (tx == 0) return std::string();
    if (const auto known = known_.find(tx); known != known_.end()) return known->second;
    AMONT_LET(const std::vector<TxEntry> entries, store_.log(tx, tx));
    const std::string text = entries.empty()             ? std::string()
                             : entries[0].reason.empty() ? entries[0].author
                             : entries[0].author.empty() ? entries[0].reason
                                                         : entries[0].author + ": " + entries[0].reason;
    return known_.emplace(tx, text).first->second;
  }

 private:
  Store& store_;
  std::map<TxNumber, std::string> known_;
};

struct States {
  Snapshot before, after;

  // "from transaction 2 (...) to transaction 4 (...)"
  ReportBlock told() const;
};

// What differs, ready to be shown: as tables, or for JSON as the members that follow the heading.
struct Differences {
  struct Table {
    std::string title;
    std::vector<TableColumn> columns;
    std::vector<std::vector<TableCell>> rows;
  };
  std::vector<Table> tables;  // none is needed for JSON
  std::string json;           // ",\n \"records\": [...]"; needed for JSON alone
  std::string closing;        // "2 differences"
  std::size_t count = 0;
};

// `items` as a member of the answer, one on a line.
template <class Items, class ToJson>
std::string member_of_lines(std::string_view name, const Items& items, const ToJson& to_json) {
  std::string text = ",\n \"" + std::string(name) + "\": [";
  bool first = true;
  for (const auto& item : items) {
    text += (first ? "\n  " : ",\n  ") + to_json(item);
    first = false;
  }
  return text + "]";
}

// Shows them; the exit code: kNo when there are any.
Result<int> show_differences(Session& session, Format format, const Question& question, const States& states,
                             const AskArguments& ask, const Differences& differences);

// The kinds: records; the lineage of nodes; uses behind `of`, or all, whose gaps are not the same. Each shows them; the exit code.
Result<int> show_record_diff(Session& session, Format format, Question& question, const States& states,
                             const AskArguments& ask);
Result<int> show_lineage_diff(Session& session, Format format, Question& question, const States& states,
                              const AskArguments& ask, std::span<const Ref> of);
Result<int> show_coverage_diff(Session& session, Format format, Question& question, const States& states,
                               const AskArguments& ask, std::span<const Ref> of, const std::string& as_of);

}  // namespace amont::tool
