#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "socketio/socket.h"
#include "util/clock.h"

namespace chillin::socketio {

/// Acknowledgements that one client owes. Pure: time comes in, handlers go out, whoever asked calls them.
/// Confined to: the socket's loop. Owner: the socket, made when the first one is awaited.
class PendingAcks {
 public:
  struct Entry {
    std::int64_t id;
    util::SteadyTime deadline;
    Socket::AckHandler handler;
  };

  /// Ids come in roughly rising order (that of a broadcast is taken before it reaches the loop); each is used once.
  void add(std::int64_t id, util::SteadyTime deadline, Socket::AckHandler handler);
  /// The handler of `id`, which is no longer awaited; nullopt if it never was, or its time has passed.
  [[nodiscard]] std::optional<Socket::AckHandler> take(std::int64_t id);
  /// Those whose time has come, by id.
  [[nodiscard]] std::vector<Entry> take_expired(util::SteadyTime now);
  [[nodiscard]] std::vector<Entry> take_all();

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] std::optional<util::SteadyTime> next_deadline() const;

 private:
  std::vector<Entry> entries_;  ///< by id
};

}  // namespace chillin::socketio
