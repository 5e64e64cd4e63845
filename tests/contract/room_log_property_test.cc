#include <gtest/gtest.h>
// gtest.h before it, which it needs and does not include.
#include <rapidcheck/gtest.h>

#include <map>

#include "contract/storage_under_test.h"

namespace chillin::contract {
namespace {

using chat::Seq;

/// What a client knows of a room: it takes a snapshot and then applies events by the two rules of the room log.
struct Replica {
  std::map<std::int64_t, chat::Message> messages;
  Seq seq;

  void apply(const chat::RoomEvent& event) {
    if (event.seq <= seq) return;
    RC_ASSERT(event.seq.value == seq.value + 1);
    messages[event.message.id.seq.value] = event.message;
    seq = event.seq;
  }
  void apply(const chat::SyncPage& page) {
    for (const auto& message : page.changes) messages[message.id.seq.value] = message;
    seq = page.seq;
  }
  [[nodiscard]] chat::HistoryPage history(std::optional<Seq> before, std::size_t limit) const {
    chat::HistoryPage page;
    page.seq = seq;
    for (const auto& [at, message] : messages) {
      if (!before || at < before->value) page.messages.push_back(message);
    }
    page.has_more = page.messages.size() > limit;
    if (page.has_more)
      page.messages.erase(page.messages.begin(), page.messages.end() - static_cast<std::ptrdiff_t>(limit));
    return page;
  }
  [[nodiscard]] chat::SyncPage sync(Seq last, std::size_t limit) const {
    chat::SyncPage page;
    std::map<std::int64_t, chat::Message> by_change;
    for (const auto& [at, message] : messages) {
      if (message.last_change() > last) by_change[message.last_change().value] = message;
    }
    for (const auto& [at, message] : by_change) page.changes.push_back(message);
    page.has_more = page.changes.size() > limit;
    if (page.has_more) page.changes.resize(limit);
    page.seq = page.changes.empty() ? last : page.has_more ? page.changes.back().last_change() : seq;
    return page;
  }
};

class RoomLogProperty : public StorageTest {
 protected:
  std::string one_of(std::vector<std::string> names) { return *rc::gen::elementOf(names); }

  chat::MessageId any_message(const chat::Room& room, const Replica& known) {
    return {room.id, Seq{*rc::gen::inRange<std::int64_t>(1, known.seq.value + 2)}};
  }

  /// Several sends in one commit; more than the cache of newest messages holds, now and then.
  void burst(const chat::Room& room) {
    const int size = *rc::gen::weightedElement<int>({{5, 1}, {3, 7}, {1, 150}});
    int left = size;
    auto send = [](chat::RoomLog& to, chat::NewMessage what, int& count) -> util::Task<void> {
      (void)co_await to.append(std::move(what));
      --count;
    };
    const auto author = one_of({"ann", "bob"});
    const auto temp = *rc::gen::inRange(0, 20);
    loop_.post([&] {
      for (int i = 0; i < size; ++i) {
        util::spawn(send(log(), message(room, author, "text", size == 1 ? std::to_string(temp) : ""), left));
      }
    });
    loop_.run_until([&] { return left == 0; });
  }

  void step(const chat::Room& room, const Replica& known) {
    const auto who = one_of({"ann", "bob", "eve"});
    switch (*rc::gen::weightedElement<int>({{5, 0}, {3, 1}, {1, 2}, {3, 3}})) {
      case 0:
        return burst(room);
      case 1:
        return ignore(
            log().change(change(any_message(room, known), chat::ChangeKind::kEdited, who, one_of({"a", "b", "c"}))));
      case 2:
        return ignore(log().change(change(any_message(room, known), chat::ChangeKind::kDeleted, who)));
      default:
        return ignore(log().change(change(any_message(room, known), chat::ChangeKind::kReaction, who, "",
                                          one_of({"+1", "-1"}), *rc::gen::arbitrary<bool>())));
    }
  }
  void ignore(util::Task<chat::Result<chat::Changed>> task) { (void)wait(std::move(task)); }

  Replica snapshot(const chat::Room& room) {
    Replica replica;
    for (bool more = true; more;) {
      const auto page = ok(log().sync(room.id, replica.seq, 500));
      replica.apply(page);
      more = page.has_more;
    }
    return replica;
  }
};
INSTANTIATE_TEST_SUITE_P(Storage, RoomLogProperty, testing::ValuesIn(storage_kinds()), kind_name);

// For every history of a room: whoever took a snapshot at any moment and applied the events after it knows what a fresh
// snapshot says; sync from any point brings an old snapshot to the same; every page of history and sync is what follows
// from the events alone.
TEST_P(RoomLogProperty, SnapshotPlusEventsEqualsFreshSnapshot) {
  rc::check("snapshot plus events equals fresh snapshot", [this] {
    const auto room = fresh_room();
    Replica all;
    std::vector<Replica> clients;
    std::vector<Replica> away;
    const int steps = *rc::gen::inRange(1, 40);
    for (int i = 0; i < steps; ++i) {
      step(room, all);
      for (const auto& event : listener_.of(room.id)) all.apply(event);
      // The listener may still be about to hear of the last commit; snapshots may be ahead of `all`, never behind.
      switch (*rc::gen::inRange(0, 4)) {
        case 0:
          clients.push_back(snapshot(room));
          break;
        case 1:
          away.push_back(snapshot(room));
          break;
        case 2:
          (void)ok(log().history(room.id, {}, 50));
          break;
        default:
          break;
      }
    }
    const Replica fresh = snapshot(room);
    const auto seen = events(room.id, static_cast<std::size_t>(fresh.seq.value));
    for (const auto& event : seen) all.apply(event);
    RC_ASSERT(all.seq == fresh.seq);
    RC_ASSERT(all.messages == fresh.messages);
    for (Replica& client : clients) {
      for (const auto& event : seen) client.apply(event);
      RC_ASSERT(client.messages == fresh.messages);
    }
    for (Replica& client : away) {
      client.apply(ok(log().sync(room.id, client.seq, 500)));
      while (client.seq < fresh.seq) client.apply(ok(log().sync(room.id, client.seq, 500)));
      RC_ASSERT(client.messages == fresh.messages);
    }
    for (int i = 0; i < 10; ++i) {
      const auto limit = *rc::gen::inRange<std::size_t>(1, 300);
      const Seq at{*rc::gen::inRange<std::int64_t>(0, all.seq.value + 3)};
      const auto before = *rc::gen::arbitrary<bool>() ? std::optional(at) : std::nullopt;
      const auto history = ok(log().history(room.id, before, limit));
      const auto expected = all.history(before, limit);
      RC_ASSERT(history.messages == expected.messages);
      RC_ASSERT(history.has_more == expected.has_more);
      RC_ASSERT(history.seq == expected.seq);
      const auto sync = ok(log().sync(room.id, at, limit));
      const auto expected_sync = all.sync(at, limit);
      RC_ASSERT(sync.changes == expected_sync.changes);
      RC_ASSERT(sync.has_more == expected_sync.has_more);
      RC_ASSERT(sync.seq == expected_sync.seq);
    }
  });
  EXPECT_TRUE(storage_->problems(loop_).empty());
}

}  // namespace
}  // namespace chillin::contract
