// Changed bundles: none verifies, and the two verifiers never disagree.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include <fmt/format.h>

#include "tests/query/bundle/bundle_register.h"
#include "tests/query/bundle/changed_bundle.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

// AMONT_CHANGES sets how many changes are tried, of each sort.
int changes(int unless_told) {
  const char* const wanted = std::getenv("AMONT_CHANGES");
  return wanted ? std::atoi(wanted) : unless_told;
}

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
  for (int i = 0; i < changes(20'000); ++i) {
    const std::string file = bench.changer->change_bytes(dice);
    const auto told = bench.hub.verify(file);
    ASSERT_EQ(told.code(), Code::kRefused) << file;
  }
}

TEST(ChangedBundle, IsRefusedThoughItWasSignedAnew) {
  Workbench bench;
  Dice dice(seed_of_this_run());
  for (int i = 0; i < changes(20'000); ++i) {
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

// What each says is written to a folder, and the other verifier compares.
TEST(ChangedBundle, GetsTheSameVerdictFromPython) {
  Workbench bench;
  Dice dice(seed_of_this_run());
  const TempDir folder;
  std::ofstream(folder / "key") << bench.hub.keys().verifier;
  std::ofstream verdicts(folder / "verdicts");
  int verified = 0;
  for (int i = 0; i < changes(600); ++i) {
    const std::string file = i % 3 == 0 ? bench.changer->change_bytes(dice) : bench.changer->change_and_sign(dice).file;
    const auto told = bench.hub.verify(file);
    std::ofstream(folder / std::to_string(i), std::ios::binary) << file;
    verdicts << i;
    if (told.ok())
      verdicts << fmt::format(" {} {} {} {}", told->recomputed, told->listed.size(), told->followed.size(), told->tx);
    verdicts << "\n";
    verified += told.ok();
  }
  verdicts.close();
  EXPECT_GT(verified, 0);
  const std::string command = fmt::format("python3 -B '{0}/tests/query/bundle/compare_verdicts.py' '{0}/scripts' '{1}'",
                                          AMONT_SOURCE_DIR, folder.path());
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace amont
