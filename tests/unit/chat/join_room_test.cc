#include "chat/join_room.h"

#include "chat/leave_room.h"
#include "chat/sync_room.h"
#include "chat/told_id.h"
#include "chat/typing.h"
#include "unit/chat/world.h"

namespace chillin::test {
namespace {

using Texts = std::vector<std::string>;

class Joining : public World {};

TEST_F(Joining, ANewcomerIsWelcomedAndTheOthersAreTold) {
  const auto ana = guest_in("general", "ana");
  clock.advance(util::Millis{1'000});
  delivery.take();
  const auto ben = guest("socket-of-ben");
  const auto view = join(ben, " GENERAL ", " Ben ");
  EXPECT_EQ(view.room.name, "general");
  EXPECT_EQ(view.who.name, "ben");
  EXPECT_EQ(view.welcome, "ben, welcome to room general.");
  EXPECT_TRUE(view.first_device);
  EXPECT_FALSE(view.already_in);
  EXPECT_EQ(view.snapshot.total, 2);
  EXPECT_EQ(view.snapshot.users_json,
            R"([{"id":")" + chat::told_id(ana->socket_id) +
                R"(","name":"ana","room":"general"},{"id":"socket-of-ben","name":"ben","room":"general"}])");
  const auto pushed = delivery.take();
  ASSERT_EQ(pushed.size(), 2U);
  EXPECT_EQ(std::get<chat::Notice>(pushed[0].push).text, "ben has joined!");
  EXPECT_EQ(std::get<chat::RoomData>(pushed[1].push).snapshot.total, 2);
  for (const auto& push : pushed) {
    EXPECT_EQ(push.to, "room:general");
    EXPECT_EQ(push.except, "socket-of-ben");
  }
}

TEST_F(Joining, ARoomThatIsNotThereIsMade) {
  const auto ana = guest_in("new room", "ana");
  const auto room = good(storage->rooms().find("new room"));
  ASSERT_TRUE(room);
  EXPECT_FALSE(room->is_private);
  EXPECT_EQ(room->creator, "ana");
  const auto amelie = account("amelie");
  EXPECT_EQ(join(device(amelie), "hers").room.creator, "amelie");
  EXPECT_EQ(good(storage->rooms().find("hers"))->member_count, 1);
}

TEST_F(Joining, NewRoomsAreLimitedPerAddress) {
  settings.room_rate = {1, util::Millis{60'000}};
  const auto ana = guest_in("one", "ana");
  EXPECT_EQ(join_refusal(ana, "two", "ana"), "RATE_LIMITED");
  join(guest(), "one", "ben");
}

TEST_F(Joining, ACrowdThatEntersANewRoomAtOnceCreatesOneRoom) {
  settings.room_rate = {1, util::Millis{60'000}};
  constexpr int kPeople = 50;
  int joined = 0;
  int answered = 0;
  executor.post([&] {
    for (int i = 0; i < kPeople; ++i) {
      auto session =
          std::make_shared<chat::Session>(chat::Session{.socket_id = "s" + std::to_string(i), .address = "10.0.0.1"});
      util::spawn([](chat::Service& s, SessionPtr person, int n, int& in, int& all) -> util::Task<void> {
        chat::JoinRoom command{.name = "guest" + std::to_string(n), .room = "new room"};
        const auto view = co_await chat::join_room(s, std::move(person), std::move(command));
        if (view) ++in;
        ++all;
      }(service, session, i, joined, answered));
    }
  });
  executor.run_until([&] { return answered == kPeople; });
  EXPECT_EQ(joined, kPeople);
  EXPECT_EQ(people_in("new room"), kPeople);
  EXPECT_EQ(join_refusal(guest(), "another room", "late"), "RATE_LIMITED");
}

TEST_F(Joining, NamesAndRoomsHaveTheirLengths) {
  const auto ana = guest();
  EXPECT_EQ(join_refusal(ana, "", "ana"), "INVALID_PAYLOAD room");
  EXPECT_EQ(join_refusal(ana, std::string(31, 'r'), "ana"), "INVALID_PAYLOAD room");
  EXPECT_EQ(join_refusal(ana, "r\xFF", "ana"), "INVALID_PAYLOAD room");
  EXPECT_EQ(join_refusal(ana, "general", "  "), "INVALID_PAYLOAD name");
  EXPECT_EQ(join_refusal(ana, "general", std::string(21, 'n')), "INVALID_PAYLOAD name");
  EXPECT_EQ(join_refusal(ana, "general", "\u202Eana"), "INVALID_PAYLOAD name");
  join(ana, "r", "a");
}

TEST_F(Joining, AGuestDoesNotTakeAnAccountsNameOrAdmins) {
  account("amelie");
  EXPECT_EQ(join_refusal(guest(), "general", "Amelie"), "NAME_TAKEN name");
  EXPECT_EQ(join_refusal(guest(), "general", "ADMIN"), "NAME_TAKEN name");
}

TEST_F(Joining, ANameIsInARoomOnce) {
  const auto ana = guest_in("general", "ana");
  EXPECT_EQ(join_refusal(guest(), "general", "ana"), "NAME_TAKEN");
  join(guest(), "other", "ana");
  wait(chat::end_session(service, ana));
  join(guest(), "general", "ana");
}

TEST_F(Joining, ASecondDeviceOfAnAccountIsTheSamePerson) {
  const auto amelie = account("amelie");
  const auto desk = device(amelie);
  join(desk, "general", "whatever it says");
  clock.advance(util::Millis{5'000});
  delivery.take();
  const auto phone = device(amelie);
  const auto view = join(phone, "general");
  EXPECT_EQ(view.who.name, "amelie");
  EXPECT_FALSE(view.first_device);
  EXPECT_EQ(view.snapshot.total, 1);
  EXPECT_TRUE(delivery.take().empty());
  wait(chat::end_session(service, desk));
  EXPECT_TRUE(delivery.notices().empty());
  EXPECT_EQ(people_in("general"), 1);
  clock.advance(util::Millis{5'000});
  wait(chat::end_session(service, phone));
  EXPECT_EQ(people_in("general"), 0);
}

TEST_F(Joining, JoiningAgainOnlyChangesTheDefaultRoom) {
  const auto ana = guest_in("one", "ana");
  join(ana, "two", "ana");
  delivery.take();
  const auto view = join(ana, "one", "ana");
  EXPECT_TRUE(view.already_in);
  EXPECT_FALSE(view.first_device);
  EXPECT_EQ(view.welcome, "");
  EXPECT_TRUE(view.history);
  EXPECT_EQ(view.snapshot.total, 1);
  EXPECT_TRUE(delivery.take().empty());
  EXPECT_EQ(ana->rooms.size(), 2U);
  EXPECT_EQ(send(ana, "hello").room, "one");
}

TEST_F(Joining, AGuestLeavesBeforeItTakesAnotherName) {
  const auto ana = guest_in("general", "ana");
  EXPECT_EQ(join_refusal(ana, "general", "anna"), "FORBIDDEN name");
  EXPECT_EQ(ana->rooms[0].who.name, "ana");
  good(chat::leave_room(service, ana, "general"));
  EXPECT_EQ(join(ana, "general", "anna").snapshot.total, 1);
  join(guest(), "general", "ana");
}

TEST_F(Joining, ADeviceIsInSoManyRooms) {
  settings.max_rooms_per_socket = 2;
  const auto ana = guest_in("one", "ana");
  join(ana, "two", "ana");
  EXPECT_EQ(join_refusal(ana, "three", "ana"), "FORBIDDEN");
  join(ana, "one", "ana");
  good(chat::leave_room(service, ana, "one"));
  join(ana, "three", "ana");
}

TEST_F(Joining, GuestsStayOutWhereTheyAreNotAllowed) {
  const auto ana = guest();
  settings.guest_access = false;
  EXPECT_EQ(join_refusal(ana, "general", "ana"), "AUTH_REQUIRED");
  join(device(account("amelie")), "general");
  auto session = std::make_shared<chat::Session>(chat::Session{.socket_id = "s"});
  EXPECT_EQ(wait(chat::start_session(service, session)).error().code, chat::ErrorCode::kAuthRequired);
}

TEST_F(Joining, APrivateRoomAsksGuestsEachTimeAndAccountsOnce) {
  private_room("garden", {std::nullopt, "visitor"});
  const auto ana = guest();
  EXPECT_EQ(join_refusal(ana, "garden", "ana"), "ROOM_PASSWORD_REQUIRED");
  EXPECT_EQ(join_refusal(ana, "garden", "ana", "wrong!"), "ROOM_PASSWORD_WRONG");
  join(ana, "garden", "ana", "garden");
  good(chat::leave_room(service, ana, "garden"));
  EXPECT_EQ(join_refusal(ana, "garden", "ana"), "ROOM_PASSWORD_REQUIRED");

  const auto amelie = account("amelie");
  const auto session = device(amelie);
  EXPECT_EQ(join_refusal(session, "garden"), "ROOM_PASSWORD_REQUIRED");
  join(session, "garden", "", "garden");
  good(chat::leave_room(service, session, "garden"));
  join(session, "garden");
}

TEST_F(Joining, TheOwnerNeedsNoPassword) {
  const auto amelie = account("amelie");
  private_room("garden", identity(amelie));
  join(device(amelie), "garden");
}

TEST_F(Joining, TheHistoryIsTheNewestMessagesOldestFirst) {
  settings.join_history = 2;
  const auto ana = guest_in("general", "ana");
  for (int i = 1; i <= 3; ++i) send(ana, std::to_string(i));
  const auto view = join(guest(), "general", "ben");
  ASSERT_TRUE(view.history);
  ASSERT_EQ(view.history->messages.size(), 2U);
  EXPECT_EQ(view.history->messages[0].text, "2");
  EXPECT_TRUE(view.history->has_more);
  EXPECT_EQ(view.history->seq.value, 3);

  chat::JoinRoom returning{.name = "cleo", .room = "general", .last_seq = chat::Seq{2}};
  const auto synced = good(chat::join_room(service, guest(), std::move(returning)));
  EXPECT_FALSE(synced.history);
  ASSERT_TRUE(synced.sync);
  ASSERT_EQ(synced.sync->changes.size(), 1U);
  EXPECT_EQ(synced.sync->changes[0].text, "3");

  chat::JoinRoom alone{.name = "dora", .room = "general", .with_history = false};
  const auto without = good(chat::join_room(service, guest(), std::move(alone)));
  EXPECT_FALSE(without.history);
  EXPECT_FALSE(without.sync);
}

TEST_F(Joining, TheDeviceIsSubscribedBeforeMessagesAreRead) {
  const auto ana = guest_in("general", "ana");
  send(ana, "before");
  const auto ben = guest();
  int calls = 0;
  chat::JoinRoom command{.name = "ben", .room = "general"};
  command.entered = [&](const chat::JoinedRoom& room) {
    ++calls;
    EXPECT_EQ(room.name, "general");
    EXPECT_NE(ben->joined("general"), nullptr);
  };
  good(chat::join_room(service, ben, std::move(command)));
  EXPECT_EQ(calls, 1);
  chat::JoinRoom again{.name = "ben", .room = "general"};
  again.entered = [&](const chat::JoinedRoom&) { ++calls; };
  EXPECT_TRUE(good(chat::join_room(service, ben, std::move(again))).already_in);
  EXPECT_EQ(calls, 1);
}

TEST_F(Joining, AThousandJoinsOfARoomAreAHandfulOfMessages) {
  settings.message_rate = {};
  for (int i = 0; i < 200; ++i) join(guest(), "general", "guest" + std::to_string(i));
  EXPECT_EQ(delivery.take().size(), 2U);  // notice and roomData of the first
  tick(util::Millis{1'000});
  const auto pushed = delivery.take();
  ASSERT_EQ(pushed.size(), 2U);
  EXPECT_EQ(std::get<chat::Notice>(pushed[0].push).text, "guest1, guest2 and 197 others have joined!");
  EXPECT_EQ(std::get<chat::RoomData>(pushed[1].push).snapshot.total, 200);
  EXPECT_EQ(people_in("general"), 200);
}

TEST_F(Joining, LeavingIsToldAndEndsTyping) {
  const auto ana = guest_in("general", "ana");
  const auto ben = guest_in("general", "ben");
  EXPECT_TRUE(wait(chat::typing(service, ben, "", true)));
  tick(util::Millis{1'000});
  clock.advance(util::Millis{1'000});
  delivery.take();
  EXPECT_EQ(good(chat::leave_room(service, ben, "General")), "general");
  const auto pushed = delivery.take();
  ASSERT_EQ(pushed.size(), 3U);
  EXPECT_FALSE(std::get<chat::Typing>(pushed[0].push).typing);
  EXPECT_EQ(std::get<chat::Notice>(pushed[1].push).text, "ben has left.");
  EXPECT_EQ(std::get<chat::RoomData>(pushed[2].push).snapshot.total, 1);
  EXPECT_EQ(refusal(chat::leave_room(service, ben, "general")), "NOT_IN_ROOM");
  EXPECT_EQ(send_refusal(ben, "hello"), "NOT_IN_ROOM");
}

TEST_F(Joining, TheEndOfASessionLeavesEveryRoom) {
  const auto ana = guest_in("one", "ana");
  join(ana, "two", "ana");
  wait(chat::end_session(service, ana));
  EXPECT_TRUE(ana->closed);
  EXPECT_EQ(people_in("one"), 0);
  EXPECT_EQ(people_in("two"), 0);
  EXPECT_EQ(send_refusal(ana, "hello"), "AUTH_REQUIRED");
}

TEST_F(Joining, ASocketThatClosesWhileItsJoinWaitsLeavesNoGhost) {
  const auto ana = guest_in("general", "ana");
  // Every point at which a join may be suspended: the socket closes after the n-th step of the executor.
  for (int steps = 0; steps < 12; ++steps) {
    clock.advance(util::Millis{10'000});
    tick();
    delivery.take();
    const auto ben = guest();
    std::optional<chat::Result<chat::JoinedRoomView>> result;
    int step = 0;
    executor.post([&] {
      chat::JoinRoom command{.name = "ben", .room = "general"};
      util::spawn([](World& world, chat::Service& service, SessionPtr session, chat::JoinRoom c,
                     std::optional<chat::Result<chat::JoinedRoomView>>& out) -> util::Task<void> {
        (void)world;
        out.emplace(co_await chat::join_room(service, std::move(session), std::move(c)));
      }(*this, service, ben, std::move(command), result));
    });
    executor.run_until([&] { return step++ >= steps || result.has_value(); });
    wait(chat::end_session(service, ben));
    executor.run_until([&] { return result.has_value(); });
    EXPECT_EQ(people_in("general"), 1) << "after step " << steps;
    EXPECT_TRUE(ben->rooms.empty());
    tick(util::Millis{2'000});
    const auto notices = delivery.notices();
    const auto joined = std::count(notices.begin(), notices.end(), "ben has joined!");
    const auto left = std::count(notices.begin(), notices.end(), "ben has left.");
    EXPECT_EQ(joined, left) << "after step " << steps;
  }
}

TEST_F(Joining, TwoJoinsOfOneDeviceAtOnceAreOne) {
  const auto ana = guest();
  std::vector<chat::Result<chat::JoinedRoomView>> results;
  const auto join_now = [](chat::Service& service, SessionPtr session,
                           std::vector<chat::Result<chat::JoinedRoomView>>& out) -> util::Task<void> {
    chat::JoinRoom command{.name = "ana", .room = "general"};
    out.push_back(co_await chat::join_room(service, std::move(session), std::move(command)));
  };
  executor.post([&] {
    util::spawn(join_now(service, ana, results));
    util::spawn(join_now(service, ana, results));
  });
  executor.run_until([&] { return results.size() == 2; });
  EXPECT_TRUE(results[0]);
  EXPECT_TRUE(results[1]);
  EXPECT_EQ(ana->rooms.size(), 1U);
  EXPECT_EQ(people_in("general"), 1);
}

}  // namespace
}  // namespace chillin::test
