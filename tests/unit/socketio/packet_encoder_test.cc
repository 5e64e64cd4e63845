#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "socketio/packet_codec.h"

namespace chillin::socketio {
namespace {

const DecodeLimits kLimits;

TEST(PacketEncoder, WritesEventsWithReadyMadeArguments) {
  EXPECT_EQ(encode_event("/", "hello", R"(1,{"a":2})"), R"(2["hello",1,{"a":2}])");
  EXPECT_EQ(encode_event("/", "hello", ""), R"(2["hello"])");
  EXPECT_EQ(encode_event("/admin", "he\"y", "1", 12), R"(2/admin,12["he\"y",1])");
}

TEST(PacketEncoder, WritesEventsWithPayload) {
  EXPECT_EQ(encode_event("/", "hello", Payload::of("x", 1, nullptr)), R"(2["hello","x",1,null])");
  EXPECT_EQ(encode_event("/", "hello", Payload{}), R"(2["hello"])");
  Payload binary;
  binary.args.push_back(binary.add_binary("\x01"));
  binary.args.push_back(json::object{{"deep", binary.add_binary("\x02")}});
  EXPECT_EQ(encode_event("/admin", "hello", binary, 7),
            R"(52-/admin,7["hello",{"_placeholder":true,"num":0},{"deep":{"_placeholder":true,"num":1}}])");
}

TEST(PacketEncoder, WritesNumbersThatJsonDoesNotHaveAsNull) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(encode_event("/", "a", Payload::of(infinity, json::object{{"b", std::nan("")}})),
            R"(2["a",null,{"b":null}])");
}

TEST(PacketEncoder, WritesAcks) {
  EXPECT_EQ(encode_ack("/", 13, Payload::of(nullptr, "ok")), R"(313[null,"ok"])");
  EXPECT_EQ(encode_ack("/", 0, Payload{}), "30[]");
  EXPECT_EQ(encode_ack("/admin", 13, R"([null,{"a":1}])"), R"(3/admin,13[null,{"a":1}])");
  Payload binary;
  binary.args.push_back(binary.add_binary("x"));
  EXPECT_EQ(encode_ack("/", 1, binary), R"(61-1[{"_placeholder":true,"num":0}])");
}

TEST(PacketEncoder, WritesControlPackets) {
  EXPECT_EQ(encode_packet({PacketType::kConnect, "/", -1, json::object{{"sid", "abc"}}, {}}), R"(0{"sid":"abc"})");
  EXPECT_EQ(encode_packet({PacketType::kConnect, "/admin", -1, nullptr, {}}), "0/admin,");
  EXPECT_EQ(encode_packet({PacketType::kDisconnect, "/admin", -1, nullptr, {}}), "1/admin,");
  EXPECT_EQ(encode_packet({PacketType::kDisconnect, "/", -1, nullptr, {}}), "1");
  EXPECT_EQ(encode_packet({PacketType::kConnectError, "/", -1, "no", {}}), R"(4"no")");
}

TEST(PacketEncoder, EncodesASharedEventWithItsAttachmentsBehindIt) {
  Payload payload;
  payload.args.push_back(payload.add_binary("bytes"));
  const auto encoded = encode_shared_event("/", "file", payload);
  ASSERT_EQ(encoded->packets(), 2u);
  EXPECT_EQ(encoded->data(0), R"(51-["file",{"_placeholder":true,"num":0}])");
  EXPECT_FALSE(encoded->binary(0));
  EXPECT_EQ(encoded->data(1), "bytes");
  EXPECT_TRUE(encoded->binary(1));
}

TEST(Payload, FindsTheBytesOfAPlaceholder) {
  Payload payload;
  const json::value first = payload.add_binary("one");
  const json::value second = payload.add_binary("two");
  EXPECT_EQ(payload.binary(first), "one");
  EXPECT_EQ(payload.binary(second), "two");
  EXPECT_EQ(payload.binary(json::object{{"_placeholder", true}, {"num", 2}}), std::nullopt);
  EXPECT_EQ(payload.binary(json::object{{"_placeholder", true}, {"num", -1}}), std::nullopt);
  EXPECT_EQ(payload.binary(json::object{{"_placeholder", "true"}, {"num", 0}}), std::nullopt);
  EXPECT_EQ(payload.binary("one"), std::nullopt);
}

// --- round trips ---

std::string random_text() {
  static const std::string kPieces[] = {
      "a", "Z", "0", "\"", "\\", "\n", "\x01", "\xC3\xA9", "\xE2\x80\xA8", "\xF0\x9F\x98\x80", "_placeholder",
      "/", ",", "[", "{"};
  std::string text;
  const int n = *rc::gen::inRange(0, 8);
  for (int i = 0; i < n; ++i) text += kPieces[static_cast<std::size_t>(*rc::gen::inRange(0, 15))];
  return text;
}

json::value random_value(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 8 : 6)) {
    case 0:
      return nullptr;
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::arbitrary<std::int64_t>();
    case 3:
      return static_cast<double>(*rc::gen::arbitrary<std::int32_t>()) / 8.0 + 0.0625;
    case 4:
    case 5:
      return json::value(random_text());
    case 6: {
      json::array array;
      const int n = *rc::gen::inRange(0, 4);
      for (int i = 0; i < n; ++i) array.push_back(random_value(depth - 1));
      return array;
    }
    default: {
      json::object object;
      const int n = *rc::gen::inRange(0, 4);
      // A user's object that looks like a placeholder is one, in this protocol: none here.
      for (int i = 0; i < n; ++i) object.insert_or_assign("k" + random_text(), random_value(depth - 1));
      return object;
    }
  }
}

Packet random_packet() {
  static const std::string kNames[] = {"/", "/admin", "/a/b?c=d"};
  Packet packet;
  packet.nsp = kNames[static_cast<std::size_t>(*rc::gen::inRange(0, 3))];
  const bool ack = *rc::gen::arbitrary<bool>();
  packet.type = ack ? PacketType::kAck : PacketType::kEvent;
  packet.id = ack || *rc::gen::arbitrary<bool>() ? *rc::gen::inRange<std::int64_t>(0, 9'007'199'254'740'991) : -1;
  json::array args;
  if (!ack) args.push_back(json::value("e" + random_text()));
  const int n = *rc::gen::inRange(0, 4);
  for (int i = 0; i < n; ++i) args.push_back(random_value(3));
  Payload payload;
  const int attachments = *rc::gen::inRange(0, 4);
  for (int i = 0; i < attachments; ++i) args.push_back(payload.add_binary(*rc::gen::arbitrary<std::string>()));
  packet.data = std::move(args);
  packet.attachments = std::move(payload.attachments);
  return packet;
}

Packet decode_all(const std::string& text, const std::vector<std::string>& attachments) {
  PacketDecoder decoder(kLimits);
  auto decoded = decoder.text(text);
  for (const std::string& bytes : attachments) {
    RC_ASSERT(decoded.ok() && !decoded->has_value());
    decoded = decoder.binary(bytes);
  }
  RC_ASSERT(decoded.ok() && decoded->has_value());
  return std::move(**decoded);
}

RC_GTEST_PROP(PacketRoundTrip, WhatIsEncodedIsDecodedAlike, ()) {
  const Packet sent = random_packet();
  const Packet received = decode_all(encode_packet(sent), sent.attachments);
  RC_ASSERT(received.type == sent.type);
  RC_ASSERT(received.nsp == sent.nsp);
  RC_ASSERT(received.id == sent.id);
  RC_ASSERT(received.data == sent.data);
  RC_ASSERT(received.attachments == sent.attachments);
}

RC_GTEST_PROP(PacketRoundTrip, EveryEncoderOfAnEventWritesTheSame, ()) {
  const Packet packet = random_packet();
  RC_PRE(packet.type == PacketType::kEvent);
  const json::array& data = packet.data.get_array();
  const std::string name = json::value_to<std::string>(data.front());
  Payload payload(json::array(data.begin() + 1, data.end()));
  payload.attachments = packet.attachments;
  const auto shared = encode_shared_event(packet.nsp, name, payload, packet.id);
  const Packet received = decode_all(encode_event(packet.nsp, name, payload, packet.id), packet.attachments);
  RC_ASSERT(received.data == packet.data);
  RC_ASSERT(shared->packets() == 1 + packet.attachments.size());
  RC_ASSERT(shared->data(0) == encode_event(packet.nsp, name, payload, packet.id));
}

}  // namespace
}  // namespace chillin::socketio
