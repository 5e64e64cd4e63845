#include "chat/pipeline/pipeline.h"

#include "chat/edit_message.h"
#include "chat/pipeline/authentication.h"
#include "chat/pipeline/membership.h"
#include "chat/pipeline/rate_limit.h"
#include "chat/pipeline/sanitising.h"
#include "unit/chat/world.h"

namespace chillin::test {
namespace {

using chat::ErrorCode;

class Pipeline : public World {};

TEST_F(Pipeline, AuthenticationLetsGuestsInWhereTheyAreAllowed) {
  chat::Session session{.socket_id = "s"};
  EXPECT_TRUE(chat::pipeline::authentication(service, session));
  settings.guest_access = false;
  EXPECT_EQ(chat::pipeline::authentication(service, session).error().code, ErrorCode::kAuthRequired);
  session.account = chat::Identity{chat::AccountId{1}, "ana"};
  EXPECT_TRUE(chat::pipeline::authentication(service, session));
  session.closed = true;
  EXPECT_EQ(chat::pipeline::authentication(service, session).error().code, ErrorCode::kAuthRequired);
}

TEST_F(Pipeline, MembershipFindsTheRoomAsTypedOrTheOneJoinedLast) {
  chat::Session session{.socket_id = "s"};
  const util::WallMillis now{1'000};
  EXPECT_EQ(chat::pipeline::membership(session, std::string_view(), now).error().code, ErrorCode::kNotInRoom);
  session.rooms = {{chat::RoomId{1}, "general"}, {chat::RoomId{2}, "книги"}};
  EXPECT_EQ((*chat::pipeline::membership(session, std::string_view(), now))->id.value, 2);
  EXPECT_EQ((*chat::pipeline::membership(session, std::string_view("general"), now))->id.value, 1);
  EXPECT_EQ((*chat::pipeline::membership(session, std::string_view(" КНИГИ "), now))->id.value, 2);
  EXPECT_EQ((*chat::pipeline::membership(session, chat::RoomId{1}, now))->name, "general");
  EXPECT_EQ(chat::pipeline::membership(session, chat::RoomId{3}, now).error().code, ErrorCode::kNotInRoom);
  EXPECT_EQ(chat::pipeline::membership(session, std::string_view("\xFF"), now).error().code, ErrorCode::kNotInRoom);
}

TEST_F(Pipeline, MembershipKeepsTheMutedQuietUntilTheirTime) {
  chat::Session session{.socket_id = "s"};
  session.rooms = {{chat::RoomId{1}, "general", {}, util::WallMillis{5'000}}};
  const auto muted = chat::pipeline::membership(session, chat::RoomId{1}, util::WallMillis{4'000});
  EXPECT_EQ(muted.error().code, ErrorCode::kMuted);
  EXPECT_EQ(muted.error().retry_after_ms, 1'000);
  EXPECT_TRUE(chat::pipeline::membership(session, chat::RoomId{1}, util::WallMillis{5'000}));
}

TEST_F(Pipeline, SanitisingKeepsTextAsWritten) {
  using chat::pipeline::sanitising;
  const std::string odd = "  <b>1 < 2 && \"quotes\"</b>\n\tend  ";
  EXPECT_EQ(*sanitising(settings, odd, false), odd);
  EXPECT_EQ(*sanitising(settings, "e\u0301", false), "é");                    // NFC
  EXPECT_EQ(*sanitising(settings, std::string("a\0b\x7F", 4), false), "ab");  // no control characters
  EXPECT_EQ(*sanitising(settings, "a\r\nb", false), "a\nb");
}

TEST_F(Pipeline, SanitisingRefusesWhatShowsNothing) {
  using chat::pipeline::sanitising;
  for (const char* blank :
       {"", "   ", "\n\t\r", "\x01\x02", "\u00A0", "\u200B\u200D", "\u3000\u2028", "\uFEFF\u2060"}) {
    EXPECT_EQ(sanitising(settings, blank, false).error().code, ErrorCode::kMessageEmpty) << blank;
    EXPECT_TRUE(sanitising(settings, blank, true));
  }
  EXPECT_TRUE(sanitising(settings, "\u200B.", false));
  EXPECT_TRUE(sanitising(settings, "é", false));
  EXPECT_TRUE(sanitising(settings, "\U0001F600", false));
}

TEST_F(Pipeline, SanitisingCountsCodePoints) {
  using chat::pipeline::sanitising;
  std::string smileys;
  for (int i = 0; i < 500; ++i) smileys += "\U0001F600";
  EXPECT_TRUE(sanitising(settings, smileys, false));
  EXPECT_EQ(sanitising(settings, smileys + "x", false).error().code, ErrorCode::kMessageTooLong);
  EXPECT_EQ(sanitising(settings, std::string(1'000'000, 'x'), false).error().code, ErrorCode::kMessageTooLong);
  std::string decomposed;
  for (int i = 0; i < 500; ++i) decomposed += "e\u0301";  // 1,000 as typed, 500 as kept
  EXPECT_TRUE(sanitising(settings, decomposed, false));
}

TEST_F(Pipeline, SanitisingRefusesBrokenUtf8) {
  const auto refused = chat::pipeline::sanitising(settings, "a\xC3", false);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidPayload);
  EXPECT_EQ(refused.error().field, "text");
}

TEST_F(Pipeline, ATempIdHasSixtyFourCodePoints) {
  using chat::pipeline::check_temp_id;
  EXPECT_TRUE(check_temp_id(""));
  EXPECT_TRUE(check_temp_id(std::string(64, 't')));
  EXPECT_FALSE(check_temp_id(std::string(65, 't')));
  EXPECT_FALSE(check_temp_id("\xFF"));
  std::string accents;
  for (int i = 0; i < 64; ++i) accents += "é";
  EXPECT_TRUE(check_temp_id(accents));
}

TEST_F(Pipeline, TheLimitIsOfAnAccountOnAllItsDevices) {
  const auto amelie = account("amelie");
  const auto phone = device(amelie);
  const auto desk = device(amelie);
  join(phone, "general");
  join(desk, "general");
  for (int i = 0; i < 5; ++i) {
    send(phone, "from the phone");
    send(desk, "from the desk");
  }
  chat::SendMessage command{.text = "one more"};
  const auto refused = wait(chat::send_message(service, phone, std::move(command)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kRateLimited);
  EXPECT_EQ(refused.error().retry_after_ms, 10'000);
  clock.advance(util::Millis{10'000});
  send(phone, "one more");
}

TEST_F(Pipeline, GuestsOfOneNameAreLimitedApart) {
  settings.message_rate = {1, util::Millis{10'000}};
  auto here = guest("s1", "10.0.0.1");
  auto there = guest("s2", "10.0.0.2");
  join(here, "one", "ana");
  join(there, "two", "ana");
  send(here, "hello");
  send(there, "hello");
  EXPECT_EQ(send_refusal(here, "again"), "RATE_LIMITED");
}

TEST_F(Pipeline, WhatIsRefusedBeforeDoesNotCount) {
  settings.message_rate = {1, util::Millis{10'000}};
  const auto ana = guest_in("general", "ana");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(send_refusal(ana, " "), "MESSAGE_EMPTY");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(send_refusal(ana, std::string(501, 'x')), "MESSAGE_TOO_LONG text");
  send(ana, "hello");
}

TEST_F(Pipeline, EditsGoThroughTheSameStages) {
  const auto ana = guest_in("general", "ana");
  const auto id = send(ana, "hello").appended.id;
  EXPECT_EQ(refusal(chat::edit_message(service, ana, {id, " "})), "MESSAGE_EMPTY");
  EXPECT_EQ(refusal(chat::edit_message(service, ana, {id, std::string(501, 'x')})), "MESSAGE_TOO_LONG text");
  EXPECT_EQ(refusal(chat::edit_message(service, ana, {id, "\xFF"})), "INVALID_PAYLOAD text");
  EXPECT_EQ(refusal(chat::edit_message(service, guest(), {id, "hi"})), "NOT_IN_ROOM");
  ana->rooms[0].muted_until = {clock.wall().value + 1};
  EXPECT_EQ(refusal(chat::edit_message(service, ana, {id, "hi"})), "MUTED");
  clock.advance(util::Millis{1});
  settings.message_rate = {1, util::Millis{10'000}};
  EXPECT_EQ(refusal(chat::edit_message(service, ana, {id, "hi"})), "RATE_LIMITED");
}

}  // namespace
}  // namespace chillin::test
