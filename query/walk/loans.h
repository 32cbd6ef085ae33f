// Loans: vectors for what a walk needs for a moment, at one step after the other. They keep their memory, so that a step allocates
// nothing.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

namespace amont {

template <class T>
class Loans {
 public:
  // An empty vector, until the loan ends. The last one lent ends first.
  class Loan {
   public:
    explicit Loan(Loans& of) : of_(of), items_(of.lend()) {}
    ~Loan() { --of_.lent_; }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    std::vector<T>& operator*() const { return items_; }
    std::vector<T>* operator->() const { return &items_; }

   private:
    Loans& of_;
    std::vector<T>& items_;
  };

  // While none is lent: gives back what has room for more than that.
  void trim(std::size_t items) {
    for (std::vector<T>& one : all_)
      if (one.capacity() > items) one = {};
  }

 private:
  std::vector<T>& lend() {
    if (lent_ == all_.size()) all_.emplace_back();
    std::vector<T>& items = all_[lent_++];
    items.clear();
    return items;
  }

  std::deque<std::vector<T>> all_;  // which stay where they are
  std::size_t lent_ = 0;
};

}  // namespace amont
