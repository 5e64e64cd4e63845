#include "socketio/packet_codec.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "util/json_writer.h"
#include "util/text.h"

namespace chillin::socketio {
namespace {

constexpr std::int64_t kMaxAckId = 9'007'199'254'740'991;  // 2^53 - 1: what a JavaScript number holds exactly

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

int hex4(std::string_view text) noexcept {
  if (text.size() < 4) return -1;
  int value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + 4, value, 16);
  return ec == std::errc() && end == text.data() + 4 ? value : -1;
}

/// Turns every `\uD800`..`\uDFFF` escape that has no partner into `\ufffd`. A JavaScript client that cuts a string in
/// the middle of an emoji sends such a half; it is text that cannot be shown, not a broken packet: closing the
/// connection would make the client send it again, for ever. nullopt if there is none.
std::optional<std::string> replace_lone_surrogates(std::string_view text) {
  std::string out;
  std::size_t copied = 0;
  for (std::size_t i = text.find('\\'); i != std::string_view::npos && i + 1 < text.size();) {
    std::size_t next = i + 2;
    if (text[i + 1] == 'u') {
      const int unit = hex4(text.substr(i + 2));
      next = std::min(i + 6, text.size());
      if (unit >= 0xD800 && unit <= 0xDFFF) {
        const bool escape_follows = unit < 0xDC00 && text.substr(next, 2) == "\\u";
        const int low = escape_follows ? hex4(text.substr(next + 2)) : -1;
        if (low >= 0xDC00 && low <= 0xDFFF) {
          next += 6;
        } else {
          out.append(text.substr(copied, i - copied)).append("\\ufffd");
          copied = next;
        }
      }
    }
    i = text.find('\\', next);
  }
  if (copied == 0) return std::nullopt;
  out.append(text.substr(copied));
  return out;
}

std::optional<json::value> parse_json_once(std::string_view text, std::size_t max_depth) {
  json::parse_options options;
  options.max_depth = max_depth;
  // The parser's own stack; what does not fit goes to the heap.
  std::array<unsigned char, 2048> scratch;
  json::parser parser(json::storage_ptr{}, options, scratch.data(), scratch.size());
  boost::system::error_code ec;
  parser.write(text.data(), text.size(), ec);
  if (ec) return std::nullopt;
  return parser.release();
}

bool is_finite(const json::value& value) {
  if (const double* number = value.if_double()) return std::isfinite(*number);
  if (const json::array* array = value.if_array()) return std::all_of(array->begin(), array->end(), is_finite);
  const json::object* object = value.if_object();
  if (object == nullptr) return true;
  return std::all_of(object->begin(), object->end(), [](const auto& member) { return is_finite(member.value()); });
}

/// What has no JSON becomes null, as JSON.stringify has it. Boost.JSON reads 1e400 as infinity and would write
/// `Infinity`: one client's number, echoed to a room, would make every other client close its connection over a broken
/// packet.
void make_finite(json::value& value) {
  if (const double* number = value.if_double(); number != nullptr && !std::isfinite(*number)) value = nullptr;
  if (json::array* array = value.if_array()) std::for_each(array->begin(), array->end(), make_finite);
  if (json::object* object = value.if_object()) {
    for (auto& member : *object) make_finite(member.value());
  }
}

std::optional<json::value> parse_json(std::string_view text, std::size_t max_depth) {
  if (auto value = parse_json_once(text, max_depth)) return value;
  const auto repaired = replace_lone_surrogates(text);
  if (!repaired) return std::nullopt;
  return parse_json_once(*repaired, max_depth);
}

/// Whether every placeholder in `value` names one of `count` attachments. Recursion is bounded by the depth limit.
bool placeholders_valid(const json::value& value, std::size_t count) {
  if (const json::array* array = value.if_array()) {
    return std::all_of(array->begin(), array->end(),
                       [count](const json::value& v) { return placeholders_valid(v, count); });
  }
  const json::object* object = value.if_object();
  if (object == nullptr) return true;
  const json::value* mark = object->if_contains("_placeholder");
  if (mark != nullptr && mark->is_bool() && mark->get_bool()) {
    const json::value* num = object->if_contains("num");
    const std::int64_t* index = num == nullptr ? nullptr : num->if_int64();
    return index != nullptr && *index >= 0 && static_cast<std::size_t>(*index) < count;
  }
  return std::all_of(object->begin(), object->end(),
                     [count](const auto& member) { return placeholders_valid(member.value(), count); });
}

const char* check_payload(const Packet& packet, bool has_payload) {
  switch (packet.type) {
    case PacketType::kConnect:
      return !has_payload || packet.data.is_object() ? nullptr : "CONNECT payload is not an object";
    case PacketType::kDisconnect:
      return has_payload ? "DISCONNECT with a payload" : nullptr;
    case PacketType::kConnectError:
      return !has_payload || packet.data.is_object() || packet.data.is_string() ? nullptr
                                                                                : "invalid CONNECT_ERROR payload";
    case PacketType::kAck:
    case PacketType::kBinaryAck:
      if (packet.id < 0) return "ACK without an id";
      return packet.data.is_array() ? nullptr : "ACK payload is not an array";
    case PacketType::kEvent:
    case PacketType::kBinaryEvent:
      break;
  }
  const json::array* args = packet.data.if_array();
  if (args == nullptr || args->empty()) return "EVENT payload is not a non-empty array";
  if (const json::string* name = args->front().if_string()) {
    return is_reserved_event(std::string_view(name->data(), name->size())) ? "reserved event name" : nullptr;
  }
  return args->front().is_number() ? nullptr : "event name is neither text nor a number";
}

/// type [attachments "-"] [nsp ","] [id] [payload]
struct TextReader {
  std::string_view rest;

  [[nodiscard]] std::size_t digits() const noexcept {
    return static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_digit) - rest.begin());
  }
  /// Reads a decimal number; -1 if there is none, or it is larger than `max`.
  std::int64_t number(std::int64_t max) noexcept {
    const std::size_t n = digits();
    std::int64_t value = -1;
    const auto [end, ec] = std::from_chars(rest.data(), rest.data() + n, value);
    if (ec != std::errc() || value > max) return -1;
    rest.remove_prefix(n);
    return value;
  }
};

struct TextPacket {
  Packet packet;
  std::size_t attachments = 0;
};

util::Result<TextPacket, ParseError> decode_text(std::string_view message, const DecodeLimits& limits) {
  TextPacket out;
  Packet& packet = out.packet;
  if (message.empty() || message[0] < '0' || message[0] > '6') return ParseError{"unknown packet type"};
  packet.type = static_cast<PacketType>(message[0] - '0');
  const bool binary = packet.type == PacketType::kBinaryEvent || packet.type == PacketType::kBinaryAck;
  TextReader in{message.substr(1)};

  if (binary) {
    const std::int64_t count = in.number(kMaxAckId);
    if (count < 0 || in.rest.empty() || in.rest[0] != '-') return ParseError{"illegal attachments"};
    if (static_cast<std::size_t>(count) > limits.max_attachments) return ParseError{"too many attachments"};
    out.attachments = static_cast<std::size_t>(count);
    in.rest.remove_prefix(1);
  }
  if (!in.rest.empty() && in.rest[0] == '/') {
    const std::size_t comma = std::min(in.rest.find(','), in.rest.size());
    if (comma > limits.max_namespace_bytes) return ParseError{"namespace too long"};
    packet.nsp = in.rest.substr(0, comma);
    if (!util::is_utf8(packet.nsp)) return ParseError{"namespace is not UTF-8"};
    in.rest.remove_prefix(std::min(comma + 1, in.rest.size()));
  }
  if (in.digits() > 0) {
    packet.id = in.number(kMaxAckId);
    if (packet.id < 0) return ParseError{"acknowledgement id out of range"};
  }
  const bool has_payload = !in.rest.empty();
  if (has_payload) {
    auto value = parse_json(in.rest, limits.max_json_depth);
    if (!value) return ParseError{"invalid JSON"};
    packet.data = std::move(*value);
    if (!is_finite(packet.data)) make_finite(packet.data);
  }
  if (const char* problem = check_payload(packet, has_payload)) return ParseError{problem};
  if (binary) {
    if (!placeholders_valid(packet.data, out.attachments)) return ParseError{"illegal attachments"};
    packet.type = packet.type == PacketType::kBinaryEvent ? PacketType::kEvent : PacketType::kAck;
  }
  return out;
}

void append_header(std::string& out, PacketType type, std::size_t attachments, std::string_view nsp, std::int64_t id) {
  if (attachments > 0) {
    if (type == PacketType::kEvent) type = PacketType::kBinaryEvent;
    if (type == PacketType::kAck) type = PacketType::kBinaryAck;
  }
  out += static_cast<char>('0' + static_cast<int>(type));
  if (type == PacketType::kBinaryEvent || type == PacketType::kBinaryAck) {
    util::append_json_number(out, static_cast<std::int64_t>(attachments));
    out += '-';
  }
  if (nsp != "/") {
    out += nsp;
    out += ',';
  }
  if (id >= 0) util::append_json_number(out, id);
}

}  // namespace

bool is_reserved_event(std::string_view name) noexcept {
  static constexpr std::array<std::string_view, 6> kReserved = {"connect",       "connect_error", "disconnect",
                                                                "disconnecting", "newListener",   "removeListener"};
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

PacketDecoder::Decoded PacketDecoder::text(std::string_view message) {
  if (partial_) return ParseError{"text where an attachment was due"};
  if (message.size() > limits_->max_packet_bytes) return ParseError{"packet too large"};
  auto decoded = decode_text(message, *limits_);
  if (!decoded) return decoded.error();
  if (decoded->attachments == 0) return std::optional<Packet>(std::move(decoded->packet));
  partial_ = std::make_unique<Partial>(Partial{std::move(decoded->packet), decoded->attachments, message.size()});
  return std::optional<Packet>();
}

PacketDecoder::Decoded PacketDecoder::binary(std::string_view bytes) {
  if (!partial_) return ParseError{"attachment without a packet"};
  partial_->bytes += bytes.size();
  if (partial_->bytes > limits_->max_packet_bytes) return ParseError{"packet too large"};
  partial_->packet.attachments.emplace_back(bytes);
  if (--partial_->missing > 0) return std::optional<Packet>();
  std::optional<Packet> packet(std::move(partial_->packet));
  partial_.reset();
  return packet;
}

NamespaceQuery split_namespace_query(std::string_view nsp) {
  NamespaceQuery out;
  const std::size_t mark = nsp.find('?');
  out.name = nsp.substr(0, mark);
  if (mark == std::string_view::npos) return out;
  for (std::string_view rest = nsp.substr(mark + 1); !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const std::size_t equals = std::min(part.find('='), part.size());
    const auto key = util::url_decode(part.substr(0, equals));
    const auto value = util::url_decode(part.substr(std::min(equals + 1, part.size())));
    if (!key || !value || key->empty() || !util::is_utf8(*key) || !util::is_utf8(*value)) continue;
    out.query.insert_or_assign(*key, *value);
  }
  return out;
}

void append_json(std::string& out, const json::value& value) {
  if (!is_finite(value)) {
    json::value finite = value;
    make_finite(finite);
    return append_json(out, finite);
  }
  json::serializer serializer;
  serializer.reset(&value);
  std::array<char, 1024> buffer;
  while (!serializer.done()) {
    const auto piece = serializer.read(buffer.data(), buffer.size());
    out.append(piece.data(), piece.size());
  }
}

std::string encode_event(std::string_view nsp, std::string_view event, std::string_view args_json, std::int64_t id) {
  std::string out;
  out.reserve(nsp.size() + event.size() + args_json.size() + 32);
  append_header(out, PacketType::kEvent, 0, nsp, id);
  out += '[';
  util::append_json_string(out, event);
  if (!args_json.empty()) {
    out += ',';
    out += args_json;
  }
  out += ']';
  return out;
}

std::string encode_event(std::string_view nsp, std::string_view event, const Payload& payload, std::int64_t id) {
  std::string out;
  append_header(out, PacketType::kEvent, payload.attachments.size(), nsp, id);
  out += '[';
  util::append_json_string(out, event);
  for (const json::value& arg : payload.args) {
    out += ',';
    append_json(out, arg);
  }
  out += ']';
  return out;
}

std::string encode_ack(std::string_view nsp, std::int64_t id, std::string_view args_json) {
  std::string out;
  out.reserve(nsp.size() + args_json.size() + 24);
  append_header(out, PacketType::kAck, 0, nsp, id);
  out += args_json;
  return out;
}

std::string encode_ack(std::string_view nsp, std::int64_t id, const Payload& payload) {
  std::string out;
  append_header(out, PacketType::kAck, payload.attachments.size(), nsp, id);
  out += '[';
  for (const json::value& arg : payload.args) {
    if (out.back() != '[') out += ',';
    append_json(out, arg);
  }
  out += ']';
  return out;
}

std::string encode_packet(const Packet& packet) {
  std::string out;
  append_header(out, packet.type, packet.attachments.size(), packet.nsp, packet.id);
  if (!packet.data.is_null()) append_json(out, packet.data);
  return out;
}

engineio::EncodedPtr encode_shared_event(std::string_view nsp, std::string_view event, const Payload& payload,
                                         std::int64_t id) {
  engineio::EncodedBuilder builder;
  builder.text(encode_event(nsp, event, payload, id));
  for (const std::string& bytes : payload.attachments) builder.binary(bytes);
  return builder.finish();
}

}  // namespace chillin::socketio
