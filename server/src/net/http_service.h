#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "net/http.h"

namespace chillin::net {

/// What every connection of one HttpServer shares. Immutable but for the two atomics; owner: shared by the server and
/// its connections. Its address marks the server's sockets on a loop (TcpConnection::owner).
struct HttpService {
  HttpServerOptions options;
  HttpServer::Handler handler;
  HttpServer::BodyLimit body_limit;
  std::atomic<bool> stopping{false};
  std::shared_ptr<std::atomic<std::size_t>> open = std::make_shared<std::atomic<std::size_t>>(0);
  std::shared_ptr<std::atomic<std::size_t>> refusing = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace chillin::net
