#include "floor/protocol.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <cstdlib>

namespace chillin::bench {

size_t request_head_size(std::string_view request) {
  const size_t end = request.find("\r\n\r\n");
  return end == std::string_view::npos ? 0 : end + 4;
}

Upgrade answer_upgrade(std::string_view head) {
  static constexpr std::string_view kKey = "Sec-WebSocket-Key: ";
  static constexpr std::string_view kRoom = "GET /?room=";
  Upgrade upgrade;
  const size_t key = head.find(kKey);
  if (key == std::string_view::npos || !head.starts_with(kRoom)) return upgrade;
  upgrade.room = static_cast<uint32_t>(std::strtoul(head.data() + kRoom.size(), nullptr, 10));

  std::string accept(head.substr(key + kKey.size(), 24));
  accept += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[SHA_DIGEST_LENGTH];
  ::SHA1(reinterpret_cast<const unsigned char*>(accept.data()), accept.size(), digest);
  unsigned char encoded[29];  // 28 characters of base64 and the zero that EVP adds
  ::EVP_EncodeBlock(encoded, digest, SHA_DIGEST_LENGTH);
  upgrade.response =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ";
  upgrade.response.append(reinterpret_cast<const char*>(encoded), 28);
  upgrade.response += "\r\n\r\n";
  upgrade.good = true;
  return upgrade;
}

void append_broadcast(std::string& out, uint64_t seq, std::string_view text, size_t total_bytes) {
  std::string payload = "42[\"message\",{\"seq\":" + std::to_string(seq) + ",\"text\":\"";
  payload.append(text);
  payload += "\",\"rest\":\"";
  static constexpr std::string_view kEnd = "\"}]";
  const size_t header = total_bytes > 127 ? 4 : 2;
  const size_t size = payload.size() + kEnd.size() + header;
  if (size < total_bytes) payload.append(total_bytes - size, '-');
  payload += kEnd;
  append_server_frame(out, kOpText, payload);
}

}  // namespace chillin::bench
