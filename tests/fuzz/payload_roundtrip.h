#pragma once

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "engineio/packet_codec.h"
#include "util/text.h"

namespace chillin::fuzz {

/// Reads a payload with tight limits; what it gives must be within them, be UTF-8 where it is text, and read back the
/// same when written again. Aborts otherwise.
inline void check_payload(int protocol, std::string_view body, bool binary, bool text_only) {
  using namespace engineio;
  static constexpr PayloadLimits kLimits{.max_bytes = 64 * 1024, .max_packets = 256};
  struct Owned {
    PacketType type;
    bool binary;
    std::string data;
    bool operator==(const Owned&) const = default;
  };
  const auto read = [protocol](std::string_view from, bool as_bytes, const PayloadLimits& limits,
                               std::vector<Owned>& into) {
    PayloadReader reader(protocol, from, as_bytes, limits);
    for (;;) {
      Packet packet;
      const auto step = reader.next(packet);
      if (step != PayloadReader::Step::kPacket) return step == PayloadReader::Step::kEnd;
      into.push_back({packet.type, packet.binary, std::string(packet.data)});
    }
  };

  std::vector<Owned> packets;
  read(body, binary, kLimits, packets);
  if (packets.size() > kLimits.max_packets) std::abort();
  std::size_t bytes = 0;
  std::vector<Packet> again;
  for (const Owned& p : packets) {
    bytes += p.data.size();
    if (!p.binary && !util::is_utf8(p.data)) std::abort();
    again.push_back({p.type, p.binary, p.data});
  }
  if (bytes > body.size()) std::abort();
  if (packets.empty()) return;
  const Payload written = encode_payload(protocol, text_only, again);
  std::vector<Owned> second;
  const bool ok = read(written.body, written.binary, {.max_bytes = 1 << 20, .max_packets = 256}, second);
  if (!ok || second != packets) std::abort();
}

}  // namespace chillin::fuzz
