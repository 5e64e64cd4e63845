#include "socketio_redis/cluster_messages.h"

#include <cstddef>
#include <limits>
#include <utility>

#include "socketio/packet_codec.h"
#include "socketio_redis/json_msgpack.h"
#include "util/msgpack.h"

namespace chillin::socketio {
namespace {

using util::MsgpackReader;
using util::MsgpackWriter;

constexpr util::Millis kDefaultTimeout{5'000};
constexpr std::int64_t kLongestTimeoutMs = 10 * 60 * 1'000;

/// Our own packets: whatever was let in here may go out.
const DecodeLimits kNoLimits{.max_attachments = std::numeric_limits<std::size_t>::max(),
                             .max_json_depth = 2 * kMaxMessageDepth,
                             .max_packet_bytes = std::numeric_limits<std::size_t>::max()};

json::array to_json(const std::vector<std::string>& list) {
  json::array out;
  out.reserve(list.size());
  for (const std::string& text : list) out.emplace_back(text);
  return out;
}

/// The texts of an array (numbers as their text: rooms of Node.js may be numbers); whatever else it holds is passed
/// over.
std::vector<std::string> strings(const json::value* value) {
  std::vector<std::string> out;
  if (value == nullptr || !value->is_array()) return out;
  for (const json::value& element : value->get_array()) {
    if (element.is_string()) out.emplace_back(std::string_view(element.get_string()));
    if (element.is_number()) out.push_back(json::serialize(element));
  }
  return out;
}

std::string string_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(std::string_view(value->get_string())) : std::string();
}

const json::object* object_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr ? value->if_object() : nullptr;
}

bool flag_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

Target target_of(const json::object& opts) {
  Target target{.rooms = strings(opts.if_contains("rooms")), .except = strings(opts.if_contains("except"))};
  if (const json::object* flags = object_at(opts, "flags")) target.is_volatile = flag_at(*flags, "volatile");
  return target;
}

json::object opts_of(const Target& target, std::optional<util::Millis> timeout = {}) {
  json::object flags;
  if (target.is_volatile) flags["volatile"] = true;
  if (timeout) flags["timeout"] = timeout->count();
  return {{"rooms", to_json(target.rooms)}, {"except", to_json(target.except)}, {"flags", std::move(flags)}};
}

/// The event of a packet object `{type, data, nsp}`: its name, and the rest of `data` as the payload's arguments.
bool take_event(json::object& packet, std::string& event, Payload& payload) {
  json::value* type = packet.if_contains("type");
  json::value* data = packet.if_contains("data");
  if (type == nullptr || data == nullptr || !data->is_array() || data->get_array().empty()) return false;
  if (*type != static_cast<int>(PacketType::kEvent) && *type != static_cast<int>(PacketType::kBinaryEvent))
    return false;
  json::array& args = data->get_array();
  if (!args[0].is_string()) return false;
  event = std::string_view(args[0].get_string());
  if (is_reserved_event(event)) return false;
  args.erase(args.begin());
  payload.args = std::move(args);
  return true;
}

/// A request or response: JSON if it begins like it, else MessagePack.
std::optional<json::object> parse(std::string_view message, Payload& attachments) {
  std::optional<json::value> value;
  if (message.starts_with('{')) {
    json::error_code error;
    json::parse_options options;
    options.max_depth = kMaxMessageDepth;
    value = json::parse(json::string_view(message), error, {}, options);
    if (error) return std::nullopt;
  } else {
    MsgpackReader reader(message);
    value = read_msgpack(reader, attachments);
    if (!reader.at_end()) return std::nullopt;
  }
  if (!value || !value->is_object()) return std::nullopt;
  return std::move(value->get_object());
}

std::string packed(const json::object& object, const Payload& attachments) {
  std::string out;
  append_msgpack(out, object, attachments);
  return out;
}

util::Millis timeout_of(const json::object& opts) {
  const json::object* flags = object_at(opts, "flags");
  const json::value* timeout = flags != nullptr ? flags->if_contains("timeout") : nullptr;
  if (timeout == nullptr || !timeout->is_number()) return kDefaultTimeout;
  json::error_code error;
  const auto ms = timeout->to_number<std::int64_t>(error);
  if (error || ms <= 0 || ms > kLongestTimeoutMs) return kDefaultTimeout;
  return util::Millis(ms);
}

}  // namespace

Channels::Channels(const std::string& prefix, const std::string& nsp, const std::string& uid)
    : broadcast(prefix + "#" + nsp + "#"),
      request(prefix + "-request#" + nsp + "#"),
      response(prefix + "-response#" + nsp + "#"),
      own_response(response + uid + "#") {}

std::optional<std::string> encode_broadcast(std::string_view uid, std::string_view nsp, const engineio::Encoded& packet,
                                            const Target& target) {
  PacketDecoder decoder(kNoLimits);
  auto decoded = decoder.text(packet.data(0));
  for (std::size_t i = 1; decoded && !decoded->has_value() && i < packet.packets(); ++i) {
    decoded = decoder.binary(packet.data(i));
  }
  if (!decoded || !decoded->has_value() || (*decoded)->type != PacketType::kEvent) return std::nullopt;
  Payload payload;
  payload.attachments = std::move((*decoded)->attachments);

  std::string out;
  MsgpackWriter writer(out);
  writer.array(3).text(uid);
  writer.map(3).text("type").integer(static_cast<int>(PacketType::kEvent)).text("data");
  append_msgpack(out, (*decoded)->data, payload);
  writer.text("nsp").text(nsp);
  append_msgpack(out, opts_of(target), {});
  return out;
}

std::optional<RemoteBroadcast> decode_broadcast(std::string_view message) {
  MsgpackReader reader(message);
  if (reader.array() != 3U) return std::nullopt;
  RemoteBroadcast out;
  const auto uid = reader.text();
  if (!uid) return std::nullopt;
  out.uid = *uid;
  auto packet = read_msgpack(reader, out.payload);
  if (!packet || !packet->is_object()) return std::nullopt;
  Payload none;
  const auto opts = read_msgpack(reader, none);
  if (!opts || !opts->is_object() || !reader.at_end()) return std::nullopt;
  if (!take_event(packet->get_object(), out.event, out.payload)) return std::nullopt;
  out.nsp = packet->get_object().contains("nsp") ? string_at(packet->get_object(), "nsp") : "/";
  out.target = target_of(opts->get_object());
  return out;
}

std::string encode_request(const Request& request, std::string_view nsp) {
  json::object out{{"uid", request.uid}, {"type", static_cast<int>(request.type)}};
  if (!request.id.empty()) out["requestId"] = request.id;
  if (request.type == RequestType::kBroadcast) {
    json::array data = request.payload.args;
    data.insert(data.begin(), json::value(request.event));
    out["packet"] =
        json::object{{"type", static_cast<int>(PacketType::kEvent)}, {"data", std::move(data)}, {"nsp", nsp}};
    out["opts"] = opts_of(*request.target, request.timeout);
    return packed(out, request.payload);
  }
  if (request.target) out["opts"] = opts_of(*request.target);
  if (!request.rooms.empty()) out["rooms"] = to_json(request.rooms);
  if (request.type == RequestType::kRemoteDisconnect) out["close"] = request.close;
  if (request.type == RequestType::kServerSideEmit) out["data"] = request.data;
  return json::serialize(out);
}

std::optional<Request> decode_request(std::string_view message) {
  Request out;
  auto object = parse(message, out.payload);
  if (!object) return std::nullopt;
  const json::value* type = object->if_contains("type");
  if (type == nullptr || !type->is_int64() || type->get_int64() < 0 || type->get_int64() > 9) return std::nullopt;
  out.type = static_cast<RequestType>(type->get_int64());
  out.uid = string_at(*object, "uid");
  out.id = string_at(*object, "requestId");
  out.rooms = strings(object->if_contains("rooms"));
  out.socket = string_at(*object, "sid");
  if (const std::string room = string_at(*object, "room"); !room.empty()) out.rooms.push_back(room);
  out.close = flag_at(*object, "close");
  if (const json::object* opts = object_at(*object, "opts")) {
    out.target = target_of(*opts);
    out.timeout = timeout_of(*opts);
  }
  if (out.type == RequestType::kServerSideEmit) {
    json::value* data = object->if_contains("data");
    if (data == nullptr || !data->is_array()) return std::nullopt;
    out.data = std::move(data->get_array());
  }
  if (out.type == RequestType::kBroadcast) {
    json::value* packet = object->if_contains("packet");
    if (packet == nullptr || !packet->is_object() || !out.target) return std::nullopt;
    if (!take_event(packet->get_object(), out.event, out.payload)) return std::nullopt;
  }
  return out;
}

std::string encode_response(const Response& response) {
  json::object out = response.body;
  out["requestId"] = response.request_id;
  if (response.type) out["type"] = static_cast<int>(*response.type);
  // As the reference has it: JSON, except for acknowledgements, which may hold bytes.
  if (response.type == RequestType::kBroadcastAck) return packed(out, response.attachments);
  return json::serialize(out);
}

std::optional<Response> decode_response(std::string_view message) {
  Response out;
  auto object = parse(message, out.attachments);
  if (!object) return std::nullopt;
  out.request_id = string_at(*object, "requestId");
  if (out.request_id.empty()) return std::nullopt;
  const json::value* type = object->if_contains("type");
  if (type != nullptr && type->is_int64() && type->get_int64() >= 0 && type->get_int64() <= 9) {
    out.type = static_cast<RequestType>(type->get_int64());
  }
  out.body = *std::move(object);
  return out;
}

}  // namespace chillin::socketio
