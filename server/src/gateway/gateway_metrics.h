#pragma once

#include <cstddef>
#include <string_view>

#include "chat/error.h"
#include "util/metrics.h"

namespace chillin::gateway {

// What the gateway counts, for docs/metrics.md. Thread-safe.

/// The number of a client's event among those that are counted. A name that is none of them ends the program, which is
/// at its start: a new event has to stand there, too.
[[nodiscard]] std::size_t event_number(std::string_view event) noexcept;

/// An event was answered. `error`: null for success.
void count_event(std::size_t event, util::metrics::Time arrived, const chat::Error* error) noexcept;
/// A sendMessage was answered with an id. `duplicate`: of a message that was stored before.
void count_sent(bool duplicate) noexcept;
/// `error`: null for success.
void count_login(const chat::Error* error) noexcept;
void count_registration(const chat::Error* error) noexcept;

}  // namespace chillin::gateway
