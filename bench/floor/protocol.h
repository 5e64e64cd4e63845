#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chillin::bench {

/// What both bare servers speak: a WebSocket opened at /?room=K is in room K; a text frame from it goes to everybody in
/// the room, itself included, inside a frame that looks like the chat's `message` and has exactly the wanted size.

/// Bytes at the beginning of `request` that are the HTTP head; 0 while it is incomplete.
size_t request_head_size(std::string_view request);

/// The answer to an upgrade request (RFC 6455, section 4.2.2) and the room it asks for.
struct Upgrade {
  bool good = false;
  uint32_t room = 0;
  std::string response;
};
Upgrade answer_upgrade(std::string_view head);

/// Appends the frame that carries `text` as message `seq`: `total_bytes` with its header, or more where the text needs
/// it.
void append_broadcast(std::string& out, uint64_t seq, std::string_view text, size_t total_bytes);

/// Takes the client frames off the front of `data`, unmasking in place, and calls `on_text(payload)` for each text
/// frame. Returns how many bytes were used, or SIZE_MAX when the connection is to be closed.
template <typename OnText>
size_t read_client_frames(char* data, size_t size, OnText&& on_text);

}  // namespace chillin::bench

#include "floor/protocol_inl.h"
