#include "chat/unreads.h"

#include <gtest/gtest.h>

#include "unit/chat/at.h"

namespace chillin::chat {
namespace {

Room room(std::int64_t id, std::int64_t members = 2) {
  return {.id = RoomId{id}, .name = "room" + std::to_string(id), .member_count = members};
}
RoomEvent message_in(std::int64_t room_id, ChangeKind kind = ChangeKind::kCreated) {
  RoomEvent event{.kind = kind, .seq = Seq{7}};
  event.message.id = {RoomId{room_id}, Seq{7}};
  return event;
}
void note(Unreads& unreads, const RoomEvent& event) {
  unreads.note(std::span(&event, 1));
}
constexpr AccountId kAna{1};
constexpr AccountId kBen{2};

TEST(Unreads, AMessageMakesTheRoomDueForWhoIsOutside) {
  Unreads unreads;
  ASSERT_TRUE(unreads.watch(room(5), kAna, Seq{3}));
  ASSERT_TRUE(unreads.watch(room(5), kBen, Seq{0}));
  unreads.entered(RoomId{5}, kBen);
  EXPECT_TRUE(unreads.due(at(0)).empty());
  note(unreads, message_in(5));
  const auto due = unreads.due(at(0));
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].name, "room5");
  ASSERT_EQ(due[0].watchers.size(), 1U);
  EXPECT_EQ(due[0].watchers[0].author_key, "u:1");
  EXPECT_EQ(due[0].watchers[0].read_seq.value, 3);
  EXPECT_TRUE(unreads.due(at(5'000)).empty());
}

TEST(Unreads, ARoomHasItsTurnOnceASecond) {
  Unreads unreads;
  ASSERT_TRUE(unreads.watch(room(5), kAna, Seq{0}));
  note(unreads, message_in(5));
  EXPECT_EQ(unreads.due(at(0)).size(), 1U);
  note(unreads, message_in(5));
  EXPECT_TRUE(unreads.due(at(999)).empty());
  EXPECT_EQ(unreads.due(at(1'000)).size(), 1U);
}

TEST(Unreads, ChangesOfOldMessagesAreNoNews) {
  Unreads unreads;
  ASSERT_TRUE(unreads.watch(room(5), kAna, Seq{0}));
  note(unreads, message_in(5, ChangeKind::kEdited));
  note(unreads, message_in(5, ChangeKind::kReaction));
  note(unreads, message_in(6));
  EXPECT_TRUE(unreads.due(at(0)).empty());
}

TEST(Unreads, WhoHasADeviceInTheRoomIsNotTold) {
  Unreads unreads;
  ASSERT_TRUE(unreads.watch(room(5), kAna, Seq{0}));
  ASSERT_TRUE(unreads.watch(room(5), kAna, Seq{0}));
  unreads.entered(RoomId{5}, kAna);
  note(unreads, message_in(5));
  EXPECT_TRUE(unreads.due(at(0)).empty());
  unreads.left(RoomId{5}, kAna);
  note(unreads, message_in(5));
  EXPECT_EQ(unreads.due(at(2'000)).size(), 1U);
}

TEST(Unreads, TheLastDeviceEndsTheWatching) {
  Unreads unreads;
  ASSERT_TRUE(unreads.watch(room(5), kAna, Seq{0}));
  ASSERT_TRUE(unreads.watch(room(5), kAna, Seq{0}));
  unreads.unwatch(RoomId{5}, kAna);
  note(unreads, message_in(5));
  EXPECT_EQ(unreads.due(at(0)).size(), 1U);
  unreads.unwatch(RoomId{5}, kAna);
  note(unreads, message_in(5));
  EXPECT_TRUE(unreads.due(at(2'000)).empty());
  unreads.unwatch(RoomId{5}, kAna);  // once too often does no harm
}

TEST(Unreads, TheReadMarkOnlyMovesForward) {
  Unreads unreads;
  ASSERT_TRUE(unreads.watch(room(5), kAna, Seq{3}));
  unreads.marked_read(RoomId{5}, kAna, Seq{6});
  unreads.marked_read(RoomId{5}, kAna, Seq{4});
  note(unreads, message_in(5));
  EXPECT_EQ(unreads.due(at(0))[0].watchers[0].read_seq.value, 6);
}

TEST(Unreads, LargeRoomsAreNotWatched) {
  Unreads unreads;
  EXPECT_TRUE(unreads.watch(room(5, 200), kAna, Seq{0}));
  EXPECT_FALSE(unreads.watch(room(6, 201), kAna, Seq{0}));
  for (std::int64_t i = 0; i < 200; ++i) ASSERT_TRUE(unreads.watch(room(7), AccountId{i}, Seq{0}));
  EXPECT_FALSE(unreads.watch(room(7), AccountId{200}, Seq{0}));
}

}  // namespace
}  // namespace chillin::chat
