#pragma once

#include "common/websocket_frame.h"
#include "floor/protocol.h"

namespace chillin::bench {

template <typename OnText>
size_t read_client_frames(char* data, size_t size, OnText&& on_text) {
  size_t used = 0;
  while (used < size) {
    const FrameHeader header = parse_frame_header(data + used, size - used);
    if (header.size == 0) break;
    if (!header.masked || header.length > 65536 || header.opcode == kOpClose) return SIZE_MAX;
    const size_t whole = header.size + static_cast<size_t>(header.length);
    if (whole > size - used) break;
    char* payload = data + used + header.size;
    apply_mask(payload, static_cast<size_t>(header.length), header.mask);
    if (header.opcode == kOpText) on_text(std::string_view(payload, static_cast<size_t>(header.length)));
    used += whole;
  }
  return used;
}

}  // namespace chillin::bench
