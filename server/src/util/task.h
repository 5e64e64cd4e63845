#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "util/executor.h"

namespace chillin::util {

template <class T>
class Task;

namespace detail {

struct FinalAwaiter {
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> h) noexcept {
    return h.promise().continuation ? h.promise().continuation : std::noop_coroutine();
  }
  void await_resume() const noexcept {}
};

struct PromiseBase {
  std::coroutine_handle<> continuation;
  std::exception_ptr exception;
  std::suspend_always initial_suspend() noexcept { return {}; }
  FinalAwaiter final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { exception = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;
  Task<T> get_return_object() noexcept;
  template <class U>
  void return_value(U&& v) {
    value.emplace(std::forward<U>(v));
  }
  T take() {
    if (exception) std::rethrow_exception(exception);
    return std::move(*value);
  }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object() noexcept;
  void return_void() noexcept {}
  void take() {
    if (exception) std::rethrow_exception(exception);
  }
};

/// Called with an exception that left a detached task: logs it and ends the process, because nobody can handle it.
[[noreturn]] void detached_task_failed(std::exception_ptr exception) noexcept;

}  // namespace detail

/// A coroutine that starts when it is awaited and resumes its awaiter when it ends.
///
/// Owner: whoever awaits or spawns it. Thread: runs wherever it is resumed; every awaitable of this project resumes on
/// the Executor that was current when it suspended, so a task never leaves the thread that started it.
///
/// Trap: give arguments by value (or by reference to something that outlives the task), and name an operand before
/// `co_await` when it is an aggregate or holds a capturing lambda.
template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  explicit Task(std::coroutine_handle<promise_type> h) noexcept : h_(h) {}
  Task(Task&& other) noexcept : h_(std::exchange(other.h_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (h_) h_.destroy();
      h_ = std::exchange(other.h_, nullptr);
    }
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (h_) h_.destroy();
  }

  struct Awaiter {
    std::coroutine_handle<promise_type> h;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
      h.promise().continuation = awaiting;
      return h;
    }
    T await_resume() { return h.promise().take(); }
  };
  Awaiter operator co_await() && noexcept { return Awaiter{h_}; }

 private:
  std::coroutine_handle<promise_type> h_;
};

namespace detail {

template <class T>
Task<T> Promise<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

struct Detached {
  struct promise_type {  // NOLINT(readability-identifier-naming): the language looks for this name
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { detached_task_failed(std::current_exception()); }
  };
};

inline Detached run_detached(Task<void> task) {
  co_await std::move(task);
}

}  // namespace detail

/// Starts a task now, on this thread; it owns itself until it ends.
inline void spawn(Task<void> task) {
  detail::run_detached(std::move(task));
}

template <class T>
struct CompletionState {
  Executor* executor = nullptr;
  std::coroutine_handle<> awaiting;
  std::optional<T> value;
};

/// The other end of `suspend_with`: call it exactly once, from any thread; the awaiting coroutine then resumes on its
/// own executor, never inline.
template <class T>
class Completion {
 public:
  explicit Completion(CompletionState<T>* state) noexcept : state_(state) {}
  Completion(Completion&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  Completion& operator=(Completion&& other) noexcept {
    state_ = std::exchange(other.state_, nullptr);
    return *this;
  }

  /// Thread-safe.
  void operator()(T value) {
    CompletionState<T>* s = std::exchange(state_, nullptr);
    s->value.emplace(std::move(value));
    s->executor->post([h = s->awaiting] { h.resume(); });
  }

  /// The executor on which the coroutine resumes; for callers that complete many at once with one post.
  [[nodiscard]] Executor* executor() const noexcept { return state_->executor; }

  /// Resumes inline. Only on executor()'s thread, and not from inside `start`.
  void resume_here(T value) {
    CompletionState<T>* s = std::exchange(state_, nullptr);
    s->value.emplace(std::move(value));
    s->awaiting.resume();
  }

 private:
  CompletionState<T>* state_;
};

template <class T, class Start>
class SuspendAwaiter : CompletionState<T> {
 public:
  explicit SuspendAwaiter(Start start) : start_(std::move(start)) {}
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> h) {
    this->executor = Executor::current();
    this->awaiting = h;
    start_(Completion<T>(this));
  }
  T await_resume() { return std::move(*this->value); }

 private:
  Start start_;
};

/// `T v = co_await suspend_with<T>(start)`: suspends, calls `start(Completion<T>)`, resumes when that was called.
/// Must be awaited on an Executor's thread. Name `start` first when it captures (see Task's trap).
template <class T, class Start>
SuspendAwaiter<T, std::decay_t<Start>> suspend_with(Start&& start) {
  return SuspendAwaiter<T, std::decay_t<Start>>(std::forward<Start>(start));
}

}  // namespace chillin::util
