#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace chillin::bench {

// RFC 6455, section 5.2. Only what a load generator and a bare server need: no fragmentation, no extensions.
inline constexpr uint8_t kOpText = 0x1;
inline constexpr uint8_t kOpClose = 0x8;
inline constexpr uint8_t kOpPing = 0x9;
inline constexpr uint8_t kOpPong = 0xA;

struct FrameHeader {
  uint8_t opcode = 0;
  bool masked = false;
  uint8_t size = 0;  // bytes of the header itself; 0: not all of it has arrived
  uint64_t length = 0;
  uint8_t mask[4] = {0, 0, 0, 0};
};

/// Reads the header at `data`. `size` is 0 in the result while fewer bytes than the header needs have arrived.
inline FrameHeader parse_frame_header(const char* data, size_t available) {
  FrameHeader header;
  if (available < 2) return header;
  const auto* bytes = reinterpret_cast<const uint8_t*>(data);
  header.opcode = bytes[0] & 0x0F;
  header.masked = (bytes[1] & 0x80) != 0;
  const uint8_t marker = bytes[1] & 0x7F;
  size_t at = 2;
  if (marker == 126) {
    if (available < 4) return header;
    header.length = static_cast<uint64_t>(bytes[2]) << 8 | bytes[3];
    at = 4;
  } else if (marker == 127) {
    if (available < 10) return header;
    for (size_t i = 2; i < 10; ++i) header.length = header.length << 8 | bytes[i];
    at = 10;
  } else {
    header.length = marker;
  }
  if (header.masked) {
    if (available < at + 4) return header;
    std::memcpy(header.mask, bytes + at, 4);
    at += 4;
  }
  header.size = static_cast<uint8_t>(at);
  return header;
}

inline void apply_mask(char* data, size_t length, const uint8_t mask[4]) {
  for (size_t i = 0; i < length; ++i) data[i] = static_cast<char>(static_cast<uint8_t>(data[i]) ^ mask[i & 3]);
}

inline void append_frame_length(std::string& out, size_t length, uint8_t mask_bit) {
  if (length < 126) {
    out.push_back(static_cast<char>(mask_bit | length));
  } else if (length < 65536) {
    out.push_back(static_cast<char>(mask_bit | 126));
    out.push_back(static_cast<char>(length >> 8));
    out.push_back(static_cast<char>(length & 0xFF));
  } else {
    out.push_back(static_cast<char>(mask_bit | 127));
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>((length >> shift) & 0xFF));
  }
}

/// A whole frame as a client sends it, masked with `key`.
inline void append_client_frame(std::string& out, uint8_t opcode, std::string_view payload, uint32_t key) {
  out.push_back(static_cast<char>(0x80 | opcode));
  append_frame_length(out, payload.size(), 0x80);
  uint8_t mask[4];
  std::memcpy(mask, &key, 4);
  out.append(reinterpret_cast<const char*>(mask), 4);
  const size_t at = out.size();
  out.append(payload);
  apply_mask(out.data() + at, payload.size(), mask);
}

/// A whole frame as a server sends it: not masked.
inline void append_server_frame(std::string& out, uint8_t opcode, std::string_view payload) {
  out.push_back(static_cast<char>(0x80 | opcode));
  append_frame_length(out, payload.size(), 0);
  out.append(payload);
}

}  // namespace chillin::bench
