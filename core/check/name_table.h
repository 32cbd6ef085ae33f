// NameTable: numbers by name, in memory: 8 bytes a slot, a quarter of them empty or more, and 16 and the name itself for each.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/check/blocks.h"
#include "core/check/ref_table.h"
#include "core/fetch_ahead.h"
#include "core/text/arena.h"

namespace amont {

class NameTable {
 public:
  static constexpr std::uint32_t kNone = RefTable::kNone;

  struct Name {
    const char* text = nullptr;
    std::uint32_t number = 0;
    std::uint16_t bytes = 0;
    bool is_aside = false;  // it is known where names are put aside, or in the index

    std::string_view view() const { return {text, bytes}; }
  };

  // Its number, below kNone, or kNone. `hash` is hash_of() it.
  std::uint32_t find(std::string_view text, std::uint64_t hash) const {
    const std::uint32_t at = slots_.find(hash, [&](std::uint32_t i) { return names_[i].view() == text; });
    return at == kNone ? kNone : names_[at].number;
  }
  // One that is not there.
  void insert(std::string_view text, std::uint64_t hash, std::uint32_t number, bool is_aside = false) {
    slots_.insert(hash, static_cast<std::uint32_t>(names_.size()));
    names_.push_back({texts_.keep(text).data(), number, static_cast<std::uint16_t>(text.size()), is_aside});
    text_bytes_ += text.size();
  }
  // The one that was inserted last.
  void erase_last(std::uint64_t hash) {
    names_.pop_back();
    slots_.erase(hash, static_cast<std::uint32_t>(names_.size()));
  }
  void clear() {
    slots_.clear();
    names_.clear();
    texts_ = Arena();
    text_bytes_ = 0;
  }

  // Whatever is in it need not be put aside.
  void all_are_elsewhere() {
    for (std::size_t i = 0; i < names_.size(); ++i) names_[i].is_aside = true;
  }

  // visit(tag, i): what may be known of a name by the i that names() takes.
  template <class Visit>
  void each(Visit visit) const {
    slots_.each(visit);
  }
  const Name& name(std::uint32_t i) const { return names_[i]; }

  // What it will take when so many more are in it, but for their texts.
  std::uint64_t bytes_with(std::size_t more) const {
    return slots_.bytes_with(more) + names_.size() * sizeof(Name) + text_bytes_;
  }

  // Bring near what find() will look at, each what the next one needs.
  void expect_slot(std::uint64_t hash) const { slots_.expect(hash); }
  const Name* expect_name(std::uint64_t hash) const {
    const Name* const name = guess(hash);
    if (name) fetch_ahead(name);
    return name;
  }
  // Most likely the one with that hash, or nullptr.
  const Name* guess(std::uint64_t hash) const {
    const std::uint32_t at = slots_.guess(hash);
    return at == kNone ? nullptr : &names_[at];
  }

 private:
  RefTable slots_;  // -> number in names_
  Blocks<Name> names_;
  Arena texts_;
  std::uint64_t text_bytes_ = 0;
};

}  // namespace amont
