#include "tests/query/bundle/changed_bundle.h"

#include <algorithm>

#include "tests/query/bundle/json_edit.h"

namespace amont {
namespace {

template <class T>
T& any(Dice& dice, std::vector<T>& from) {
  return from[dice.below(from.size())];
}

// All strings and numbers below a value.
void collect(Json& json, std::vector<Json*>& out) {
  if (auto* items = std::get_if<Json::Array>(&json.value))
    for (Json& item : *items) collect(item, out);
  else if (auto* members = std::get_if<Json::Object>(&json.value))
    for (auto& [name, value] : *members) collect(value, out);
  else
    out.push_back(&json);
}

void flip_bit(Dice& dice, std::string& bytes) {
  char& byte = bytes[dice.below(bytes.size())];
  byte = static_cast<char>(byte ^ 1 << dice.below(8));
}

}  // namespace

std::string BundleChanger::change_bytes(Dice& dice) const {
  const std::string before = honest_[dice.below(honest_.size())];
  std::string file;
  do {
    file = before;
    const std::size_t at = dice.below(file.size());
    const std::size_t length = 1 + dice.below(std::min<std::size_t>(200, file.size() - at));
    switch (dice.below(8)) {
      case 0: file.resize(at); break;
      case 1: file.erase(at, length); break;
      case 2: file.insert(dice.below(file.size()), before.substr(at, length)); break;
      case 3: {
        const std::string& other = honest_[dice.below(honest_.size())];
        file = file.substr(0, at) + (at < other.size() ? other.substr(at) : "");
        break;
      }
      case 4: file.replace(at, length, before.substr(dice.below(before.size()), length)); break;
      default: flip_bit(dice, file); break;
    }
    if (file.empty()) file = "\n";
  } while (std::ranges::count(honest_, file) > 0);
  return file;
}

BundleChanger::Signed BundleChanger::change_and_sign(Dice& dice) const {
  BundleContent content = *read_bundle(honest_[dice.below(honest_.size())], nullptr);
  Signed out{{}, "", false};
  switch (dice.below(9)) {
    case 0:
    case 1:
    case 2: change_excerpt(dice, content, out); break;
    case 3: {
      out.what = "another checkpoint";
      const std::string& note = notes_[dice.below(notes_.size())];
      out.must_be_refused = note != content.checkpoint;
      content.checkpoint = note;
      break;
    }
    case 8:
      out.what = "a bit of the checkpoint";
      flip_bit(dice, content.checkpoint);
      out.must_be_refused = true;
      break;
    case 4:
      out.what = "another bundle's excerpt";
      content.excerpt = read_bundle(honest_[dice.below(honest_.size())], nullptr)->excerpt;
      break;
    default: change_answer(dice, content, out); break;
  }
  out.file = *write_bundle(content, key_);
  return out;
}

void BundleChanger::change_excerpt(Dice& dice, BundleContent& content, Signed& out) const {
  const std::string before = content.excerpt;
  out.must_be_refused = true;
  Excerpt excerpt = *decode_excerpt(content.excerpt);
  ExcerptTransaction& transaction = any(dice, excerpt.transactions);
  switch (dice.below(9)) {
    case 0:
      out.what = "a transaction left out";
      excerpt.transactions.erase(excerpt.transactions.begin() +
                                 static_cast<std::ptrdiff_t>(dice.below(excerpt.transactions.size())));
      break;
    case 1:
      out.what = "a part left out";
      if (!transaction.parts.empty())
        transaction.parts.erase(transaction.parts.begin() +
                                static_cast<std::ptrdiff_t>(dice.below(transaction.parts.size())));
      break;
    case 2:
      out.what = "a part of another transaction";
      if (!transaction.parts.empty()) {
        const ExcerptTransaction& other = any(dice, excerpt.transactions);
        if (!other.parts.empty())
          any(dice, transaction.parts).bytes = other.parts[dice.below(other.parts.size())].bytes;
      }
      break;
    case 3:
      out.what = "siblings swapped";
      if (excerpt.siblings.size() > 1) std::swap(any(dice, excerpt.siblings), any(dice, excerpt.siblings));
      if (transaction.siblings.size() > 1) std::swap(any(dice, transaction.siblings), any(dice, transaction.siblings));
      break;
    case 4:
      out.what = "a sibling too many";
      (dice.coin() ? excerpt.siblings : transaction.siblings).push_back({});
      break;
    case 5: {
      // Whoever has the key may hide a text and show its commitment; a record, no.
      out.what = "a part hidden";
      if (transaction.parts.empty()) break;
      ExcerptPart& part = any(dice, transaction.parts);
      if (!part.redacted()) part.salt = merkle_leaf(view_of(part.salt), part.bytes);
      part.bytes.clear();
      out.must_be_refused = false;
      break;
    }
    case 6:
      out.what = "bytes cut off or added";
      content.excerpt = dice.coin() ? before.substr(0, dice.below(before.size())) : before + any_text(dice);
      out.must_be_refused = content.excerpt != before;
      return;
    default:
      out.what = "a bit of the excerpt";
      flip_bit(dice, content.excerpt);
      return;
  }
  content.excerpt = encode_excerpt(excerpt);
  if (content.excerpt == before) out.must_be_refused = false;
}

void BundleChanger::change_answer(Dice& dice, BundleContent& content, Signed& out) const {
  Json& answer = content.answer;
  const Json before = answer;
  const std::string verb = *member(member(answer, "question"), "verb").text();
  const bool is_asked_again = verb == "upstream" || verb == "downstream";
  Json::Array& nodes = array(answer, "nodes");
  Json::Array& edges = array(answer, "edges");
  switch (dice.below(7)) {
    case 0:
      out.what = "a node left out";
      if (nodes.empty()) break;
      nodes.erase(nodes.begin() + static_cast<std::ptrdiff_t>(dice.below(nodes.size())));
      out.must_be_refused = is_asked_again;
      break;
    case 1:
      out.what = "an edge left out";
      if (edges.empty()) break;
      edges.erase(edges.begin() + static_cast<std::ptrdiff_t>(dice.below(edges.size())));
      out.must_be_refused = is_asked_again;
      break;
    case 2:
      out.what = "a node twice";
      if (nodes.empty()) break;
      nodes.push_back(nodes[dice.below(nodes.size())]);
      out.must_be_refused = true;
      break;
    case 3: {
      out.what = "another depth";
      if (nodes.empty()) break;
      Json& depth = member(any(dice, nodes), "depth");
      depth = depth.integer() ? Json(*depth.integer() + 1) : Json(std::int64_t{1});
      out.must_be_refused = is_asked_again;
      break;
    }
    case 4: {
      out.what = "what is possible called exact, or the other way";
      if (nodes.empty()) break;
      Json& precision = member(any(dice, nodes), "precision");
      precision = Json(*precision.text() == "exact" ? "possible" : "exact");
      out.must_be_refused = is_asked_again;
      break;
    }
    default: {
      out.what = "a word or a number of the answer";
      std::vector<Json*> places;
      collect(dice.below(4) == 0 ? content.script : answer, places);
      Json& place = *any(dice, places);
      const Json other = dice.coin() ? *any(dice, places) : Json(any_text(dice));
      place = place.integer() && dice.coin() ? Json(*place.integer() + 1) : other;
      break;
    }
  }
  if (answer == before) out.must_be_refused = false;
}

std::string BundleChanger::any_text(Dice& dice) const {
  static const char* const kTexts[] = {
      "upstream",  "downstream",           "sources", "coverage",     "run",     "x", "", "output:o", "a\nb", "\x01",
      "dataset:d", "2026-01-01T00:00:00Z", "exact",   "derived_from", "\xc3\xa9"};
  return kTexts[dice.below(std::size(kTexts))];
}

}  // namespace amont
