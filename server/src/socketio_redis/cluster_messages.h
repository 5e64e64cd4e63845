#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engineio/encoded.h"
#include "socketio/broadcast.h"
#include "socketio/payload.h"

namespace chillin::socketio {

// What servers of a cluster tell each other through Redis, as `@socket.io/redis-adapter` 8 has it. Pure.

/// Names of the channels of one namespace. `prefix`: "socket.io", unless configured otherwise there as well.
struct Channels {
  Channels(const std::string& prefix, const std::string& nsp, const std::string& uid);
  std::string broadcast;     ///< "socket.io#/#": what goes to everybody, or to several rooms
  std::string request;       ///< "socket.io-request#/#"
  std::string response;      ///< "socket.io-response#/#"
  std::string own_response;  ///< "socket.io-response#/#<uid>#": for servers with publishOnSpecificResponseChannel
  /// "socket.io#/#<room>#": what goes to one room (or to one socket: its id is a room).
  [[nodiscard]] std::string room(std::string_view name) const { return broadcast + std::string(name) + "#"; }
};

/// An event as it travels: its name, its arguments, and to whom.
struct RemoteBroadcast {
  std::string uid;  ///< of the server it comes from
  std::string nsp;
  std::string event;
  Payload payload;
  Target target;
};

/// The channel's message: `[uid, {type, data, nsp}, {rooms, except, flags}]`. `packet`: an encoded EVENT, as
/// Adapter::broadcast gets it; nullopt if it is none.
[[nodiscard]] std::optional<std::string> encode_broadcast(std::string_view uid, std::string_view nsp,
                                                          const engineio::Encoded& packet, const Target& target);
/// nullopt: not such a message, or one that carries more than these three (see bus/redis), or a name that clients must
/// not get as an event.
[[nodiscard]] std::optional<RemoteBroadcast> decode_broadcast(std::string_view message);

enum class RequestType : std::uint8_t {
  kSockets = 0,
  kAllRooms = 1,
  kRemoteJoin = 2,
  kRemoteLeave = 3,
  kRemoteDisconnect = 4,
  kRemoteFetch = 5,
  kServerSideEmit = 6,
  kBroadcast = 7,
  kBroadcastClientCount = 8,
  kBroadcastAck = 9,
};

/// What one server asks of all others. Which members count depends on the type.
struct Request {
  RequestType type = RequestType::kSockets;
  std::string uid;
  std::string id;                  ///< empty: no response is wanted
  std::optional<Target> target;    ///< join, leave, disconnect, fetch, broadcast
  std::vector<std::string> rooms;  ///< join, leave: which; kSockets: of which
  bool close = false;              ///< disconnect
  std::string socket;              ///< join, leave, disconnect without a target: one socket, as older versions ask
  json::array data;                ///< kServerSideEmit: name and arguments
  std::string event;               ///< kBroadcast
  Payload payload;                 ///< kBroadcast
  util::Millis timeout{0};         ///< kBroadcast: for the clients' acknowledgements
};
[[nodiscard]] std::string encode_request(const Request& request, std::string_view nsp);
[[nodiscard]] std::optional<Request> decode_request(std::string_view message);

/// An answer to a request: `body` holds what its type has ("sockets", "rooms", "data", "clientCount", "packet"), bytes
/// in `attachments`.
struct Response {
  std::string request_id;
  std::optional<RequestType> type;
  json::object body;
  Payload attachments;
};
[[nodiscard]] std::string encode_response(const Response& response);
[[nodiscard]] std::optional<Response> decode_response(std::string_view message);

}  // namespace chillin::socketio
