// Bundles: what is made is verified, and says what the register says.
#include "tests/query/bundle/bundle_register.h"
#include "tests/support/repeats.h"

#include "core/evidence/bundle_file.h"
#include "core/evidence/excerpt.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

std::vector<std::string> refs_of(const VerifiedBundle& told) {
  std::vector<std::string> out;
  for (const BundleEntry& one : told.listed) out.push_back(told.nodes[one.node].ref.text());
  return out;
}

TEST(Bundle, ALineageIsProvenWithNothingButThePublicKey) {
  BundleRegister hub;
  fill_small(hub);
  const auto bundle = hub.bundle("upstream", {"publication:x"});
  ASSERT_TRUE(bundle.ok()) << bundle.status().text();
  const auto told = hub.verify(*bundle);
  ASSERT_TRUE(told.ok()) << told.status().text();
  EXPECT_TRUE(told->recomputed);
  EXPECT_TRUE(told->complete);
  EXPECT_EQ(told->head, 5u);
  EXPECT_EQ(refs_of(*told), (std::vector<std::string>{"output:o", "run:r", "dataset:claims", "dataset:stays"}));
  for (const ProvenNode& node : told->nodes) {
    EXPECT_NE(node.ref.text(), "output:unrelated");
    if (node.ref.text() == "output:o") {
      EXPECT_EQ(text_property(node.props, "title"), "What we found");
    }
  }
  EXPECT_EQ(bundle->find("Not shown"), std::string::npos);
}

TEST(Bundle, AnotherKeyDoesNotVerifyIt) {
  BundleRegister hub, other;
  fill_small(hub);
  const auto bundle = hub.bundle("upstream", {"publication:x"});
  ASSERT_TRUE(bundle.ok());
  EXPECT_EQ(verify_bundle(*bundle, {other.keys().verifier, {}}).code(), Code::kRefused);
  EXPECT_TRUE(
      verify_bundle(*bundle, {}).ok());  // nobody asked for signatures: nothing is proven, and it says no signer
  EXPECT_EQ(verify_bundle(*bundle, {}).operator*().signer, "");
}

TEST(Bundle, AnEarlierCheckpointFromElsewhereMustAgree) {
  BundleRegister hub, forged;
  fill_small(hub);
  const std::string early = hub.checkpoint();
  ASSERT_TRUE(hub.commit({BundleRegister::node("dataset:later")}));
  ASSERT_TRUE(hub.commit({BundleRegister::node("dataset:latest")}));
  EXPECT_EQ(hub.verify(*hub.bundle("upstream", {"publication:x"}), early).code(), Code::kRefused);  // can't be compared
  BundleRequest request;
  request.starts = {hub.id("publication:x")};
  request.compare_with = early;
  const auto bundle = hub.bundle(request);
  ASSERT_TRUE(bundle.ok()) << bundle.status().text();
  EXPECT_TRUE(hub.verify(*bundle, early).ok());
  EXPECT_TRUE(hub.verify(*bundle, hub.checkpoint()).ok());
  fill_small(forged);
  EXPECT_FALSE(hub.verify(*bundle, forged.checkpoint()).ok());
}

TEST(Bundle, WhatWasImportedAsABatchIsProvenWithItsClose) {
  BundleRegister hub;
  auto batch = hub.store().begin_batch({});
  ASSERT_TRUE(batch.ok());
  const std::string text(8000, 'x');
  for (int i = 0; i < 2000; ++i) {
    ASSERT_TRUE((*batch)->add(BundleRegister::node("dataset:" + std::to_string(i), text)).ok());
    if (i > 0) {
      ASSERT_TRUE((*batch)
                      ->add(BundleRegister::edge("derived_from", "dataset:" + std::to_string(i),
                                                 "dataset:" + std::to_string(i - 1)))
                      .ok());
    }
  }
  ASSERT_TRUE((*batch)->close().ok());
  const auto bundle = hub.bundle("upstream", {"dataset:1999"});
  ASSERT_TRUE(bundle.ok()) << bundle.status().text();
  const auto told = hub.verify(*bundle);
  ASSERT_TRUE(told.ok()) << told.status().text();
  EXPECT_EQ(told->listed.size(), 1999u);
  EXPECT_TRUE(told->recomputed);
}

TEST(Bundle, AScriptsReportComesWithTheRecordsThatItNames) {
  BundleRegister hub;
  fill_small(hub);
  const ScriptToBundle script = {
      "mine", "return report{}", {{"result", "output:o"}}, R"({"rows": [["output:o", "run:r", "nothing:here"]]})", {}};
  const auto bundle = make_bundle(hub.store(), *hub.store().snapshot(), script, hub.checkpoint(), hub.keys().signer);
  ASSERT_TRUE(bundle.ok()) << bundle.status().text();
  const auto told = hub.verify(*bundle);
  ASSERT_TRUE(told.ok()) << told.status().text();
  EXPECT_EQ(refs_of(*told), (std::vector<std::string>{"output:o", "run:r"}));
  EXPECT_EQ(told->edges.size(), 1u);
  EXPECT_EQ(told->script->report, script.report);
}

// What a redaction leaves of a part is its commitment; here the title's text is taken out of a bundle, which is then signed anew.
TEST(Bundle, ARedactedTextIsShownAsItsCommitmentAndTheRestStillHolds) {
  BundleRegister hub;
  fill_small(hub);
  BundleContent content = *read_bundle(*hub.bundle("upstream", {"publication:x"}), nullptr);
  Excerpt excerpt = *decode_excerpt(content.excerpt);
  std::string commitment;
  for (ExcerptTransaction& transaction : excerpt.transactions)
    for (ExcerptPart& part : transaction.parts)
      if (part.bytes.find("What we found") != std::string::npos) {
        part.salt = merkle_leaf(view_of(part.salt), part.bytes);
        part.bytes.clear();
        commitment = hex(part.salt);
      }
  content.excerpt = encode_excerpt(excerpt);
  const std::string bundle = *write_bundle(content, *parse_signer_key(hub.keys().signer));
  const auto told = hub.verify(bundle);
  ASSERT_TRUE(told.ok()) << told.status().text();
  EXPECT_TRUE(told->recomputed);
  for (const ProvenNode& node : told->nodes) {
    if (node.ref.text() != "output:o") {
      EXPECT_TRUE(node.redacted.empty());
      continue;
    }
    EXPECT_TRUE(node.props.empty());
    ASSERT_EQ(node.redacted.size(), 1u);
    EXPECT_EQ(node.redacted[0].name, "title");
    EXPECT_EQ(node.redacted[0].commitment, commitment);
    EXPECT_EQ(node.redacted[0].tx, node.tx);
  }
  EXPECT_EQ(bundle.find("What we found"), std::string::npos);
}

// AMONT_HONEST_HISTORIES sets how many.
TEST(Bundle, NoHonestOneIsRefused) {
  const std::uint64_t bundles = repeats("AMONT_HONEST_HISTORIES", 400);
  Dice dice(seed_of_this_run());
  std::uint64_t made = 0, recomputed = 0;
  while (made < bundles) {
    BundleRegister hub;
    for (int round = 0; round < 5; ++round) {
      hub.grow(dice, 30);
      const Snapshot view = *hub.store().snapshot();
      const std::vector<NodeId> all = nodes_of_kind(view, "")->ids();
      const std::string checkpoint = hub.checkpoint();
      for (int i = 0; i < 20 && !all.empty(); ++i) {
        BundleRequest request;
        const char* const verbs[] = {"upstream", "upstream", "downstream", "sources", "touches"};
        request.verb = verbs[dice.below(5)];
        for (std::uint64_t n = 1 + dice.below(2); n > 0; --n) request.starts.push_back(all[dice.below(all.size())]);
        AskOptions& ask = request.options.ask;
        if (dice.below(4) == 0) ask.depth = static_cast<std::uint32_t>(dice.below(4));
        if (dice.below(4) == 0) ask.exact = true;
        if (dice.below(6) == 0) ask.kinds = {"dataset"};
        if (dice.below(9) == 0) ask.limit = 3;
        if (dice.below(9) == 0) ask.granularity = Granularity::kVariable;
        request.checkpoint = checkpoint;
        const auto bundle = make_bundle(hub.store(), view, request, hub.keys().signer);
        ASSERT_TRUE(bundle.ok()) << bundle.status().text();
        const auto told = hub.verify(*bundle);
        ASSERT_TRUE(told.ok()) << told.status().text() << " " << request.verb << " "
                               << view.ref(request.starts[0])->text();
        recomputed += told->recomputed;
        ++made;
      }
    }
  }
  EXPECT_GT(recomputed, made / 3);
}

}  // namespace
}  // namespace amont
