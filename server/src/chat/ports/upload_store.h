#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chat/error.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

/// What is known of an uploaded file; its bytes are in the BlobStore.
struct Upload {
  std::string id;  ///< unguessable; the blob's key is "uploads/<id>"
  AccountId owner;
  std::string name;
  std::string content_type;  ///< declared by the client until `complete`, from then on read from the bytes
  std::int64_t size = 0;     ///< bytes
  bool complete = false;
  std::optional<RoomId> room;  ///< of the message that carries it
  util::WallMillis created_at;
  std::optional<util::WallMillis> expires_at;  ///< from when it may be removed; nullopt: kept
  bool operator==(const Upload&) const = default;
};

/// The refusals that every UploadStore gives: no_such_upload() for an upload that cannot go with a message.
[[nodiscard]] Error no_such_upload();
[[nodiscard]] Error upload_quota_exceeded();

/// Which files there are, whose they are and where they went. Thread-safe; tasks resume on the caller's executor;
/// kUnavailable when the database is away.
class UploadStore {
 public:
  virtual ~UploadStore() = default;
  /// Stores it as given. kForbidden (field size) when the owner's files would exceed `quota_bytes` together; 0: no
  /// quota.
  virtual util::Task<Status> create(Upload upload, std::int64_t quota_bytes) = 0;
  virtual util::Task<Result<std::optional<Upload>>> find(std::string id) = 0;
  /// Sets `complete` and the type. kMessageNotFound if there is none of that id.
  virtual util::Task<Status> complete(std::string id, std::string content_type) = 0;
  /// Gives files to a message of `room` and keeps them from then on: all of them or none. Each must be complete, of
  /// `owner`, not expired at `now`, and with no message yet, or with this one: `send_key` names a message among its
  /// author's, so that a send may be repeated. Else kInvalidPayload (field attachments). In the order of `ids`.
  virtual util::Task<Result<std::vector<Upload>>> attach(std::vector<std::string> ids, AccountId owner, RoomId room,
                                                         std::string send_key, util::WallMillis now) = 0;
  /// Takes files from their message; they expire at `expires_at`. Ids that are not there are passed over.
  virtual util::Task<Status> detach(std::vector<std::string> ids, util::WallMillis expires_at) = 0;
  /// At most `limit` of those that have expired at `now`.
  virtual util::Task<Result<std::vector<Upload>>> expired(util::WallMillis now, std::size_t limit) = 0;
  /// Forgets it, if it has expired at `now`.
  virtual util::Task<Status> remove(std::string id, util::WallMillis now) = 0;
};

}  // namespace chillin::chat
