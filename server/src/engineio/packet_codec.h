#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace chillin::engineio {

/// Packet types of Engine.IO, the same in both revisions; the number is the digit on the wire.
enum class PacketType : std::uint8_t {
  kOpen = 0,
  kClose = 1,
  kPing = 2,
  kPong = 3,
  kMessage = 4,
  kUpgrade = 5,
  kNoop = 6
};

/// One packet. `data` belongs to whoever made the packet; only messages may be binary.
struct Packet {
  PacketType type = PacketType::kNoop;
  bool binary = false;
  std::string_view data;
};

/// Reads one WebSocket message as a packet. `binary` is the frame's kind. Text must be valid UTF-8 already.
/// `scratch` keeps the bytes of a packet that came as base64; otherwise the packet's data points into `message`.
/// nullopt: not a packet.
[[nodiscard]] std::optional<Packet> decode_ws_packet(int protocol, std::string_view message, bool binary,
                                                     std::string& scratch);

/// One packet as the payload of a WebSocket text frame: type digit and data; a binary message as base64 (`b...`,
/// revision 3: `b4...`), for clients that asked for text only (`b64=1`).
void append_text_packet(std::string& out, int protocol, const Packet& packet);

/// Limits for one polling payload; both inclusive.
struct PayloadLimits {
  std::size_t max_bytes = 1'000'000;
  std::size_t max_packets = 65'536;
};

/// Reads a polling payload packet by packet, so that a refused one costs no more than the bytes before the fault.
///
/// Revision 4: packets joined by 0x1e, binary as `b` and base64. Revision 3 as text: `<length>:<packet>`, the length in
/// UTF-16 code units (engine.io-parser 2.x counts a JavaScript string's length), binary as `b4` and base64; as bytes:
/// 0x00 (text) or 0x01 (binary), the length in bytes as digits 0 to 9, 0xff, the packet.
class PayloadReader {
 public:
  enum class Step { kPacket, kEnd, kError };

  /// `binary_body`: the body came as application/octet-stream (revision 3 only; in revision 4 it is an error).
  /// `body` must outlive the reader.
  PayloadReader(int protocol, std::string_view body, bool binary_body, const PayloadLimits& limits);

  /// `packet.data` is valid until the next call. After kEnd or kError it stays there.
  [[nodiscard]] Step next(Packet& packet);

 private:
  Step next_v4(Packet& packet);
  Step next_v3_text(Packet& packet);
  Step next_v3_bytes(Packet& packet);
  Step accept(std::optional<Packet> decoded, Packet& packet);
  Step fail();

  int protocol_;
  bool binary_body_;
  bool failed_ = false;
  bool ended_ = false;
  std::size_t packets_left_;
  std::string_view rest_;
  std::string scratch_;
};

/// A polling payload as it goes into a response.
struct Payload {
  std::string body;
  bool binary = false;  ///< application/octet-stream instead of text/plain
};

/// `text_only`: the client cannot take binary (`b64=1`); revision 4 payloads are text always.
[[nodiscard]] Payload encode_payload(int protocol, bool text_only, std::span<const Packet> packets);

/// What the open packet tells the client; times in milliseconds.
struct OpenInfo {
  std::string_view sid;
  bool can_upgrade = false;
  std::int64_t ping_interval_ms = 0;
  std::int64_t ping_timeout_ms = 0;
  std::int64_t max_payload = 0;  ///< revision 4 only
};

/// The data of an open packet (JSON).
[[nodiscard]] std::string open_data(int protocol, const OpenInfo& info);

/// Length of valid UTF-8 in UTF-16 code units.
[[nodiscard]] std::size_t utf16_length(std::string_view utf8) noexcept;

}  // namespace chillin::engineio
