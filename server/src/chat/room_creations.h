#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

/// Rooms that are being created right now. When a thousand people join a new room at once, one of them creates it and
/// the others wait for that: else each would count as the creation of a room against its address. Thread-safe.
class RoomCreations {
 public:
  using RoomPtr = std::shared_ptr<const Room>;

  /// nullopt, at once: nobody is creating a room of that name; the caller does, and must call finish() whatever comes
  /// of it. Else, once the one who does has finished: what came of it (null: it failed).
  [[nodiscard]] util::Task<std::optional<RoomPtr>> wait_or_begin(std::string name);
  void finish(const std::string& name, const RoomPtr& room);

 private:
  using Waiters = std::vector<util::Completion<RoomPtr>>;
  std::mutex mutex_;
  std::unordered_map<std::string, Waiters> creating_;
};

}  // namespace chillin::chat
