#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bus/redis/redis_bus.h"
#include "bus/redis/room_sequence.h"
#include "net/loop.h"

namespace chillin::bus {

/// What RedisBus keeps. Everything happens on the Redis loop, but for publish(), which the log's writer calls: the two
/// meet in the rooms, which a mutex guards. The subscriber is told under it, because the order of what goes out is the
/// order of the rooms' sequences.
class RedisBus::State final : public redis::ChannelListener,
                              public redis::ConnectionListener,
                              public std::enable_shared_from_this<State> {
 public:
  State(redis::Client& client, chat::RoomLog& log, Render render);

  void start();
  void stop();
  void set_subscriber(chat::BusSubscriber* subscriber);

  // Any thread.
  void publish(std::span<const chat::RoomEvent> events);
  void signal(const chat::Signal& signal);
  [[nodiscard]] RedisBusStats stats() const;
  [[nodiscard]] std::vector<std::string> followed() const;
  [[nodiscard]] std::optional<chat::Bus::Position> position(const std::string& room_name) const;

  // The rest on the Redis loop.
  void follow(chat::RoomId id, std::string name, util::Completion<chat::Status> done);
  void unfollow(chat::RoomId id);
  void reached(chat::RoomId id, chat::Seq seq, util::Completion<util::Ok> done);
  void watch(chat::RoomId id, std::string name);
  void unwatch(chat::RoomId id);

  void on_published(std::string_view channel, std::string_view message) override;
  void on_resubscribed() override;
  void on_subscriptions_lost() override;
  void on_redis_up() override;
  void on_redis_down() override {}

 private:
  struct Room {
    chat::RoomId id;
    std::string name;
    std::size_t followers = 0;
    std::size_t watchers = 0;
    RoomSequence sequence;
    std::uint64_t life = 0;  ///< counts how often following ended: what was read for an earlier one is not wanted
    bool starting = false;
    bool reading = false;  ///< its hole is being filled
    bool listed = false;   ///< stands in holes_
    std::vector<util::Completion<chat::Status>> waiting_for_start;
    std::vector<std::pair<chat::Seq, util::Completion<util::Ok>>> waiting_for_seq;
  };
  using RoomPtr = std::shared_ptr<Room>;
  using Lock = std::lock_guard<std::mutex>;
  /// What is to be told, and of which rooms.
  struct Told {
    std::vector<chat::RoomEvent> events;
    std::vector<chat::RoomEvent> news;
  };

  /// Between two comparisons of the followed rooms with the log: for what its server committed and died before it told.
  static constexpr util::Millis kSweepEvery{2'000};

  [[nodiscard]] static util::SteadyTime now();

  // With the mutex held.
  [[nodiscard]] const RoomPtr& room(chat::RoomId id, std::string name);
  void drop_if_unused(const RoomPtr& room);
  void offer(const chat::RoomEvent& event, Told& told);
  void tell(Told& told);
  void after_telling(const RoomPtr& room);
  void list_hole(const RoomPtr& room);

  [[nodiscard]] static util::Task<void> start_following(std::shared_ptr<State> self, RoomPtr room);
  [[nodiscard]] static util::Task<void> fill(std::shared_ptr<State> self, RoomPtr room);
  [[nodiscard]] static util::Task<void> check_all(std::shared_ptr<State> self, std::uint64_t round);
  [[nodiscard]] static util::Task<void> sweep(std::shared_ptr<State> self);
  [[nodiscard]] std::vector<chat::RoomId> started_rooms() const;
  [[nodiscard]] std::size_t compare(std::span<const chat::RoomId> rooms, std::span<const chat::Seq> positions,
                                    util::SteadyTime since);
  [[nodiscard]] util::Task<void> sleep(util::Millis delay);
  void wake_sleepers();
  void look_after_holes();
  void fill_more();
  void on_signal(const chat::Signal& signal);
  void on_nudge(const Nudge& nudge);
  void take_received();
  void publish_failed(chat::RoomId id, const std::string& name, chat::Seq seq);
  void nudge();

  redis::Client& client_;
  chat::RoomLog& log_;
  const Render render_;
  const std::string uid_;
  chat::BusSubscriber* subscriber_ = nullptr;

  mutable std::mutex mutex_;
  std::unordered_map<std::int64_t, RoomPtr> rooms_;   // guarded by mutex_, as everything in a Room
  std::unordered_map<std::string, RoomPtr> by_name_;  // guarded by mutex_; the same
  std::vector<RoomPtr> holes_;                        // guarded by mutex_
  bool heard_ = false;    // guarded by mutex_; the others are heard: a hole may close by itself
  bool stopped_ = false;  // guarded by mutex_

  // On the Redis loop only.
  struct Failed {
    std::string name;
    chat::Seq seq;
  };
  std::unordered_map<std::int64_t, Failed> failed_;
  std::vector<chat::RoomEvent> received_now_;  ///< in this turn; not offered to the rooms yet
  util::WallMillis oldest_received_;           ///< when the oldest of them was committed; 0: not known
  std::deque<RoomPtr> to_fill_;
  std::size_t filling_ = 0;
  std::uint64_t round_ = 0;  ///< counts connections
  net::Timer sweep_timer_;
  net::Timer hole_timer_;
  net::Timer nudge_timer_;
  std::vector<std::pair<util::SteadyTime, util::Completion<util::Ok>>> sleeping_;
  net::Timer sleep_timer_;

  std::atomic<std::uint64_t> published_{0};
  std::atomic<std::uint64_t> publish_failures_{0};
  std::atomic<std::uint64_t> received_{0};
  std::atomic<std::uint64_t> holes_filled_{0};
  std::atomic<bool> catching_up_{false};
};

}  // namespace chillin::bus
