#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "chat/error.h"
#include "util/task.h"

namespace chillin::storage {

/// A request that waits in the queue of a database thread. It lives in the frame of the coroutine that waits for it, so
/// queueing allocates nothing; it is gone as soon as resume() was called.
template <class Context>
class QueuedOp {
 public:
  QueuedOp() = default;
  QueuedOp(const QueuedOp&) = delete;
  QueuedOp& operator=(const QueuedOp&) = delete;
  virtual ~QueuedOp() = default;

  /// Does the work and keeps the result. On the database thread.
  virtual void run(Context& context) = 0;
  /// Replaces the result by an error. On the database thread.
  virtual void fail(const chat::Error& error) = 0;
  /// Hands the result to the coroutine. On executor()'s thread.
  virtual void resume() = 0;
  [[nodiscard]] virtual util::Executor* executor() const noexcept = 0;
};

/// An operation whose result is a chat::Result<T>.
template <class Context, class T>
class ResultOp : public QueuedOp<Context> {
 public:
  void attach(util::Completion<chat::Result<T>> done) { done_.emplace(std::move(done)); }
  void fail(const chat::Error& error) final { result_.emplace(error); }
  void resume() final {
    // The frame that holds this object ends inside resume_here().
    auto done = std::move(*done_);
    auto result = std::move(*result_);
    done.resume_here(std::move(result));
  }
  [[nodiscard]] util::Executor* executor() const noexcept final { return done_->executor(); }

 protected:
  std::optional<chat::Result<T>> result_;

 private:
  std::optional<util::Completion<chat::Result<T>>> done_;
};

/// ... made by calling `f(context)`, which returns it.
template <class Context, class T, class F>
class FunctionOp final : public ResultOp<Context, T> {
 public:
  explicit FunctionOp(F f) : f_(std::move(f)) {}
  void run(Context& context) override { this->result_.emplace(f_(context)); }

 private:
  F f_;
};

/// Resumes finished operations (anything with `executor()` and `resume()`): one post per executor, whatever their
/// number.
template <class Op>
void resume_ops(std::span<Op* const> ops) {
  struct Group {
    util::Executor* executor;
    std::vector<Op*> ops;
  };
  std::vector<Group> groups;  // as many as there are loops: a search beats a map
  for (Op* op : ops) {
    util::Executor* executor = op->executor();
    Group* group = nullptr;
    for (Group& g : groups) {
      if (g.executor == executor) group = &g;
    }
    if (group == nullptr) group = &groups.emplace_back(Group{executor, {}});
    group->ops.push_back(op);
  }
  for (Group& group : groups) {
    group.executor->post([finished = std::move(group.ops)] {
      for (Op* op : finished) op->resume();
    });
  }
}

template <class Context>
void resume_all(std::span<QueuedOp<Context>* const> ops) {
  resume_ops<QueuedOp<Context>>(ops);
}

/// Queues `op` on `queue` (anything with `bool submit(QueuedOp<Context>&)`) and waits for it. Where the queue refuses,
/// the result is `refused`.
template <class T, class Context, class Queue>
util::Task<chat::Result<T>> run_queued(Queue& queue, ResultOp<Context, T>& op, chat::Error refused) {
  auto start = [&](util::Completion<chat::Result<T>> done) {
    op.attach(std::move(done));
    if (queue.submit(op)) return;
    op.fail(refused);
    QueuedOp<Context>* const one = &op;
    resume_all<Context>({&one, 1});
  };
  co_return co_await util::suspend_with<chat::Result<T>>(std::move(start));
}

}  // namespace chillin::storage
