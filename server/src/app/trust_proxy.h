#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"

namespace chillin::app {

/// TRUST_PROXY: whose X-Forwarded-For is believed. Immutable after parse, so thread-safe.
class TrustProxy {
 public:
  /// "" or "0" or "false": nobody. "1".."16": that many proxies stand in front. Otherwise a comma list of addresses,
  /// networks
  /// ("10.0.0.0/8"), or the words `loopback` and `private`. nullopt: not understood.
  [[nodiscard]] static std::optional<TrustProxy> parse(std::string_view text);

  /// The client's address: the TCP peer, or the last entry of X-Forwarded-For that no trusted proxy wrote.
  [[nodiscard]] std::string client_address(const net::HttpRequest& request) const;

 private:
  struct Network {
    std::string bytes;  ///< 4 or 16
    int prefix = 0;
  };
  [[nodiscard]] bool trusted(std::string_view address) const;

  int hops_ = 0;
  std::vector<Network> networks_;
};

/// As whom limits per address count a client: an IPv4 address as it is, an IPv6 address by its /64, because whoever has
/// one has all 2^64 of it. What is no address is left as it is.
[[nodiscard]] std::string limited_address(std::string address);

}  // namespace chillin::app
