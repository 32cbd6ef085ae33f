// A register on disk whose answers are put into bundles: small and random, with everything that walks look at.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "amont/evidence.h"
#include "amont/make_bundle.h"
#include "amont/store.h"
#include "tests/support/crash_disk.h"
#include "tests/support/small_schema.h"
#include "tests/support/temp_dir.h"

namespace amont {

class BundleRegister {
 public:
  explicit BundleRegister(const SchemaGrowth& schema = small_schema())
      : keys_(*make_key_pair("hub.example", KeyType::kSigns)) {
    auto made = Store::create(path(), schema);
    EXPECT_TRUE(made.ok()) << made.status().text();
    store_ = *std::move(made);
  }

  // Whether it was taken; one that the register refuses changes nothing.
  bool commit(std::vector<Change> changes, std::string author = "ana") {
    Transaction transaction;
    transaction.changes = std::move(changes);
    transaction.author = std::move(author);
    transaction.reason = "a test";
    return store_->commit(transaction).ok();
  }
  static Change node(const std::string& ref, const std::string& title = "") {
    PutNode put{*Ref::parse(ref), {}, {}, {}};
    if (!title.empty()) put.props.push_back({"title", Value(title)});
    return put;
  }
  static Change edge(const std::string& kind, const std::string& from, const std::string& to, std::string label = "") {
    return PutEdge{kind, *Ref::parse(from), *Ref::parse(to), std::move(label), {}, {}, {}};
  }
  // So many random changes in one transaction each; those that are refused are lost.
  void grow(Dice& dice, int transactions);

  NodeId id(const std::string& ref) { return **store_->snapshot()->find(*Ref::parse(ref)); }
  Store& store() { return *store_; }
  std::string path() const { return directory_.path() + "/hub"; }
  const KeyPair& keys() const { return keys_; }
  std::string checkpoint() {
    auto note = store_->sign_checkpoint(keys_.signer);
    EXPECT_TRUE(note.ok()) << note.status().text();
    return *note;
  }
  Result<std::string> bundle(BundleRequest request) {
    request.checkpoint = checkpoint();
    return make_bundle(*store_, *store_->snapshot(), request, keys_.signer);
  }
  Result<std::string> bundle(const std::string& verb, const std::vector<std::string>& starts) {
    BundleRequest request;
    request.verb = verb;
    for (const std::string& start : starts) request.starts.push_back(id(start));
    return bundle(std::move(request));
  }
  Result<VerifiedBundle> verify(std::string_view bundle, std::optional<std::string> checkpoint = {}) {
    return verify_bundle(bundle, {keys_.verifier, std::move(checkpoint)});
  }

 private:
  TempDir directory_;
  KeyPair keys_;
  std::unique_ptr<Store> store_;
};

// A result with a title that came later, a run, two datasets, a variable and a base.
inline void fill_small(BundleRegister& hub) {
  using R = BundleRegister;
  ASSERT_TRUE(
      hub.commit({R::node("dataset:base", "The base"), R::node("dataset:claims", "Claims"), R::node("dataset:stays"),
                  R::edge("part_of", "dataset:claims", "dataset:base"), R::node("variable:claims/age"),
                  R::edge("part_of", "variable:claims/age", "dataset:claims")}));
  ASSERT_TRUE(hub.commit(
      {R::node("run:r"), R::node("project:p"), R::node("output:o"), R::edge("used", "run:r", "variable:claims/age"),
       R::edge("used", "run:r", "dataset:stays", "twice"), R::edge("generated_by", "output:o", "run:r")},
      "ben"));
  ASSERT_TRUE(hub.commit({R::node("output:o", "What we found"), R::node("publication:x"),
                          R::edge("reports", "publication:x", "output:o")}));
  ASSERT_TRUE(hub.commit({R::node("output:unrelated", "Not shown")}));
}

}  // namespace amont
