#include "chat/leave_room.h"
#include "chat/mark_read.h"
#include "chat/set_status.h"
#include "chat/typing.h"
#include "unit/chat/world.h"

namespace chillin::test {
namespace {

using chat::typing;
using chat::UserStatus;

class Live : public World {};

TEST_F(Live, TypingIsToldOnceToTheOthers) {
  const auto ana = guest_in("general", "ana");
  delivery.take();
  EXPECT_TRUE(wait(typing(service, ana, "", true)));
  EXPECT_TRUE(wait(typing(service, ana, "GENERAL", true)));
  auto told = delivery.of<chat::Typing>();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].first.to, "room:general");
  EXPECT_EQ(told[0].first.except, ana->socket_id);
  EXPECT_EQ(told[0].second.user, "ana");
  EXPECT_TRUE(told[0].second.typing);
  delivery.take();
  EXPECT_TRUE(wait(typing(service, ana, "", false)));
  EXPECT_TRUE(wait(typing(service, ana, "", false)));
  told = delivery.of<chat::Typing>();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_FALSE(told[0].second.typing);
}

TEST_F(Live, TypingEndsByItself) {
  const auto ana = guest_in("general", "ana");
  EXPECT_TRUE(wait(typing(service, ana, "", true)));
  tick(util::Millis{4'900});
  delivery.take();
  tick(util::Millis{100});
  const auto told = delivery.of<chat::Typing>();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_FALSE(told[0].second.typing);
}

TEST_F(Live, SendingEndsTyping) {
  const auto ana = guest_in("general", "ana");
  EXPECT_TRUE(wait(typing(service, ana, "", true)));
  delivery.take();
  send(ana, "hello");
  ASSERT_EQ(delivery.of<chat::Typing>().size(), 1U);
  EXPECT_FALSE(delivery.of<chat::Typing>()[0].second.typing);
}

TEST_F(Live, TypingNeedsARoom) {
  EXPECT_EQ(wait(typing(service, guest(), "", true)).error().code, chat::ErrorCode::kNotInRoom);
}

TEST_F(Live, TogglingTypingIsLimitedInSilence) {
  settings.message_rate = {1, util::Millis{10'000}};
  const auto ana = guest_in("general", "ana");
  delivery.take();
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(wait(typing(service, ana, "", true)));
    EXPECT_TRUE(wait(typing(service, ana, "", false)));
  }
  EXPECT_LE(delivery.of<chat::Typing>().size(), 2U * chat::kSmallRoom);
  EXPECT_LT(delivery.of<chat::Typing>().size(), 62U);
}

TEST_F(Live, AnAccountIsOnlineFromItsFirstDeviceToItsLast) {
  const auto amelie = account("amelie");
  const auto ana = guest_in("general", "ana");
  const auto desk = device(amelie);
  join(desk, "general");
  auto told = delivery.of<chat::PresenceChange>();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].second.user, "amelie");
  EXPECT_EQ(told[0].second.status, UserStatus::kOnline);
  delivery.take();

  const auto phone = device(amelie);
  join(phone, "general");
  wait(chat::end_session(service, desk));
  EXPECT_TRUE(delivery.of<chat::PresenceChange>().empty());
  wait(chat::end_session(service, phone));
  told = delivery.of<chat::PresenceChange>();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].first.to, "room:general");
  EXPECT_EQ(told[0].second.status, UserStatus::kOffline);
}

TEST_F(Live, AGuestHasNoPresenceEvents) {
  const auto ana = guest_in("general", "ana");
  const auto ben = guest_in("general", "ben");
  wait(chat::end_session(service, ben));
  EXPECT_TRUE(delivery.of<chat::PresenceChange>().empty());
}

TEST_F(Live, AStatusIsToldAndItsTextKept) {
  const auto amelie = account("amelie");
  const auto session = device(amelie);
  join(session, "one");
  join(session, "two");
  delivery.take();
  EXPECT_TRUE(wait(chat::set_status(service, session, {UserStatus::kBusy, "in a meeting"})));
  auto told = delivery.of<chat::PresenceChange>();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].second.status, UserStatus::kBusy);
  EXPECT_EQ(told[1].second.text, "in a meeting");
  delivery.take();
  EXPECT_TRUE(wait(chat::set_status(service, session, {UserStatus::kAway, std::nullopt})));
  EXPECT_EQ(delivery.of<chat::PresenceChange>()[0].second.text, "in a meeting");
  EXPECT_EQ(good(storage->accounts().find_by_name("amelie"))->status_text, "in a meeting");
}

TEST_F(Live, AStatusIsAnAccountsAndHasAForm) {
  EXPECT_EQ(refusal(chat::set_status(service, guest_in("general", "ana"), {UserStatus::kAway, std::nullopt})),
            "AUTH_REQUIRED");
  const auto session = device(account("amelie"));
  EXPECT_EQ(refusal(chat::set_status(service, session, {UserStatus::kOffline, std::nullopt})),
            "INVALID_PAYLOAD status");
  EXPECT_EQ(refusal(chat::set_status(service, session, {UserStatus::kAway, std::string(101, 'x')})),
            "INVALID_PAYLOAD text");
}

TEST_F(Live, MembersElsewhereHearOfUnreadMessages) {
  const auto amelie = account("amelie");
  const auto session = device(amelie);
  join(session, "general");
  send(session, "my own");
  good(chat::leave_room(service, session, "general"));
  const auto ana = guest_in("general", "ana");
  send(ana, "one");
  send(ana, "two");
  delivery.wait_for_events(3);
  // The fan-out notes the events right after it delivered them.
  executor.run_until([&] {
    executor.post([] {});
    tick();
    return !delivery.of<chat::Unread>().empty();
  });
  clock.advance(util::Millis{1'000});
  tick();
  auto unread = delivery.of<chat::Unread>();
  EXPECT_EQ(unread.back().first.to, "person:" + identity(amelie).author_key());
  EXPECT_EQ(unread.back().second.room, "general");
  EXPECT_EQ(unread.back().second.count, 2);
  EXPECT_EQ(unread.back().second.seq.value, 3);
}

TEST_F(Live, WhoConnectsIsWatchingAllItsRooms) {
  const auto amelie = account("amelie");
  const auto before = device(amelie);
  join(before, "general");
  wait(chat::end_session(service, before));
  const auto after = device(amelie);
  EXPECT_EQ(after->watched.size(), 1U);
  wait(chat::end_session(service, after));
  EXPECT_TRUE(after->watched.empty());
}

TEST_F(Live, ASessionThatClosesWhileItStartsIsNotCounted) {
  const auto amelie = account("amelie");
  auto session = std::make_shared<chat::Session>(chat::Session{.socket_id = "s"});
  session->account = identity(amelie);
  bool started = false;
  executor.post([&] {
    util::spawn([](chat::Service& service, SessionPtr s, bool& done) -> util::Task<void> {
      [[maybe_unused]] auto result = co_await chat::start_session(service, std::move(s));
      done = true;
    }(service, session, started));
  });
  executor.post([&] { session->closed = true; });
  executor.post([&] { util::spawn(chat::end_session(service, session)); });
  executor.run_until([&] { return started; });
  executor.run_until_idle();
  EXPECT_FALSE(good(presence.online(amelie.id)));
  EXPECT_TRUE(session->watched.empty());
}

}  // namespace
}  // namespace chillin::test
