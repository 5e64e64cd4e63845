// What a server does about other servers: their people, their read marks, and pages that they have read.
#include <map>

#include "chat/announce.h"
#include "chat/cached_history.h"
#include "chat/mark_read.h"
#include "chat/room_messages.h"
#include "unit/chat/world.h"

namespace chillin::test {
namespace {

using chat::MemberChange;

class ClusterTest : public World {};

TEST_F(ClusterTest, SomebodyWhoCameToAnotherServerIsToldHere) {
  guest_in("general", "ana");
  tick(util::Millis{5'000});
  tick(util::Millis{5'000});
  delivery.take();
  fanout.on_signal(MemberChange{"general", MemberChange::Kind::kJoined, "ben", 2});
  executor.run_until_idle();
  ASSERT_EQ(delivery.of<chat::Notice>().size(), 1U);
  EXPECT_EQ(delivery.of<chat::Notice>()[0].second.text, "ben has joined!");
  EXPECT_EQ(delivery.of<chat::Notice>()[0].first.except, "");
  ASSERT_EQ(delivery.of<chat::RoomData>().size(), 1U);
  // Soon after that: with the next update of the room.
  delivery.take();
  fanout.on_signal(MemberChange{"general", MemberChange::Kind::kLeft, "ben", 1});
  fanout.on_signal(MemberChange{"general", MemberChange::Kind::kJoined, "cleo", 2});
  executor.run_until_idle();
  EXPECT_TRUE(delivery.of<chat::RoomData>().empty());
  tick(util::Millis{1'000});
  EXPECT_EQ(delivery.of<chat::RoomData>().size(), 1U);
  EXPECT_EQ(delivery.of<chat::Notice>().size(), 2U);
}

TEST_F(ClusterTest, AListThatWasMadeAnewIsToldWithoutANotice) {
  guest_in("general", "ana");
  tick(util::Millis{5'000});
  tick(util::Millis{5'000});
  delivery.take();
  chat::refresh_room(service, "general");
  tick(util::Millis{1'000});
  EXPECT_EQ(delivery.of<chat::RoomData>().size(), 1U);
  EXPECT_TRUE(delivery.of<chat::Notice>().empty());
}

TEST_F(ClusterTest, WhatWasReadOnAnotherServerIsRead) {
  const auto ben = account("ben");
  auto elsewhere = device(ben);
  join(elsewhere, "general");
  wait(chat::end_session(service, elsewhere));
  const auto here = device(ben);  // a member that is not in the room
  const auto ana = guest_in("general", "ana");
  const auto first = send(ana, "one");
  send(ana, "two");
  fanout.on_signal(chat::ReadMark{first.appended.id.room, "general", ben.id, first.appended.id.seq});
  tick(util::Millis{1'000});
  const auto told = delivery.of<chat::Unread>();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].second.count, 1);
}

TEST_F(ClusterTest, NewsOfARoomThatIsOnlyWatchedCount) {
  const auto ben = account("ben");
  auto elsewhere = device(ben);
  join(elsewhere, "general");
  wait(chat::end_session(service, elsewhere));
  const auto here = device(ben);
  const auto ana = guest_in("general", "ana");
  const auto sent = send(ana, "one");
  tick(util::Millis{1'000});
  delivery.take();
  chat::RoomEvent event{.kind = chat::ChangeKind::kCreated, .seq = sent.appended.id.seq};
  event.message.id = sent.appended.id;
  fanout.on_room_news(std::span(&event, 1));
  tick(util::Millis{1'000});
  EXPECT_EQ(delivery.of<chat::Unread>().size(), 1U);
}

/// In memory; remembers how often a page was used.
class Pages final : public chat::HistoryCache {
 public:
  util::Task<std::optional<Entry>> find(std::string room_name, std::size_t limit) override {
    const auto it = pages.find({room_name, limit});
    if (it == pages.end()) co_return std::nullopt;
    co_return it->second;
  }
  void keep(const chat::Room& room, std::size_t limit, const chat::HistoryPage& page) override {
    ++kept;
    pages[{room.name, limit}] = {room.id, page};
  }
  std::map<std::pair<std::string, std::size_t>, Entry> pages;
  int kept = 0;
};

class CachedHistoryTest : public ClusterTest {
 protected:
  CachedHistoryTest() { service.history_cache = &pages; }
  std::vector<std::string> history(const std::string& room, std::optional<chat::Account> reader = {}) {
    chat::RoomMessages command{.account = std::move(reader), .room = room, .limit = 10};
    std::vector<std::string> texts;
    for (const auto& message : good(chat::room_messages(service, std::move(command))).messages) {
      texts.push_back(message.text);
    }
    return texts;
  }
  Pages pages;
};

TEST_F(CachedHistoryTest, APageIsUsedWhileItHoldsEverything) {
  const auto ana = guest_in("general", "ana");
  send(ana, "one");
  EXPECT_EQ(history("general"), std::vector<std::string>{"one"});
  EXPECT_EQ(pages.kept, 1);
  auto& entry = pages.pages.begin()->second;
  entry.page.messages[0].text = "from the cache";
  EXPECT_EQ(history("general"), std::vector<std::string>{"from the cache"});
  EXPECT_EQ(pages.kept, 1);
  send(ana, "two");
  EXPECT_EQ(history("general"), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(pages.kept, 2);
}

TEST_F(CachedHistoryTest, APageOfAnotherRoomOfThatNameIsNotUsed) {
  send(guest_in("general", "ana"), "one");
  EXPECT_EQ(history("general").size(), 1U);
  pages.pages.begin()->second.room.value += 1;
  pages.pages.begin()->second.page.messages[0].text = "somebody else's";
  EXPECT_EQ(history("general"), std::vector<std::string>{"one"});
}

TEST_F(CachedHistoryTest, PrivateRoomsAreNotKept) {
  const auto ben = account("ben");
  private_room("den", identity(ben));
  join(device(ben), "den");
  EXPECT_TRUE(history("den", ben).empty());
  EXPECT_EQ(pages.kept, 0);
}

TEST_F(CachedHistoryTest, WithoutTheLogAPageCountsOnlyIfItIsKnownToBeWhole) {
  send(guest_in("general", "ana"), "one");
  EXPECT_EQ(history("general").size(), 1U);
  // A bus that knows nothing of other servers cannot say so.
  auto page =
      wait(chat::newest_messages_without_log(service, "general", 10, chat::refuse(chat::ErrorCode::kUnavailable)));
  EXPECT_EQ(page.error().code, chat::ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace chillin::test
