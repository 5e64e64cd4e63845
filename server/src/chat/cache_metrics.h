#pragma once

#include <cstdint>

namespace chillin::chat {

/// Caches whose hits are counted, for docs/metrics.md.
enum class Cache : std::uint8_t { kRooms, kRoomFeed, kSessions, kRoomList, kHistory };

/// Somebody looked something up. Thread-safe.
void count_lookup(Cache cache, bool hit) noexcept;

}  // namespace chillin::chat
