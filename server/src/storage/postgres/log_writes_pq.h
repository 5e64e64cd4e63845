#pragma once

#include <string>
#include <vector>

#include "storage/postgres/write_op_pq.h"

namespace chillin::storage::postgres {

/// RoomLog::append(). Works on what lies in the coroutine's frame, without a copy; the batch stores it (AppendBatch).
class AppendOp final : public ResultWrite<chat::Appended> {
 public:
  explicit AppendOp(chat::NewMessage& message) : message_(message) {}
  [[nodiscard]] std::int64_t room() const noexcept override { return message_.room.value; }
  [[nodiscard]] chat::NewMessage* message() noexcept override { return &message_; }
  void appended(chat::Result<chat::Appended> result) override { result_.emplace(std::move(result)); }
  void send(WriteBatch& /*batch*/) override {}
  void collect(WriteBatch& /*batch*/) override {}
  /// By its tempId. Without one nobody can tell which row is its own: kUnavailable.
  [[nodiscard]] bool settle(PgConnection& db, std::vector<chat::MessageId>& changed) override;

 private:
  chat::NewMessage& message_;
};

/// RoomLog::change(). Deleting takes away text, attachments, reactions and edit history.
class ChangeOp final : public ResultWrite<chat::Changed> {
 public:
  explicit ChangeOp(chat::NewChange& change) : change_(change) {}
  [[nodiscard]] std::int64_t room() const noexcept override { return change_.id.room.value; }
  void send(WriteBatch& batch) override;
  void collect(WriteBatch& batch) override;
  /// By what the message is now.
  [[nodiscard]] bool settle(PgConnection& db, std::vector<chat::MessageId>& changed) override;

 private:
  chat::NewChange& change_;
  std::string author_;
  std::size_t done_at_ = 0;
  std::size_t read_at_ = 0;
};

}  // namespace chillin::storage::postgres
