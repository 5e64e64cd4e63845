#include "engineio/engine_metrics.h"

#include "util/metrics.h"

namespace chillin::engineio {

namespace {

namespace metrics = util::metrics;

const metrics::Gauge kSessions("chillin_connections", "Open Engine.IO sessions.",
                               metrics::labels("transport", {"polling", "websocket"}, "protocol", {"4", "3"}));
const metrics::Counter kRefused("chillin_handshakes_refused_total", "Handshakes refused.",
                                metrics::labels("reason", {"rate_limit", "draining", "protocol"}));
// The same in the words of the other limits.
const metrics::Counter kLimited("chillin_rate_limited_total", "Requests refused by a rate limit.",
                                metrics::labels("limit", {"handshake"}));
const metrics::Counter kSlowReaders("chillin_slow_readers_closed_total",
                                    "Sessions closed because the client did not take what was sent to it.",
                                    metrics::labels("transport", {"polling"}));

}  // namespace

void count_session(TransportKind transport, int protocol, std::int64_t by) noexcept {
  kSessions.add_to((transport == TransportKind::kWebSocket ? 2U : 0U) + (protocol == 3 ? 1U : 0U), by);
}

void count_refused(Refused reason) noexcept {
  kRefused.add_to(static_cast<std::size_t>(reason));
  if (reason == Refused::kRateLimit) kLimited.add();
}

void count_slow_poller() noexcept {
  kSlowReaders.add();
}

}  // namespace chillin::engineio
