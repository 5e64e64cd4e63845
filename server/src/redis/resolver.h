#pragma once

#include <sys/socket.h>

#include <vector>

#include "net/loop.h"
#include "redis/url.h"
#include "util/task.h"

namespace chillin::redis {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// The addresses of a host, at least one, in the order of getaddrinfo. A numeric one costs nothing; a name is looked up
/// on a thread of its own, because getaddrinfo blocks, and given up after `timeout` (that thread then ends by itself).
/// Awaited on `loop`. Asked before every connection: after a failover a name may stand for another machine.
[[nodiscard]] util::Task<util::Result<std::vector<SocketAddress>>> resolve(net::Loop& loop, Endpoint endpoint,
                                                                           util::Millis timeout);

}  // namespace chillin::redis
