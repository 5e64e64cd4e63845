// Vectors of the protocol document (revisions 4 and 5), and the behaviour of socket.io-parser 4.2.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "socketio/packet_codec.h"

namespace chillin::socketio {
namespace {

const DecodeLimits kLimits;

/// The packet that one text message is; fails the test if it is none.
Packet decode(std::string_view text, const DecodeLimits& limits = kLimits) {
  PacketDecoder decoder(limits);
  auto decoded = decoder.text(text);
  EXPECT_TRUE(decoded.ok()) << text << ": " << (decoded.ok() ? "" : decoded.error().what);
  if (!decoded.ok() || !decoded->has_value()) return {};
  return std::move(**decoded);
}

std::string refusal(std::string_view text, const DecodeLimits& limits = kLimits) {
  PacketDecoder decoder(limits);
  const auto decoded = decoder.text(text);
  return decoded.ok() ? "accepted" : decoded.error().what;
}

std::string json_of(const Packet& packet) {
  return json::serialize(packet.data);
}

TEST(PacketDecoder, ReadsConnectToTheMainNamespaceWithAndWithoutPayload) {
  EXPECT_EQ(decode("0").type, PacketType::kConnect);
  EXPECT_EQ(decode("0").nsp, "/");
  EXPECT_TRUE(decode("0").data.is_null());
  EXPECT_EQ(json_of(decode(R"(0{"token":"123"})")), R"({"token":"123"})");
}

TEST(PacketDecoder, ReadsConnectToANamespaceWithOrWithoutComma) {
  EXPECT_EQ(decode("0/admin,").nsp, "/admin");
  EXPECT_EQ(decode("0/admin").nsp, "/admin");
  const Packet packet = decode(R"(0/admin,{"token":"123"})");
  EXPECT_EQ(packet.nsp, "/admin");
  EXPECT_EQ(json_of(packet), R"({"token":"123"})");
}

TEST(PacketDecoder, KeepsTheQueryOfARevision4Connect) {
  const Packet packet = decode("0/admin?token=1234&uid=abcd,");
  EXPECT_EQ(packet.nsp, "/admin?token=1234&uid=abcd");
  const auto [name, query] = split_namespace_query(packet.nsp);
  EXPECT_EQ(name, "/admin");
  EXPECT_EQ(json::serialize(query), R"({"token":"1234","uid":"abcd"})");
}

TEST(PacketDecoder, ReadsEventsWithAckIdAndNamespace) {
  const Packet plain = decode(R"(2["hello",1])");
  EXPECT_EQ(plain.type, PacketType::kEvent);
  EXPECT_EQ(plain.id, -1);
  EXPECT_EQ(json_of(plain), R"(["hello",1])");
  const Packet acked = decode(R"(2/admin,456["project:delete",123])");
  EXPECT_EQ(acked.nsp, "/admin");
  EXPECT_EQ(acked.id, 456);
  EXPECT_EQ(json_of(acked), R"(["project:delete",123])");
  EXPECT_EQ(decode(R"(212["hello"])").id, 12);
  EXPECT_EQ(decode(R"(20["hello"])").id, 0);
}

TEST(PacketDecoder, ReadsNumericEventNames) {
  EXPECT_EQ(json_of(decode("2[7,true]")), "[7,true]");
}

TEST(PacketDecoder, ReadsAcksDisconnectsAndConnectErrors) {
  const Packet ack = decode("3/admin,456[]");
  EXPECT_EQ(ack.type, PacketType::kAck);
  EXPECT_EQ(ack.id, 456);
  EXPECT_EQ(decode("1/admin,").type, PacketType::kDisconnect);
  EXPECT_EQ(decode("1").nsp, "/");
  EXPECT_EQ(json_of(decode(R"(4{"message":"Not authorized"})")), R"({"message":"Not authorized"})");
  EXPECT_EQ(json_of(decode(R"(4"Not authorized")")), R"("Not authorized")");
}

TEST(PacketDecoder, CollectsAttachmentsOfABinaryEvent) {
  PacketDecoder decoder(kLimits);
  const auto text =
      decoder.text(R"(52-/admin,23["hello",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  ASSERT_TRUE(text.ok());
  EXPECT_FALSE(text->has_value());
  const auto first = decoder.binary("\x01\x02");
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(first->has_value());
  const auto second = decoder.binary("");
  ASSERT_TRUE(second.ok());
  ASSERT_TRUE(second->has_value());
  const Packet& packet = **second;
  EXPECT_EQ(packet.type, PacketType::kEvent);
  EXPECT_EQ(packet.nsp, "/admin");
  EXPECT_EQ(packet.id, 23);
  EXPECT_THAT(packet.attachments, testing::ElementsAre("\x01\x02", ""));
  EXPECT_TRUE(decoder.text(R"(2["next"])").ok()) << "ready for the next packet";
}

TEST(PacketDecoder, TakesABinaryPacketWithoutAttachmentsAsAnOrdinaryOne) {
  const Packet packet = decode(R"(50-["hello"])");
  EXPECT_EQ(packet.type, PacketType::kEvent);
  EXPECT_EQ(json_of(packet), R"(["hello"])");
  EXPECT_EQ(decode("60-7[1]").type, PacketType::kAck);
}

TEST(PacketDecoder, RefusesUnknownTypes) {
  for (const char* text : {"", "7", "9[\"a\"]", "abc", "-", " 2[\"a\"]"}) {
    EXPECT_EQ(refusal(text), "unknown packet type") << text;
  }
}

TEST(PacketDecoder, RefusesPayloadsOfTheWrongKind) {
  for (const char* text : {"0[]", "0\"x\"", "0null",   "0/admin,12x", "1{}",        "1/admin,[]", "2",
                           "2{}", "2[]",    "2[null]", "2[{}]",       "2[[\"a\"]]", "2\"a\"",     "3",
                           "312", "312{}",  "3[]",     "4[]",         "41true",     "2/a",        "2/a,"}) {
    EXPECT_NE(refusal(text), "accepted") << text;
  }
}

TEST(PacketDecoder, RefusesJsonThatIsNone) {
  for (const char* text : {R"(2["a)", R"(2["a",])", R"(2["a"]x)", R"(2["a"] ["b"])", R"(2abc["a"])", "2[\"\xff\"]",
                           R"(2['a'])", R"(2["a",NaN])", R"(2["\x"])"}) {
    EXPECT_EQ(refusal(text), "invalid JSON") << text;
  }
}

TEST(PacketDecoder, RefusesReservedEventNames) {
  for (const std::string name :
       {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"}) {
    EXPECT_EQ(refusal("2[\"" + name + "\"]"), "reserved event name");
    EXPECT_EQ(refusal("51-[\"" + name + "\",{\"_placeholder\":true,\"num\":0}]"), "reserved event name");
  }
  EXPECT_EQ(refusal(R"(2["connection"])"), "accepted");
}

TEST(PacketDecoder, RefusesAckIdsOutOfRange) {
  EXPECT_EQ(decode(R"(29007199254740991["a"])").id, 9'007'199'254'740'991);
  EXPECT_EQ(refusal(R"(29007199254740992["a"])"), "acknowledgement id out of range");
  EXPECT_EQ(refusal(R"(299999999999999999999999["a"])"), "acknowledgement id out of range");
  EXPECT_NE(refusal(R"(2-1["a"])"), "accepted");
}

TEST(PacketDecoder, RefusesIllegalAttachmentCounts) {
  for (const char* text : {R"(5["a"])", R"(51["a"])", R"(5-["a"])", R"(5a-["a"])", R"(5-1-["a"])", R"(51.5-["a"])", "5",
                           "51", R"(599999999999999999999-["a"])"}) {
    EXPECT_EQ(refusal(text), "illegal attachments") << text;
  }
  EXPECT_EQ(refusal(R"(511-["a"])"), "too many attachments");
}

TEST(PacketDecoder, RefusesPlaceholdersThatNameNoAttachment) {
  for (const char* num : {"1", "-1", "0.5", "\"0\"", "null", "18446744073709551615"}) {
    const std::string text = std::string(R"(51-["a",{"deep":[{"_placeholder":true,"num":)") + num + "}]}]";
    EXPECT_EQ(refusal(text), "illegal attachments") << text;
  }
  EXPECT_EQ(refusal(R"(51-["a",{"_placeholder":true}])"), "illegal attachments");
  EXPECT_EQ(refusal(R"(51-["a",{"_placeholder":false,"num":9},{"_placeholder":1,"num":9}])"), "accepted");
}

TEST(PacketDecoder, RefusesTextWhereAnAttachmentIsDueAndAttachmentsThatNobodyAnnounced) {
  PacketDecoder waiting(kLimits);
  ASSERT_TRUE(waiting.text(R"(51-["a",{"_placeholder":true,"num":0}])").ok());
  EXPECT_FALSE(waiting.text(R"(2["a"])").ok());
  PacketDecoder fresh(kLimits);
  EXPECT_FALSE(fresh.binary("x").ok());
}

TEST(PacketDecoder, HoldsItsLimits) {
  EXPECT_EQ(refusal(R"(2["a",[[1]]])", {.max_json_depth = 3}), "accepted");
  EXPECT_EQ(refusal(R"(2["a",[[1]]])", {.max_json_depth = 2}), "invalid JSON");
  EXPECT_EQ(refusal("2" + std::string(100'000, '[')), "invalid JSON");
  EXPECT_EQ(refusal(R"(2["abc"])", {.max_packet_bytes = 8}), "accepted");
  EXPECT_EQ(refusal(R"(2["abcd"])", {.max_packet_bytes = 8}), "packet too large");
  EXPECT_EQ(refusal("0/" + std::string(5'000, 'n')), "namespace too long");
  EXPECT_EQ(refusal("0/\xff"), "namespace is not UTF-8");

  const DecodeLimits limits{.max_packet_bytes = 45};
  PacketDecoder decoder(limits);
  ASSERT_TRUE(decoder.text(R"(52-["a",{"_placeholder":true,"num":0}])").ok());
  ASSERT_TRUE(decoder.binary("12345").ok());
  const auto last = decoder.binary("123");
  ASSERT_FALSE(last.ok()) << "text and attachments count together";
  EXPECT_STREQ(last.error().what, "packet too large");
}

// A client that cuts a text in the middle of an emoji sends half a surrogate pair; closing its connection would make it
// send the same again for ever.
TEST(PacketDecoder, ReplacesHalfSurrogatePairs) {
  EXPECT_EQ(json_of(decode(R"(2["a","x\ud83d"])")), "[\"a\",\"x\xEF\xBF\xBD\"]");
  EXPECT_EQ(json_of(decode(R"(2["a","\ude00x"])")), "[\"a\",\"\xEF\xBF\xBDx\"]");
  EXPECT_EQ(json_of(decode(R"(2["a","\ud83d\ud83d\ude00"])")), "[\"a\",\"\xEF\xBF\xBD\xF0\x9F\x98\x80\"]");
  EXPECT_EQ(json_of(decode(R"(2["a","\\ud83d \ud83d\n"])")), "[\"a\",\"\\\\ud83d \xEF\xBF\xBD\\n\"]");
  EXPECT_EQ(refusal(R"(2["a","\ud83)"), "invalid JSON");
}

// As JSON.parse and JSON.stringify do together; `Infinity` would be no JSON for whoever gets it.
TEST(PacketDecoder, TurnsNumbersBeyondADoubleIntoNull) {
  EXPECT_EQ(json_of(decode(R"(2["a",1e400,{"b":[-1e400,2]}])")), R"(["a",null,{"b":[null,2]}])");
}

TEST(NamespaceQuery, DecodesPercentEscapesAndKeepsTheLastOfEqualNames) {
  const auto [name, query] = split_namespace_query("/a?x=1&x=%C3%A9&y&=z&%zz=1&b=c%20d+e");
  EXPECT_EQ(name, "/a");
  EXPECT_EQ(json::serialize(query), "{\"x\":\"\xC3\xA9\",\"y\":\"\",\"b\":\"c d e\"}");
  EXPECT_TRUE(split_namespace_query("/a").query.empty());
}

}  // namespace
}  // namespace chillin::socketio
