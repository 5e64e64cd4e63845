#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "chat/error.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

/// A device in a room.
struct Member {
  std::string socket_id;
  Identity who;
};

/// Who is in a room, ready to be sent. `users_json` is the JSON array of `roomData.users`: `{"id","name","room"}` of
/// each person once (the id of the first device), oldest first, at most kMaxListedUsers of them. The implementation
/// keeps it up to date, because the thousandth join of a room must not cost a thousand.
struct RoomSnapshot {
  std::string users_json;
  std::int64_t total = 0;  ///< people, not devices
};

inline constexpr std::size_t kMaxListedUsers = 500;

struct Joined {
  bool first_device = false;  ///< the person was not in the room before
  RoomSnapshot snapshot;
};

struct Left {
  bool was_in = false;
  bool last_device = false;  ///< the person is no longer in the room
  Identity who;
  std::int64_t total = 0;  ///< people still there
};

/// Who is where. Thread-safe; tasks resume on the caller's executor.
class Presence {
 public:
  virtual ~Presence() = default;
  /// kNameTaken if somebody else holds the name in that room: a name is in a room once, other devices of the same
  /// account excepted (a guest's name belongs to one device). Joining twice with one device changes nothing.
  virtual util::Task<Result<Joined>> join(std::string room, Member member) = 0;
  virtual util::Task<Result<Left>> leave(std::string room, std::string socket_id) = 0;
  virtual util::Task<Result<RoomSnapshot>> snapshot(std::string room) = 0;
  /// People in the room, not devices; 0 for an empty or unknown one.
  virtual util::Task<Result<std::int64_t>> count(std::string room) = 0;
  /// Devices of an account anywhere, counting from connect to disconnect; true when the first came or the last went.
  virtual util::Task<Result<bool>> connected(Member member) = 0;
  virtual util::Task<Result<bool>> disconnected(Member member) = 0;
  /// Which of these people are in the room with a device of another server. On one server: nobody.
  virtual util::Task<Result<std::vector<bool>>> elsewhere(std::string room, std::vector<Identity> people);
  /// Whether at least one device of that account is connected.
  virtual util::Task<Result<bool>> online(AccountId account) = 0;
};

}  // namespace chillin::chat
