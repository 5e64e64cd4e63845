#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engineio/encoded.h"
#include "socketio/payload.h"
#include "util/result.h"

namespace chillin::socketio {

/// Packet types of the Socket.IO protocol, revisions 4 and 5 (revision 4 calls CONNECT_ERROR "ERROR").
enum class PacketType : std::uint8_t {
  kConnect = 0,
  kDisconnect = 1,
  kEvent = 2,
  kAck = 3,
  kConnectError = 4,
  kBinaryEvent = 5,
  kBinaryAck = 6,
};

/// One packet, complete. A decoded BINARY_EVENT is a kEvent with attachments, a BINARY_ACK a kAck; the encoder chooses
/// the wire type from `attachments` again.
struct Packet {
  PacketType type = PacketType::kEvent;
  std::string nsp = "/";  ///< in a CONNECT of revision 4 with its query: "/admin?token=x"
  std::int64_t id = -1;   ///< acknowledgement id, -1: none
  json::value data;       ///< null: no payload; EVENT and ACK: an array
  std::vector<std::string> attachments;
};

/// What a client may send. Zero means "nothing of it", not "no limit".
struct DecodeLimits {
  std::size_t max_attachments = 10;
  std::size_t max_json_depth = 32;           ///< nested arrays and objects, the argument array included
  std::size_t max_packet_bytes = 4'000'000;  ///< text and attachments together
  std::size_t max_namespace_bytes = 2'048;   ///< the query of revision 4 included
};

/// Why a packet was refused: a constant, for a log line. The connection has to be closed, as the protocol says.
struct ParseError {
  const char* what = "";
};

/// Puts text and binary messages of one connection together to packets. Pure: bytes in, packets out. Not thread-safe.
/// Stricter than socket.io-parser 4.2 where that one is lax: an EVENT or ACK needs its array, an ACK its id.
class PacketDecoder {
 public:
  using Decoded = util::Result<std::optional<Packet>, ParseError>;

  /// `limits` must outlive the decoder.
  explicit PacketDecoder(const DecodeLimits& limits) : limits_(&limits) {}

  /// A text message. nullopt: attachments have to come first. After an error the decoder must not be used again.
  [[nodiscard]] Decoded text(std::string_view message);
  /// A binary message: the next attachment.
  [[nodiscard]] Decoded binary(std::string_view bytes);

 private:
  struct Partial {
    Packet packet;
    std::size_t missing = 0;
    std::size_t bytes = 0;
  };
  const DecodeLimits* limits_;
  std::unique_ptr<Partial> partial_;  ///< set while attachments are awaited: most connections never have one
};

/// `connect`, `connect_error`, `disconnect`, `disconnecting`, `newListener`, `removeListener`: not to be used as event
/// names; official clients close the connection when they receive one.
[[nodiscard]] bool is_reserved_event(std::string_view name) noexcept;

/// Splits the namespace of a revision 4 CONNECT at its '?'; the query becomes an object of strings.
struct NamespaceQuery {
  std::string_view name;
  json::object query;
};
[[nodiscard]] NamespaceQuery split_namespace_query(std::string_view nsp);

// Encoders. They trust their caller: names and text must be UTF-8. Binary attachments follow the text as messages of
// their own.

/// EVENT. `args_json`: the JSON of the arguments after the name, comma separated, without brackets; may be empty.
[[nodiscard]] std::string encode_event(std::string_view nsp, std::string_view event, std::string_view args_json,
                                       std::int64_t id = -1);
/// EVENT or BINARY_EVENT: the text; payload.attachments have to follow it.
[[nodiscard]] std::string encode_event(std::string_view nsp, std::string_view event, const Payload& payload,
                                       std::int64_t id = -1);
/// ACK. `args_json`: the JSON array of arguments, with brackets.
[[nodiscard]] std::string encode_ack(std::string_view nsp, std::int64_t id, std::string_view args_json);
/// ACK or BINARY_ACK: the text; payload.attachments have to follow it.
[[nodiscard]] std::string encode_ack(std::string_view nsp, std::int64_t id, const Payload& payload);
/// The text of any packet; packet.attachments have to follow it.
[[nodiscard]] std::string encode_packet(const Packet& packet);

/// One event, encoded once for any number of recipients.
[[nodiscard]] engineio::EncodedPtr encode_shared_event(std::string_view nsp, std::string_view event,
                                                       const Payload& payload, std::int64_t id = -1);

/// Appends the JSON text of `value`.
void append_json(std::string& out, const json::value& value);

}  // namespace chillin::socketio
