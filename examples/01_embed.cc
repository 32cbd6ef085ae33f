// First contact: make a register, write down where a figure came from, and ask.
//
//   01_embed DIRECTORY     absent or empty; the register is left in it
#include <amont/query.h>
#include <amont/schema_script.h>
#include <amont/store.h>

#include <array>
#include <iostream>

using namespace amont;

namespace {

// What happened, as one transaction: it lands as a whole or not at all. Edges point from effect to cause.
Transaction a_figure_was_made() {
  Transaction made;
  made.author = "analyst-7";
  made.reason = "Figure 2 of the paper";
  const Ref claims{"dataset", "snds/ER_PRS_F"};
  const Ref stays{"dataset", "snds/T_MCO19B"};
  const Ref analysis{"run", "survival"};
  const Ref figure{"output", "figure-2"};
  made.changes = {
      PutNode{claims, {{"title", "Services reimbursed"}}, {}, {}},
      PutNode{stays, {{"title", "Hospital stays of 2019"}}, {}, {}},
      PutNode{analysis, {{"title", "Survival after the first stay"}, {"type", "analysis"}}, {}, {}},
      PutNode{figure, {{"title", "Survival by age"}, {"min_cell", 11}}, {}, {}},
      PutEdge{"used", analysis, claims, "", {{"columns", List{"BEN_NAI_ANN", "EXE_SOI_DTD"}}}, {}, {}},
      PutEdge{"used", analysis, stays, "", {}, {}, {}},
      PutEdge{"generated_by", figure, analysis, "", {}, {}, {}},
  };
  return made;
}

// Nothing in Amont throws: AMONT_LET declares what a call gave, or returns why it gave nothing.
Status tell_where_it_came_from(const std::string& directory) {
  AMONT_LET(const auto store, Store::create(directory, hub_schema()));
  AMONT_LET(const Receipt receipt, store->commit(a_figure_was_made()));
  std::cout << "transaction " << receipt.tx << " is on disk\n";

  AMONT_LET(const Snapshot now, store->snapshot());
  AMONT_LET(const auto figure, now.find({"output", "figure-2"}));
  if (!figure) return not_found("output:figure-2 was not written");
  AMONT_LET(const Answer answer, upstream(now, std::array{*figure}));

  std::cout << "upstream of output:figure-2:\n";
  for (const Reached& reached : answer.nodes) {
    AMONT_LET(const auto node, now.node(reached.id));
    if (!node) continue;  // retracted since; not in this snapshot
    std::cout << "  " << reached.depth.value_or(0) << "  " << node->ref.text() << "  \""
              << text_property(node->props, "title") << "\"\n";
  }
  std::cout << (answer.completeness.complete() ? "that is all that the register knows\n" : "there is more\n");
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: 01_embed DIRECTORY (absent or empty)\n";
    return 2;
  }
  const Status done = tell_where_it_came_from(argv[1]);
  if (done.ok()) return 0;
  std::cerr << "01_embed: " << name_of(done.code()) << ": " << done.text() << "\n";
  return 1;
}
