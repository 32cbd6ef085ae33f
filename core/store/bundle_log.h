// The log behind a bundle: it says how far it goes, and holds no whole record.
#pragma once

#include "core/log/log.h"

namespace amont {

class BundleLog final : public Log {
 public:
  // `root`: of the log that the bundle is from, which goes at least as far. `damage`: kOfBundle or the other.
  BundleLog(TxNumber number, Timestamp time, const Digest& root, std::string_view damage, std::uint64_t bytes)
      : head_{number, time, MerkleFrontier(1, {root})}, damage_(damage), bytes_(bytes) {}

  LogHead head() const override { return head_; }
  std::string damage() const override { return damage_; }
  Status append(TxNumber, std::span<const EncodedRecord>, Timestamp, bool, const Meanwhile&) override {
    return reads_only();
  }
  Status begin_segment() override { return reads_only(); }
  Status replace(std::span<const TxNumber>, const Rewrite&) override { return reads_only(); }
  Status refresh() override { return {}; }
  Status read(TxNumber first, TxNumber last, const Visit&) const override {
    if (first > last) return {};
    return Status(Code::kUnsupported,
                  "a bundle holds parts of transactions, and none whole; `amont verify-bundle` tells which");
  }
  Status rewrite_head() override { return reads_only(); }
  std::string place_of(TxNumber) const override { return "the bundle"; }
  std::uint64_t bytes() const override { return bytes_; }

 private:
  static Status reads_only() { return Status(Code::kReadOnly, "a bundle is only read"); }

  LogHead head_;
  std::string damage_;
  std::uint64_t bytes_;
};

}  // namespace amont
