#include "engineio/packet_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "util/text.h"

namespace chillin::engineio {
namespace {

using namespace std::string_literals;

struct Owned {
  PacketType type = PacketType::kMessage;
  bool binary = false;
  std::string data;
  bool operator==(const Owned&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Owned& p) {
  return out << static_cast<int>(p.type) << (p.binary ? " bytes " : " text ") << testing::PrintToString(p.data);
}

/// All packets of a payload; `ok` false if it has a fault (the packets before it are there).
struct Read {
  std::vector<Owned> packets;
  bool ok = true;
};

Read read(int protocol, std::string_view body, bool binary = false, PayloadLimits limits = {}) {
  PayloadReader reader(protocol, body, binary, limits);
  Read result;
  for (;;) {
    Packet packet;
    const auto step = reader.next(packet);
    if (step == PayloadReader::Step::kPacket) {
      result.packets.push_back({packet.type, packet.binary, std::string(packet.data)});
      continue;
    }
    result.ok = step == PayloadReader::Step::kEnd;
    return result;
  }
}

Payload encode(int protocol, bool text_only, const std::vector<Owned>& packets) {
  std::vector<Packet> views;
  for (const Owned& p : packets) views.push_back({p.type, p.binary, p.data});
  return encode_payload(protocol, text_only, views);
}

const Owned kHello{PacketType::kMessage, false, "hello"};
const Owned kBytes{PacketType::kMessage, true, "\x01\x02\x03\x04"};
// One code unit each: "€"; two: "😀".
const Owned kWide{PacketType::kMessage, false, "€😀"};

// Vectors of engine.io-parser 5 and of the protocol's document

TEST(PayloadV4, JoinsPacketsByTheRecordSeparator) {
  EXPECT_EQ(encode(4, false, {kHello}).body, "4hello");
  EXPECT_EQ(encode(4, false, {kHello, {PacketType::kPing, false, ""}, kBytes}).body,
            "4hello\x1e"
            "2\x1e"
            "bAQIDBA==");
  EXPECT_FALSE(encode(4, false, {kBytes}).binary);
}
TEST(PayloadV4, ReadsWhatItWrites) {
  EXPECT_EQ(read(4,
                 "4hello\x1e"
                 "2\x1e"
                 "bAQIDBA==")
                .packets,
            (std::vector<Owned>{kHello, {PacketType::kPing, false, ""}, kBytes}));
  EXPECT_EQ(read(4, "2probe").packets, (std::vector<Owned>{{PacketType::kPing, false, "probe"}}));
}
TEST(PayloadV4, RefusesWhatIsNoPacket) {
  for (const std::string& body : {""s, "abc"s, "7x"s, "/"s, "4a\x1e"s, "\x1e"s,
                                  "4a\x1e\x1e"
                                  "4b"s,
                                  "b=A"s, "4\xff"s}) {
    EXPECT_FALSE(read(4, body).ok) << testing::PrintToString(body);
  }
  EXPECT_FALSE(read(4, "4a", true).ok) << "octet-stream is for revision 3";
}
TEST(PayloadV4, DeliversWhatStandsBeforeAFault) {
  const Read result = read(4,
                           "4hello\x1e"
                           "x");
  EXPECT_FALSE(result.ok);
  EXPECT_EQ(result.packets, std::vector<Owned>{kHello});
}
TEST(PayloadLimit, CountsPacketsAndBytes) {
  const std::string many =
      "4a\x1e"
      "4b\x1e"
      "4c";
  EXPECT_TRUE(read(4, many, false, {.max_bytes = 8, .max_packets = 3}).ok);
  EXPECT_FALSE(read(4, many, false, {.max_bytes = 7, .max_packets = 3}).ok);
  EXPECT_EQ(read(4, many, false, {.max_bytes = 8, .max_packets = 2}).packets.size(), 2U);
  EXPECT_FALSE(read(3, "0:0:0:", false, {.max_bytes = 100, .max_packets = 2}).ok);
  EXPECT_FALSE(read(3,
                    "\x00\x01\xff"
                    "2\x00\x01\xff"
                    "2"s,
                    true, {.max_bytes = 100, .max_packets = 1})
                   .ok);
}

// Vectors of engine.io-parser 2.2

TEST(PayloadV3, PrefixesTextWithItsLengthInUtf16CodeUnits) {
  EXPECT_EQ(encode(3, false, {kHello}).body, "6:4hello");
  EXPECT_EQ(encode(3, false, {kWide, kHello}).body, "4:4€😀6:4hello");
  EXPECT_EQ(encode(3, true, {kHello, kBytes}).body, "6:4hello10:b4AQIDBA==");
}
TEST(PayloadV3, WritesBytesForClientsThatTakeThem) {
  const Payload payload = encode(3, false, {kHello, kBytes});
  EXPECT_TRUE(payload.binary);
  EXPECT_EQ(payload.body,
            "\x00\x06\xff"
            "4hello\x01\x05\xff\x04\x01\x02\x03\x04"s);
}
TEST(PayloadV3, CountsTextInABinaryPayloadInBytes) {
  EXPECT_EQ(encode(3, false, {kWide, kBytes}).body.substr(0, 11),
            "\x00\x08\xff"
            "4€😀"s);
}
TEST(PayloadV3, ReadsText) {
  EXPECT_EQ(read(3, "6:4hello10:b4AQIDBA==4:4€😀").packets, (std::vector<Owned>{kHello, kBytes, kWide}));
  EXPECT_EQ(read(3, "0:6:4hello").packets, std::vector<Owned>{kHello});
  EXPECT_EQ(read(3, "06:4hello").packets, std::vector<Owned>{kHello});
}
TEST(PayloadV3, ReadsBytes) {
  EXPECT_EQ(read(3,
                 "\x00\x06\xff"
                 "4hello\x01\x05\xff\x04\x01\x02\x03\x04"s,
                 true)
                .packets,
            (std::vector<Owned>{kHello, kBytes}));
  EXPECT_EQ(read(3,
                 "\x00\x01\x00\xff"
                 "4012345678"s,
                 true)
                .packets,
            (std::vector<Owned>{{PacketType::kMessage, false, "012345678"}}));
  EXPECT_TRUE(read(3, "", true).ok) << "no packets at all";
}
TEST(PayloadV3, RefusesWrongLengths) {
  for (const std::string& body : {""s, "abc"s, "6:4hell"s, "5:4hello"s, ":4"s, "-1:4"s, "1e1:4234567890"s,
                                  "99999999999:4"s, "6"s, " 6:4hello"s, "2:4😀"s,
                                  "4:4a\xff"
                                  "b"s}) {
    EXPECT_FALSE(read(3, body).ok) << testing::PrintToString(body);
  }
}
TEST(PayloadV3, RefusesBrokenBytes) {
  for (const std::string& body : {"\x02\x01\xff"
                                  "4"s,
                                  "\x00\xff"
                                  "4"s,
                                  "\x00\x0a\xff"
                                  "4"s,
                                  "\x00\x09\xff"
                                  "4"s,
                                  "\x00\x01"s, "\x00"s, "\x01\x01\xff\x07"s, "\x01\x00\xff"s,
                                  "\x00\x02\xff"
                                  "4\xff"s,
                                  "\x00"s + std::string(400, '\x01')}) {
    EXPECT_FALSE(read(3, body, true).ok) << testing::PrintToString(body);
  }
}

// WebSocket messages

TEST(WsPacket, TextIsTypeAndData) {
  std::string scratch;
  const auto packet = decode_ws_packet(4, "4hello", false, scratch);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->data, "hello");
  EXPECT_FALSE(decode_ws_packet(4, "", false, scratch));
  EXPECT_FALSE(decode_ws_packet(4, "abc", false, scratch));
  EXPECT_FALSE(decode_ws_packet(3, "9", false, scratch));
}
TEST(WsPacket, BytesAreAMessageAndInRevision3BehindTheType) {
  std::string scratch;
  EXPECT_EQ(decode_ws_packet(4, "\x01\x02", true, scratch)->data, "\x01\x02");
  EXPECT_EQ(decode_ws_packet(4, "", true, scratch)->data, "");
  EXPECT_EQ(decode_ws_packet(3, "\x04\x01", true, scratch)->data, "\x01");
  EXPECT_FALSE(decode_ws_packet(3, "", true, scratch));
  EXPECT_FALSE(decode_ws_packet(3, "\x07\x01", true, scratch));
}
TEST(WsPacket, Base64IsForClientsThatTakeTextOnly) {
  std::string out;
  append_text_packet(out, 4, {PacketType::kMessage, true, "\x01\x02"});
  EXPECT_EQ(out, "bAQI=");
  out.clear();
  append_text_packet(out, 3, {PacketType::kMessage, true, "\x01\x02"});
  EXPECT_EQ(out, "b4AQI=");
  std::string scratch;
  EXPECT_EQ(decode_ws_packet(3, "b4AQI=", false, scratch)->data, "\x01\x02");
  EXPECT_FALSE(decode_ws_packet(3, "b2AQI=", false, scratch));
}

TEST(OpenPacket, HasTheFieldsOfItsRevision) {
  const OpenInfo info{"id1", true, 300, 200, 1'000'000};
  EXPECT_EQ(open_data(4, info),
            R"({"sid":"id1","upgrades":["websocket"],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000})");
  EXPECT_EQ(open_data(3, {"id1", false, 300, 200, 1'000'000}),
            R"({"sid":"id1","upgrades":[],"pingInterval":300,"pingTimeout":200})");
}

// Properties

rc::Gen<std::string> utf8_text() {
  return rc::gen::map(rc::gen::container<std::vector<char32_t>>(rc::gen::oneOf(
                          rc::gen::inRange<char32_t>(0x20, 0x7f), rc::gen::inRange<char32_t>(0x80, 0x800),
                          rc::gen::inRange<char32_t>(0x800, 0xd800), rc::gen::inRange<char32_t>(0x10000, 0x110000))),
                      [](const std::vector<char32_t>& points) {
                        std::string out;
                        for (const char32_t c : points) {
                          if (c < 0x80) {
                            out += static_cast<char>(c);
                          } else if (c < 0x800) {
                            out += static_cast<char>(0xc0 | (c >> 6));
                          } else {
                            if (c < 0x10000) {
                              out += static_cast<char>(0xe0 | (c >> 12));
                            } else {
                              out += static_cast<char>(0xf0 | (c >> 18));
                              out += static_cast<char>(0x80 | ((c >> 12) & 0x3f));
                            }
                            out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
                          }
                          if (c >= 0x80) out += static_cast<char>(0x80 | (c & 0x3f));
                        }
                        return out;
                      });
}

rc::Gen<std::vector<Owned>> packets() {
  const auto control =
      rc::gen::map(rc::gen::inRange(0, 7), [](int type) { return Owned{static_cast<PacketType>(type), false, ""}; });
  const auto text =
      rc::gen::map(utf8_text(), [](std::string data) { return Owned{PacketType::kMessage, false, std::move(data)}; });
  const auto bytes = rc::gen::map(rc::gen::container<std::string>(rc::gen::arbitrary<char>()),
                                  [](std::string data) { return Owned{PacketType::kMessage, true, std::move(data)}; });
  return rc::gen::nonEmpty(rc::gen::container<std::vector<Owned>>(rc::gen::oneOf(control, text, bytes)));
}

RC_GTEST_PROP(PayloadProperty, EveryPayloadReadsBackAsItWasWritten, ()) {
  const auto list = *packets();
  RC_LOG() << testing::PrintToString(list);
  for (const int protocol : {4, 3}) {
    for (const bool text_only : {false, true}) {
      const Payload payload = encode(protocol, text_only, list);
      const Read result = read(protocol, payload.body, payload.binary);
      RC_ASSERT(result.ok);
      RC_ASSERT(result.packets == list);
    }
  }
}

RC_GTEST_PROP(PayloadProperty, NoBodyBreaksTheReader, (const std::string& body, bool binary)) {
  for (const int protocol : {4, 3}) {
    const Read result = read(protocol, body, binary, {.max_bytes = 1'000, .max_packets = 10});
    RC_ASSERT(result.packets.size() <= 10U);
    for (const Owned& p : result.packets) RC_ASSERT(p.binary || util::is_utf8(p.data));
  }
}

}  // namespace
}  // namespace chillin::engineio
