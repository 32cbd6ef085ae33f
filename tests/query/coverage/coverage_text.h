// An answer about coverage as lines, for tests:
//
//   run:r for project:p used dataset:d [FROM TO)
//     by approval:a [FROM TO) late        or: changed late
//     gap [FROM TO) expired approval:b also not_habilitated lacks dataset:s
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "amont/coverage.h"

namespace amont {

inline std::string text_of(const Snapshot& view, const Coverage& answer) {
  const auto ref = [&](NodeId id) { return view.ref(id)->text(); };
  const auto time = [](const std::optional<Timestamp>& one) { return one ? one->text() : std::string("?"); };
  std::string out;
  for (const UseCoverage& one : answer.uses) {
    out += fmt::format("{} for {} used {}{} [{} {})\n", ref(one.use.user),
                       one.use.project ? ref(*one.use.project) : "nothing", ref(one.use.used),
                       one.use.label.empty() ? "" : " " + one.use.label, time(one.use.from), time(one.use.to));
    for (const CoveringApproval& by : one.by)
      out += fmt::format("  by {} [{} {}){}\n", ref(by.approval), by.from.text(), by.to.text(),
                         !by.recorded_late ? ""
                         : by.changed_late ? " changed late"
                                           : " late");
    for (const CoverageGap& gap : one.gaps) {
      out += fmt::format("  gap [{} {}) {}", time(gap.from), time(gap.to), name_of(gap.reason));
      if (gap.nearest) out += " " + ref(*gap.nearest);
      if (!gap.also.empty()) out += " also";
      for (const GapReason reason : gap.also) out += fmt::format(" {}", name_of(reason));
      if (!gap.missing_sources.empty()) out += " lacks";
      for (const NodeId source : gap.missing_sources) out += " " + ref(source);
      out += "\n";
    }
  }
  return out;
}

inline std::string text_of(const Snapshot& view, const Result<Coverage>& answer) {
  return answer.ok() ? text_of(view, *answer) : std::string(name_of(answer.code())) + ": " + answer.status().text();
}

}  // namespace amont
