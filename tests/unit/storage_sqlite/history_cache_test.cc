#include "storage/sqlite/history_cache.h"

#include <gtest/gtest.h>

namespace chillin::storage {
namespace {

using chat::ChangeKind;
using chat::Seq;

constexpr chat::RoomId kRoom{7};

chat::Message message(std::int64_t seq, std::optional<std::int64_t> change = {}, chat::RoomId room = kRoom) {
  chat::Message out;
  out.id = {room, Seq{seq}};
  out.text = "text " + std::to_string(change.value_or(seq));
  if (change) out.change_seq = Seq{*change};
  return out;
}
chat::RoomEvent created(std::int64_t seq, chat::RoomId room = kRoom) {
  return {ChangeKind::kCreated, Seq{seq}, message(seq, {}, room), {}, "", true};
}
chat::RoomEvent edited(std::int64_t seq, std::int64_t change) {
  return {ChangeKind::kEdited, Seq{change}, message(seq, change), {}, "", true};
}
void apply(HistoryCache& cache, const chat::RoomEvent& event) {
  cache.apply({&event, 1});
}
chat::HistoryPage page(std::int64_t first, std::int64_t last, bool has_more) {
  chat::HistoryPage out;
  for (std::int64_t seq = first; seq <= last; ++seq) out.messages.push_back(message(seq));
  out.seq = Seq{last};
  out.has_more = has_more;
  return out;
}
void fill(HistoryCache& cache, const chat::HistoryPage& newest, chat::RoomId room = kRoom) {
  cache.end_fill(room, cache.begin_fill(room), newest);
}

TEST(HistoryCache, KnowsNothingOfARoomThatWasNotFilled) {
  HistoryCache cache(1 << 20);
  apply(cache, created(1));
  EXPECT_FALSE(cache.history(kRoom, {}, 1));
  EXPECT_FALSE(cache.sync(kRoom, Seq{0}, 1));
}

TEST(HistoryCache, AppliesWhatWasCommittedWhileItWasFilled) {
  HistoryCache cache(1 << 20);
  const auto first = cache.begin_fill(kRoom);
  ASSERT_NE(first, 0U);
  EXPECT_EQ(cache.begin_fill(kRoom), 0U);
  apply(cache, created(3));  // before the snapshot was taken: it has it
  apply(cache, created(4));  // after it
  apply(cache, edited(2, 5));
  EXPECT_FALSE(cache.history(kRoom, {}, 1));
  cache.end_fill(kRoom, first, page(1, 3, false));
  const auto known = cache.history(kRoom, {}, 10);
  ASSERT_TRUE(known);
  ASSERT_EQ(known->messages.size(), 4U);
  EXPECT_EQ(known->messages[1].text, "text 5");
  EXPECT_EQ(known->seq, Seq{5});
  EXPECT_FALSE(known->has_more);
}

TEST(HistoryCache, AFillThatWasGivenUpCannotBeEnded) {
  HistoryCache cache(1 << 20);
  const auto slow = cache.begin_fill(kRoom);
  cache.cancel_fill(kRoom, slow);
  const auto next = cache.begin_fill(kRoom);
  ASSERT_NE(next, 0U);
  cache.end_fill(kRoom, slow, page(1, 1, false));
  EXPECT_FALSE(cache.history(kRoom, {}, 1));
  cache.cancel_fill(kRoom, slow);
  cache.end_fill(kRoom, next, page(1, 2, false));
  EXPECT_EQ(cache.history(kRoom, {}, 1)->seq, Seq{2});
}

TEST(HistoryCache, KeepsTheNewestAndAsksTheDatabaseForTheRest) {
  HistoryCache cache(1 << 20);
  fill(cache, page(1, 3, false));
  constexpr auto kTail = static_cast<std::int64_t>(HistoryCache::kTail);
  for (std::int64_t seq = 4; seq <= kTail + 10; ++seq) apply(cache, created(seq));
  EXPECT_EQ(cache.history(kRoom, {}, kTail)->messages.front().id.seq, Seq{11});
  EXPECT_TRUE(cache.history(kRoom, {}, kTail)->has_more);
  EXPECT_FALSE(cache.history(kRoom, {}, kTail + 1));
  EXPECT_FALSE(cache.history(kRoom, Seq{12}, 2));
  EXPECT_TRUE(cache.history(kRoom, Seq{13}, 2));
  EXPECT_FALSE(cache.sync(kRoom, Seq{9}, 500));
  EXPECT_EQ(cache.sync(kRoom, Seq{10}, 500)->changes.size(), HistoryCache::kTail);
}

TEST(HistoryCache, SyncIsLeftToTheDatabaseWhereAnOlderMessageChanged) {
  HistoryCache cache(1 << 20);
  fill(cache, page(50, 60, true));
  EXPECT_FALSE(cache.sync(kRoom, Seq{59}, 10));
  EXPECT_TRUE(cache.sync(kRoom, Seq{60}, 10));
  apply(cache, created(61));
  apply(cache, edited(3, 62));  // not among the newest
  EXPECT_FALSE(cache.sync(kRoom, Seq{60}, 10));
  EXPECT_FALSE(cache.sync(kRoom, Seq{61}, 10));
  EXPECT_TRUE(cache.sync(kRoom, Seq{62}, 10)->changes.empty());
  apply(cache, edited(55, 63));
  const auto sync = cache.sync(kRoom, Seq{62}, 10);
  ASSERT_TRUE(sync);
  ASSERT_EQ(sync->changes.size(), 1U);
  EXPECT_EQ(sync->seq, Seq{63});
}

TEST(HistoryCache, StaysWithinItsBytesByForgettingTheRoomLeastUsed) {
  HistoryCache cache(40'000);
  for (std::int64_t room = 1; room <= 100; ++room) {
    chat::HistoryPage newest = page(1, 10, false);
    fill(cache, newest, {room});
    EXPECT_LE(cache.bytes(), 40'000U);
    (void)cache.history({1}, {}, 1);
  }
  EXPECT_TRUE(cache.history({1}, {}, 1)) << "used all the time";
  EXPECT_TRUE(cache.history({100}, {}, 1));
  EXPECT_FALSE(cache.history({2}, {}, 1));
}

TEST(HistoryCache, OfNoBytesKeepsNothing) {
  HistoryCache cache(0);
  EXPECT_EQ(cache.begin_fill(kRoom), 0U);
}

}  // namespace
}  // namespace chillin::storage
