#include "contract/storage_under_test.h"

namespace chillin::contract {
namespace {

using chat::ChangeKind;
using chat::ErrorCode;
using chat::Seq;

class RoomLogChange : public StorageTest {};
INSTANTIATE_TEST_SUITE_P(Storage, RoomLogChange, testing::ValuesIn(storage_kinds()), kind_name);

TEST_P(RoomLogChange, AnEditTakesTheNextSeqAndKeepsThePlace) {
  const auto room = fresh_room();
  const auto id = say(room, "ann", "helo");
  say(room, "bob", "?");
  const auto changed = edit(id, "hello");
  EXPECT_TRUE(changed.event);
  EXPECT_EQ(changed.message.id, id);
  EXPECT_EQ(changed.message.text, "hello");
  EXPECT_EQ(changed.message.change_seq, Seq{3});
  EXPECT_EQ(changed.message.edited_at, util::WallMillis{2'000});
  EXPECT_EQ(changed.message.timestamp, util::WallMillis{1'500});
  EXPECT_EQ(ok(log().find(id)), changed.message);
  EXPECT_EQ(ok(log().history(room.id, {}, 10)).messages.front(), changed.message);
  const auto seen = events(room.id, 3);
  EXPECT_EQ(seen.back().kind, ChangeKind::kEdited);
  EXPECT_EQ(seen.back().seq, Seq{3});
  EXPECT_EQ(seen.back().message, changed.message);
}

TEST_P(RoomLogChange, AnEditToTheSameTextChangesNothing) {
  const auto room = fresh_room();
  const auto id = say(room, "ann", "hello");
  EXPECT_FALSE(edit(id, "hello").event);
  EXPECT_EQ(say(room, "ann", "next").seq, Seq{2});
}

TEST_P(RoomLogChange, ADeletionLeavesAPlaceWithoutContent) {
  const auto room = fresh_room();
  auto carrying = message(room, "ann", "secret", "t");
  carrying.attachments = {{"id", "n", "image/png", 1, "u"}};
  const auto id = ok(log().append(carrying)).id;
  react(id, "bob", "+1");
  edit(id, "still secret");
  const auto changed = remove(id);
  EXPECT_TRUE(changed.event);
  EXPECT_EQ(changed.message.text, "");
  EXPECT_TRUE(changed.message.attachments.empty());
  EXPECT_TRUE(changed.message.reactions.empty());
  EXPECT_EQ(changed.message.deleted_at, util::WallMillis{2'000});
  EXPECT_EQ(changed.message.change_seq, Seq{4});
  EXPECT_EQ(ok(log().find(id)), changed.message);
}

TEST_P(RoomLogChange, WhatIsDeletedOrNeverWasCannotBeChanged) {
  const auto room = fresh_room();
  const auto id = say(room, "ann", "x");
  remove(id);
  for (const auto kind : {ChangeKind::kEdited, ChangeKind::kDeleted, ChangeKind::kReaction}) {
    EXPECT_EQ(refusal(log().change(change(id, kind, "ann", "y", "+1"))), ErrorCode::kMessageNotFound);
    EXPECT_EQ(refusal(log().change(change({room.id, Seq{77}}, kind, "ann", "y", "+1"))), ErrorCode::kMessageNotFound);
    EXPECT_EQ(refusal(log().change(change({{9'999}, Seq{1}}, kind, "ann", "y", "+1"))), ErrorCode::kMessageNotFound);
  }
  EXPECT_EQ(refusal(log().find({room.id, Seq{77}})), ErrorCode::kMessageNotFound);
  EXPECT_EQ(say(room, "ann", "next").seq, Seq{3});
}

TEST_P(RoomLogChange, TheSeqOfAChangeIsNoMessage) {
  const auto room = fresh_room();
  edit(say(room, "ann", "a"), "b");
  EXPECT_EQ(refusal(log().find({room.id, Seq{2}})), ErrorCode::kMessageNotFound);
}

TEST_P(RoomLogChange, ReactionsStandInTheOrderInWhichTheyCame) {
  const auto room = fresh_room();
  const auto id = say(room, "ann", "x");
  react(id, "zoe", "b");
  react(id, "ann", "a");
  react(id, "ann", "b");
  const auto message = react(id, "bob", "a").message;
  const std::vector<chat::Reaction> expected = {{"b", {"zoe", "ann"}}, {"a", {"ann", "bob"}}};
  EXPECT_EQ(message.reactions, expected);
  EXPECT_EQ(ok(log().find(id)).reactions, expected);
  EXPECT_EQ(ok(log().sync(room.id, Seq{1}, 10)).changes.at(0).reactions, expected);
}

TEST_P(RoomLogChange, AReactionCountsOnceAndCanBeTakenBack) {
  const auto room = fresh_room();
  const auto id = say(room, "ann", "x");
  EXPECT_TRUE(react(id, "bob", "+1").event);
  EXPECT_FALSE(react(id, "bob", "+1").event);
  EXPECT_FALSE(react(id, "eve", "+1", false).event);
  EXPECT_EQ(ok(log().find(id)).reactions.size(), 1U);
  const auto taken = react(id, "bob", "+1", false);
  EXPECT_TRUE(taken.event);
  EXPECT_TRUE(taken.message.reactions.empty());
  EXPECT_EQ(taken.message.change_seq, Seq{3});
  const auto seen = events(room.id, 3);
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[1].kind, ChangeKind::kReaction);
  EXPECT_EQ(seen[1].emoji, "+1");
  EXPECT_EQ(seen[1].actor.name, "bob");
  EXPECT_TRUE(seen[1].on);
  EXPECT_FALSE(seen[2].on);
}

}  // namespace
}  // namespace chillin::contract
