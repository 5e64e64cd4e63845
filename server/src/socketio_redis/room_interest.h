#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "socketio/rooms.h"

namespace chillin::socketio {

/// Which names reach somebody on this server, counted over its loops: the rooms whose channels it must hear. Calls
/// `opened` with the first loop that has somebody and `closed` with the last that has nobody, of one name in that
/// order. Thread-safe (sharded by name; the functions are called under a shard's lock, so they must not come back).
class RoomInterest final : public RoomWatcher {
 public:
  using Tell = std::function<void(std::string_view)>;
  RoomInterest(Tell opened, Tell closed) : opened_(std::move(opened)), closed_(std::move(closed)) {}

  void on_room_opened(std::string_view name) override;
  void on_room_closed(std::string_view name) override;

  [[nodiscard]] std::vector<std::string> names() const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const noexcept { return std::hash<std::string_view>{}(name); }
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> loops;  ///< how many loops have somebody
  };
  static constexpr std::size_t kShards = 16;
  [[nodiscard]] Shard& shard(std::string_view name) noexcept { return shards_[Hash{}(name) % kShards]; }

  Tell opened_;
  Tell closed_;
  std::array<Shard, kShards> shards_;
};

}  // namespace chillin::socketio
