#include "gateway/room_feed.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace chillin::gateway {
namespace {

RenderedMessage message(std::int64_t seq, const std::string& text = "m", std::string author = "",
                        std::string temp = "") {
  auto rendered = std::make_shared<Rendered>();
  rendered->json = "{\"seq\":" + std::to_string(seq) + ",\"text\":\"" + text + "\"}";
  rendered->author_key = std::move(author);
  rendered->temp_id = std::move(temp);
  return {chat::Seq{seq}, std::move(rendered)};
}

FeedEvent created(std::int64_t seq, const std::string& text = "m") {
  return {chat::Seq{seq}, message(seq, text)};
}
FeedEvent changed(std::int64_t seq, std::int64_t of, const std::string& text) {
  return {chat::Seq{seq}, message(of, text)};
}

std::string history(const RoomFeed& feed, std::string_view reader = "") {
  std::string out;
  feed.append_history_json(out, reader);
  return out;
}

TEST(RoomFeed, EventsThatArriveWhileTheSnapshotIsReadAreAppliedOnce) {
  RoomFeed feed(10);
  EXPECT_EQ(feed.apply(created(2)), RoomFeed::Applied::kKept);
  EXPECT_EQ(feed.apply(created(3)), RoomFeed::Applied::kKept);
  // The snapshot was read after 2 had committed and before 3 had.
  EXPECT_TRUE(feed.loaded({message(1), message(2)}, chat::Seq{2}, false));
  EXPECT_EQ(feed.seq().value, 3);
  EXPECT_EQ(history(feed), R"([{"seq":1,"text":"m"},{"seq":2,"text":"m"},{"seq":3,"text":"m"}])");
  EXPECT_EQ(feed.apply(created(3)), RoomFeed::Applied::kOld);
}

TEST(RoomFeed, AnEditReplacesTheMessageWhereItStands) {
  RoomFeed feed(10);
  ASSERT_TRUE(feed.loaded({message(1), message(2)}, chat::Seq{2}, false));
  EXPECT_EQ(feed.apply(changed(3, 1, "edited")), RoomFeed::Applied::kApplied);
  EXPECT_EQ(history(feed), R"([{"seq":1,"text":"edited"},{"seq":2,"text":"m"}])");
}

TEST(RoomFeed, KeepsTheNewestAndSaysThatThereIsMore) {
  RoomFeed feed(2);
  ASSERT_TRUE(feed.loaded({}, chat::Seq{0}, false));
  EXPECT_FALSE(feed.has_more());
  for (int i = 1; i <= 3; ++i) feed.apply(created(i));
  EXPECT_TRUE(feed.has_more());
  EXPECT_EQ(history(feed), R"([{"seq":2,"text":"m"},{"seq":3,"text":"m"}])");
  EXPECT_EQ(feed.apply(changed(4, 1, "left the window")), RoomFeed::Applied::kApplied);
}

TEST(RoomFeed, AHoleSendsItBackToLoadingAndNothingIsLost) {
  RoomFeed feed(10);
  ASSERT_TRUE(feed.loaded({}, chat::Seq{0}, false));
  EXPECT_EQ(feed.apply(created(2)), RoomFeed::Applied::kHole);
  EXPECT_FALSE(feed.live());
  EXPECT_EQ(feed.apply(created(3)), RoomFeed::Applied::kKept);
  EXPECT_TRUE(feed.loaded({message(1)}, chat::Seq{1}, false));
  EXPECT_EQ(feed.seq().value, 3);
}

TEST(RoomFeed, ASnapshotThatWhatWasKeptDoesNotJoinOnToIsReadAgain) {
  RoomFeed feed(10);
  feed.apply(created(5));
  EXPECT_FALSE(feed.loaded({message(1)}, chat::Seq{1}, false));
  EXPECT_FALSE(feed.live());
  EXPECT_TRUE(feed.loaded({message(4)}, chat::Seq{4}, true));
  EXPECT_EQ(feed.seq().value, 5);
}

TEST(RoomFeed, OnlyTheAuthorSeesItsTempId) {
  RoomFeed feed(10);
  ASSERT_TRUE(feed.loaded({message(1, "m", "u:7", "t\"1")}, chat::Seq{1}, false));
  EXPECT_EQ(history(feed, "u:7"), R"([{"seq":1,"text":"m","tempId":"t\"1"}])");
  EXPECT_EQ(history(feed, "u:8"), R"([{"seq":1,"text":"m"}])");
}

// The log as the database has it: rows by seq of creation, as they are now.
struct Log {
  std::map<std::int64_t, std::string> rows;
  std::int64_t seq = 0;
};

RC_GTEST_PROP(RoomFeed, SnapshotPlusEventsEqualsAFreshSnapshot, ()) {
  const auto capacity = *rc::gen::inRange<std::size_t>(1, 6);
  const auto before = *rc::gen::inRange(0, 8);
  const auto during = *rc::gen::inRange(0, 8);
  const auto after = *rc::gen::inRange(0, 8);
  Log log;
  auto step = [&]() -> FeedEvent {
    const std::string text = "t" + std::to_string(++log.seq);
    const bool edit = !log.rows.empty() && *rc::gen::arbitrary<bool>();
    std::int64_t of = log.seq;
    if (edit) of = std::next(log.rows.begin(), *rc::gen::inRange<long>(0, static_cast<long>(log.rows.size())))->first;
    log.rows[of] = text;
    return {chat::Seq{log.seq}, message(of, text)};
  };
  auto snapshot = [&] {
    std::vector<RenderedMessage> out;
    for (const auto& [seq, text] : log.rows) out.push_back(message(seq, text));
    if (out.size() > capacity) out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(capacity));
    return out;
  };

  for (int i = 0; i < before; ++i) step();
  RoomFeed feed(capacity);
  const auto cut = *rc::gen::inRange(0, during + 1);
  std::vector<RenderedMessage> read = snapshot();
  std::int64_t read_seq = log.seq;
  for (int i = 0; i < during; ++i) {
    feed.apply(step());
    if (i + 1 == cut) {
      read = snapshot();
      read_seq = log.seq;
    }
  }
  RC_ASSERT(feed.loaded(std::move(read), chat::Seq{read_seq}, false));
  for (int i = 0; i < after; ++i) RC_ASSERT(feed.apply(step()) == RoomFeed::Applied::kApplied);

  RoomFeed fresh(capacity);
  RC_ASSERT(fresh.loaded(snapshot(), chat::Seq{log.seq}, false));
  RC_ASSERT(history(feed) == history(fresh));
  RC_ASSERT(feed.seq() == fresh.seq());
}

}  // namespace
}  // namespace chillin::gateway
