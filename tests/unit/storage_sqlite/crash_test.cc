#include <gtest/gtest.h>

#include <map>
#include <random>

#include "storage/sqlite/sqlite_storage.h"
#include "support/child_process.h"
#include "unit/storage_sqlite/temporary_folder.h"
#include "util/manual_executor.h"

namespace chillin::storage {
namespace {

using test::ChildProcess;

constexpr int kSenders = 20;

chat::NewMessage message(chat::RoomId room, std::string temp_id) {
  chat::NewMessage out;
  out.room = room;
  out.author.name = "ann";
  out.text = "text of " + temp_id;
  out.temp_id = std::move(temp_id);
  out.timestamp = {1};
  return out;
}

std::vector<chat::RoomId> make_rooms(SqliteStorage& store, util::ManualExecutor& loop) {
  std::vector<chat::RoomId> out;
  for (const char* name : {"a", "b", "c"}) {
    (void)loop.wait(store.rooms().create({name, "", {std::nullopt, "ann"}, false, "", {1}}));
    out.push_back((*loop.wait(store.rooms().find(name)).value()).id);
  }
  return out;
}

// Says every acknowledgement to the parent as soon as it has it; sometimes also reacts, which takes seqs of the same
// room.
util::Task<void> send_for_ever(SqliteStorage& store, std::vector<chat::RoomId> rooms, std::string run, int sender) {
  for (int i = 0;; ++i) {
    const chat::RoomId room = rooms[static_cast<std::size_t>(i + sender) % rooms.size()];
    const std::string temp_id = run + "-" + std::to_string(sender) + "-" + std::to_string(i);
    auto appended = co_await store.log().append(message(room, temp_id));
    if (!appended) ::_exit(2);
    ChildProcess::tell(appended->id.to_string() + " " + temp_id);
    if (i % 5 == 0) {
      chat::NewChange react{appended->id, chat::ChangeKind::kReaction, {std::nullopt, "bob"}, {1}, "", "+1", true};
      (void)co_await store.log().change(std::move(react));
    }
  }
}

// The other process of the test below; nothing to do when it runs among the tests.
TEST(CrashChild, SendsUntilItIsKilled) {
  if (ChildProcess::argument() == nullptr) return;
  SqliteOptions options;
  options.wal_pages = 64;  // so that a crash also falls into checkpoints
  auto store = SqliteStorage::open(ChildProcess::argument(), options);
  if (!store) ::_exit(3);
  util::ManualExecutor loop;
  const auto rooms = make_rooms(**store, loop);
  const std::string run = std::to_string(::getpid());
  loop.post([&] {
    for (int i = 0; i < kSenders; ++i) util::spawn(send_for_ever(**store, rooms, run, i));
  });
  loop.run_until([] { return false; });
}

TEST(Crash, NothingAcknowledgedIsLostOrDoubledByKillMinusNine) {
  const TemporaryFolder folder;
  std::map<std::string, std::string> acknowledged;  // temp id -> message id
  std::minstd_rand random(7);
  for (int round = 0; round < 6; ++round) {
    ChildProcess child("CrashChild.SendsUntilItIsKilled", folder.path());
    const int lines = std::uniform_int_distribution(1, 400)(random);
    const auto note = [&](const std::string& line) {
      const auto space = line.find(' ');
      acknowledged[line.substr(space + 1)] = line.substr(0, space);
    };
    for (int i = 0; i < lines; ++i) {
      const std::string line = child.line();
      ASSERT_FALSE(line.empty());
      note(line);
    }
    child.kill();
    for (std::string line = child.line(); !line.empty(); line = child.line()) note(line);

    auto store = SqliteStorage::open(folder.path());
    ASSERT_TRUE(store.ok()) << store.error().detail;
    util::ManualExecutor loop;
    EXPECT_EQ(loop.wait((*store)->verify()).value(), std::vector<std::string>{});
    std::map<std::string, std::string> found;
    std::size_t rows = 0;
    for (const chat::RoomId room : make_rooms(**store, loop)) {
      chat::Seq last;
      for (bool more = true; more;) {
        const auto page = loop.wait((*store)->log().sync(room, last, 500));
        ASSERT_TRUE(page.ok());
        for (const auto& each : page->changes) {
          found[each.temp_id] = each.id.to_string();
          EXPECT_EQ(each.text, "text of " + each.temp_id);
        }
        rows += page->changes.size();
        last = page->seq;
        more = page->has_more;
      }
    }
    EXPECT_EQ(rows, found.size()) << "a temp id has two rows";
    for (const auto& [temp_id, id] : acknowledged) EXPECT_EQ(found[temp_id], id) << temp_id;
    // Whoever did not see the acknowledgement sends again and gets the same id.
    const auto& [temp_id, id] = *acknowledged.begin();
    const auto again = loop.wait((*store)->log().append(message(chat::MessageId::parse(id)->room, temp_id)));
    ASSERT_TRUE(again.ok());
    EXPECT_TRUE(again->duplicate);
    EXPECT_EQ(again->id.to_string(), id);
  }
}

}  // namespace
}  // namespace chillin::storage
