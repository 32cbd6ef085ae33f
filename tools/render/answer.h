// Answers that list nodes and edges, in the shape that `--help` shows, and the same as table, NDJSON and CSV.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "amont/drawing.h"
#include "amont/query.h"
#include "amont/store.h"
#include "tools/output.h"
#include "tools/render/heading.h"
#include "tools/render/table.h"

namespace amont::tool {

struct AnswerNode {
  Node node;
  std::optional<std::uint32_t> depth;
  Precision precision = Precision::kExact;
  bool direct = false;
  std::vector<std::uint64_t> numbers = {};  // in the order of ShownAnswer::number_names
  std::vector<RedactedText> redacted = {};
};

struct AnswerEdge {
  Edge edge;
  std::string from;
  std::string to;
  std::vector<RedactedText> redacted = {};
};

struct AnswerPath {
  std::vector<std::string> refs;
  std::vector<std::string> through =
      {};  // the kind and label of the edge that each step took; as many as steps, or none
  Precision precision = Precision::kExact;
};

struct ShownAnswer {
  Heading heading;
  std::vector<AnswerNode> nodes;
  std::vector<AnswerEdge> edges;
  std::vector<AnswerPath> paths;
  std::vector<TxNumber> history;          // of the one node, for `get`
  bool has_depth = true;                  // nodes have depth and precision
  bool has_direct = false;                // and `direct`
  std::vector<std::string> number_names;  // and `numbers`, called so
  bool has_paths = false;
  Direction direction = Direction::kUpstream;  // of all paths
  bool has_history = false;
  bool with_props = true;
  bool with_edges = true;
  std::optional<bool> yes;                      // `reaches`
  std::map<TxNumber, TxEntry> redactions = {};  // those that took texts from what is listed: who, when, why
  std::optional<Drawing> drawing;               // for formats that are drawn
};

void write_json(Output& out, const ShownAnswer& answer);
// A line for the heading, one for each node, one for each edge.
void write_ndjson(Output& out, const ShownAnswer& answer);
// The nodes. What the table says below them is the caller's to tell on stderr.
void write_csv(Output& out, const ShownAnswer& answer, bool raw);
void write_node_table(Output& out, const ShownAnswer& answer, const TableLook& look);
// The closing line, and what is unknown.
void write_closing(Output& out, const Heading& heading, std::string_view what, const TableLook& look);

// "redacted by dpo on 2026-05-03T...: why", for a text of which nothing else is left.
std::string redacted_text(const RedactedText& text, const ShownAnswer& answer);

std::string_view name_of(Precision precision);

// `{"title": "Y", ...}`
void append_properties(std::string& out, const Properties& properties);

}  // namespace amont::tool
