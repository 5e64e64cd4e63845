#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chat/error.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

struct NewMessage {
  RoomId room;
  std::string room_name;
  Identity author;
  std::string text;
  std::string temp_id;  ///< empty: the client wants no deduplication
  util::WallMillis timestamp;
  std::optional<MessageId> reply_to;
  std::optional<MessageId> thread_root;
  std::vector<Attachment> attachments;
};

/// What an append came to. A second one with the same (room, author, tempId) is answered with the first's id, seq and
/// timestamp and `duplicate` set, and changes nothing.
struct Appended {
  MessageId id;
  util::WallMillis timestamp;
  bool duplicate = false;
};

enum class ChangeKind : std::uint8_t { kCreated, kEdited, kDeleted, kReaction };

/// A change of an existing message. Whether the actor may is decided before; that the message exists and is not deleted
/// is decided inside the transaction (MESSAGE_NOT_FOUND).
struct NewChange {
  MessageId id;
  ChangeKind kind = ChangeKind::kEdited;
  Identity actor;
  util::WallMillis at;
  std::string text;   ///< kEdited: the new text (the old one goes to the edit history)
  std::string emoji;  ///< kReaction
  bool on = true;     ///< kReaction: add or take away
};

/// `event` is false where nothing changed (a reaction that was there already): then no seq was taken and nobody is
/// told.
struct Changed {
  Message message;
  bool event = true;
};

/// One committed change, for everyone in the room.
struct RoomEvent {
  ChangeKind kind = ChangeKind::kCreated;
  Seq seq;          ///< of this change
  Message message;  ///< as it is after this change
  Identity actor;
  std::string emoji;  ///< kReaction
  bool on = true;     ///< kReaction
};

/// Told of everything that was committed on this server.
class RoomLogListener {
 public:
  virtual ~RoomLogListener() = default;
  /// In commit order; within a room in seq order without a hole. On the log's writer thread, after the acknowledgements
  /// of the same commit were posted to their loops. Must not block.
  virtual void on_committed(std::span<const RoomEvent> events) = 0;
};

/// Messages in order of their last change, each once, as it is now. `seq`: where to go on from: the caller's `lastSeq`
/// if there was nothing, the last row's last change if `has_more`, else the room's seq at the time of the snapshot.
struct SyncPage {
  std::vector<Message> changes;
  Seq seq;
  bool has_more = false;
};

/// Oldest first. `seq`: the room's seq at the time of the snapshot.
struct HistoryPage {
  std::vector<Message> messages;
  Seq seq;
  bool has_more = false;
};

struct SearchQuery {
  std::string text;           ///< words as typed; an implementation quotes them
  std::vector<RoomId> rooms;  ///< only these (the caller decided what the asker may see)
  std::size_t limit = 20;
};

/// The room log: every change to a room takes the next seq of that room, in the transaction of the change. Group
/// commit: what arrives while a commit runs shares the next one. Thread-safe; tasks resume on the caller's executor.
/// Errors: kUnavailable if the database is away (nothing was stored, or it is unknown: retry with the same tempId),
/// kRoomNotFound.
class RoomLog {
 public:
  virtual ~RoomLog() = default;

  /// Durable when it returns.
  virtual util::Task<Result<Appended>> append(NewMessage message) = 0;
  virtual util::Task<Result<Changed>> change(NewChange change) = 0;

  /// `limit` at most 500 rows.
  virtual util::Task<Result<SyncPage>> sync(RoomId room, Seq last, std::size_t limit) = 0;
  /// The `limit` newest messages with seq < before; `before` nullopt: the newest of all.
  virtual util::Task<Result<HistoryPage>> history(RoomId room, std::optional<Seq> before, std::size_t limit) = 0;
  virtual util::Task<Result<Message>> find(MessageId id) = 0;
  /// The seq of each room's last committed change, in the order of `rooms`; 0 for one that is not there. Of the
  /// primary, never of a replica that may lag. An implementation does it with one query.
  virtual util::Task<Result<std::vector<Seq>>> positions(std::vector<RoomId> rooms);
  /// Newest first; deleted messages are not found.
  virtual util::Task<Result<std::vector<Message>>> search(SearchQuery query) = 0;

  /// One listener; set before the first append. It must outlive the log's writer (see stop()).
  virtual void set_listener(RoomLogListener* listener) = 0;

  /// Commits what is queued, then refuses (kUnavailable). Blocks until the writer thread has ended; call it outside the
  /// loops while they still run. Idempotent.
  virtual void stop() = 0;
};

}  // namespace chillin::chat
