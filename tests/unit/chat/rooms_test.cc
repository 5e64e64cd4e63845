#include "chat/access.h"
#include "chat/enter_room.h"
#include "chat/list_rooms.h"
#include "chat/room_messages.h"
#include "chat/rooms_of.h"
#include "chat/search_messages.h"
#include "unit/chat/world.h"

namespace chillin::test {
namespace {

using chat::create_room;
using chat::enter_room;
using chat::room_messages;
using chat::search_messages;

class Rooms : public World {
 protected:
  chat::CreateRoom form(const std::string& name, chat::Identity creator = {std::nullopt, "visitor"}) {
    return {.creator = std::move(creator), .name = name, .address = "10.0.0.1"};
  }
  chat::EnterRoom entry(std::optional<chat::Account> account, const std::string& room,
                        const std::string& password = "") {
    return {.account = std::move(account), .room = room, .password = password, .address = "10.0.0.1"};
  }
};

TEST_F(Rooms, AnAccountThatCreatesARoomOwnsIt) {
  const auto amelie = account("amelie");
  const auto room = good(create_room(service, form(" General ", identity(amelie))));
  EXPECT_EQ(room.name, "general");
  EXPECT_EQ(room.creator, "amelie");
  EXPECT_EQ(room.member_count, 1);
  const auto mine = good(chat::rooms_of(service, amelie));
  ASSERT_EQ(mine.size(), 1U);
  EXPECT_EQ(mine[0].membership.role, chat::Role::kOwner);
}

TEST_F(Rooms, AGuestCreatesOneUnderAFreeName) {
  account("amelie");
  EXPECT_EQ(good(create_room(service, form("general"))).creator, "visitor");
  EXPECT_EQ(refusal(create_room(service, form("other", {std::nullopt, "Amelie"}))), "NAME_TAKEN creator");
  EXPECT_EQ(refusal(create_room(service, form("other", {std::nullopt, ""}))), "INVALID_PAYLOAD creator");
  settings.guest_access = false;
  EXPECT_EQ(refusal(create_room(service, form("other"))), "AUTH_REQUIRED");
}

TEST_F(Rooms, ARoomHasANameOfItsOwn) {
  good(create_room(service, form("general")));
  EXPECT_EQ(refusal(create_room(service, form("GENERAL"))), "NAME_TAKEN name");
  EXPECT_EQ(refusal(create_room(service, form(" "))), "INVALID_PAYLOAD name");
  EXPECT_EQ(refusal(create_room(service, form(std::string(31, 'r')))), "INVALID_PAYLOAD name");
  auto wordy = form("wordy");
  wordy.description = std::string(201, 'd');
  EXPECT_EQ(refusal(create_room(service, std::move(wordy))), "INVALID_PAYLOAD description");
}

TEST_F(Rooms, APrivateRoomNeedsAPassword) {
  auto command = form("secret garden");
  command.is_private = true;
  command.password = "short";
  EXPECT_EQ(refusal(create_room(service, command)), "INVALID_PAYLOAD password");
  command.password = "qwerty";
  const auto room = good(create_room(service, command));
  EXPECT_TRUE(room.is_private);
  EXPECT_EQ(room.password_hash, "new:qwerty");
  EXPECT_EQ(refusal(create_room(service, command)), "NAME_TAKEN name");
}

TEST_F(Rooms, CreatedRoomsAreLimitedPerAddress) {
  settings.room_rate = {2, util::Millis{1'000}};
  good(create_room(service, form("one")));
  good(create_room(service, form("two")));
  EXPECT_EQ(refusal(create_room(service, form("three"))), "RATE_LIMITED");
  auto elsewhere = form("three");
  elsewhere.address = "10.0.0.2";
  good(create_room(service, std::move(elsewhere)));
}

TEST_F(Rooms, EveryRoomIsListed) {
  good(create_room(service, form("b")));
  private_room("a", {std::nullopt, "visitor"});
  const auto rooms = good(chat::list_rooms(service));
  ASSERT_EQ(rooms.size(), 2U);
  EXPECT_EQ(rooms[0].name, "a");
  EXPECT_TRUE(rooms[0].is_private);
  EXPECT_EQ(rooms[1].name, "b");
}

TEST_F(Rooms, EnteringMakesAMember) {
  const auto amelie = account("amelie");
  const auto bjorn = account("björn");
  good(create_room(service, form("general", identity(amelie))));
  const auto room = good(enter_room(service, entry(bjorn, "General")));
  EXPECT_EQ(room.member_count, 2);
  EXPECT_EQ(good(chat::rooms_of(service, bjorn)).size(), 1U);
  EXPECT_EQ(refusal(enter_room(service, entry(bjorn, "nowhere"))), "ROOM_NOT_FOUND");
  EXPECT_EQ(refusal(enter_room(service, entry(bjorn, ""))), "INVALID_PAYLOAD room");
}

TEST_F(Rooms, APrivateRoomAsksForItsPasswordOnce) {
  const auto amelie = account("amelie");
  const auto bjorn = account("björn");
  private_room("garden", identity(amelie));
  EXPECT_EQ(refusal(enter_room(service, entry(bjorn, "garden"))), "ROOM_PASSWORD_REQUIRED");
  EXPECT_EQ(refusal(enter_room(service, entry(bjorn, "garden", "wrong!"))), "ROOM_PASSWORD_WRONG");
  EXPECT_EQ(good(enter_room(service, entry(bjorn, "garden", "garden"))).member_count, 2);
  good(enter_room(service, entry(bjorn, "garden")));
  good(enter_room(service, entry(amelie, "garden")));  // its owner
}

TEST_F(Rooms, AGuestGivesTheRoomsPasswordEachTime) {
  private_room("garden", {std::nullopt, "visitor"});
  good(enter_room(service, entry(std::nullopt, "garden", "garden")));
  EXPECT_EQ(refusal(enter_room(service, entry(std::nullopt, "garden"))), "ROOM_PASSWORD_REQUIRED");
  settings.guest_access = false;
  EXPECT_EQ(refusal(enter_room(service, entry(std::nullopt, "garden", "garden"))), "AUTH_REQUIRED");
}

TEST_F(Rooms, AnOldRoomPasswordIsReplacedWhenItIsUsed) {
  chat::NewRoom old{
      .name = "garden", .creator = {std::nullopt, "x"}, .is_private = true, .password_hash = "old:qwerty"};
  good(storage->rooms().create(std::move(old)));
  good(enter_room(service, entry(account("amelie"), "garden", "qwerty")));
  EXPECT_EQ(good(storage->rooms().find("garden"))->password_hash, "new:qwerty");
}

TEST_F(Rooms, GuessingARoomsPasswordIsLimited) {
  settings.auth_rate = {1, util::Millis{60'000}};
  private_room("garden", {std::nullopt, "visitor"});
  for (int i = 0; i < chat::kRoomPasswordsPerAuth; ++i) {
    EXPECT_EQ(refusal(enter_room(service, entry(std::nullopt, "garden", "guess!"))), "ROOM_PASSWORD_WRONG");
  }
  EXPECT_EQ(refusal(enter_room(service, entry(std::nullopt, "garden", "garden"))), "RATE_LIMITED");
}

TEST_F(Rooms, WhoIsBannedStaysOut) {
  const auto bjorn = account("björn");
  const auto room = good(create_room(service, form("general")));
  good(enter_room(service, entry(bjorn, "general")));
  chat::Membership banned{.banned = true};
  ASSERT_TRUE(wait(storage->rooms().set_membership(room.id, bjorn.id, banned)));
  EXPECT_EQ(refusal(enter_room(service, entry(bjorn, "general"))), "BANNED");
  EXPECT_EQ(refusal(room_messages(service, {.account = bjorn, .room = "general"})), "BANNED");
  EXPECT_EQ(join_refusal(device(bjorn), "general"), "BANNED");
  EXPECT_TRUE(good(chat::rooms_of(service, bjorn)).empty());
}

TEST_F(Rooms, MessagesOfAPublicRoomAreForEverybody) {
  const auto ana = guest_in("general", "ana");
  for (int i = 1; i <= 3; ++i) send(ana, "message " + std::to_string(i));
  const auto newest = good(room_messages(service, {.room = "general", .limit = 2}));
  ASSERT_EQ(newest.messages.size(), 2U);
  EXPECT_EQ(newest.messages[0].text, "message 2");
  EXPECT_EQ(newest.messages[1].text, "message 3");
  EXPECT_TRUE(newest.has_more);
  const auto older = good(room_messages(service, {.room = "general", .before = newest.messages[0].id.seq}));
  ASSERT_EQ(older.messages.size(), 1U);
  EXPECT_EQ(older.messages[0].text, "message 1");
  EXPECT_EQ(good(room_messages(service, {.room = "general", .limit = -5})).messages.size(), 1U);
  settings.guest_access = false;
  EXPECT_EQ(refusal(room_messages(service, {.room = "general"})), "AUTH_REQUIRED");
}

TEST_F(Rooms, MessagesOfAPrivateRoomAreForItsMembers) {
  const auto amelie = account("amelie");
  const auto bjorn = account("björn");
  private_room("garden", identity(amelie));
  good(room_messages(service, {.account = amelie, .room = "garden"}));
  EXPECT_EQ(refusal(room_messages(service, {.account = bjorn, .room = "garden"})), "FORBIDDEN");
  EXPECT_EQ(refusal(room_messages(service, {.room = "garden"})), "AUTH_REQUIRED");
  EXPECT_EQ(refusal(room_messages(service, {.room = "nowhere"})), "ROOM_NOT_FOUND");
}

TEST_F(Rooms, ASearchFindsWhatTheAskerMayRead) {
  const auto amelie = account("amelie");
  const auto bjorn = account("björn");
  private_room("garden", identity(amelie));
  const auto here = device(amelie);
  join(here, "garden");
  send(here, "roses in the garden");
  const auto ana = guest_in("general", "ana");
  send(ana, "roses in public");

  const auto found_by_amelie = good(search_messages(service, {.account = amelie, .text = "roses"}));
  ASSERT_EQ(found_by_amelie.size(), 1U);
  EXPECT_EQ(found_by_amelie[0].room, "garden");
  EXPECT_TRUE(good(search_messages(service, {.account = bjorn, .text = "roses"})).empty());
  EXPECT_EQ(good(search_messages(service, {.account = bjorn, .text = "roses", .room = "general"})).size(), 1U);
  EXPECT_EQ(refusal(search_messages(service, {.account = bjorn, .text = "roses", .room = "garden"})), "FORBIDDEN");
  EXPECT_EQ(refusal(search_messages(service, {.text = "roses", .room = "garden"})), "AUTH_REQUIRED");
  EXPECT_TRUE(good(search_messages(service, {.text = "roses"})).empty());
  EXPECT_EQ(good(search_messages(service, {.guest_rooms = {ana->rooms[0].id}, .text = "roses"})).size(), 1U);
}

TEST_F(Rooms, AGuestInAPrivateRoomMaySearchIt) {
  private_room("garden", {std::nullopt, "visitor"});
  const auto ana = guest();
  join(ana, "garden", "ana", "garden");
  send(ana, "roses");
  const auto id = ana->rooms[0].id;
  EXPECT_EQ(good(search_messages(service, {.guest_rooms = {id}, .text = "roses", .room = "garden"})).size(), 1U);
}

TEST_F(Rooms, ASearchNeedsSomethingToSearch) {
  EXPECT_EQ(refusal(search_messages(service, {.text = ""})), "INVALID_PAYLOAD q");
  EXPECT_EQ(refusal(search_messages(service, {.text = std::string(201, 'q')})), "INVALID_PAYLOAD q");
}

}  // namespace
}  // namespace chillin::test
