#pragma once

#include <cstdint>

#include "engineio/options.h"

namespace chillin::engineio {

// What is counted besides Stats, for docs/metrics.md. Thread-safe.

/// A session began (1), ended (-1), or moved from one transport to the other (one of each). `protocol`: 4 or 3.
void count_session(TransportKind transport, int protocol, std::int64_t by) noexcept;

enum class Refused : std::uint8_t { kRateLimit, kDraining, kProtocol };
void count_refused(Refused reason) noexcept;

/// A session on polling was closed because nobody fetched what was queued for it.
void count_slow_poller() noexcept;

}  // namespace chillin::engineio
