#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "chat/ports/bus.h"
#include "chat/ports/room_log.h"
#include "util/clock.h"

namespace chillin::bus {

/// "The room has got as far as this": said where the events themselves were lost.
struct Nudge {
  chat::RoomId room;
  std::string room_name;
  chat::Seq seq;
};

/// What our servers tell each other on a room's channel.
using ClusterMessage = std::variant<chat::RoomEvent, Nudge, chat::Signal>;

/// A room event as a client gets it.
struct Rendered {
  std::string_view name;  ///< "message", ...
  std::string args;       ///< the JSON of its one argument
};
using Render = std::function<Rendered(const chat::RoomEvent&)>;

/// "socket.io#/#<room>#": the channel of the Socket.IO room of that name, see @socket.io/redis-adapter.
[[nodiscard]] std::string channel_of(std::string_view room_name);

/// The message for that channel: MessagePack `[uid, packet, opts, ours]`. A Socket.IO server for Node.js reads the
/// first three and gives its sockets in that room the event that our clients get; `ours` is the event itself, for our
/// servers, whose Socket.IO adapter passes over messages of four.
/// `committed`: when, by this server's clock, so that the others can tell how long they took; 0: not known.
[[nodiscard]] std::string encode(std::string_view uid, const chat::RoomEvent& event, const Rendered& rendered,
                                 util::WallMillis committed = {});
/// `[uid, nil, nil, ours]`: for our servers only. Servers for Node.js pass over it.
[[nodiscard]] std::string encode(std::string_view uid, const Nudge& nudge);
[[nodiscard]] std::string encode(std::string_view uid, const chat::Signal& signal);

/// nullopt: none of ours (of a Socket.IO server or emitter, of a later version, or broken), or of `own_uid`.
/// `committed`: null, or where to put when a room event was committed; 0 where it does not say.
[[nodiscard]] std::optional<ClusterMessage> decode(std::string_view message, std::string_view own_uid,
                                                   util::WallMillis* committed = nullptr);

}  // namespace chillin::bus
