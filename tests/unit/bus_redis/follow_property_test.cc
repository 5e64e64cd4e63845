// Whatever a bus loses, doubles or reorders: who follows a room is told everything, in order, once.
#include <gtest/gtest.h>
// gtest.h before it, which it needs and does not include.
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bus/redis/cluster_message.h"
#include "bus/redis/room_sequence.h"
#include "chat/catch_up.h"
#include "storage/sqlite/sqlite_storage.h"
#include "util/crypto.h"
#include "util/manual_executor.h"

namespace chillin::bus {
namespace {

using chat::ChangeKind;
using chat::Seq;

/// What a client knows: a snapshot and the events after it, by the two rules of the room log.
struct Client {
  std::map<std::int64_t, chat::Message> messages;
  Seq seq;
  bool hole = false;

  void apply(const chat::RoomEvent& event) {
    if (event.seq <= seq) return;
    if (event.seq.value != seq.value + 1) {
      hole = true;
      return;
    }
    const bool created = event.kind == ChangeKind::kCreated;
    RC_ASSERT(created == (event.message.id.seq == event.seq));
    // A change is of something that the client has seen.
    RC_ASSERT(created || messages.contains(event.message.id.seq.value));
    messages[event.message.id.seq.value] = event.message;
    seq = event.seq;
  }
  void sync(const std::vector<chat::Message>& changes, Seq to) {
    for (const auto& message : changes) messages[message.id.seq.value] = message;
    seq = to;
    hole = false;
  }
};

class FollowProperty : public ::testing::Test, public chat::RoomLogListener {
 protected:
  FollowProperty() : folder(std::filesystem::temp_directory_path() / ("chillin-follow-" + util::random_id(12))) {
    auto opened = storage::SqliteStorage::open(folder);
    if (!opened) throw std::runtime_error(opened.error().detail);
    store = *std::move(opened);
    store->log().set_listener(this);
  }
  // Not in the destructor: the storage's thread may still be telling its last commit to this object, which must be
  // whole.
  void TearDown() override {
    store.reset();
    std::filesystem::remove_all(folder);
  }
  void on_committed(std::span<const chat::RoomEvent> events) override {
    const std::lock_guard lock(mutex);
    committed.insert(committed.end(), events.begin(), events.end());
  }
  std::vector<chat::RoomEvent> take_committed() {
    const std::lock_guard lock(mutex);
    return std::exchange(committed, {});
  }

  template <class T>
  T ok(util::Task<chat::Result<T>> task) {
    auto result = executor.wait(std::move(task));
    if (!result) throw std::runtime_error("refused: " + std::string(chat::code_name(result.error().code)));
    return std::move(result).value();
  }
  chat::Room new_room() {
    chat::NewRoom room{.name = "room-" + std::to_string(++rooms), .creator = {std::nullopt, "ann"}};
    return ok(store->rooms().create(std::move(room)));
  }
  void change_something(const chat::Room& room, Seq seq) {
    const auto who = *rc::gen::elementOf(std::vector<std::string>{"ann", "bob"});
    const chat::MessageId any{room.id, Seq{*rc::gen::inRange<std::int64_t>(1, seq.value + 2)}};
    const int what = *rc::gen::weightedElement<int>({{4, 0}, {3, 1}, {1, 2}, {3, 3}});
    if (what == 0) {
      chat::NewMessage message{.room = room.id, .room_name = room.name, .author = {std::nullopt, who}, .text = "hi"};
      (void)executor.wait(store->log().append(std::move(message)));
      return;
    }
    const auto text = *rc::gen::elementOf(std::vector<std::string>{"a", "b", "c"});
    chat::NewChange change{any, ChangeKind::kEdited, {std::nullopt, who}, {2'000}, text, "", true};
    if (what == 2) change.kind = ChangeKind::kDeleted;
    if (what == 3) {
      change.kind = ChangeKind::kReaction;
      change.emoji = text;
      change.on = *rc::gen::arbitrary<bool>();
    }
    (void)executor.wait(store->log().change(std::move(change)));
  }
  Client snapshot(const chat::Room& room) {
    Client client;
    bring_up(client, room);
    return client;
  }
  void bring_up(Client& client, const chat::Room& room) {
    for (bool more = true; more;) {
      const auto page = ok(store->log().sync(room.id, client.seq, 500));
      client.sync(page.changes, page.seq);
      more = page.has_more;
    }
  }

  std::filesystem::path folder;
  std::unique_ptr<storage::SqliteStorage> store;
  util::ManualExecutor executor;
  std::mutex mutex;
  std::vector<chat::RoomEvent> committed;
  int rooms = 0;
};

TEST_F(FollowProperty, EventsMadeOfTheLogEqualWhatHappened) {
  rc::check("a snapshot plus the events made of the log equals a fresh snapshot", [this] {
    const auto room = new_room();
    (void)take_committed();
    std::vector<Client> clients;
    Seq seq;
    const int steps = *rc::gen::inRange(0, 60);
    for (int i = 0; i < steps; ++i) {
      if (*rc::gen::inRange(0, 5) == 0) clients.push_back(snapshot(room));
      change_something(room, seq);
      for (const auto& event : take_committed()) seq = event.seq;
    }
    const Client fresh = snapshot(room);
    clients.emplace_back();
    for (Client& client : clients) {
      const auto missed = ok(chat::catch_up(store->log(), room.id, client.seq, 1'000));
      RC_ASSERT(missed.complete);
      RC_ASSERT(missed.seq == fresh.seq);
      RC_ASSERT(static_cast<std::int64_t>(missed.events.size()) == fresh.seq.value - client.seq.value);
      for (const auto& event : missed.events) client.apply(event);
      RC_ASSERT(!client.hole);
      RC_ASSERT(client.seq == fresh.seq);
      RC_ASSERT(client.messages == fresh.messages);
    }
  });
}

TEST_F(FollowProperty, WhoFollowsIsToldEverythingInOrderOnce) {
  rc::check("a snapshot plus what the sequence lets out equals a fresh snapshot", [this] {
    const auto room = new_room();
    (void)take_committed();
    const auto max_changes = *rc::gen::elementOf(std::vector<std::size_t>{3, 20, 1'000});
    util::SteadyTime now{};
    RoomSequence sequence;
    std::vector<chat::RoomEvent> out;
    std::vector<std::string> in_flight;  // on the bus, as it travels
    std::optional<chat::CatchUp> reading;
    Seq heard;
    Client client = snapshot(room);
    sequence.start(client.seq, out);
    Seq last = client.seq;

    const auto deliver = [&] {
      for (const auto& event : out) {
        // One after the other, or, after too much, the last of it.
        RC_ASSERT(event.seq.value == last.value + 1 || (max_changes < 1'000 && event.seq > last));
        last = event.seq;
        client.apply(event);
        if (client.hole) bring_up(client, room);
      }
      out.clear();
    };
    const auto begin_reading = [&] {
      heard = sequence.heard();
      reading = ok(chat::catch_up(store->log(), room.id, sequence.last(), max_changes));
    };
    const auto end_reading = [&] {
      sequence.filled(*std::move(reading), heard, now, out);
      reading.reset();
      deliver();
    };

    const int steps = *rc::gen::inRange(1, 80);
    Seq seq = client.seq;
    for (int i = 0; i < steps; ++i) {
      now += util::Millis(*rc::gen::inRange(0, 40));
      switch (*rc::gen::weightedElement<int>({{5, 0}, {4, 1}, {1, 2}, {2, 3}})) {
        case 0: {
          change_something(room, seq);
          const bool own = *rc::gen::arbitrary<bool>();
          for (const auto& event : take_committed()) {
            seq = event.seq;
            if (own) {
              sequence.offer(event, now, out);  // no bus in between
            } else if (*rc::gen::inRange(0, 4) > 0) {
              in_flight.push_back(encode("other", event, {"message", "{}"}));
            }
          }
          break;
        }
        case 1:
          if (!in_flight.empty()) {
            const auto at = *rc::gen::inRange<std::size_t>(0, in_flight.size());
            const auto received = decode(in_flight[at], "own");
            RC_ASSERT(received.has_value());
            sequence.offer(std::get<chat::RoomEvent>(*received), now, out);
            if (*rc::gen::inRange(0, 4) > 0) in_flight.erase(in_flight.begin() + static_cast<std::ptrdiff_t>(at));
          }
          break;
        case 2:
          sequence.heard_of(seq, now);
          break;
        default:
          break;
      }
      deliver();
      if (reading && *rc::gen::arbitrary<bool>()) end_reading();
      if (!reading && sequence.hole() && now - sequence.hole_since() >= RoomSequence::kPatience) begin_reading();
    }
    // In the end every followed room is compared with the log.
    sequence.heard_of(snapshot(room).seq, now);
    if (reading) end_reading();
    for (int i = 0; i < 3 && sequence.hole(); ++i) {
      begin_reading();
      end_reading();
    }
    const Client fresh = snapshot(room);
    RC_ASSERT(!sequence.hole());
    RC_ASSERT(client.seq == fresh.seq);
    RC_ASSERT(client.messages == fresh.messages);
  });
}

}  // namespace
}  // namespace chillin::bus
