#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "chat/ports/room_log.h"
#include "storage/postgres/connection_pq.h"
#include "util/task.h"

namespace chillin::storage::postgres {

/// What operations of a batch see. `send()` adds statements; after the commit `collect()` reads their results and tells
/// of changes.
struct WriteBatch {
  Pipeline& pipeline;
  std::vector<chat::RoomEvent>& events;
};

/// A write that waits for the writer, in the frame of the coroutine that waits for it; it is gone as soon as resume()
/// was called. Its statements run in one transaction with those of others; it may be sent several times (a batch that
/// failed is repeated or cut in two), so sending must not use it up.
class WriteOp {
 public:
  WriteOp() = default;
  WriteOp(const WriteOp&) = delete;
  WriteOp& operator=(const WriteOp&) = delete;
  virtual ~WriteOp() = default;

  /// The room whose row is locked before anything is done; 0: none. Operations of one room are sent in the order of
  /// their arrival.
  [[nodiscard]] virtual std::int64_t room() const noexcept = 0;
  /// What orders operations without a room, so that two servers' transactions never wait for each other crosswise.
  [[nodiscard]] virtual std::int64_t order() const noexcept { return 0; }
  /// An append: the writer stores all of a batch with one statement and calls appended(). Null: any other operation.
  [[nodiscard]] virtual chat::NewMessage* message() noexcept { return nullptr; }
  virtual void appended(chat::Result<chat::Appended> /*result*/) {}

  /// Adds the statements.
  virtual void send(WriteBatch& batch) = 0;
  /// After the commit: keeps the result.
  virtual void collect(WriteBatch& batch) = 0;
  /// The answer where this operation alone was at fault.
  [[nodiscard]] virtual chat::Error refused(const Failure& failure) const { return refusal_of(failure); }
  /// The transaction was committed but its results were lost with the connection: finds out what they were, and adds
  /// the rows of the log that it made or changed to `changed`. False: the connection is gone again. The default does
  /// not know.
  [[nodiscard]] virtual bool settle(PgConnection& db, std::vector<chat::MessageId>& changed);

  /// Replaces the result by an error. On the writer thread.
  virtual void fail(const chat::Error& error) = 0;
  /// Hands the result to the coroutine. On executor()'s thread.
  virtual void resume() = 0;
  [[nodiscard]] virtual util::Executor* executor() const noexcept = 0;
};

/// A write whose result is a chat::Result<T>.
template <class T>
class ResultWrite : public WriteOp {
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

/// ... of one statement: `send(Pipeline&)` adds it and returns its number, `read(const Rows&)` makes the result.
template <class T, class Send, class Read>
class StatementWrite final : public ResultWrite<T> {
 public:
  StatementWrite(std::int64_t room, std::int64_t order, Send send, Read read, chat::ErrorCode no_such_row)
      : room_(room), order_(order), send_(std::move(send)), read_(std::move(read)), no_such_row_(no_such_row) {}
  [[nodiscard]] std::int64_t room() const noexcept override { return room_; }
  [[nodiscard]] std::int64_t order() const noexcept override { return order_; }
  void send(WriteBatch& batch) override { number_ = send_(batch.pipeline); }
  void collect(WriteBatch& batch) override { this->result_.emplace(read_(batch.pipeline[number_])); }
  [[nodiscard]] chat::Error refused(const Failure& failure) const override {
    // What it points to is not there.
    if (failure.sqlstate == kForeignKeyViolation) return chat::refuse(no_such_row_);
    return refusal_of(failure);
  }

 private:
  const std::int64_t room_;
  const std::int64_t order_;
  Send send_;
  Read read_;
  const chat::ErrorCode no_such_row_;
  std::size_t number_ = 0;
};

}  // namespace chillin::storage::postgres
