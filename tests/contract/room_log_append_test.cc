#include <map>

#include "contract/storage_under_test.h"

namespace chillin::contract {
namespace {

using chat::ErrorCode;
using chat::Seq;

class RoomLogAppend : public StorageTest {};
INSTANTIATE_TEST_SUITE_P(Storage, RoomLogAppend, testing::ValuesIn(storage_kinds()), kind_name);

TEST_P(RoomLogAppend, CountsEachRoomFromOneWithoutHoles) {
  const auto a = fresh_room();
  const auto b = fresh_room();
  EXPECT_EQ(say(a, "ann", "1").seq, Seq{1});
  EXPECT_EQ(say(b, "ann", "1").seq, Seq{1});
  EXPECT_EQ(say(a, "ann", "2").seq, Seq{2});
  const auto third = say(a, "bob", "3");
  EXPECT_EQ(third, (chat::MessageId{a.id, Seq{3}}));
  EXPECT_EQ(edit(third, "three").message.last_change(), Seq{4});
  EXPECT_EQ(say(a, "ann", "5").seq, Seq{5});
}

TEST_P(RoomLogAppend, RefusesARoomThatIsNotThere) {
  chat::Room none;
  none.id = {9999};
  EXPECT_EQ(refusal(log().append(message(none, "ann", "hello"))), ErrorCode::kRoomNotFound);
}

TEST_P(RoomLogAppend, KeepsEverythingAMessageCarries) {
  const auto room = fresh_room();
  const auto first = say(room, "ann", "first");
  auto next = message(room, "bob", "line\nbreak \xF0\x9F\x8E\x89 'quoted' \"twice\"", "t-1");
  next.reply_to = first;
  next.thread_root = first;
  next.attachments = {{"id1", "a \"b\".png", "image/png", 12'345, "/files/x?y=z"}, {"id2", "c", "text/plain", 0, ""}};
  const auto appended = ok(log().append(next));
  EXPECT_FALSE(appended.duplicate);
  EXPECT_EQ(appended.timestamp, next.timestamp);
  const auto found = ok(log().find(appended.id));
  EXPECT_EQ(found.text, next.text);
  EXPECT_EQ(found.user, "bob");
  EXPECT_EQ(found.author_key, "g:bob");
  EXPECT_EQ(found.room, room.name);
  EXPECT_EQ(found.temp_id, "t-1");
  EXPECT_EQ(found.reply_to, first);
  EXPECT_EQ(found.thread_root, first);
  EXPECT_EQ(found.attachments, next.attachments);
  EXPECT_EQ(found.change_seq, std::nullopt);
  EXPECT_EQ(found, events(room.id, 2).at(1).message);
}

TEST_P(RoomLogAppend, RefusesAReplyIntoAnotherRoom) {
  const auto room = fresh_room();
  auto reply = message(fresh_room(), "bob", "elsewhere");
  reply.reply_to = say(room, "ann", "here");
  EXPECT_EQ(refusal(log().append(reply)), ErrorCode::kInvalidPayload);
}

TEST_P(RoomLogAppend, AnswersARepeatedTempIdWithTheFirst) {
  const auto room = fresh_room();
  const auto first = ok(log().append(message(room, "ann", "hello", "t")));
  auto again = message(room, "ann", "other text", "t");
  again.timestamp = {99'999};
  const auto second = ok(log().append(again));
  EXPECT_TRUE(second.duplicate);
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.timestamp, first.timestamp);
  EXPECT_EQ(ok(log().history(room.id, {}, 10)).messages.size(), 1U);
  EXPECT_EQ(say(room, "ann", "next").seq, Seq{2});
  EXPECT_EQ(events(room.id, 2).size(), 2U);
}

TEST_P(RoomLogAppend, TempIdsOfOthersAndOfOtherRoomsAreTheirOwn) {
  const auto a = fresh_room();
  const auto b = fresh_room();
  const auto account = make_account("ann");
  auto by_account = message(a, "ann", "x", "t");
  by_account.author.account = account.id;
  EXPECT_FALSE(ok(log().append(message(a, "ann", "x", "t"))).duplicate);
  EXPECT_FALSE(ok(log().append(message(a, "bob", "x", "t"))).duplicate);
  EXPECT_FALSE(ok(log().append(message(b, "ann", "x", "t"))).duplicate);
  EXPECT_FALSE(ok(log().append(by_account)).duplicate);
  EXPECT_TRUE(ok(log().append(by_account)).duplicate);
}

TEST_P(RoomLogAppend, AnEmptyTempIdIsNeverADuplicate) {
  const auto room = fresh_room();
  EXPECT_NE(say(room, "ann", "same"), say(room, "ann", "same"));
}

TEST_P(RoomLogAppend, ARepeatedTempIdIsKnownAfterDeletionAndAfterARestart) {
  const auto room = fresh_room();
  const auto first = ok(log().append(message(room, "ann", "hello", "t")));
  remove(first.id);
  storage_->reopen();
  const auto again = ok(log().append(message(room, "ann", "hello", "t")));
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.id, first.id);
}

TEST_P(RoomLogAppend, GoesOnCountingAfterARestart) {
  const auto room = fresh_room();
  edit(say(room, "ann", "1"), "one");
  storage_->reopen();
  EXPECT_EQ(say(room, "ann", "3").seq, Seq{3});
  EXPECT_TRUE(storage_->problems(loop_).empty());
}

// What many loops send at once: one row a temp id, one order for all, no hole, and everybody told the truth.
TEST_P(RoomLogAppend, ManyAtOnceGetOneOrderAndOneRowATempId) {
  const std::vector<chat::Room> in = {fresh_room(), fresh_room()};
  constexpr int kSends = 600;
  constexpr int kDistinct = 200;
  struct Answer {
    int room;
    int temp;
    chat::Appended appended;
  };
  std::mutex mutex;
  std::vector<Answer> answers;
  std::atomic<int> left{2 * kSends};
  {
    ThreadExecutor loops[2];
    for (ThreadExecutor& each : loops) {
      each.executor().post([&] {
        for (int i = 0; i < kSends; ++i) {
          auto send = [](StorageTest&, chat::RoomLog& to, chat::NewMessage what, int room, int temp, std::mutex& m,
                         std::vector<Answer>& out, std::atomic<int>& count, util::Executor* home) -> util::Task<void> {
            auto appended = co_await to.append(std::move(what));
            EXPECT_EQ(util::Executor::current(), home);
            {
              std::lock_guard lock(m);
              if (appended) out.push_back({room, temp, *appended});
            }
            --count;
            count.notify_one();
          };
          const int room = i % 2;
          const int temp = i % kDistinct;
          util::spawn(send(*this, log(), message(in[static_cast<std::size_t>(room)], "ann", "m", std::to_string(temp)),
                           room, temp, mutex, answers, left, util::Executor::current()));
        }
      });
    }
    for (int now = left; now > 0; now = left) left.wait(now);
  }
  ASSERT_EQ(answers.size(), 2U * kSends);
  std::map<std::pair<int, int>, chat::MessageId> first;
  int originals = 0;
  for (const Answer& answer : answers) {
    const auto [it, made] = first.try_emplace({answer.room, answer.temp}, answer.appended.id);
    EXPECT_EQ(it->second, answer.appended.id);
    originals += answer.appended.duplicate ? 0 : 1;
  }
  EXPECT_EQ(originals, kDistinct);  // a temp id is always of one room here: both counters are even
  for (const chat::Room& room : in) {
    const auto seen = events(room.id, kDistinct / 2);
    ASSERT_EQ(seen.size(), kDistinct / 2U);
    for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i].seq, Seq{static_cast<std::int64_t>(i) + 1});
  }
  EXPECT_TRUE(storage_->problems(loop_).empty());
}

TEST_P(RoomLogAppend, CommitsWhatIsQueuedAndThenRefuses) {
  const auto room = fresh_room();
  std::vector<chat::Result<chat::Appended>> results;
  auto send = [](chat::RoomLog& to, chat::NewMessage what,
                 std::vector<chat::Result<chat::Appended>>& out) -> util::Task<void> {
    out.push_back(co_await to.append(std::move(what)));
  };
  loop_.post([&] {
    for (int i = 0; i < 50; ++i) util::spawn(send(log(), message(room, "ann", "m"), results));
  });
  loop_.run_until_idle();
  log().stop();
  log().stop();
  loop_.run_until([&] { return results.size() == 50; });
  for (const auto& result : results) EXPECT_TRUE(result.ok());
  EXPECT_EQ(listener_.of(room.id).size(), 50U);
  EXPECT_EQ(refusal(log().append(message(room, "ann", "late"))), ErrorCode::kUnavailable);
  EXPECT_EQ(ok(log().history(room.id, {}, 100)).messages.size(), 50U);
}

}  // namespace
}  // namespace chillin::contract
