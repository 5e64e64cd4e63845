#include "chat/told_id.h"

#include <cstddef>

#include "util/crypto.h"
#include "util/text.h"

namespace chillin::chat {

std::string told_id(std::string_view socket_id) {
  // Ids of sessions have 20 characters or more and begin with their loop's number, which is an A; those of sockets
  // begin with an S (socketio/client.cc).
  static constexpr std::size_t kSessionIdSize = 20;
  static constexpr std::size_t kDigits = 19;
  if (socket_id.size() < kSessionIdSize || socket_id.front() == 'S') return std::string(socket_id);
  return "P" + util::hex_encode(util::sha256(socket_id)).substr(0, kDigits);
}

}  // namespace chillin::chat
