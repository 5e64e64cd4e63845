#include "contract/storage_under_test.h"

namespace chillin::contract {
namespace {

using chat::ErrorCode;
using chat::Membership;
using chat::Role;
using chat::Seq;

class RoomStoreContract : public StorageTest {
 protected:
  chat::Room room_of(const chat::Account& owner, const std::string& name) {
    return ok(rooms().create({name, "about", {owner.id, owner.username}, true, "secret-hash", {1'000}}));
  }
  chat::Room now(const chat::Room& room) { return *ok(rooms().find(room.id)); }
};
INSTANTIATE_TEST_SUITE_P(Storage, RoomStoreContract, testing::ValuesIn(storage_kinds()), kind_name);

TEST_P(RoomStoreContract, FindsWhatItCreatedByNameAndId) {
  EXPECT_FALSE(ok(rooms().find("den")));
  const auto ann = make_account("ann");
  const auto made = room_of(ann, "den");
  for (const auto& found : {ok(rooms().find("den")), ok(rooms().find(made.id))}) {
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, made.id);
    EXPECT_EQ(found->name, "den");
    EXPECT_EQ(found->description, "about");
    EXPECT_EQ(found->creator, "ann");
    EXPECT_TRUE(found->is_private);
    EXPECT_EQ(found->password_hash, "secret-hash");
    EXPECT_EQ(found->member_count, 1);
    EXPECT_EQ(found->created_at, util::WallMillis{1'000});
    EXPECT_EQ(found->seq, Seq{0});
  }
  EXPECT_FALSE(ok(rooms().find(chat::RoomId{9'999})));
}

TEST_P(RoomStoreContract, ANameIsGivenOnce) {
  make_room("den");
  EXPECT_EQ(refusal(rooms().create({"den", "", {std::nullopt, "bob"}, false, "", {1}})), ErrorCode::kNameTaken);
}

TEST_P(RoomStoreContract, AnAccountOwnsWhatItCreatesAGuestDoesNot) {
  const auto ann = make_account("ann");
  const auto own = room_of(ann, "own");
  EXPECT_EQ(ok(rooms().membership(own.id, ann.id))->role, Role::kOwner);
  const auto open = make_room("open");
  EXPECT_EQ(open.member_count, 0);
  EXPECT_FALSE(ok(rooms().membership(open.id, ann.id)));
}

TEST_P(RoomStoreContract, ARoomsSeqIsThatOfItsLastChange) {
  const auto room = make_room("den");
  EXPECT_EQ(ok(rooms().find("den"))->seq, Seq{0});
  const auto id = say(room, "ann", "x");
  EXPECT_EQ(ok(rooms().find("den"))->seq, Seq{1});
  edit(id, "y");
  EXPECT_EQ(ok(rooms().find("den"))->seq, Seq{2});
  EXPECT_EQ(now(room).seq, Seq{2});
  storage_->reopen();
  EXPECT_EQ(ok(rooms().find("den"))->seq, Seq{2});
}

TEST_P(RoomStoreContract, ListsByName) {
  make_room("c");
  make_room("a");
  make_room("b");
  std::vector<std::string> names;
  for (const auto& room : ok(rooms().list())) names.push_back(room.name);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b", "c"}));
}

TEST_P(RoomStoreContract, MembersAreAddedOnceAndKeepWhatTheyAre) {
  const auto ann = make_account("ann");
  const auto bob = make_account("bob");
  const auto room = room_of(ann, "den");
  EXPECT_FALSE(ok(rooms().membership(room.id, bob.id)));
  EXPECT_EQ(ok(rooms().add_member(room.id, bob.id, {5})).role, Role::kMember);
  EXPECT_EQ(now(room).member_count, 2);
  EXPECT_EQ(ok(rooms().add_member(room.id, ann.id, {5})).role, Role::kOwner);
  EXPECT_EQ(now(room).member_count, 2);
  EXPECT_TRUE(ok(rooms().membership(room.id, bob.id)));
  EXPECT_TRUE(wait(rooms().remove_member(room.id, bob.id)).ok());
  EXPECT_FALSE(ok(rooms().membership(room.id, bob.id)));
  EXPECT_EQ(now(room).member_count, 1);
  EXPECT_TRUE(wait(rooms().remove_member(room.id, bob.id)).ok());
  EXPECT_EQ(now(room).member_count, 1);
}

TEST_P(RoomStoreContract, AMembershipNeedsARoomAndAnAccount) {
  const auto room = make_room("den");
  EXPECT_EQ(refusal(rooms().add_member({9'999}, make_account("ann").id, {5})), ErrorCode::kRoomNotFound);
  EXPECT_EQ(refusal(rooms().add_member(room.id, {9'999}, {5})), ErrorCode::kAuthRequired);
  EXPECT_EQ(now(room).member_count, 0);
}

TEST_P(RoomStoreContract, ABanOutlivesLeavingAndCountsAsNoMember) {
  const auto ann = make_account("ann");
  const auto bob = make_account("bob");
  const auto room = room_of(ann, "den");
  ok(rooms().add_member(room.id, bob.id, {5}));
  EXPECT_TRUE(wait(rooms().set_membership(room.id, bob.id, {Role::kMember, true, {}, {}})).ok());
  EXPECT_EQ(now(room).member_count, 1);
  EXPECT_TRUE(wait(rooms().remove_member(room.id, bob.id)).ok());
  EXPECT_TRUE(ok(rooms().membership(room.id, bob.id))->banned);
  EXPECT_TRUE(ok(rooms().add_member(room.id, bob.id, {6})).banned);
  EXPECT_EQ(now(room).member_count, 1);
  EXPECT_TRUE(wait(rooms().set_membership(room.id, bob.id, {Role::kModerator, false, {77}, Seq{3}})).ok());
  const auto lifted = *ok(rooms().membership(room.id, bob.id));
  EXPECT_EQ(lifted.role, Role::kModerator);
  EXPECT_FALSE(lifted.banned);
  EXPECT_EQ(lifted.muted_until, util::WallMillis{77});
  EXPECT_EQ(lifted.read_seq, Seq{3});
  EXPECT_EQ(now(room).member_count, 2);
  EXPECT_TRUE(storage_->problems(loop_).empty());
}

TEST_P(RoomStoreContract, ListsTheRoomsOfAnAccount) {
  const auto ann = make_account("ann");
  room_of(ann, "b");
  const auto other = make_room("a");
  make_room("c");
  ok(rooms().add_member(other.id, ann.id, {5}));
  const auto list = ok(rooms().list_of(ann.id));
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].room.name, "a");
  EXPECT_EQ(list[0].membership.role, Role::kMember);
  EXPECT_EQ(list[1].room.name, "b");
  EXPECT_EQ(list[1].membership.role, Role::kOwner);
}

TEST_P(RoomStoreContract, AReadMarkNeverMovesBack) {
  const auto ann = make_account("ann");
  const auto room = room_of(ann, "den");
  EXPECT_EQ(ok(rooms().mark_read(room.id, ann.id, Seq{5})), Seq{5});
  EXPECT_EQ(ok(rooms().mark_read(room.id, ann.id, Seq{3})), Seq{5});
  EXPECT_EQ(ok(rooms().membership(room.id, ann.id))->read_seq, Seq{5});
  EXPECT_EQ(refusal(rooms().mark_read(room.id, make_account("bob").id, Seq{1})), ErrorCode::kNotInRoom);
}

TEST_P(RoomStoreContract, ReplacesARoomsPasswordHash) {
  const auto room = room_of(make_account("ann"), "den");
  EXPECT_EQ(ok(rooms().find("den"))->password_hash, "secret-hash");
  EXPECT_TRUE(wait(rooms().update_password_hash(room.id, "new")).ok());
  EXPECT_EQ(ok(rooms().find("den"))->password_hash, "new");
  EXPECT_EQ(now(room).password_hash, "new");
  EXPECT_FALSE(wait(rooms().update_password_hash({9'999}, "new")).ok());
}

}  // namespace
}  // namespace chillin::contract
