#include "tools/render/bundle.h"

#include <algorithm>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/render/heading.h"

namespace amont::tool {
namespace {

constexpr std::size_t kUnknownShown = 10;
constexpr std::size_t kCommitmentShown = 16;

const ProvenTx* transaction(const VerifiedBundle& told, TxNumber number) {
  const auto at = std::ranges::lower_bound(told.transactions, number, {}, &ProvenTx::number);
  return at != told.transactions.end() && at->number == number ? &*at : nullptr;
}

// The title, or what is left of it.
TableCell title_of(const ProvenNode& node) {
  for (const RedactedValue& gone : node.redacted)
    if (gone.name == "title")
      return {fmt::format("redacted, commitment {}", gone.commitment.substr(0, kCommitmentShown)), Style::kFaint};
  for (const auto& [name, value] : node.props)
    if (name == "title") return value_text(value);
  return {};
}

std::string recorded_in(const VerifiedBundle& told, TxNumber number) {
  const ProvenTx* const tx = transaction(told, number);
  return tx ? fmt::format("{}, {}", number, tx->time.text()) : std::to_string(number);
}

std::vector<TableCell> node_row(const VerifiedBundle& told, std::size_t node, std::string depth,
                                const char* precision) {
  const ProvenNode& shown = told.nodes[node];
  const ProvenTx* const tx = transaction(told, shown.tx);
  return {std::move(depth),
          precision,
          shown.ref.text(),
          title_of(shown),
          recorded_in(told, shown.tx),
          tx ? tx->author : std::string()};
}

void write_nodes(Output& out, const VerifiedBundle& told, const TableLook& look) {
  std::vector<std::vector<TableCell>> rows;
  for (const std::size_t start : told.starts) rows.push_back(node_row(told, start, "", "start"));
  for (const BundleEntry& one : told.listed)
    rows.push_back(
        node_row(told, one.node, one.depth ? std::to_string(*one.depth) : "", one.possible ? "possible" : "exact"));
  write_table(out,
              {{"depth", true},
               {"precision"},
               {"ref"},
               {"title", false, true, true},
               {"recorded in"},
               {"by", false, true, true}},
              rows, look);
}

void write_edges(Output& out, const VerifiedBundle& told, const TableLook& look) {
  std::vector<std::vector<TableCell>> rows;
  for (const std::size_t at : told.followed) {
    const ProvenEdge& edge = told.edges[at];
    rows.push_back({told.nodes[edge.from].ref.text(), edge.kind_name, edge.label, told.nodes[edge.to].ref.text(),
                    recorded_in(told, edge.tx)});
  }
  if (rows.empty()) return;
  out.add("\n");
  write_table(out, {{"effect"}, {"edge"}, {"label", false, false, true}, {"cause"}, {"recorded in"}}, rows, look);
}

// The question may have left uses out, too: its options say so.
bool cuts_uses(const VerifiedBundle& told) {
  for (const char* const option : {"\"as_of\":", "\"gaps\":", "\"limit\":", "\"project\":", "\"valid_at\":"})
    if (told.options.find(option) != std::string::npos) return true;
  return false;
}

void write_unlisted_uses(Output& out, const VerifiedBundle& told, const TableLook& look) {
  if (told.unlisted.empty()) return;
  out.add("\n");
  write_line(out,
             fmt::format("used in this lineage, and not in the answer: needs no approval, says the register{}",
                         cuts_uses(told) ? ", or was not asked about" : ""),
             look, Style::kStrong);
  for (const std::size_t at : told.unlisted) {
    const ProvenEdge& edge = told.edges[at];
    write_line(out,
               fmt::format("  {} used {}{}{}", told.nodes[edge.from].ref.text(), told.nodes[edge.to].ref.text(),
                           edge.label.empty() ? "" : " ", edge.label),
               look);
  }
}

void write_uses(Output& out, const VerifiedBundle& told, const TableLook& look) {
  const auto or_open = [](const std::string& time) { return time.empty() ? std::string("?") : time; };
  for (const BundleUse& use : told.uses) {
    out.add("\n");
    write_line(out,
               fmt::format("{} used {}{}, {} to {}", use.user, use.used,
                           use.project.empty() ? "" : " for " + use.project, or_open(use.from), or_open(use.to)),
               look, Style::kStrong);
    for (const BundleUse::Cover& by : use.by)
      write_line(out,
                 fmt::format("  covered by {} from {} to {}{}{}", by.approval, by.from, by.to,
                             by.late ? ", recorded late" : "",
                             by.proven ? "" : "; nothing here proves that it is for this project"),
                 look, by.proven ? Style::kGood : Style::kWarning);
    for (const BundleUse::Gap& gap : use.gaps)
      write_line(out,
                 fmt::format("  NOT COVERED from {} to {}: {}{}", or_open(gap.from), or_open(gap.to), gap.reason,
                             gap.nearest.empty() ? "" : ", nearest is " + gap.nearest),
                 look, Style::kWarning);
  }
}

void write_verdict(Output& out, const std::string& path, const VerifiedBundle& told, const TableLook& look) {
  write_line(out, "verified: " + path, look, Style::kGood);
  write_line(out, fmt::format("  signed by {}; register {}", told.signer, told.register_id), look);
  write_line(out,
             fmt::format("  proves: {} and {} are in its log of {}, as recorded by transaction {} ({})",
                         counted(told.nodes.size(), "node"), counted(told.edges.size(), "edge"),
                         counted(told.head, "transaction"), told.tx, told.time.text()),
             look);
  write_line(
      out,
      told.recomputed
          ? fmt::format("  proves: {} of these records gives this answer, node by node and edge by edge",
                        told.verb == "coverage" ? "the lineage" : told.verb)
          : fmt::format("  does not prove: that these are all nodes and edges of the answer, for {} was not asked "
                        "again",
                        told.verb),
      look);
  write_line(out, "  does not prove: that nothing was left out or retracted since, nor that what was recorded is true",
             look);
  if (told.verb == "coverage")
    write_line(out,
               "  does not prove: that these are all uses, nor which approval covers one; that is how the register "
               "judged it, from records that are shown",
               look);
  std::string line = told.complete ? "  the answer calls itself complete" : "  the answer calls itself partial";
  for (std::size_t i = 0; i < told.reasons.size(); ++i) line += (i ? ", " : " (") + told.reasons[i];
  if (!told.reasons.empty()) line += ")";
  for (std::size_t i = 0; i < std::min(told.unknown.size(), kUnknownShown); ++i)
    line += (i ? ", " : "; not recorded: the origin or inputs of ") + told.unknown[i];
  if (told.unknown.size() > kUnknownShown) line += fmt::format(" and {} more", told.unknown.size() - kUnknownShown);
  write_line(out, line, look);
  std::uint64_t redacted = 0;
  for (const ProvenTx& tx : told.transactions) redacted += tx.redacted;
  if (redacted > 0)
    write_line(out, fmt::format("  redacted: {}; commitments stand in their place", counted(redacted, "part")), look);
}

void append_text(std::string& out, std::string_view name, std::string_view text) {
  append_member(out, name);
  append_json_string(out, text);
}

template <class Items, class Write>
void append_items(std::string& out, std::string_view name, const Items& items, const Write& write) {
  append_member(out, name);
  out += "[";
  for (const auto& item : items) {
    if (out.back() != '[') out += ",\n  ";
    write(item);
  }
  out += "]";
}

void append_record(std::string& out, const VerifiedBundle& told, TxNumber tx, const Properties& props,
                   const std::vector<RedactedValue>& redacted) {
  out += fmt::format(", \"tx\": {}", tx);
  if (const ProvenTx* const one = transaction(told, tx)) {
    append_text(out, "time", one->time.text());
    append_text(out, "author", one->author);
  }
  append_member(out, "props");
  out += "{";
  for (const auto& [name, value] : props) {
    append_member(out, name);
    append_json(out, value);
  }
  out += "}";
  append_items(out, "redacted", redacted, [&](const RedactedValue& gone) {
    out += "{";
    append_text(out, "name", gone.name);
    out += fmt::format(", \"tx\": {}, \"part\": {}, \"commitment\": \"{}\"}}", gone.tx, gone.part, gone.commitment);
  });
}

}  // namespace

void write_bundle_table(Output& out, const std::string& path, const VerifiedBundle& told, const TableLook& look) {
  write_verdict(out, path, told, look);
  out.add("\n");
  if (told.script) {
    std::string line = "script " + told.script->name;
    for (const auto& [name, value] : told.script->arguments) line += " " + name + "=" + value;
    write_line(out, fmt::format("{} (SHA-256 {}) answered, says the signer:", line, told.script->sha256), look);
    write_lines(out, told.script->report, look);
    out.add("\n");
  }
  write_nodes(out, told, look);
  write_edges(out, told, look);
  write_unlisted_uses(out, told, look);
  write_uses(out, told, look);
}

void write_bundle_json(Output& out, const VerifiedBundle& told) {
  std::string json = "{\"amont\": 1, \"verified\": true";
  append_text(json, "signer", told.signer);
  append_text(json, "register", told.register_id);
  json += fmt::format(
      ", \"head\": {}, \"root\": \"{}\", \"known_at\": {{\"tx\": {}, \"time\": \"{}\"}}, \"valid_at\": {}, "
      "\"recomputed\": {}",
      told.head, told.root, told.tx, told.time.text(), told.valid_at, told.recomputed);
  append_text(json, "verb", told.verb);
  append_items(json, "start", told.starts,
               [&](std::size_t start) { append_json_string(json, told.nodes[start].ref.text()); });
  json += ", \"options\": " + told.options + fmt::format(",\n \"complete\": {}", told.complete);
  append_items(json, "reasons", told.reasons, [&](const std::string& reason) { append_json_string(json, reason); });
  append_items(json, "unknown", told.unknown, [&](const std::string& ref) { append_json_string(json, ref); });
  append_items(json, "nodes", told.listed, [&](const BundleEntry& one) {
    const ProvenNode& node = told.nodes[one.node];
    json += "{";
    append_text(json, "ref", node.ref.text());
    append_member(json, "depth");
    json += one.depth ? std::to_string(*one.depth) : "null";
    append_text(json, "precision", one.possible ? "possible" : "exact");
    append_record(json, told, node.tx, node.props, node.redacted);
    json += "}";
  });
  append_items(json, "edges", told.followed, [&](std::size_t at) {
    const ProvenEdge& edge = told.edges[at];
    json += "{";
    append_text(json, "kind", edge.kind_name);
    append_text(json, "from", told.nodes[edge.from].ref.text());
    append_text(json, "to", told.nodes[edge.to].ref.text());
    append_text(json, "label", edge.label);
    append_record(json, told, edge.tx, edge.props, edge.redacted);
    json += "}";
  });
  append_items(json, "uses", told.uses, [&](const BundleUse& use) {
    json += "{";
    append_text(json, "user", use.user);
    append_text(json, "project", use.project);
    append_text(json, "used", use.used);
    append_text(json, "label", use.label);
    append_text(json, "from", use.from);
    append_text(json, "to", use.to);
    append_items(json, "by", use.by, [&](const BundleUse::Cover& by) {
      json += "{";
      append_text(json, "approval", by.approval);
      append_text(json, "from", by.from);
      append_text(json, "to", by.to);
      json += fmt::format(", \"late\": {}, \"proven\": {}}}", by.late, by.proven);
    });
    append_items(json, "gaps", use.gaps, [&](const BundleUse::Gap& gap) {
      json += "{";
      append_text(json, "from", gap.from);
      append_text(json, "to", gap.to);
      append_text(json, "reason", gap.reason);
      append_text(json, "nearest", gap.nearest);
      json += "}";
    });
    json += "}";
  });
  append_items(json, "unlisted_uses", told.unlisted, [&](std::size_t at) {
    const ProvenEdge& edge = told.edges[at];
    json += "{";
    append_text(json, "user", told.nodes[edge.from].ref.text());
    append_text(json, "used", told.nodes[edge.to].ref.text());
    append_text(json, "label", edge.label);
    json += "}";
  });
  if (told.script) {
    append_member(json, "script");
    json += "{";
    append_text(json, "name", told.script->name);
    append_text(json, "sha256", told.script->sha256);
    append_text(json, "report", told.script->report);
    json += "}";
  }
  out.add(json + "}\n");
}

}  // namespace amont::tool
