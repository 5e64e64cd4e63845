#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "app/config.h"
#include "util/result.h"

namespace chillin::app {

/// A whole server: opens the storage, builds every part, listens. The composition root: the one
/// place that knows which implementation stands behind which port.
///
/// Owner: serve() or a test. Its methods are called from the thread that started it, which is none of the loops.
class Server {
 public:
  /// `max_connections`: open TCP connections; 0: no limit. The error is one line for the operator.
  static util::Result<std::unique_ptr<Server>, std::string> start(const Config& config, std::size_t max_connections);

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  [[nodiscard]] std::uint16_t port() const noexcept;

  /// Refuses newcomers, moves clients elsewhere (drain.h), answers what is in flight, closes everything. At most
  /// Config::drain and 10 s.
  /// Idempotent; the destructor calls it.
  void shutdown();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace chillin::app
