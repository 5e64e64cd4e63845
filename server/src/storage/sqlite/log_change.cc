#include "storage/sqlite/log_writes_sqlite.h"
#include "storage/sqlite/message_rows_sqlite.h"

namespace chillin::storage {

namespace {

constexpr const char* kMessage = "SELECT " CHILLIN_MESSAGE_COLUMNS " FROM messages WHERE room_id = ?1 AND seq = ?2";

// What a kind of change did: nothing, something, or it failed.
enum class Outcome { kNothing, kDone, kFailed };

class Change {
 public:
  Change(WriteContext& context, chat::NewChange& change, RoomCounter& room)
      : db_(context.db()), change_(change), room_(room), seq_{room.seq.value + 1} {}

  Outcome load() {
    Query query(db_, kMessage);
    if (!query.bind(change_.id.room.value, change_.id.seq.value).row()) {
      return query.failed() ? Outcome::kFailed : Outcome::kNothing;
    }
    message_ = read_row(query, room_.id, room_.name);
    if (message_.deleted_at) return Outcome::kNothing;
    return read_reactions(db_, message_) ? Outcome::kDone : Outcome::kFailed;
  }

  Outcome apply() {
    switch (change_.kind) {
      case chat::ChangeKind::kEdited:
        return edit();
      case chat::ChangeKind::kDeleted:
        return remove();
      case chat::ChangeKind::kReaction:
        return change_.on ? add_reaction() : take_reaction();
      case chat::ChangeKind::kCreated:
        break;
    }
    return Outcome::kNothing;
  }

  [[nodiscard]] chat::Message& message() noexcept { return message_; }
  [[nodiscard]] chat::Seq seq() const noexcept { return seq_; }

 private:
  Outcome edit() {
    if (message_.text == change_.text) return Outcome::kNothing;
    if (!write(
            "INSERT INTO message_edits(room_id, message_seq, change_seq, text, edited_at) VALUES(?1, ?2, ?3, ?4, ?5)",
            room_id(), message_seq(), seq_.value, message_.text, change_.at.value)) {
      return Outcome::kFailed;
    }
    if (!write("UPDATE messages SET text = ?3, edited_at = ?4, change_seq = ?5 WHERE room_id = ?1 AND seq = ?2",
               room_id(), message_seq(), change_.text, change_.at.value, seq_.value)) {
      return Outcome::kFailed;
    }
    message_.text = std::move(change_.text);
    message_.edited_at = change_.at;
    return Outcome::kDone;
  }

  Outcome remove() {
    const bool done =
        write("DELETE FROM reactions WHERE room_id = ?1 AND message_seq = ?2", room_id(), message_seq()) &&
        write("DELETE FROM message_edits WHERE room_id = ?1 AND message_seq = ?2", room_id(), message_seq()) &&
        write(
            "UPDATE messages SET text = '', attachments = NULL, deleted_at = ?3, change_seq = ?4 "
            "WHERE room_id = ?1 AND seq = ?2",
            room_id(), message_seq(), change_.at.value, seq_.value);
    if (!done) return Outcome::kFailed;
    message_.text.clear();
    message_.attachments.clear();
    message_.reactions.clear();
    message_.deleted_at = change_.at;
    return Outcome::kDone;
  }

  Outcome add_reaction() {
    const std::string author = change_.actor.author_key();
    if (!write("INSERT INTO reactions(room_id, message_seq, emoji, author_key, username, change_seq, created_at) "
               "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(room_id, message_seq, emoji, author_key) DO NOTHING",
               room_id(), message_seq(), change_.emoji, author, change_.actor.name, seq_.value, change_.at.value)) {
      return Outcome::kFailed;
    }
    return reacted();
  }

  Outcome take_reaction() {
    const std::string author = change_.actor.author_key();
    if (!write("DELETE FROM reactions WHERE room_id = ?1 AND message_seq = ?2 AND emoji = ?3 AND author_key = ?4",
               room_id(), message_seq(), change_.emoji, author)) {
      return Outcome::kFailed;
    }
    return reacted();
  }

  Outcome reacted() {
    if (db_.changes() == 0) return Outcome::kNothing;
    if (!write("UPDATE messages SET change_seq = ?3 WHERE room_id = ?1 AND seq = ?2", room_id(), message_seq(),
               seq_.value)) {
      return Outcome::kFailed;
    }
    return read_reactions(db_, message_) ? Outcome::kDone : Outcome::kFailed;
  }

  template <class... A>
  bool write(const char* sql, const A&... values) {
    Query query(db_, sql);
    return query.bind(values...).run();
  }
  [[nodiscard]] std::int64_t room_id() const noexcept { return change_.id.room.value; }
  [[nodiscard]] std::int64_t message_seq() const noexcept { return change_.id.seq.value; }

  SqliteConnection& db_;
  chat::NewChange& change_;
  RoomCounter& room_;
  const chat::Seq seq_;
  chat::Message message_;
};

}  // namespace

chat::Result<chat::Changed> change_message(WriteContext& context, chat::NewChange& request) {
  auto room = context.room(request.id.room);
  if (!room) {
    if (room.error().code != chat::ErrorCode::kRoomNotFound) return std::move(room).error();
    return chat::refuse(chat::ErrorCode::kMessageNotFound);
  }
  if (request.kind == chat::ChangeKind::kCreated) return chat::refuse(chat::ErrorCode::kInternal);
  Change change(context, request, **room);
  switch (change.load()) {
    case Outcome::kFailed:
      return context.failed(context.db().error("reading a message"));
    case Outcome::kNothing:
      return chat::refuse(chat::ErrorCode::kMessageNotFound);
    case Outcome::kDone:
      break;
  }
  switch (change.apply()) {
    case Outcome::kFailed:
      return context.failed(context.db().error("changing a message"));
    case Outcome::kNothing:
      return chat::Changed{std::move(change.message()), false};
    case Outcome::kDone:
      break;
  }
  change.message().change_seq = change.seq();
  context.take_seq(**room);
  chat::RoomEvent event{
      request.kind, change.seq(), change.message(), std::move(request.actor), std::move(request.emoji), request.on};
  context.add_event(std::move(event));
  return chat::Changed{std::move(change.message()), true};
}

}  // namespace chillin::storage
