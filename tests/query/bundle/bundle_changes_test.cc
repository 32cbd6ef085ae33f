// Changed bundles: none verifies, and the two verifiers never disagree.
//
// AMONT_CHANGES sets how many changes are tried, of each sort.
#include <memory>

#include "tests/query/bundle/bundle_register.h"
#include "tests/query/bundle/changed_bundle.h"
#include "tests/query/bundle/second_verifier.h"
#include "tests/support/repeats.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

// Some bundles of one register, small and large, and checkpoints of this and another.
struct Workbench {
  BundleRegister hub;
  std::unique_ptr<BundleChanger> changer;

  Workbench() {
    BundleRegister other;
    fill_small(hub);
    fill_small(other);
    std::vector<std::string> notes = {other.checkpoint(), hub.checkpoint()};
    Dice dice(5);
    hub.grow(dice, 40);
    notes.push_back(hub.checkpoint());
    std::vector<std::string> honest;
    for (const char* const verb : {"upstream", "downstream", "sources", "touches"})
      for (const char* const start : {"publication:x", "dataset:base", "output:o", "dataset:2"})
        if (const auto id = hub.store().snapshot()->find(*Ref::parse(start)); id.ok() && *id)
          if (auto bundle = hub.bundle(verb, {start}); bundle.ok()) honest.push_back(*std::move(bundle));
    const ScriptToBundle script = {
        "mine", "return report{}", {{"result", "output:o"}}, R"({"rows": ["output:o", "run:r"]})", {}};
    honest.push_back(*make_bundle(hub.store(), *hub.store().snapshot(), script, hub.checkpoint(), hub.keys().signer));
    EXPECT_GT(honest.size(), 9u);
    for (const std::string& one : honest) EXPECT_TRUE(hub.verify(one).ok()) << hub.verify(one).status().text();
    changer =
        std::make_unique<BundleChanger>(std::move(honest), std::move(notes), *parse_signer_key(hub.keys().signer));
  }
};

TEST(ChangedBundle, IsRefusedWhateverByteIsAnother) {
  Workbench bench;
  Dice dice(seed_of_this_run());
  for (std::uint64_t i = 0, end = repeats("AMONT_CHANGES", 20'000); i < end; ++i) {
    const std::string file = bench.changer->change_bytes(dice);
    const auto told = bench.hub.verify(file);
    ASSERT_EQ(told.code(), Code::kRefused) << file;
  }
}

TEST(ChangedBundle, IsRefusedThoughItWasSignedAnew) {
  Workbench bench;
  Dice dice(seed_of_this_run());
  for (std::uint64_t i = 0, end = repeats("AMONT_CHANGES", 20'000); i < end; ++i) {
    const BundleChanger::Signed changed = bench.changer->change_and_sign(dice);
    const auto told = bench.hub.verify(changed.file);
    if (changed.must_be_refused) {
      ASSERT_FALSE(told.ok()) << changed.what << "\n" << changed.file;
    }
    if (!told.ok()) {
      ASSERT_EQ(told.code(), Code::kRefused) << told.status().text();
    }
  }
}

// Three of four without the key, where signatures are not looked at: what lies behind them is, and that is most of a verifier.
TEST(ChangedBundle, GetsTheSameVerdictFromPython) {
  Workbench bench;
  Dice dice(seed_of_this_run());
  SecondVerifier python(bench.hub.keys().verifier);
  int verified = 0;
  for (std::uint64_t i = 0, end = repeats("AMONT_CHANGES", 600); i < end; ++i) {
    const bool with_key = i % 4 == 0;
    const bool of_bytes = i % 3 == 0;
    const BundleChanger::Signed changed = of_bytes
                                              ? BundleChanger::Signed{bench.changer->change_bytes(dice), "bytes", true}
                                              : bench.changer->change_and_sign(dice);
    const auto told = with_key ? bench.hub.verify(changed.file) : verify_bundle(changed.file, {});
    if (with_key && changed.must_be_refused) {
      ASSERT_FALSE(told.ok()) << changed.what << "\n" << changed.file;
    }
    python.hold(changed.file, told, with_key);
    verified += told.ok();
  }
  EXPECT_GT(verified, 0);
  EXPECT_TRUE(python.agrees());
}

}  // namespace
}  // namespace amont
