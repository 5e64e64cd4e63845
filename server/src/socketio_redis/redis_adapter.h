#pragma once

#include <string>

#include "redis/client.h"
#include "socketio/adapter.h"
#include "util/clock.h"

namespace chillin::socketio {

struct RedisAdapterOptions {
  std::string prefix = "socket.io";     ///< `key` of the adapters for Node.js
  util::Millis request_timeout{5'000};  ///< for answers of other servers (fetch_sockets, server_side_emit)
};

/// The adapter of several servers on one Redis, compatible with `@socket.io/redis-adapter` 8 and
/// `@socket.io/redis-emitter` in both directions: broadcasts (volatile and with acknowledgements), join, leave,
/// disconnect and fetch across servers, serverSideEmit. `client` must outlive the servers that use it; end it
/// (Client::stop) before them.
///
///   redis::Client redis({.url = *redis::parse_url("redis://localhost")});
///   socketio::Server io(loops, {.adapter = socketio::redis_adapter(redis)});
///
/// What differs from there: a server subscribes to the channels of the rooms (and sockets) that it has, not to all of
/// them, so that its traffic grows with its own rooms; what is asked of all sockets happens on its own at once and does
/// not wait for Redis; and while Redis is away all of it goes on within the server, without an error.
/// Delivery between servers is at most once: what is published while a connection is away is lost.
[[nodiscard]] AdapterFactory redis_adapter(redis::Client& client, RedisAdapterOptions options = {});

}  // namespace chillin::socketio
