// The Socket.IO packet decoder on arbitrary messages: text and binary, as one connection sends them one after the
// other.
//
// Input: messages separated by 0xff 0x00 (text follows) or 0xff 0x01 (an attachment follows); the first is text.
// Properties: nothing crashes; a packet that was accepted keeps the protocol's promises; encoded again it is accepted
// again and is the same (so nothing is accepted that cannot be said). Both revisions share the format; what revision 4
// has of its own, the query in a CONNECT's namespace, is split for every packet.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "socketio/packet_codec.h"

using namespace chillin::socketio;

namespace {

const DecodeLimits kLimits{.max_packet_bytes = 100'000};

void require(bool holds) {
  if (!holds) std::abort();
}

/// Equal, but for the last digits of a fraction: Boost.JSON 1.81 does not always read the double that it wrote.
bool same(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) {
    const double x = a.to_number<double>();
    const double y = b.to_number<double>();
    return std::abs(x - y) <= 1e-12 * std::abs(x) + 1e-300;
  }
  if (a.kind() != b.kind()) return false;
  if (a.is_array()) return std::ranges::equal(a.get_array(), b.get_array(), same);
  if (!a.is_object()) return a == b;
  return std::ranges::equal(a.get_object(), b.get_object(), [](const auto& m, const auto& n) {
    return m.key() == n.key() && same(m.value(), n.value());
  });
}

Packet decode_again(const Packet& packet) {
  // Escapes make the text longer, so that the size limit of the first reading need not hold.
  static const DecodeLimits kRoomy{.max_packet_bytes = 10'000'000};
  PacketDecoder decoder(kRoomy);
  auto decoded = decoder.text(encode_packet(packet));
  for (const std::string& bytes : packet.attachments) {
    require(decoded.ok() && !decoded->has_value());
    decoded = decoder.binary(bytes);
  }
  require(decoded.ok() && decoded->has_value());
  return std::move(**decoded);
}

void check(const Packet& packet) {
  require(packet.nsp.starts_with('/'));
  require(packet.type != PacketType::kBinaryEvent && packet.type != PacketType::kBinaryAck);
  require(packet.attachments.size() <= kLimits.max_attachments);
  if (packet.type == PacketType::kEvent) require(!packet.data.as_array().empty());
  if (packet.type == PacketType::kAck) require(packet.data.is_array() && packet.id >= 0);
  const auto [name, query] = split_namespace_query(packet.nsp);
  require(!name.empty() && name.find('?') == std::string_view::npos);

  const Packet again = decode_again(packet);
  require(again.type == packet.type && again.nsp == packet.nsp && again.id == packet.id);
  require(again.attachments == packet.attachments);
  require(same(again.data, packet.data));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  PacketDecoder decoder(kLimits);
  bool binary = false;
  for (;;) {
    const std::size_t end = std::min(rest.find('\xff'), rest.size());
    const auto decoded = binary ? decoder.binary(rest.substr(0, end)) : decoder.text(rest.substr(0, end));
    if (!decoded.ok()) return 0;
    if (decoded->has_value()) check(**decoded);
    if (end + 2 > rest.size()) return 0;
    binary = rest[end + 1] == '\x01';
    rest.remove_prefix(end + 2);
  }
}
