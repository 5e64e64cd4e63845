#include "bus/redis/cluster_message.h"

#include <gtest/gtest.h>

#include <string>

#include "chat/message_trace.h"
#include "util/log.h"
#include "util/msgpack.h"

namespace chillin::bus {
namespace {

using chat::Seq;
using util::MsgpackReader;

chat::RoomEvent full_event() {
  chat::RoomEvent event{.kind = chat::ChangeKind::kReaction, .seq = Seq{9}, .emoji = "+1", .on = false};
  event.actor = {chat::AccountId{3}, "ben"};
  chat::Message& m = event.message;
  m.id = {chat::RoomId{12}, Seq{4}};
  m.room = "caf\xc3\xa9";
  m.author_key = "u:7";
  m.user = "ana";
  m.text = "hello \"you\" \xf0\x9f\x98\x80";
  m.timestamp = {1'700'000'000'123};
  m.change_seq = Seq{9};
  m.edited_at = util::WallMillis{1'700'000'000'200};
  m.reply_to = chat::MessageId{m.id.room, Seq{2}};
  m.thread_root = chat::MessageId{m.id.room, Seq{1}};
  m.reactions = {{"+1", {"ben", "eve"}}, {"-1", {}}};
  m.attachments = {{"a1", "cat.png", "image/png", 5'000'000'000, "/files/a1"}};
  m.temp_id = "t-1";
  return event;
}

TEST(ClusterMessage, AnEventArrivesAsItWas) {
  const chat::RoomEvent sent = full_event();
  const auto received = decode(encode("srv", sent, {"reactionUpdated", R"({"id":"12-4"})"}), "own");
  ASSERT_TRUE(received);
  const auto& event = std::get<chat::RoomEvent>(*received);
  EXPECT_EQ(event.message, sent.message);
  EXPECT_EQ(event.kind, sent.kind);
  EXPECT_EQ(event.seq, sent.seq);
  EXPECT_EQ(event.actor, sent.actor);
  EXPECT_EQ(event.emoji, "+1");
  EXPECT_FALSE(event.on);
}

TEST(ClusterMessage, ATraceIdComesAlongWhereTheWayIsLogged) {
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const chat::RoomEvent sent = full_event();
  const Rendered rendered{"reactionUpdated", R"({"id":"12-4"})"};
  const std::string plain = encode("srv", sent, rendered);

  util::log_setup(util::LogLevel::kDebug, util::LogFormat::kJson);
  chat::remember_trace("u:7", "t-1", trace);
  const std::string traced = encode("srv", sent, rendered);
  EXPECT_EQ(traced.size(), plain.size() + trace.size() + 2);
  chat::remember_trace("u:7", "t-1", std::string(32, '1'));
  const auto received = decode(traced, "own");
  ASSERT_TRUE(received);
  EXPECT_EQ(std::get<chat::RoomEvent>(*received).message, sent.message);
  EXPECT_EQ(chat::trace_of(sent.message), trace);

  // Elsewhere nothing is logged: the event is the same, and the id is passed over.
  util::log_setup(util::LogLevel::kInfo, util::LogFormat::kJson);
  const auto untraced = decode(traced, "own");
  ASSERT_TRUE(untraced);
  EXPECT_EQ(std::get<chat::RoomEvent>(*untraced).message, sent.message);
  EXPECT_EQ(encode("srv", sent, rendered), plain);
}

TEST(ClusterMessage, AServerForNodeReadsItsThreeElements) {
  const std::string message =
      encode("srv", full_event(), {"reactionUpdated", R"({"id":"12-4","n":[1,-2,2.5,null,true]})"});
  MsgpackReader reader(message);
  EXPECT_EQ(reader.array(), 4U);
  EXPECT_EQ(reader.text(), "srv");
  EXPECT_EQ(reader.map(), 3U);
  EXPECT_EQ(reader.text(), "type");
  EXPECT_EQ(reader.integer(), 2);
  EXPECT_EQ(reader.text(), "data");
  EXPECT_EQ(reader.array(), 2U);
  EXPECT_EQ(reader.text(), "reactionUpdated");
  EXPECT_EQ(reader.map(), 2U);
  EXPECT_EQ(reader.text(), "id");
  EXPECT_EQ(reader.text(), "12-4");
  EXPECT_EQ(reader.text(), "n");
  EXPECT_EQ(reader.array(), 5U);
  EXPECT_EQ(reader.integer(), 1);
  EXPECT_EQ(reader.integer(), -2);
  EXPECT_EQ(reader.next()->real, 2.5);
  EXPECT_EQ(reader.next()->type, MsgpackReader::Type::kNil);
  EXPECT_EQ(reader.boolean(), true);
  EXPECT_EQ(reader.text(), "nsp");
  EXPECT_EQ(reader.text(), "/");
  EXPECT_EQ(reader.map(), 3U);
  EXPECT_EQ(reader.text(), "rooms");
  EXPECT_EQ(reader.array(), 1U);
  EXPECT_EQ(reader.text(), "caf\xc3\xa9");
  EXPECT_EQ(reader.text(), "except");
  EXPECT_EQ(reader.array(), 0U);
  EXPECT_EQ(reader.text(), "flags");
  EXPECT_EQ(reader.map(), 0U);
  EXPECT_TRUE(reader.skip());
  EXPECT_TRUE(reader.at_end());
}

TEST(ClusterMessage, SignalsAndNudgesArriveAsTheyWere) {
  const auto nudge = decode(encode("srv", Nudge{chat::RoomId{4}, "general", Seq{77}}), "own");
  ASSERT_TRUE(nudge);
  EXPECT_EQ(std::get<Nudge>(*nudge).room, chat::RoomId{4});
  EXPECT_EQ(std::get<Nudge>(*nudge).seq, Seq{77});

  const auto change =
      decode(encode("srv", chat::MemberChange{"general", chat::MemberChange::Kind::kLeft, "ana", 3}), "own");
  ASSERT_TRUE(change);
  const auto& left = std::get<chat::MemberChange>(std::get<chat::Signal>(*change));
  EXPECT_EQ(left.room_name, "general");
  EXPECT_EQ(left.kind, chat::MemberChange::Kind::kLeft);
  EXPECT_EQ(left.name, "ana");
  EXPECT_EQ(left.people, 3);

  const auto mark = decode(encode("srv", chat::ReadMark{chat::RoomId{4}, "general", {9}, Seq{5}}), "own");
  ASSERT_TRUE(mark);
  EXPECT_EQ(std::get<chat::ReadMark>(std::get<chat::Signal>(*mark)).account, chat::AccountId{9});
  EXPECT_EQ(std::get<chat::ReadMark>(std::get<chat::Signal>(*mark)).seq, Seq{5});
}

TEST(ClusterMessage, WhatIsNotOursIsPassedOver) {
  std::string broadcast;
  util::MsgpackWriter(broadcast).array(3).text("node").map(0).map(0);
  EXPECT_FALSE(decode(broadcast, "own"));
  EXPECT_FALSE(decode(encode("own", Nudge{chat::RoomId{4}, "general", Seq{77}}), "own"));
  EXPECT_FALSE(decode("", "own"));
  EXPECT_FALSE(decode("{\"json\":1}", "own"));
}

TEST(ClusterMessage, WhatClientsCouldNotReadIsPassedOver) {
  chat::RoomEvent event = full_event();
  event.message.text = "\xff";
  EXPECT_FALSE(decode(encode("srv", event, {"message", "{}"}), "own"));
  event = full_event();
  event.emoji = "\xc3";
  EXPECT_FALSE(decode(encode("srv", event, {"message", "{}"}), "own"));
  event = full_event();
  event.kind = chat::ChangeKind::kCreated;  // at a seq that is not the message's
  EXPECT_FALSE(decode(encode("srv", event, {"message", "{}"}), "own"));
}

TEST(ClusterMessage, AnEventSaysWhenItWasCommitted) {
  util::WallMillis committed{-1};
  ASSERT_TRUE(decode(encode("srv", full_event(), {"message", "{}"}, {1'700'000'000'123}), "own", &committed));
  EXPECT_EQ(committed.value, 1'700'000'000'123);
  ASSERT_TRUE(decode(encode("srv", full_event(), {"message", "{}"}), "own", &committed));
  EXPECT_EQ(committed.value, 0);
}

TEST(ClusterMessage, AnEventOfAServerThatDoesNotSayWhenIsTakenAllTheSame) {
  // As version 0.1 sends it: an array of nine, without the last element, which is a single byte here.
  std::string old = encode("srv", full_event(), {"message", "{}"});
  old.pop_back();
  const auto ours = old.find("\x9a\x01");
  ASSERT_NE(ours, std::string::npos);
  old[ours] = '\x99';
  util::WallMillis committed{-1};
  ASSERT_TRUE(decode(old, "own", &committed));
  EXPECT_EQ(committed.value, 0);
}

TEST(ClusterMessage, WhatIsBrokenIsPassedOver) {
  const std::string good = encode("srv", full_event(), {"message", "{}"});
  for (std::size_t n = 0; n < good.size(); ++n) EXPECT_FALSE(decode(good.substr(0, n), "own")) << n;
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char c : {'\x00', '\x7f', '\xc0', '\xdf', '\xff'}) {
      std::string bad = good;
      bad[i] = c;
      (void)decode(bad, "own");  // no crash; sanitizers watch
    }
  }
}

TEST(ClusterMessage, ChannelsAreThoseOfTheAdapter) {
  EXPECT_EQ(channel_of("general"), "socket.io#/#general#");
}

}  // namespace
}  // namespace chillin::bus
