#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "util/clock.h"

namespace chillin::socketio {
class Server;
}

namespace chillin::app {

/// When which connection has its turn, so that those who leave do not arrive elsewhere all at once: each in one of
/// `slots()` slots by its id, the next slot every kStep. Immutable.
class DrainPlan {
 public:
  static constexpr util::Millis kStep{100};
  /// From the word (`serverShutdown`) to the end of the connection: what is under way is answered meanwhile.
  static constexpr std::size_t kStepsToClose = 3;

  /// The last connection is closed when `window` is over; one shorter than kStepsToClose has one slot.
  explicit DrainPlan(util::Millis window);

  [[nodiscard]] std::size_t slots() const noexcept { return slots_; }
  /// Steps until the last slot has been closed.
  [[nodiscard]] std::size_t steps() const noexcept { return slots_ + kStepsToClose; }
  [[nodiscard]] std::size_t slot_of(std::string_view connection_id) const noexcept;

 private:
  std::size_t slots_;
};

/// `retryAfterMs` for one of `clients` that hear it at the same moment: from a second to a second and as long as it
/// takes at kReturnsPerSecond, at most half a minute later. The same for the same connection.
inline constexpr std::size_t kReturnsPerSecond = 1'000;
[[nodiscard]] std::int64_t retry_after_ms(std::string_view connection_id, std::size_t clients);

/// Moves the clients of this server elsewhere: over `window` each gets `serverShutdown` in its turn and is closed a
/// moment later; until then its session goes on as ever. Newcomers must be refused already. Returns when `window` is
/// over or nobody is left. Blocks: not on a loop.
void drain(socketio::Server& io, util::Millis window);

/// Tells everybody who is left `serverShutdown`, each with another time to come back.
void tell_shutdown(socketio::Server& io);

}  // namespace chillin::app
