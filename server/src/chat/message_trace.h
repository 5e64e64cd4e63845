#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chat/types.h"

namespace chillin::chat {

// One id follows a message through the logs of all servers. It is the trace id that came with the send (W3C Trace
// Context, 32 hexadecimal digits), where one came with a tempId; else it is made of the message's id, so that every
// server makes the same without being told.
//
// Part of the log, and process-wide like it: ids that came are kept while LOG_LEVEL is debug or lower, the newest few
// thousand, and nothing is kept, looked up or allocated otherwise. Thread-safe.

/// Whether the way of messages is logged.
[[nodiscard]] bool tracing() noexcept;

/// The trace id in a `traceparent` ("00-<32 digits>-<16 digits>-<2 digits>"); nullopt for what is none.
[[nodiscard]] std::optional<std::string> parse_traceparent(std::string_view text);
/// Whether it has the form of a trace id: 32 lower-case hexadecimal digits, not all of them 0.
[[nodiscard]] bool is_trace_id(std::string_view text) noexcept;

/// Before a message is sent, or when another server told: the id that came with it. Without a tempId nothing is kept.
void remember_trace(std::string_view author_key, std::string_view temp_id, std::string trace_id);
/// The id that came with it; nullopt: none.
[[nodiscard]] std::optional<std::string> given_trace(std::string_view author_key, std::string_view temp_id);

/// What is logged as `trace`.
[[nodiscard]] std::string trace_of(const Message& message);
[[nodiscard]] std::string trace_of(MessageId id);

}  // namespace chillin::chat
