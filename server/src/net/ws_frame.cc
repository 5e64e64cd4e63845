#include "net/ws_frame.h"

namespace chillin::net {

void append_ws_header(std::string& out, WsOpcode opcode, std::size_t payload_size) {
  char header[kMaxWsHeaderBytes];
  std::size_t n = 0;
  header[n++] = static_cast<char>(0x80 | static_cast<unsigned>(opcode));
  const auto put_length = [&](char marker, int bytes) {
    header[n++] = marker;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      header[n++] = static_cast<char>(static_cast<std::uint64_t>(payload_size) >> shift & 0xff);
    }
  };
  if (payload_size < 126) {
    header[n++] = static_cast<char>(payload_size);
  } else if (payload_size <= 0xffff) {
    put_length(126, 2);
  } else {
    put_length(127, 8);
  }
  out.append(header, n);
}

void append_ws_frame(std::string& out, WsOpcode opcode, std::string_view payload) {
  out.reserve(out.size() + kMaxWsHeaderBytes + payload.size());
  append_ws_header(out, opcode, payload.size());
  out.append(payload);
}

}  // namespace chillin::net
