#include "contract/storage_under_test.h"

namespace chillin::contract {
namespace {

class RoomLogSearch : public StorageTest {
 protected:
  std::vector<std::string> search(const std::string& text, std::vector<chat::RoomId> in, std::size_t limit = 20) {
    std::vector<std::string> out;
    for (const auto& found : ok(log().search({text, std::move(in), limit}))) out.push_back(found.text);
    return out;
  }
  using Texts = std::vector<std::string>;
};
INSTANTIATE_TEST_SUITE_P(Storage, RoomLogSearch, testing::ValuesIn(storage_kinds()), kind_name);

TEST_P(RoomLogSearch, FindsWhatWasCommittedBeforeNewestFirst) {
  const auto room = fresh_room();
  auto early = message(room, "ann", "the quick fox");
  auto late = message(room, "ann", "a quick nap");
  late.timestamp = {9'000};
  ok(log().append(early));
  ok(log().append(late));
  EXPECT_EQ(search("quick", {room.id}), (Texts{"a quick nap", "the quick fox"}));
  EXPECT_EQ(search("quick", {room.id}, 1), (Texts{"a quick nap"}));
  EXPECT_EQ(search("slow", {room.id}), Texts{});
  const auto other = fresh_room();
  auto between = message(other, "ann", "quick elsewhere");
  between.timestamp = {5'000};
  ok(log().append(between));
  EXPECT_EQ(search("quick", {other.id, room.id}), (Texts{"a quick nap", "quick elsewhere", "the quick fox"}));
}

TEST_P(RoomLogSearch, WantsEveryWordAtLeastItsBeginning) {
  const auto room = fresh_room();
  say(room, "ann", "Hello wide World");
  say(room, "ann", "hello moon");
  EXPECT_EQ(search("world HELLO", {room.id}), Texts{"Hello wide World"});
  EXPECT_EQ(search("hel wor", {room.id}), Texts{"Hello wide World"});
  EXPECT_EQ(search("orld", {room.id}), Texts{});
}

TEST_P(RoomLogSearch, LooksOnlyIntoTheRoomsGiven) {
  const auto a = fresh_room();
  const auto b = fresh_room();
  say(a, "ann", "word in a");
  say(b, "ann", "word in b");
  EXPECT_EQ(search("word", {b.id}), Texts{"word in b"});
  EXPECT_EQ(search("word", {}), Texts{});
  EXPECT_EQ(search("word", {a.id, b.id}).size(), 2U);
}

TEST_P(RoomLogSearch, FollowsEditsAndDeletions) {
  const auto room = fresh_room();
  const auto id = say(room, "ann", "before");
  EXPECT_EQ(search("before", {room.id}), Texts{"before"});
  edit(id, "after");
  react(id, "bob", "+1");
  EXPECT_EQ(search("before", {room.id}), Texts{});
  EXPECT_EQ(search("after", {room.id}), Texts{"after"});
  remove(id);
  EXPECT_EQ(search("after", {room.id}), Texts{});
}

TEST_P(RoomLogSearch, TakesEveryTextAsWords) {
  const auto room = fresh_room();
  say(room, "ann", "say \"AND\" near(this) c++ na\xC3\xAFve \xE4\xBD\xA0\xE5\xA5\xBD");
  for (const char* text :
       {"\"and\"", "AND", "near(this)", "c++", "NAIVE", "\xE4\xBD\xA0", "-say", "text:say OR*", "^say"}) {
    const bool finds = std::string_view(text) != "text:say OR*";
    EXPECT_EQ(search(text, {room.id}).size(), finds ? 1U : 0U) << text;
  }
  for (const char* text : {"", "   ", "\"", "***", "()"}) EXPECT_EQ(search(text, {room.id}), Texts{}) << text;
}

TEST_P(RoomLogSearch, KnowsAfterARestartWhatItKnewBefore) {
  const auto room = fresh_room();
  say(room, "ann", "indexed");
  EXPECT_EQ(search("indexed", {room.id}).size(), 1U);
  say(room, "ann", "perhaps not indexed yet");
  storage_->reopen();
  EXPECT_EQ(search("indexed", {room.id}).size(), 2U);
}

}  // namespace
}  // namespace chillin::contract
