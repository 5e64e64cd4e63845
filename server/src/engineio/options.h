#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "net/http.h"
#include "util/clock.h"

namespace chillin::engineio {

enum class TransportKind { kPolling, kWebSocket };

/// Cross-origin rules. `origins` holds exact origins ("https://chat.example"); "*" alone allows any (then the request's
/// origin is echoed, so that credentials work). Empty: no CORS headers, and requests from a browser of another origin
/// fail there.
struct Cors {
  std::vector<std::string> origins;
  bool credentials = true;
};

/// A refusal by allow_request: HTTP 403 with `{code: 4, message}` as the reference server has it, or another status.
struct Refusal {
  int status = 403;
  std::string message = "Forbidden";
};

inline constexpr std::size_t kMaxSidTag = 16;

/// Defaults are those of the reference server (engine.io 6).
struct Options {
  std::string path = "/engine.io/";
  util::Millis ping_interval{25'000};
  util::Millis ping_timeout{20'000};
  util::Millis upgrade_timeout{10'000};
  std::size_t max_payload = 1'000'000;       ///< bytes a client may send in one message or one POST body
  std::size_t max_queued_bytes = 4'000'000;  ///< unsent bytes per connection; a slower reader is closed ("slow reader")
  /// Stands in every session id, after its first two characters and before a '_': a load balancer in front of several
  /// servers finds the session's own by it. Letters and digits, at most kMaxSidTag; empty: ids have none.
  std::string sid_tag;
  bool polling = true;
  bool websocket = true;
  bool allow_eio3 = true;
  Cors cors;
  /// Asked once per handshake, before a session exists; a value refuses it. Runs on the request's loop; must not block.
  std::function<std::optional<Refusal>(const net::HttpRequest&)> allow_request;
  /// Handshakes per second and per address (token bucket); 0: no limit. Over it: HTTP 429.
  double handshakes_per_second = 0;
  /// How many may come at once after quiet; 0: as many as in a second, at least one.
  double handshake_burst = 0;
  /// The client's address as far as the operator trusts proxies; unset: the TCP peer.
  std::function<std::string(const net::HttpRequest&)> client_address;
};

}  // namespace chillin::engineio
