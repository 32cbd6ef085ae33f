// Bundles with something changed, at random.
#pragma once

#include <string>
#include <vector>

#include "core/evidence/bundle_file.h"
#include "core/evidence/excerpt.h"
#include "tests/support/crash_disk.h"

namespace amont {

class BundleChanger {
 public:
  // `notes`: checkpoints that may take the place of a bundle's own.
  BundleChanger(std::vector<std::string> honest, std::vector<std::string> notes, SignerKey key)
      : honest_(std::move(honest)), notes_(std::move(notes)), key_(std::move(key)) {}

  // Of the file's bytes, by who has no key.
  std::string change_bytes(Dice& dice) const;

  // Of what is in it, signed anew by the register's own key.
  struct Signed {
    std::string file;
    const char* what;
    bool must_be_refused = false;  // by who has the key; else the two verifiers need only agree
  };
  Signed change_and_sign(Dice& dice) const;

 private:
  void change_excerpt(Dice& dice, BundleContent& content, Signed& out) const;
  void change_answer(Dice& dice, BundleContent& content, Signed& out) const;
  std::string any_text(Dice& dice) const;

  std::vector<std::string> honest_;
  std::vector<std::string> notes_;
  SignerKey key_;
};

}  // namespace amont
