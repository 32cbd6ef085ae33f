#include "tests/support/modelled_register.h"

#include "tests/support/small_schema.h"

namespace amont {

ModelledRegister::ModelledRegister(std::uint64_t memory_bytes) : ModelledRegister(small_schema(), memory_bytes) {}

ModelledRegister::ModelledRegister(const SchemaGrowth& schema, std::uint64_t memory_bytes)
    : disk_(std::make_unique<CrashFiles>()) {
  Options options;
  options.memory_bytes = memory_bytes;
  options.index_in_memory = true;
  options.files = disk_.get();
  options.clock = [this] { return Timestamp{clock_ += 1'000'000}; };
  auto created = Store::create("hub", schema, options);
  EXPECT_TRUE(created.ok()) << created.status().text();
  store_ = *std::move(created);
  ModelState first;
  EXPECT_TRUE(apply_all(first, {GrowSchema{schema}}, 1).ok());
  first.tx = 1;
  first.time = Timestamp{clock_};
  model_.land(std::move(first));
}

bool ModelledRegister::land(Dice& dice, const std::vector<Change>& changes, std::uint64_t keeps) {
  ModelState next = model_.now();
  Transaction transaction;
  for (const Change& change : changes) {
    if (std::holds_alternative<RetractNode>(change) && (keeps == 0 || dice.below(keeps) > 0)) continue;
    if (std::holds_alternative<RetractEdge>(change) && keeps == 0) continue;
    if (apply(next, change, next.tx + 1).ok()) transaction.changes.push_back(change);
  }
  const Result<Receipt> receipt = store_->commit(transaction);
  if (!receipt.ok() || !receipt->written) return false;  // store_model_test.cc tells whether that was right
  next.tx = receipt->tx;
  next.time = Timestamp{clock_};
  model_.land(std::move(next));
  return true;
}

}  // namespace amont
