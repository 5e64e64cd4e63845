#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.h"

namespace chillin::redis {

struct Endpoint {
  std::string host;
  std::uint16_t port = 6379;
  bool operator==(const Endpoint&) const = default;
  /// "host:port"; an IPv6 address in brackets.
  [[nodiscard]] std::string to_string() const;
};

/// Where Redis is and how to get in.
struct Url {
  std::vector<Endpoint> endpoints;  ///< the one server, or the Sentinels in the order in which they are asked
  std::string master;               ///< the name that Sentinels know the master by; empty: no Sentinels
  bool tls = false;                 ///< Sentinels and servers alike
  std::string ca_file;              ///< PEM; empty: the system's authorities
  std::string username;             ///< empty: the default user
  std::string password;             ///< empty: no AUTH
  std::string sentinel_username;
  std::string sentinel_password;
  int database = 0;

  [[nodiscard]] bool sentinel() const noexcept { return !master.empty(); }
  /// For log lines: without passwords.
  [[nodiscard]] std::string to_string() const;
};

/// Understands
///   redis://[[user]:password@]host[:port][/database]                              port 6379
///   redis+sentinel://[[user]:password@]host[:port][,host[:port]...]/master[/database]   port 26379
/// and the same with `rediss` for TLS (certificate and name are verified). Options after `?`: `ca=FILE` (PEM, TLS
/// only), `sentinel_username=`, `sentinel_password=`. User, password and options are percent-decoded; an IPv6 address
/// stands in brackets. The error's detail is one sentence without the password.
[[nodiscard]] util::Result<Url> parse_url(std::string_view text);

}  // namespace chillin::redis
