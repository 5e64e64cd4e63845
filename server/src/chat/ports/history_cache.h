#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "chat/ports/room_log.h"
#include "util/task.h"

namespace chillin::chat {

/// The newest messages of public rooms, read a moment ago by some server. An entry says at which seq it stands; whoever
/// uses it has to know how far the room has got, because it is not kept up to date. Thread-safe; tasks resume on the
/// caller's executor.
class HistoryCache {
 public:
  struct Entry {
    RoomId room;
    HistoryPage page;
  };
  virtual ~HistoryCache() = default;
  /// nullopt: there is none, or the cache is away.
  virtual util::Task<std::optional<Entry>> find(std::string room_name, std::size_t limit) = 0;
  /// `page`: the newest `limit` messages of a public room. Nobody waits for it.
  virtual void keep(const Room& room, std::size_t limit, const HistoryPage& page) = 0;
};

}  // namespace chillin::chat
