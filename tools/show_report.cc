#include "tools/show_report.h"

#include <fmt/format.h>

#include "tools/picture.h"
#include "tools/render/table_report.h"

namespace amont::tool {
namespace {

constexpr std::size_t kMermaidEdges = 500;  // what its viewers draw unless they are told otherwise

std::size_t edges_in(const Report& report) {
  std::size_t edges = 0;
  for (const ReportBlock& block : report.blocks) edges += block.graph.edges.size();
  return edges;
}

}  // namespace

Status show_report(Session& session, Format format, const Shown& shown, bool raw) {
  AMONT_TRY(check_format(shown.report, format));
  if (format == Format::kSvg) {
    AMONT_LET(const std::string picture, picture_of(report_as_dot(shown), session.interrupted()));
    session.out().add(picture);
  } else {
    write_report(session.out(), format, shown, {session.colour(), session.width()}, raw);
  }
  AMONT_TRY(session.out().flush());

  const std::string missing = left_out(shown.report, format);
  if (!missing.empty())
    session.note(
        fmt::format("left out, for which {} has no place: {}; --format html has all", name_of(format), missing));
  if (format == Format::kMermaid || format == Format::kDot || format == Format::kSvg) {
    const std::string note = folding_note(shown.report);
    if (!note.empty()) session.note(note);
  }
  if (format == Format::kMermaid && edges_in(shown.report) > kMermaidEdges)
    session.note(
        fmt::format("more than {} edges, which most viewers of Mermaid refuse; --format html or dot", kMermaidEdges));
  if (format != Format::kCsv && !is_graph(format)) return {};
  session.note(shown.heading.closing_line(shown.counts));
  if (!shown.heading.unknown.empty()) session.note(shown.heading.unknown_line());
  return {};
}

Status show_blocks(Session& session, Format format, const Heading& heading, std::vector<ReportBlock> blocks,
                   std::string_view closing, bool raw) {
  if (format == Format::kCsv)
    std::erase_if(blocks, [](const ReportBlock& block) { return block.what == ReportBlock::What::kText; });
  const Report report = report_named(heading, std::move(blocks));
  AMONT_TRY(show_report(session, format, {heading, report, closing}, raw));
  if (format == Format::kCsv) session.note(heading.closing_line(closing));
  return {};
}

}  // namespace amont::tool
