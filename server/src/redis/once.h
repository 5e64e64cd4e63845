#pragma once

#include <type_traits>
#include <utility>

#include "util/unique_function.h"

namespace chillin::redis {

/// A callback that is called exactly once: whoever drops it unused (a full queue, the end of the program) thereby calls
/// it with T's `dropped` value, so that nobody waits for ever. Move-only.
template <class T, T (*Dropped)()>
class Once {
 public:
  Once() = default;
  template <class F>
    requires(std::is_invocable_v<F&, T> && !std::is_same_v<std::decay_t<F>, Once>)
  Once(F&& f) : done_(std::forward<F>(f)) {}  // NOLINT(google-explicit-constructor): any callable is one
  Once(Once&&) noexcept = default;
  Once& operator=(Once&& other) noexcept {
    if (this != &other) {
      drop();
      done_ = std::move(other.done_);
    }
    return *this;
  }
  Once(const Once&) = delete;
  Once& operator=(const Once&) = delete;
  ~Once() { drop(); }

  /// Whether it still has to be called.
  explicit operator bool() const noexcept { return static_cast<bool>(done_); }
  void operator()(T value) {
    if (!done_) return;
    auto done = std::move(done_);
    done(std::move(value));
  }

 private:
  void drop() {
    if (done_) (*this)(Dropped());
  }

  util::UniqueFunction<void(T)> done_;
};

}  // namespace chillin::redis
