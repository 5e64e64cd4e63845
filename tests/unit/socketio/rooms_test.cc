#include "socketio/rooms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

namespace chillin::socketio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

struct Member : RoomMember {
  explicit Member(std::string id) : RoomMember(std::move(id)) {}
};

class RoomsTest : public testing::Test {
 protected:
  RoomsTest() {
    for (Member* member : {&ada, &bob, &eve}) rooms.attach(*member);
  }
  ~RoomsTest() override {
    for (Member* member : {&ada, &bob, &eve}) rooms.detach(*member);
  }

  std::vector<std::string> reached(const Target& target) {
    std::vector<std::string> ids;
    rooms.select(target, [&](RoomMember& member) { ids.push_back(member.member_id()); });
    return ids;
  }
  /// What `member` gets of `batch`, packet by packet, and in how many runs.
  std::vector<std::string> received(const Batch& batch, const Member& member, std::size_t* runs = nullptr) {
    std::vector<std::string> packets;
    rooms.deliver(batch,
                  [&](RoomMember& to, const engineio::EncodedPtr& encoded, std::size_t first, std::size_t count) {
                    if (&to != &member) return;
                    if (runs != nullptr) ++*runs;
                    for (std::size_t i = first; i < first + count; ++i) packets.emplace_back(encoded->data(i));
                  });
    return packets;
  }

  Rooms rooms;
  Member ada{"ada"};
  Member bob{"bob"};
  Member eve{"eve"};
};

engineio::EncodedPtr packets(const std::vector<std::string>& texts) {
  engineio::EncodedBuilder builder;
  for (const auto& text : texts) builder.text(text);
  return builder.finish();
}

TEST_F(RoomsTest, ReachesEveryoneInARoomOnce) {
  rooms.join(ada, "tea");
  rooms.join(bob, "tea");
  rooms.join(bob, "tea");
  EXPECT_THAT(reached({.rooms = {"tea"}}), UnorderedElementsAre("ada", "bob"));
  EXPECT_THAT(reached({.rooms = {"coffee"}}), IsEmpty());
  EXPECT_THAT(reached({}), UnorderedElementsAre("ada", "bob", "eve"));
}

TEST_F(RoomsTest, AUnionOfRoomsReachesEachOnce) {
  rooms.join(ada, "tea");
  rooms.join(ada, "cake");
  rooms.join(bob, "cake");
  EXPECT_THAT(reached({.rooms = {"tea", "cake", "tea"}}), UnorderedElementsAre("ada", "bob"));
}

TEST_F(RoomsTest, ExceptLeavesOutWhoIsInThatRoom) {
  rooms.join(ada, "tea");
  rooms.join(bob, "tea");
  rooms.join(bob, "quiet");
  EXPECT_THAT(reached({.rooms = {"tea"}, .except = {"quiet"}}), ElementsAre("ada"));
  EXPECT_THAT(reached({.except = {"quiet"}}), UnorderedElementsAre("ada", "eve"));
  EXPECT_THAT(reached({.except = {"nobody"}}), UnorderedElementsAre("ada", "bob", "eve"));
}

TEST_F(RoomsTest, AnIdIsARoom) {
  EXPECT_THAT(reached({.rooms = {"eve"}}), ElementsAre("eve"));
  EXPECT_THAT(reached({.except = {"eve"}}), UnorderedElementsAre("ada", "bob"));
  rooms.join(eve, "eve");
  rooms.leave(eve, "eve");
  EXPECT_THAT(reached({.rooms = {"eve"}}), ElementsAre("eve"));
  rooms.join(ada, "eve");
  EXPECT_THAT(reached({.rooms = {"eve"}}), UnorderedElementsAre("ada", "eve"));
  EXPECT_THAT(rooms.rooms_of(eve), ElementsAre("eve"));
}

TEST_F(RoomsTest, LeavingKeepsTheOthersInPlace) {
  for (Member* member : {&ada, &bob, &eve}) rooms.join(*member, "tea");
  rooms.leave(ada, "tea");
  EXPECT_THAT(reached({.rooms = {"tea"}}), UnorderedElementsAre("bob", "eve"));
  rooms.leave(eve, "tea");
  EXPECT_THAT(reached({.rooms = {"tea"}}), ElementsAre("bob"));
  rooms.leave(eve, "tea");
  rooms.leave(bob, "tea");
  EXPECT_EQ(rooms.rooms(), 0u) << "an empty room is forgotten";
}

TEST_F(RoomsTest, DetachingLeavesEverything) {
  rooms.join(ada, "tea");
  rooms.join(ada, "cake");
  rooms.join(ada, "jam");
  EXPECT_THAT(rooms.rooms_of(ada), ElementsAre("ada", "tea", "cake", "jam"));
  rooms.detach(ada);
  EXPECT_EQ(rooms.rooms(), 0u);
  EXPECT_EQ(rooms.size(), 2u);
  EXPECT_THAT(rooms.rooms_of(ada), IsEmpty());
  EXPECT_THAT(reached({.rooms = {"ada"}}), IsEmpty());
  rooms.join(ada, "tea");
  EXPECT_EQ(rooms.rooms(), 0u) << "who is not attached joins nothing";
  rooms.detach(ada);
}

TEST_F(RoomsTest, ABatchWithoutVariantsIsOneRun) {
  rooms.join(ada, "tea");
  std::size_t runs = 0;
  const Batch batch{"tea", packets({"0", "1", "2"}), nullptr, {}};
  EXPECT_THAT(received(batch, ada, &runs), ElementsAre("0", "1", "2"));
  EXPECT_EQ(runs, 1u);
  EXPECT_THAT(received(batch, bob), IsEmpty());
}

TEST_F(RoomsTest, OnlyMembersOfAVariantsRoomGetIt) {
  for (Member* member : {&ada, &bob, &eve}) rooms.join(*member, "tea");
  rooms.join(eve, "devices of bob");
  rooms.join(bob, "devices of bob");
  const Batch batch{
      "tea", packets({"0", "1", "2", "3"}), packets({"a", "b"}), {{"ada", 1, 0}, {"devices of bob", 2, 1}}};
  std::size_t runs = 0;
  EXPECT_THAT(received(batch, ada, &runs), ElementsAre("0", "a", "2", "3"));
  EXPECT_EQ(runs, 3u);
  EXPECT_THAT(received(batch, bob), ElementsAre("0", "1", "b", "3"));
  EXPECT_THAT(received(batch, eve), ElementsAre("0", "1", "b", "3"));
}

TEST_F(RoomsTest, WhoIsNotInTheRoomGetsNoVariantEither) {
  rooms.join(bob, "tea");
  const Batch batch{"tea", packets({"0"}), packets({"a"}), {{"ada", 0, 0}}};
  EXPECT_THAT(received(batch, ada), IsEmpty());
  EXPECT_THAT(received(batch, bob), ElementsAre("0"));
}

TEST_F(RoomsTest, VariantsMayComeInAnyOrderAndTheFirstOfAPacketCounts) {
  rooms.join(ada, "tea");
  rooms.join(ada, "x");
  const Batch batch{"tea",
                    packets({"0", "1", "2"}),
                    packets({"a", "b", "c"}),
                    {{"ada", 2, 0}, {"x", 0, 1}, {"x", 2, 2}, {"ada", 7, 0}, {"ada", 1, 9}}};
  EXPECT_THAT(received(batch, ada), ElementsAre("b", "1", "a"));
}

TEST_F(RoomsTest, MarksOfOneBatchDoNotReachTheNext) {
  for (Member* member : {&ada, &bob}) rooms.join(*member, "tea");
  const Batch first{"tea", packets({"0"}), packets({"a"}), {{"ada", 0, 0}}};
  const Batch second{"tea", packets({"0"}), packets({"b"}), {{"bob", 0, 0}}};
  EXPECT_THAT(received(first, ada), ElementsAre("a"));
  EXPECT_THAT(received(second, ada), ElementsAre("0"));
  EXPECT_THAT(received(second, bob), ElementsAre("b"));
}

TEST_F(RoomsTest, ABatchMayGoToOneMemberById) {
  const Batch batch{"ada", packets({"0"}), packets({"a"}), {{"ada", 0, 0}}};
  EXPECT_THAT(received(batch, ada), ElementsAre("a"));
  EXPECT_THAT(received(batch, bob), IsEmpty());
}

TEST_F(RoomsTest, HoldsThousandsAndForgetsThem) {
  std::deque<Member> crowd;
  for (int i = 0; i < 5'000; ++i) {
    Member& member = crowd.emplace_back("m" + std::to_string(i));
    rooms.attach(member);
    rooms.join(member, "hall");
    rooms.join(member, "seat " + std::to_string(i % 7));
  }
  EXPECT_EQ(reached({.rooms = {"hall"}}).size(), 5'000u);
  for (std::size_t i = 0; i < crowd.size(); i += 2) rooms.detach(crowd[i]);
  EXPECT_EQ(reached({.rooms = {"hall"}}).size(), 2'500u);
  for (std::size_t i = 1; i < crowd.size(); i += 2) rooms.detach(crowd[i]);
  EXPECT_EQ(rooms.rooms(), 0u);
}

TEST(RoomsWatcher, IsToldWhenANameBeginsAndCeasesToReachSomebody) {
  struct Watcher final : RoomWatcher {
    void on_room_opened(std::string_view name) override { told.push_back("+" + std::string(name)); }
    void on_room_closed(std::string_view name) override { told.push_back("-" + std::string(name)); }
    std::vector<std::string> told;
  } watcher;
  Rooms rooms(&watcher);
  Member ada("ada");
  Member bob("bob");
  rooms.attach(ada);
  rooms.attach(bob);
  rooms.join(ada, "tea");
  rooms.join(bob, "tea");
  rooms.leave(ada, "tea");
  rooms.leave(ada, "tea");
  rooms.detach(bob);
  rooms.detach(ada);
  EXPECT_THAT(watcher.told, ElementsAre("+ada", "+bob", "+tea", "-tea", "-bob", "-ada"));
}

}  // namespace
}  // namespace chillin::socketio
