#pragma once

#include <memory>
#include <string>

#include "net/loop.h"
#include "redis/url.h"
#include "redis/wire.h"

namespace chillin::redis {

/// Makes connections that are ready for use: finds the master (through Sentinels, where the URL names some), connects,
/// agrees on TLS, authenticates, chooses the database, and makes sure that the server answers.
/// Confined to: its Loop.
class Dialer {
 public:
  /// `name`: what CLIENT LIST shows.
  Dialer(net::Loop& loop, Url url, WireLimits limits, std::string name);

  /// One attempt. The error's detail is one sentence for the log and for `/health/ready`, without passwords.
  [[nodiscard]] util::Task<Wire::Opened> dial();

  [[nodiscard]] const Url& url() const noexcept { return url_; }

 private:
  [[nodiscard]] util::Task<Wire::Opened> connect(Endpoint endpoint);
  [[nodiscard]] util::Task<util::Result<Endpoint>> find_master();
  [[nodiscard]] util::Task<util::Result<Endpoint>> ask_sentinel(Endpoint sentinel);
  [[nodiscard]] util::Task<util::Status<>> log_in(Wire& wire, std::string username, std::string password);
  [[nodiscard]] util::Task<util::Status<>> introduce(Wire& wire);

  net::Loop& loop_;
  Url url_;
  const WireLimits limits_;
  const std::string name_;
  std::shared_ptr<TlsContext> tls_;
};

}  // namespace chillin::redis
