#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "socketio/payload.h"
#include "util/msgpack.h"

namespace chillin::socketio {

/// How deep arrays and objects may be nested in a message of another server; twice and more what clients may send.
inline constexpr std::size_t kMaxMessageDepth = 100;

/// Appends `value` as MessagePack; a placeholder of `payload` becomes the bytes it stands for, as the adapters for
/// Node.js have it.
void append_msgpack(std::string& out, const json::value& value, const Payload& payload);

/// Reads one value as JSON; bytes become attachments of `payload` with placeholders in their place. What JSON has no
/// form for becomes what JSON.stringify makes of it: a timestamp its ISO 8601 text, a number that is none null,
/// undefined null; any other extension null. Texts that are not UTF-8 are refused, and so is what is nested deeper than
/// `max_depth`.
[[nodiscard]] std::optional<json::value> read_msgpack(util::MsgpackReader& reader, Payload& payload,
                                                      std::size_t max_depth = kMaxMessageDepth);

}  // namespace chillin::socketio
