#include "socketio_redis/json_msgpack.h"

#include <cmath>
#include <cstdint>
#include <utility>

#include "util/clock.h"
#include "util/text.h"

namespace chillin::socketio {
namespace {

using util::MsgpackReader;
using util::MsgpackWriter;

constexpr std::int8_t kTimestamp = -1;

std::string_view view(const json::string& text) {
  return {text.data(), text.size()};
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t out = 0;
  for (const char c : bytes) out = (out << 8) | static_cast<std::uint8_t>(c);
  return out;
}

/// The three forms of a timestamp: seconds; 30 bits of nanoseconds and 34 of seconds; nanoseconds and 64 bits of
/// seconds.
json::value timestamp(std::string_view bytes) {
  std::int64_t seconds = 0;
  std::uint64_t nanos = 0;
  if (bytes.size() == 4) {
    seconds = static_cast<std::int64_t>(big_endian(bytes));
  } else if (bytes.size() == 8) {
    const std::uint64_t both = big_endian(bytes);
    seconds = static_cast<std::int64_t>(both & 0x3ffffffffULL);
    nanos = both >> 34;
  } else if (bytes.size() == 12) {
    nanos = big_endian(bytes.substr(0, 4));
    seconds = static_cast<std::int64_t>(big_endian(bytes.substr(4)));
  } else {
    return nullptr;
  }
  constexpr std::int64_t kYear10000 = 253'402'300'800;
  if (seconds < 0 || seconds >= kYear10000) return nullptr;
  return json::value(util::iso8601({seconds * 1'000 + static_cast<std::int64_t>(nanos / 1'000'000)}));
}

std::string key_of(const MsgpackReader::Value& value) {
  if (value.type == MsgpackReader::Type::kText) return std::string(value.bytes);
  if (value.type == MsgpackReader::Type::kInteger) return std::to_string(value.integer);
  return {};
}

std::optional<json::value> read(MsgpackReader& reader, Payload& payload, std::size_t depth_left) {
  using Type = MsgpackReader::Type;
  const auto value = reader.next();
  if (!value) return std::nullopt;
  switch (value->type) {
    case Type::kNil:
      return json::value(nullptr);
    case Type::kBoolean:
      return json::value(value->boolean);
    case Type::kInteger:
      return json::value(value->integer);
    case Type::kUnsigned:
      return json::value(value->unsigned_integer);
    case Type::kReal:
      return std::isfinite(value->real) ? json::value(value->real) : json::value(nullptr);
    case Type::kText:
      if (!util::is_utf8(value->bytes)) return std::nullopt;
      return json::value(json::string_view(value->bytes));
    case Type::kBinary:
      return payload.add_binary(std::string(value->bytes));
    case Type::kExtension:
      return value->extension == kTimestamp ? timestamp(value->bytes) : json::value(nullptr);
    case Type::kArray: {
      if (depth_left == 0) return std::nullopt;
      json::array out;
      for (std::size_t i = 0; i < value->size; ++i) {
        auto element = read(reader, payload, depth_left - 1);
        if (!element) return std::nullopt;
        out.push_back(*std::move(element));
      }
      return json::value(std::move(out));
    }
    case Type::kMap: {
      if (depth_left == 0) return std::nullopt;
      json::object out;
      for (std::size_t i = 0; i < value->size; ++i) {
        const auto key = reader.next();
        if (!key || key->size > 0) return std::nullopt;
        const std::string name = key_of(*key);
        auto element = read(reader, payload, depth_left - 1);
        if (!element || !util::is_utf8(name)) return std::nullopt;
        out.insert_or_assign(name, *std::move(element));
      }
      return json::value(std::move(out));
    }
  }
  return std::nullopt;
}

}  // namespace

void append_msgpack(std::string& out, const json::value& value, const Payload& payload) {
  MsgpackWriter writer(out);
  switch (value.kind()) {
    case json::kind::null:
      writer.nil();
      break;
    case json::kind::bool_:
      writer.boolean(value.get_bool());
      break;
    case json::kind::int64:
      writer.integer(value.get_int64());
      break;
    case json::kind::uint64:
      writer.unsigned_integer(value.get_uint64());
      break;
    case json::kind::double_:
      writer.real(value.get_double());
      break;
    case json::kind::string:
      writer.text(view(value.get_string()));
      break;
    case json::kind::array:
      writer.array(value.get_array().size());
      for (const json::value& element : value.get_array()) append_msgpack(out, element, payload);
      break;
    case json::kind::object:
      if (const auto bytes = payload.binary(value)) {
        writer.binary(*bytes);
        break;
      }
      writer.map(value.get_object().size());
      for (const auto& [key, element] : value.get_object()) {
        writer.text({key.data(), key.size()});
        append_msgpack(out, element, payload);
      }
      break;
  }
}

std::optional<json::value> read_msgpack(MsgpackReader& reader, Payload& payload, std::size_t max_depth) {
  return read(reader, payload, max_depth);
}

}  // namespace chillin::socketio
