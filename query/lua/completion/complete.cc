#include <algorithm>
#include <set>

#include "amont/script_completion.h"
#include "amont/script_words.h"
#include "query/lua/completion/cursor.h"
#include "query/lua/completion/lua_text.h"

namespace amont {
namespace {

constexpr std::size_t kTextsMax = 200;
constexpr std::size_t kNodesAtOnce = 512;
constexpr std::string_view kKeywords[] = {"and", "break",    "do",     "else", "elseif", "end",   "false",
                                          "for", "function", "if",     "in",   "local",  "nil",   "not",
                                          "or",  "repeat",   "return", "then", "true",   "until", "while"};

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

class Completer {
 public:
  Completer(const Snapshot& view, const Cursor& cursor, std::span<const std::string> own,
            std::chrono::steady_clock::time_point deadline, RefSearch* search)
      : view_(view), cursor_(cursor), own_(own), deadline_(deadline), search_(search ? search : &own_search_) {}

  Completion run() {
    switch (cursor_.at) {
      case Cursor::At::kName: names(); break;
      case Cursor::At::kField: fields(); break;
      case Cursor::At::kMethod: methods(); break;
      case Cursor::At::kText: texts(); break;
      case Cursor::At::kNothing: break;
    }
    Completion out;
    out.begin = cursor_.begin;
    out.cut = cut_;
    for (const std::string& text : found_)
      out.texts.push_back(cursor_.at == Cursor::At::kText ? as_typed_in_quotes(text) : text);
    std::ranges::sort(out.texts);
    return out;
  }

 private:
  void offer(std::string_view text) {
    if (!text.starts_with(cursor_.typed) || found_.contains(std::string(text))) return;
    if (found_.size() >= kTextsMax) {
      cut_ = true;
      return;
    }
    found_.emplace(text);
  }

  void names() {
    if (cursor_.in_braces) {
      for (const ScriptWord& word : script_words())
        if (word.of.empty() && word.name == cursor_.caller && word.group != "Of Lua itself")
          for (const std::string& option : word.takes) offer(option);
      if (!found_.empty() && !cursor_.typed.empty()) return;
    }
    if (cursor_.typed.empty() && !found_.empty()) return;
    for (const ScriptWord& word : script_words())
      if (word.of.empty()) offer(word.name);
    for (const std::string& name : own_) offer_name(name);
    for (const std::string_view word : kKeywords) offer(word);
  }
  // A name that could not be typed is not offered.
  void offer_name(std::string_view name) {
    const auto fits = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    if (!name.empty() && name.size() < 64 && std::ranges::all_of(name, fits)) offer(name);
  }

  void fields() {
    for (const ScriptWord& word : script_words()) {
      const bool is_library = word.of.empty() && word.name == cursor_.owner && word.group == "Of Lua itself";
      if (!is_library || word.takes.empty()) continue;
      for (const std::string& name : word.takes) offer(name);
      return;
    }
    for (const ScriptWord& word : script_words())
      if (is_one_of(word.of, {"node", "edge", "time"}) && word.call.find(':') == std::string::npos) offer(word.name);
    properties();
  }
  void properties() {
    for (const NodeRow& row : view_.schema().nodes())
      for (const PropertyRow& property : row.props) offer_name(property.name);
    for (const EdgeRow& row : view_.schema().edges())
      for (const PropertyRow& property : row.props) offer_name(property.name);
  }

  void methods() {
    for (const ScriptWord& word : script_words()) {
      const bool is_method = is_one_of(word.of, {"set", "node", "edge"}) && word.call.find(':') != std::string::npos;
      const bool is_question = word.of.empty() && std::ranges::find(word.takes, "depth") != word.takes.end();
      if (is_method || is_question) offer(word.name);
    }
  }

  void texts() {
    const std::string& option = cursor_.option;
    const std::string& caller = cursor_.caller;
    if (option == "granularity") return offer_all({"dataset", "variable"});
    if (option == "precision") return offer_all({"exact", "possible"});
    if (option == "direction") return offer_all({"up", "down"});
    if (option == "shape") return offer_all({"bars", "line"});
    if (option == "through") return edge_kinds(cursor_.typed.starts_with("+") ? "+" : "");
    if (option == "kind" && !is_one_of(caller, {"timeline"})) return node_kinds("");
    if (is_one_of(caller, {"only", "nodes", "all"})) return node_kinds("");
    if (is_one_of(caller, {"incoming", "outgoing", "to", "from", "lacks"})) return edge_kinds("");
    if (caller == "edges" && cursor_.typed.find(':') == std::string::npos) {
      offer_all({"up", "down"});
      return edge_kinds("");
    }
    if (cursor_.typed.find(':') != std::string::npos) return refs();
    if (is_one_of(caller, {"rows", "timeline", "chart", "get", "group", "sorted", "map", "sum", "average", "smallest",
                           "largest", "median", "percentile", "value"})) {
      for (const ScriptWord& word : script_words())
        if (word.of == "node" && word.call.find(':') == std::string::npos) offer(word.name);
      properties();
    }
    node_kinds(":");
  }
  void offer_all(std::initializer_list<std::string_view> all) {
    for (const std::string_view one : all) offer(one);
  }
  void node_kinds(std::string_view after) {
    for (const NodeRow& row : view_.schema().nodes()) offer(row.name + std::string(after));
  }
  void edge_kinds(const std::string& before) {
    for (const EdgeRow& row : view_.schema().edges()) offer(before + row.name);
  }

  // Refs that begin as typed, up to the next "/".
  void refs() {
    const std::string& typed = cursor_.typed;
    const NodeRow* const kind = view_.schema().node(typed.substr(0, typed.find(':')));
    if (!kind) return;
    if (search_->tx != view_.tx() || search_->typed != typed) *search_ = {view_.tx(), typed, 0, {}};
    for (const std::string& text : search_->found) offer(text);
    look_for_refs(*kind);
    search_->found.assign(found_.begin(), found_.end());
  }
  void look_for_refs(const NodeRow& kind) {
    const std::string& typed = cursor_.typed;
    const std::uint64_t count = view_.id_count();
    for (std::uint64_t& first = search_->next; first < count; first += kNodesAtOnce) {
      cut_ = cut_ || std::chrono::steady_clock::now() >= deadline_;
      if (cut_) return;
      const auto some = static_cast<std::size_t>(std::min<std::uint64_t>(kNodesAtOnce, count - first));
      const auto briefs = view_.briefs(NodeId{first}, some);
      if (!briefs.ok()) return;
      std::vector<NodeId> ids;
      for (std::size_t i = 0; i < some; ++i)
        if ((*briefs)[i].alive && (*briefs)[i].kind == kind.kind) ids.push_back(NodeId{first + i});
      const auto refs = view_.refs(ids);
      if (!refs.ok()) return;
      for (const Ref& ref : *refs) {
        const std::string text = ref.text();
        const std::size_t slash = text.find('/', typed.size());
        offer(text.substr(0, slash == std::string::npos ? slash : slash + 1));
      }
    }
  }

  const Snapshot& view_;
  const Cursor& cursor_;
  std::span<const std::string> own_;
  std::chrono::steady_clock::time_point deadline_;
  RefSearch own_search_;
  RefSearch* search_;
  std::set<std::string> found_;
  bool cut_ = false;
};

}  // namespace

std::string Completion::common(std::string_view typed) const {
  if (texts.empty() || cut) return std::string(typed);
  std::string_view common = texts.front();
  for (const std::string_view text : texts) {
    const auto [end, other] = std::ranges::mismatch(common, text);
    common = common.substr(0, static_cast<std::size_t>(end - common.begin()));
  }
  // Never within an escape or a letter.
  if (texts.size() > 1) {
    const std::size_t escape = common.rfind('\\');
    if (escape != std::string_view::npos && common.find('}', escape) == std::string_view::npos)
      common = common.substr(0, escape);
    while (!common.empty() && common.size() < texts.front().size() &&
           (static_cast<unsigned char>(texts.front()[common.size()]) & 0xc0) == 0x80)
      common.remove_suffix(1);
  }
  return std::string(common.size() < typed.size() ? typed : common);
}

Completion complete_script(const Snapshot& view, std::string_view before, std::span<const std::string> own,
                           std::chrono::steady_clock::time_point deadline, RefSearch* search) {
  const Cursor cursor = cursor_at_end(before);
  return Completer(view, cursor, own, deadline, search).run();
}

}  // namespace amont
