#include "contract/storage_under_test.h"

namespace chillin::contract {
namespace {

using chat::ErrorCode;
using chat::Seq;

class RoomLogRead : public StorageTest {
 protected:
  static std::vector<std::int64_t> seqs(const std::vector<chat::Message>& messages) {
    std::vector<std::int64_t> out;
    for (const auto& message : messages) out.push_back(message.id.seq.value);
    return out;
  }
  using Seqs = std::vector<std::int64_t>;
};
INSTANTIATE_TEST_SUITE_P(Storage, RoomLogRead, testing::ValuesIn(storage_kinds()), kind_name);

TEST_P(RoomLogRead, AnEmptyRoomHasNothing) {
  const auto room = fresh_room();
  const auto page = ok(log().history(room.id, {}, 10));
  EXPECT_TRUE(page.messages.empty());
  EXPECT_FALSE(page.has_more);
  EXPECT_EQ(page.seq, Seq{0});
  const auto changes = ok(log().sync(room.id, Seq{0}, 10));
  EXPECT_TRUE(changes.changes.empty());
  EXPECT_EQ(changes.seq, Seq{0});
}

TEST_P(RoomLogRead, ARoomThatIsNotThereIsRefused) {
  EXPECT_EQ(refusal(log().history({9'999}, {}, 10)), ErrorCode::kRoomNotFound);
  EXPECT_EQ(refusal(log().sync({9'999}, Seq{0}, 10)), ErrorCode::kRoomNotFound);
}

TEST_P(RoomLogRead, PositionsAreWhereRoomsStand) {
  const auto quiet = fresh_room();
  const auto busy = fresh_room();
  for (int i = 0; i < 3; ++i) say(busy, "ann", "m");
  remove(say(busy, "ann", "m"));
  EXPECT_EQ(ok(log().positions({busy.id, {9'999}, quiet.id, busy.id})),
            (std::vector<Seq>{Seq{5}, Seq{0}, Seq{0}, Seq{5}}));
  EXPECT_TRUE(ok(log().positions({})).empty());
}

TEST_P(RoomLogRead, HistoryIsTheNewestOldestFirst) {
  const auto room = fresh_room();
  for (int i = 0; i < 5; ++i) say(room, "ann", "m");
  const auto page = ok(log().history(room.id, {}, 3));
  EXPECT_EQ(seqs(page.messages), (Seqs{3, 4, 5}));
  EXPECT_TRUE(page.has_more);
  EXPECT_EQ(page.seq, Seq{5});
  const auto older = ok(log().history(room.id, Seq{3}, 3));
  EXPECT_EQ(seqs(older.messages), (Seqs{1, 2}));
  EXPECT_FALSE(older.has_more);
  EXPECT_TRUE(ok(log().history(room.id, Seq{1}, 3)).messages.empty());
}

TEST_P(RoomLogRead, HistoryOfExactlyTheLimitHasNoMore) {
  const auto room = fresh_room();
  for (int i = 0; i < 3; ++i) say(room, "ann", "m");
  EXPECT_FALSE(ok(log().history(room.id, {}, 3)).has_more);
  EXPECT_TRUE(ok(log().history(room.id, {}, 2)).has_more);
}

TEST_P(RoomLogRead, HistoryCountsMessagesNotChanges) {
  const auto room = fresh_room();
  const auto id = say(room, "ann", "a");
  edit(id, "b");
  say(room, "ann", "c");
  const auto page = ok(log().history(room.id, {}, 10));
  EXPECT_EQ(seqs(page.messages), (Seqs{1, 3}));
  EXPECT_EQ(page.seq, Seq{3});
}

TEST_P(RoomLogRead, TheSecondReadOfARoomSeesWhatCameAfterTheFirst) {
  const auto room = fresh_room();
  const auto first = say(room, "ann", "a");
  EXPECT_EQ(ok(log().history(room.id, {}, 10)).messages.size(), 1U);
  say(room, "ann", "b");
  edit(first, "c");
  const auto page = ok(log().history(room.id, {}, 10));
  EXPECT_EQ(seqs(page.messages), (Seqs{1, 2}));
  EXPECT_EQ(page.messages[0].text, "c");
  EXPECT_EQ(page.seq, Seq{3});
}

TEST_P(RoomLogRead, SyncGivesEachChangedMessageOnceInOrderOfItsLastChange) {
  const auto room = fresh_room();
  const auto one = say(room, "ann", "1");
  const auto two = say(room, "ann", "2");
  say(room, "ann", "3");
  edit(one, "one");
  edit(two, "two");
  edit(one, "uno");
  const auto page = ok(log().sync(room.id, Seq{0}, 10));
  EXPECT_EQ(seqs(page.changes), (Seqs{3, 2, 1}));
  EXPECT_EQ(page.changes[2].text, "uno");
  EXPECT_EQ(page.seq, Seq{6});
  EXPECT_FALSE(page.has_more);
  EXPECT_EQ(seqs(ok(log().sync(room.id, Seq{4}, 10)).changes), (Seqs{2, 1}));
  EXPECT_EQ(seqs(ok(log().sync(room.id, Seq{5}, 10)).changes), (Seqs{1}));
}

TEST_P(RoomLogRead, SyncInPagesEndsWhereOneSyncEnds) {
  const auto room = fresh_room();
  for (int i = 0; i < 5; ++i) say(room, "ann", "m");
  edit({room.id, Seq{2}}, "e");
  std::vector<chat::Message> paged;
  Seq last{0};
  for (bool more = true; more;) {
    const auto page = ok(log().sync(room.id, last, 2));
    EXPECT_LE(page.changes.size(), 2U);
    if (page.has_more) {
      EXPECT_EQ(page.seq, page.changes.back().last_change());
    }
    paged.insert(paged.end(), page.changes.begin(), page.changes.end());
    last = page.seq;
    more = page.has_more;
  }
  EXPECT_EQ(paged, ok(log().sync(room.id, Seq{0}, 10)).changes);
  EXPECT_EQ(last, Seq{6});
}

TEST_P(RoomLogRead, SyncFromTheEndOrBeyondGivesNothingAndStays) {
  const auto room = fresh_room();
  say(room, "ann", "m");
  EXPECT_EQ(ok(log().sync(room.id, Seq{1}, 10)).seq, Seq{1});
  const auto beyond = ok(log().sync(room.id, Seq{50}, 10));
  EXPECT_TRUE(beyond.changes.empty());
  EXPECT_EQ(beyond.seq, Seq{50});
  EXPECT_FALSE(beyond.has_more);
}

TEST_P(RoomLogRead, LimitsAreKept) {
  const auto room = fresh_room();
  std::size_t done = 0;
  auto send = [](chat::RoomLog& to, chat::NewMessage what, std::size_t& count) -> util::Task<void> {
    (void)co_await to.append(std::move(what));
    ++count;
  };
  loop_.post([&] {
    for (int i = 0; i < 520; ++i) util::spawn(send(log(), message(room, "ann", "m"), done));
  });
  loop_.run_until([&] { return done == 520; });
  EXPECT_EQ(ok(log().history(room.id, {}, 100'000)).messages.size(), 500U);
  EXPECT_EQ(ok(log().sync(room.id, Seq{0}, 100'000)).changes.size(), 500U);
  EXPECT_EQ(ok(log().history(room.id, {}, 0)).messages.size(), 1U);
  const auto twice = ok(log().history(room.id, {}, 250));
  EXPECT_EQ(twice.messages.size(), 250U);
  EXPECT_EQ(twice.messages.front().id.seq, Seq{271});
}

}  // namespace
}  // namespace chillin::contract
