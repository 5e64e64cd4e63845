#include "engineio/packet_codec.h"

#include <algorithm>
#include <charconv>

#include "util/json_writer.h"
#include "util/text.h"

namespace chillin::engineio {
namespace {

constexpr char kSeparator = '\x1e';
constexpr char kLengthEnd = '\xff';
/// More digits than any payload within its limit can need.
constexpr std::size_t kMaxLengthDigits = 10;

char digit(PacketType type) {
  return static_cast<char>('0' + static_cast<int>(type));
}

std::optional<PacketType> type_of(unsigned value) {
  if (value > static_cast<unsigned>(PacketType::kNoop)) return std::nullopt;
  return static_cast<PacketType>(value);
}

/// UTF-16 code units that the character beginning with this byte takes; 0 for a continuation byte.
std::size_t utf16_units(unsigned char lead) {
  if ((lead & 0xc0U) == 0x80U) return 0;
  return lead >= 0xf0U ? 2 : 1;
}

/// `b` and base64 of revision 4, `b4` and base64 of revision 3; `text` stands behind the `b`.
std::optional<Packet> decode_base64_packet(int protocol, std::string_view text, std::string& scratch) {
  if (protocol == 3) {
    if (text.empty() || text.front() != digit(PacketType::kMessage)) return std::nullopt;
    text.remove_prefix(1);
  }
  auto bytes = util::base64_decode(text);
  if (!bytes) return std::nullopt;
  scratch = std::move(*bytes);
  return Packet{.type = PacketType::kMessage, .binary = true, .data = scratch};
}

std::optional<Packet> decode_text_packet(int protocol, std::string_view text, std::string& scratch) {
  if (text.empty()) return std::nullopt;
  if (text.front() == 'b') return decode_base64_packet(protocol, text.substr(1), scratch);
  if (text.front() < '0') return std::nullopt;
  const auto type = type_of(static_cast<unsigned>(text.front() - '0'));
  if (!type) return std::nullopt;
  return Packet{.type = *type, .binary = false, .data = text.substr(1)};
}

/// Revision 3 puts the type before the bytes. Only messages have a use for them; the reference takes the others too.
std::optional<Packet> decode_v3_bytes_packet(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  const auto type = type_of(static_cast<unsigned char>(bytes.front()));
  if (!type) return std::nullopt;
  if (*type != PacketType::kMessage) return Packet{.type = *type, .binary = false, .data = {}};
  return Packet{.type = *type, .binary = true, .data = bytes.substr(1)};
}

void append_number(std::string& out, std::size_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

Payload encode_v4(std::span<const Packet> packets) {
  Payload payload;
  for (const Packet& packet : packets) {
    if (!payload.body.empty()) payload.body += kSeparator;
    append_text_packet(payload.body, 4, packet);
  }
  return payload;
}

Payload encode_v3_text(std::span<const Packet> packets) {
  Payload payload;
  std::string one;
  for (const Packet& packet : packets) {
    one.clear();
    append_text_packet(one, 3, packet);
    append_number(payload.body, utf16_length(one));
    payload.body += ':';
    payload.body += one;
  }
  return payload;
}

Payload encode_v3_bytes(std::span<const Packet> packets) {
  Payload payload;
  payload.binary = true;
  std::string length;
  for (const Packet& packet : packets) {
    length.clear();
    append_number(length, packet.data.size() + 1);
    for (char& c : length) c = static_cast<char>(c - '0');
    payload.body += packet.binary ? '\x01' : '\x00';
    payload.body += length;
    payload.body += kLengthEnd;
    payload.body += packet.binary ? static_cast<char>(packet.type) : digit(packet.type);
    payload.body += packet.data;
  }
  return payload;
}

}  // namespace

std::size_t utf16_length(std::string_view utf8) noexcept {
  std::size_t units = 0;
  for (const char c : utf8) units += utf16_units(static_cast<unsigned char>(c));
  return units;
}

std::optional<Packet> decode_ws_packet(int protocol, std::string_view message, bool binary, std::string& scratch) {
  if (!binary) return decode_text_packet(protocol, message, scratch);
  if (protocol == 3) return decode_v3_bytes_packet(message);
  return Packet{.type = PacketType::kMessage, .binary = true, .data = message};
}

void append_text_packet(std::string& out, int protocol, const Packet& packet) {
  if (!packet.binary) {
    out += digit(packet.type);
    out += packet.data;
    return;
  }
  out += 'b';
  if (protocol == 3) out += digit(packet.type);
  out += util::base64_encode(packet.data);
}

PayloadReader::PayloadReader(int protocol, std::string_view body, bool binary_body, const PayloadLimits& limits)
    : protocol_(protocol), binary_body_(binary_body), packets_left_(limits.max_packets), rest_(body) {
  const bool wrong_kind = binary_body && protocol != 3;
  if (wrong_kind || body.size() > limits.max_bytes) failed_ = true;
  // Text was written by a person or a program that meant characters: what is none is refused, not repaired.
  if (!failed_ && !binary_body && !util::is_utf8(body)) failed_ = true;
  // An empty body is no payload in either text form; the reference calls it a parse error too.
  if (!failed_ && !binary_body && body.empty()) failed_ = true;
}

PayloadReader::Step PayloadReader::next(Packet& packet) {
  if (failed_) return Step::kError;
  if (ended_) return Step::kEnd;
  if (protocol_ != 3) return next_v4(packet);
  return binary_body_ ? next_v3_bytes(packet) : next_v3_text(packet);
}

PayloadReader::Step PayloadReader::fail() {
  failed_ = true;
  return Step::kError;
}

PayloadReader::Step PayloadReader::accept(std::optional<Packet> decoded, Packet& packet) {
  if (!decoded || packets_left_ == 0) return fail();
  --packets_left_;
  packet = *decoded;
  return Step::kPacket;
}

PayloadReader::Step PayloadReader::next_v4(Packet& packet) {
  const std::size_t end = rest_.find(kSeparator);
  const std::string_view one = rest_.substr(0, end);
  if (end == std::string_view::npos) {
    ended_ = true;
    rest_ = {};
  } else {
    rest_.remove_prefix(end + 1);
  }
  return accept(decode_text_packet(4, one, scratch_), packet);
}

PayloadReader::Step PayloadReader::next_v3_text(Packet& packet) {
  for (;;) {
    if (rest_.empty()) {
      ended_ = true;
      return Step::kEnd;
    }
    const std::size_t colon = rest_.substr(0, kMaxLengthDigits + 1).find(':');
    if (colon == std::string_view::npos || colon == 0) return fail();
    std::size_t units = 0;
    const auto parsed = std::from_chars(rest_.data(), rest_.data() + colon, units);
    if (parsed.ec != std::errc() || parsed.ptr != rest_.data() + colon) return fail();
    rest_.remove_prefix(colon + 1);

    std::size_t bytes = 0;
    while (units > 0 && bytes < rest_.size()) {
      const std::size_t taken = utf16_units(static_cast<unsigned char>(rest_[bytes]));
      if (taken > units) return fail();  // the length ends inside a surrogate pair
      units -= taken;
      ++bytes;
      while (bytes < rest_.size() && utf16_units(static_cast<unsigned char>(rest_[bytes])) == 0) ++bytes;
    }
    if (units > 0) return fail();
    const std::string_view one = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    if (!one.empty()) return accept(decode_text_packet(3, one, scratch_), packet);
    // "0:" is an empty list of packets and passed over; it counts, so that a body full of it stays cheap.
    if (packets_left_ == 0) return fail();
    --packets_left_;
  }
}

PayloadReader::Step PayloadReader::next_v3_bytes(Packet& packet) {
  if (rest_.empty()) {
    ended_ = true;
    return Step::kEnd;
  }
  const bool text = rest_.front() == '\x00';
  if (!text && rest_.front() != '\x01') return fail();
  const std::size_t end = rest_.substr(1, kMaxLengthDigits + 1).find(kLengthEnd);
  if (end == std::string_view::npos || end == 0) return fail();
  std::size_t length = 0;
  for (const char c : rest_.substr(1, end)) {
    if (static_cast<unsigned char>(c) > 9) return fail();
    length = length * 10 + static_cast<std::size_t>(c);
  }
  rest_.remove_prefix(end + 2);
  if (length > rest_.size()) return fail();
  const std::string_view one = rest_.substr(0, length);
  rest_.remove_prefix(length);
  if (!text) return accept(decode_v3_bytes_packet(one), packet);
  if (!util::is_utf8(one)) return fail();
  return accept(decode_text_packet(3, one, scratch_), packet);
}

Payload encode_payload(int protocol, bool text_only, std::span<const Packet> packets) {
  if (protocol != 3) return encode_v4(packets);
  const bool any_binary = std::any_of(packets.begin(), packets.end(), [](const Packet& p) { return p.binary; });
  return any_binary && !text_only ? encode_v3_bytes(packets) : encode_v3_text(packets);
}

std::string open_data(int protocol, const OpenInfo& info) {
  std::string json;
  util::JsonWriter w(json);
  w.begin_object().field("sid", info.sid).key("upgrades").begin_array();
  if (info.can_upgrade) w.value("websocket");
  w.end_array().field("pingInterval", info.ping_interval_ms).field("pingTimeout", info.ping_timeout_ms);
  if (protocol != 3) w.field("maxPayload", info.max_payload);
  w.end_object();
  return json;
}

}  // namespace chillin::engineio
