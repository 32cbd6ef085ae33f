#include "tools/diff_shown.h"

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/exit_code.h"
#include "tools/render/table_report.h"
#include "tools/show_report.h"

namespace amont::tool {

std::string_view name_of(DiffKind what) {
  return what == DiffKind::kAdded ? "added" : what == DiffKind::kRemoved ? "removed" : "changed";
}

void append_text(std::string& out, std::string_view name, std::string_view text) {
  append_member(out, name);
  append_json_string(out, text);
}
void append_tx(std::string& out, TxNumber tx) {
  append_member(out, "tx");
  out += tx ? std::to_string(tx) : "null";
}
Result<std::vector<Ref>> refs_of(const std::vector<std::string>& words) {
  std::vector<Ref> refs;
  for (const std::string& word : words) {
    AMONT_LET(Ref ref, Ref::parse(word));
    refs.push_back(std::move(ref));
  }
  return refs;
}

ReportBlock States::told() const {
  return text_block(fmt::format("from transaction {} ({}) to transaction {} ({})", before.tx(), before.time().text(),
                                after.tx(), after.time().text()));
}

Result<int> show_differences(Session& session, Format format, const Question& question, const States& states,
                             const AskArguments& ask, const Differences& differences) {
  Output& out = session.out();
  if (format == Format::kJson) {
    out.add(question.heading.open_json() + differences.json + "}\n");
  } else if (format == Format::kTable) {
    const TableLook look = {session.colour(), session.width()};
    for (const Differences::Table& table : differences.tables) {
      if (table.rows.empty()) continue;
      write_table(out, table.columns, table.rows, look);
      out.add("\n");
    }
    write_line(out, question.heading.closing_line(differences.closing), look,
               question.heading.complete() ? Style::kGood : Style::kWarning);
  } else {
    std::vector<ReportBlock> blocks = {states.told()};
    for (const Differences::Table& table : differences.tables)
      blocks.push_back(block_of(table.title, table.columns, table.rows));
    AMONT_TRY(show_blocks(session, format, question.heading, std::move(blocks), differences.closing));
  }
  AMONT_TRY(out.flush());
  const int code = exit_code(session, question, ask);
  return code == kYes && differences.count > 0 ? kNo : code;
}

}  // namespace amont::tool
