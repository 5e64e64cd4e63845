#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace chillin::util {

template <class Signature>
class UniqueFunction;

/// A move-only callable, as std::move_only_function of C++23. Callables of up to 48 bytes live inside it, so that
/// posting to a loop does not allocate. Calling an empty one is undefined.
template <class R, class... Args>
class UniqueFunction<R(Args...)> {
 public:
  UniqueFunction() noexcept = default;
  UniqueFunction(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor): mirrors std::function

  template <class F>
    requires(!std::is_same_v<std::decay_t<F>, UniqueFunction> && std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
  UniqueFunction(F&& f) {  // NOLINT(google-explicit-constructor): mirrors std::function
    using Fn = std::decay_t<F>;
    if constexpr (fits<Fn>()) {
      ::new (static_cast<void*>(storage_)) Fn(std::forward<F>(f));
      ops_ = &kInlineOps<Fn>;
    } else {
      ::new (static_cast<void*>(storage_)) Fn*(new Fn(std::forward<F>(f)));
      ops_ = &kHeapOps<Fn>;
    }
  }

  UniqueFunction(UniqueFunction&& other) noexcept { take(other); }
  UniqueFunction& operator=(UniqueFunction&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  UniqueFunction(const UniqueFunction&) = delete;
  UniqueFunction& operator=(const UniqueFunction&) = delete;
  ~UniqueFunction() { reset(); }

  explicit operator bool() const noexcept { return ops_ != nullptr; }

  R operator()(Args... args) { return ops_->call(storage_, std::forward<Args>(args)...); }

 private:
  static constexpr std::size_t kInlineBytes = 48;

  struct Ops {
    R (*call)(void*, Args&&...);
    void (*move_to)(void*, void*) noexcept;
    void (*destroy)(void*) noexcept;
  };

  template <class Fn>
  static constexpr bool fits() {
    return sizeof(Fn) <= kInlineBytes && alignof(Fn) <= alignof(std::max_align_t) &&
           std::is_nothrow_move_constructible_v<Fn>;
  }

  template <class Fn>
  static R invoke(Fn& fn, Args&&... args) {
    if constexpr (std::is_void_v<R>) {
      static_cast<void>(fn(std::forward<Args>(args)...));  // a result that nobody asked for is dropped
    } else {
      return fn(std::forward<Args>(args)...);
    }
  }

  template <class Fn>
  static constexpr Ops kInlineOps = {[](void* p, Args&&... args) -> R {
                                       return invoke(*std::launder(static_cast<Fn*>(p)), std::forward<Args>(args)...);
                                     },
                                     [](void* from, void* to) noexcept {
                                       Fn* f = std::launder(static_cast<Fn*>(from));
                                       ::new (to) Fn(std::move(*f));
                                       f->~Fn();
                                     },
                                     [](void* p) noexcept { std::launder(static_cast<Fn*>(p))->~Fn(); }};

  template <class Fn>
  static constexpr Ops kHeapOps = {
      [](void* p, Args&&... args) -> R { return invoke(**static_cast<Fn**>(p), std::forward<Args>(args)...); },
      [](void* from, void* to) noexcept { ::new (to) Fn*(*static_cast<Fn**>(from)); },
      [](void* p) noexcept { delete *static_cast<Fn**>(p); }};

  void take(UniqueFunction& other) noexcept {
    ops_ = other.ops_;
    if (ops_ != nullptr) ops_->move_to(other.storage_, storage_);
    other.ops_ = nullptr;
  }
  void reset() noexcept {
    if (ops_ != nullptr) ops_->destroy(storage_);
    ops_ = nullptr;
  }

  const Ops* ops_ = nullptr;
  alignas(std::max_align_t) std::byte storage_[kInlineBytes];
};

}  // namespace chillin::util
