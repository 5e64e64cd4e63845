// The wire of @socket.io/redis-adapter 8: the hexadecimal messages were written by notepack.io 3, which it uses.
#include "socketio_redis/cluster_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "socketio/packet_codec.h"
#include "socketio_redis/room_interest.h"

namespace chillin::socketio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string unhex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return out;
}

TEST(ClusterMessages, ReadsABroadcastOfNode) {
  const auto received = decode_broadcast(
      unhex("93a661626364656683a47479706502a46461746193a46e65777382a16101a16294c3c0fbcb3ff8000000000000c4056279746573a3"
            "6e7370a12f83a5726f6f6d7391a767656e6572616ca665786365707491a178a5666c61677381a8766f6c6174696c65c3"));
  ASSERT_TRUE(received);
  EXPECT_EQ(received->uid, "abcdef");
  EXPECT_EQ(received->nsp, "/");
  EXPECT_EQ(received->event, "news");
  EXPECT_EQ(json::serialize(received->payload.args),
            R"([{"a":1,"b":[true,null,-5,1.5E0]},{"_placeholder":true,"num":0}])");
  EXPECT_THAT(received->payload.attachments, ElementsAre("bytes"));
  EXPECT_THAT(received->target.rooms, ElementsAre("general"));
  EXPECT_THAT(received->target.except, ElementsAre("x"));
  EXPECT_TRUE(received->target.is_volatile);
}

TEST(ClusterMessages, ReadsDatesBigNumbersAndNumericRooms) {
  const auto received = decode_broadcast(
      unhex("93a17583a47479706502a46461746194a174d7ff1d5353006553f100cf00038d7ea4c68000a2c3a9a36e7370a12f82a5726f6f6d73"
            "9107a665786365707490"));
  ASSERT_TRUE(received);
  EXPECT_EQ(json::serialize(received->payload.args), R"(["2023-11-14T22:13:20.123Z",1000000000000000,"é"])");
  EXPECT_THAT(received->target.rooms, ElementsAre("7"));
}

TEST(ClusterMessages, WritesABroadcastAsNodeDoes) {
  Payload payload = Payload::of(json::object{{"a", 1}, {"b", json::array{true, nullptr, -5, 1.5}}});
  payload.args.push_back(payload.add_binary("bytes"));
  const auto packet = encode_shared_event("/", "news", payload);
  const Target target{.rooms = {"general"}, .except = {"x"}, .is_volatile = true};
  EXPECT_EQ(
      encode_broadcast("abcdef", "/", *packet, target),
      unhex("93a661626364656683a47479706502a46461746193a46e65777382a16101a16294c3c0fbcb3ff8000000000000c4056279746573a3"
            "6e7370a12f83a5726f6f6d7391a767656e6572616ca665786365707491a178a5666c61677381a8766f6c6174696c65c3"));
}

TEST(ClusterMessages, ReadsARequestForAcknowledgements) {
  const auto request = decode_request(
      unhex("85a3756964a6616263646566a9726571756573744964a27231a47479706507a67061636b657483a47479706502a46461746192a171"
            "c4020102a36e7370a12fa46f70747383a5726f6f6d7391a161a665786365707490a5666c61677381a774696d656f7574cd02bc"));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->type, RequestType::kBroadcast);
  EXPECT_EQ(request->id, "r1");
  EXPECT_EQ(request->event, "q");
  EXPECT_THAT(request->payload.attachments, ElementsAre("\x01\x02"));
  EXPECT_THAT(request->target->rooms, ElementsAre("a"));
  EXPECT_EQ(request->timeout, util::Millis(700));
}

TEST(ClusterMessages, ReadsAcknowledgementsWithBytes) {
  const auto response =
      decode_response(unhex("83a47479706509a9726571756573744964a27231a67061636b657482a26f6bc3a162c40103"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->request_id, "r1");
  EXPECT_EQ(response->type, RequestType::kBroadcastAck);
  EXPECT_EQ(response->attachments.binary(response->body.at("packet").at("b")), "\x03");
}

TEST(ClusterMessages, ComeBackAsTheyWent) {
  Request request;
  request.type = RequestType::kRemoteJoin;
  request.uid = "me";
  request.target = Target{.rooms = {"a", "b"}, .except = {"c"}};
  request.rooms = {"d"};
  const auto join = decode_request(encode_request(request, "/"));
  ASSERT_TRUE(join);
  EXPECT_THAT(join->target->rooms, ElementsAre("a", "b"));
  EXPECT_THAT(join->target->except, ElementsAre("c"));
  EXPECT_THAT(join->rooms, ElementsAre("d"));
  EXPECT_EQ(join->uid, "me");

  request.type = RequestType::kBroadcast;
  request.id = "r";
  request.event = "q";
  request.payload = Payload::of("?");
  request.timeout = util::Millis(900);
  const auto broadcast = decode_request(encode_request(request, "/"));
  ASSERT_TRUE(broadcast);
  EXPECT_EQ(json::serialize(broadcast->payload.args), R"(["?"])");
  EXPECT_EQ(broadcast->timeout, util::Millis(900));

  request.type = RequestType::kServerSideEmit;
  request.data = {"hello", 1};
  EXPECT_EQ(decode_request(encode_request(request, "/"))->data, (json::array{"hello", 1}));
}

TEST(ClusterMessages, IgnoresWhatIsMalformed) {
  for (const std::string& message :
       {std::string(), std::string("\x93"), std::string("x"), unhex("93a175c0c0"), unhex("93a17580a0"),
        // data without a name, with a reserved name, and a message with a fourth part
        unhex("93a17582a47479706502a4646174619080"), unhex("93a17582a47479706502a46461746191a7636f6e6e65637480"),
        unhex("94a17582a47479706502a46461746191a1618000")}) {
    EXPECT_FALSE(decode_broadcast(message));
  }
  for (const char* message : {"", "{", "[]", "{}", R"({"type":"6"})", R"({"type":77})", R"({"type":6})",
                              R"({"type":7,"packet":{"type":2,"data":["a"]}})"}) {
    EXPECT_FALSE(decode_request(message)) << message;
  }
  EXPECT_FALSE(decode_response("{}"));
}

TEST(Channels, AreThoseOfTheReference) {
  const Channels root("socket.io", "/", "uid");
  EXPECT_EQ(root.broadcast, "socket.io#/#");
  EXPECT_EQ(root.room("general"), "socket.io#/#general#");
  EXPECT_EQ(root.request, "socket.io-request#/#");
  EXPECT_EQ(root.own_response, "socket.io-response#/#uid#");
  EXPECT_EQ(Channels("k", "/admin", "u").broadcast, "k#/admin#");
}

TEST(RoomInterest, TellsOfTheFirstLoopAndTheLast) {
  std::vector<std::string> told;
  RoomInterest interest([&](std::string_view room) { told.push_back("+" + std::string(room)); },
                        [&](std::string_view room) { told.push_back("-" + std::string(room)); });
  interest.on_room_opened("a");
  interest.on_room_opened("b");
  interest.on_room_opened("a");
  interest.on_room_closed("a");
  EXPECT_THAT(interest.names(), testing::UnorderedElementsAre("a", "b"));
  interest.on_room_closed("a");
  interest.on_room_closed("b");
  EXPECT_THAT(told, ElementsAre("+a", "+b", "-a", "-b"));
  EXPECT_THAT(interest.names(), IsEmpty());
}

}  // namespace
}  // namespace chillin::socketio
