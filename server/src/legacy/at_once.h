#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "util/task.h"

namespace chillin::legacy {

namespace detail {

struct Latch {
  std::size_t left;
  util::Completion<bool> done;
};

inline util::Task<void> count_down(util::Task<void> task, std::shared_ptr<Latch> latch) {
  co_await std::move(task);
  if (--latch->left == 0) latch->done(true);
}

}  // namespace detail

/// Runs `f(item)`, a Task<void>, for every item at once and ends when all have: what they write then shares commits.
/// `items` and whatever `f` refers to outlive the task.
template <class Items, class F>
util::Task<void> at_once(Items& items, F f) {
  if (items.empty()) co_return;
  auto start = [&items, &f](util::Completion<bool> done) {
    auto latch = std::make_shared<detail::Latch>(items.size(), std::move(done));
    for (auto& item : items) util::spawn(detail::count_down(f(item), latch));
  };
  co_await util::suspend_with<bool>(start);
}

}  // namespace chillin::legacy
