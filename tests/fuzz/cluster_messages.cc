// What other servers publish on Redis, on arbitrary bytes: broadcasts, requests and responses, in MessagePack and JSON.
//
// Input: one byte that says which of the three, then the message.
// Properties: nothing crashes; what was accepted can be written again, and is read again as the same.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "socketio/packet_codec.h"
#include "socketio_redis/cluster_messages.h"

using namespace chillin::socketio;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// Equal, with the bytes that placeholders stand for in their place. Fractions but for their last digits:
/// Boost.JSON 1.81 does not always read the double that it wrote.
bool same(const json::value& a, const Payload& in_a, const json::value& b, const Payload& in_b) {
  if (const auto bytes = in_a.binary(a)) return bytes == in_b.binary(b);
  if (a.is_number() && b.is_number()) {
    const double x = a.to_number<double>();
    const double y = b.to_number<double>();
    return std::abs(x - y) <= 1e-12 * std::abs(x) + 1e-300;
  }
  if (a.kind() != b.kind()) return false;
  if (a.is_array()) {
    return std::ranges::equal(a.get_array(), b.get_array(),
                              [&](const auto& x, const auto& y) { return same(x, in_a, y, in_b); });
  }
  if (!a.is_object()) return a == b;
  return std::ranges::equal(a.get_object(), b.get_object(), [&](const auto& x, const auto& y) {
    return x.key() == y.key() && same(x.value(), in_a, y.value(), in_b);
  });
}

bool same(const Payload& a, const Payload& b) {
  return same(json::value(a.args), a, json::value(b.args), b);
}

bool same(const Target& a, const Target& b) {
  return a.rooms == b.rooms && a.except == b.except && a.is_volatile == b.is_volatile;
}

void check_broadcast(std::string_view message) {
  const auto received = decode_broadcast(message);
  // Those of other namespaces go no further.
  if (!received || received->nsp != "/") return;
  const auto packet = encode_shared_event(received->nsp, received->event, received->payload);
  // Without bytes: our own packets hold them only where the arguments refer to them.
  if (!received->payload.attachments.empty()) return;
  const auto again = encode_broadcast(received->uid, received->nsp, *packet, received->target);
  require(again.has_value());
  const auto back = decode_broadcast(*again);
  require(back.has_value());
  require(back->uid == received->uid && back->event == received->event && same(back->target, received->target));
  require(same(received->payload, back->payload));
}

void check_request(std::string_view message) {
  const auto received = decode_request(message);
  if (!received) return;
  const auto back = decode_request(encode_request(*received, "/"));
  require(back.has_value());
  require(back->type == received->type && back->uid == received->uid && back->id == received->id);
  require(back->event == received->event);
  if (received->target) require(same(*back->target, *received->target));
  if (received->type == RequestType::kBroadcast) require(same(received->payload, back->payload));
}

void check_response(std::string_view message) {
  const auto received = decode_response(message);
  if (!received) return;
  const auto back = decode_response(encode_response(*received));
  require(back.has_value());
  require(back->request_id == received->request_id && back->type == received->type);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view message(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      check_broadcast(message);
      break;
    case 1:
      check_request(message);
      break;
    default:
      check_response(message);
  }
  return 0;
}
